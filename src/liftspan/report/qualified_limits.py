"""Qualification report: where its use ends, and what is risked beside what may be gained."""

from liftspan.evidence import shipped_rows
from liftspan.how_fast import how_fast
from liftspan.how_fast.answer import HowFast
from liftspan.how_fast.limits import EXCLUDED, FEW_TRIALS, FITTED_UNTIL_H, OLDER_Y
from liftspan.how_fast.words import HEADLINE_H, UNKNOWN_OF_ANYONE, point_at, sentence
from liftspan.mood_model import POTENCY
from liftspan.parameters import (
    FLUCTUATION_DAYS,
    LEAVING_PER_POINT,
    RATING_NOISE_POINTS,
    USUAL_BASELINE_MEAN,
    USUAL_BASELINE_SD,
)
from liftspan.report.basis import Basis
from liftspan.report.markup import Html, bullets, joined, link, table, tag, text
from liftspan.treatment import find_protocol
from liftspan.units import HOURS_PER_WEEK

EXAMPLES = ("iv-single", "nasal-84")  # named protocols of the two forms that most trials gave


def limits(basis: Basis) -> Html:
    """What is refused, what is stretched, what is assumed, what nobody knows."""
    older = sum((arm.age_y or 0.0) >= OLDER_Y for arm in basis.fit.arms)
    unfitted = _without_rows(basis)
    weeks = FITTED_UNTIL_H / HOURS_PER_WEEK
    said = [
        f"Refused: {'; '.join(EXCLUDED.values())}; people under 18; doses and sessions beyond the table of edges.",
        f"Beyond {weeks:g} weeks, and after the last session, the answer stretches the fade seen within that time.",
        f"Fewer than {FEW_TRIALS} trials near a treatment: answered, and said each time.",
        f"Older people: {older} arms with a mean age from {OLDER_Y:g} years stand behind their numbers.",
        *([f"No number of the fit speaks of {', '.join(unfitted)}: there the prior answers."] if unfitted else []),
        f"Assumed, as no source gives them: one MADRS rating errs with an SD of {RATING_NOISE_POINTS:g} points, and a "
        f"person's slow fluctuation has a time constant of {FLUCTUATION_DAYS:g} days. A baseline that a trial does not "
        f"print is drawn about {USUAL_BASELINE_MEAN:g} (SD {USUAL_BASELINE_SD:g}), the median of the arms. The odds of "
        f"leaving a trial rise by {LEAVING_PER_POINT:g} (log odds) for each point of the last score.",
        "How far illness moves by itself over months is chosen on the rows on relapse: they are no test of it.",
        "Engagement follows ketamine itself. Its concentration of half effect comes from perception, not from mood.",
        "Null trials often print no usable number, so what can be fitted leans towards effect.",
        "Intervals hold what is not known about parameters, trials and people. That the model itself is wrong they do "
        "not hold.",
        f"Not known of anyone: {UNKNOWN_OF_ANYONE}.",
    ]
    return bullets(said)


def _without_rows(basis: Basis) -> list[str]:
    used = {row.arm for row in basis.fit.rows}
    given = {(arm.drug, arm.route) for at, arm in enumerate(basis.fit.arms) if at in used}
    return [f"{drug} {route}" for drug, route in POTENCY if (drug, route) not in given]


def gain_and_risk(basis: Basis) -> Html:
    """Two answers of the engine, each with its risks beside it; then every sentence on risk with its source."""
    answers = [how_fast(find_protocol(name), draws=basis.draws) for name in EXAMPLES]
    return joined([*(_balance(answer) for answer in answers), _risks()])


def _balance(answer: HowFast) -> Html:
    beyond = point_at(answer, HEADLINE_H).beyond_control
    gain = tag(
        "div",
        tag("h3", f"What may be gained: {answer.question.name or answer.question.title}"),
        tag("p", " ".join(sentence(answer).split())),
        tag("p", f"The 90 % interval of the part beyond control {'includes' if beyond.high >= 0.0 else 'leaves out'} "
                 "zero.", class_="note"),
        class_="card",
    )  # fmt: skip
    sourced = [text(said) + tag("span", source, class_="source") for said, source in answer.risks.session]
    status = tag("p", tag("b", f"{answer.question.status}."))
    risk = tag("div", tag("h3", "What is risked in a session"), status, bullets(sourced), class_="card")
    return tag("div", gain, risk, class_="pair")


def _risks() -> Html:
    rows = [
        (
            "any drug and route" if row["drug"] == "any" else f"{row['drug']} {row['route']}",
            f"a {row['kind']}",
            row["text"],
            link(row["source_url"], row["source"]) if row["source_url"] else row["source"],
        )
        for row in shipped_rows("risks.csv")
    ]
    return table("Risks, as published.", ("Of", "In", "What was found", "Source"), rows, "said")
