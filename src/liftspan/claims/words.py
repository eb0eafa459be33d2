"""Claims as text of at most 100 columns: the claim, the numbers, the model, the verdict, the risks beside them."""

from textwrap import wrap

from liftspan.claims.agreement import NOT_COMPARED, RULE
from liftspan.claims.answer import ClaimAnswer
from liftspan.claims.quantities import DAYS, PART, POINTS, Quantity, Treated
from liftspan.evidence.claims import Source
from liftspan.evidence.miss import misses_of
from liftspan.how_fast.words import CLINICAL, WIDTH, days_text, miss_text, wrapped

SILENT_WORDS = "the model does not speak to this"
GROUP = "Group: mean of {size} such people in a new trial; one of 10 such means lies outside the interval."
NO_DRUG = "No ketamine is given; side effects of other medicines are not in the tables: see labels."


def as_text(answers: tuple[ClaimAnswer, ...]) -> str:
    """Claims one below the other, each with its risks, and how the numbers of the model are to be read."""
    parts = [claim_text(answer) for answer in answers]
    if any(answer.model.speaks for answer in answers):
        effort, manifest = answers[0].effort, answers[0].manifest
        parts.append(
            wrapped(
                "Numbers of the model: 90 % equal-tailed intervals, computed now. "
                f"{GROUP.format(size=effort.group_size)} Differences share trial, people and luck. Parameters "
                f"fitted to {manifest['rows']} published numbers of {len(manifest['trials'])} trials. By rule {RULE}."
            )
        )
        parts.append(miss_text(misses_of(manifest)))
    return "\n\n".join([*parts, wrapped(CLINICAL)]) + "\n"


def claim_text(answer: ClaimAnswer) -> str:
    """One claim in full."""
    claim, model = answer.claim, answer.model
    lines = [
        f"{claim.claim_id}",
        _labelled("claim", claim.claim),
        _labelled("evidence", claim.evidence),
        _labelled("numbers", claim.numbers),
        _labelled("model", model.says if model.speaks else f"{SILENT_WORDS}. {model.says}"),
        *(_row(one) for one in model.quantities),
        *(_labelled("limits" if i == 0 else "", text) for i, text in enumerate(model.limits)),
        _labelled("verdict", verdict_text(answer)),
        *(_labelled("risks" if i == 0 else "", text) for i, text in enumerate(risk_sentences(model.treatments))),
        *(_labelled("sources" if i == 0 else "", source_text(one)) for i, one in enumerate(claim.sources)),
    ]
    return "\n".join(lines)


def verdict_text(answer: ClaimAnswer) -> str:
    """The verdict on the published numbers, and whether the model agrees with them where both give a number."""
    said = answer.claim.verdict
    return said if answer.agreement.verdict == NOT_COMPARED else f"{said}; {answer.agreement.says}"


def risk_sentences(treatments: tuple[Treated, ...]) -> list[str]:
    """What each treatment risks in a session and, for a course, what it adds up to; what is alike is said once."""
    said, seen = [], {}
    for one in treatments:
        risks = one.risks
        if not risks.session:
            said.append(f"{one.text}: {NO_DRUG}")
            continue
        before = seen.setdefault(risks.session, one.text)
        session = "; ".join(text for text, _ in risks.session) if before == one.text else f"a session as with {before}"
        said.append(f"{one.text} ({one.status}): {session}.{_cumulative(one)}")
    course = next((one.risks.course for one in treatments if one.risks.session), ())
    return [*said, f"Over a course: {'; '.join(text for text, _ in course)}."] if course else said


def _cumulative(one: Treated) -> str:
    risks = one.risks
    sessions = "1 session" if risks.sessions_in_half_year == 1 else f"{risks.sessions_in_half_year} sessions"
    return f" Cumulative, first six months: {sessions}, {risks.amount_in_half_year_mg:,.0f} mg of base."


def value_text(one: Quantity) -> str:
    """A quantity and its interval: "55 in 100 (20 to 82)", "-17.5 points (-24.3 to -8.7)", "7 days (2 h to 9 days)"."""
    if one.unit == DAYS:
        return f"{days_text(one.median)} ({days_text(one.low)} to {days_text(one.high)})"
    if one.unit == POINTS:
        return f"{one.median:z.1f} points ({one.low:z.1f} to {one.high:z.1f})"
    if one.unit == PART:
        return f"{one.median * 100.0:.0f} % ({one.low * 100.0:.0f} to {one.high * 100.0:.0f})"
    sign = "+" if one.difference else ""
    return f"{one.mean * 100.0:{sign}z.0f} in 100 ({one.low * 100.0:{sign}z.0f} to {one.high * 100.0:{sign}z.0f})"


def source_text(source: Source) -> str:
    """Words and address of a source."""
    return " ".join(part for part in (source.words, source.address) if part)


def _row(one: Quantity) -> str:
    return _labelled("", f"{one.name}: {value_text(one)}", bullet="- ")


def _labelled(label: str, text: str, bullet: str = "") -> str:
    lines = wrap(text, WIDTH - 12 - len(bullet), break_long_words=False, break_on_hyphens=False)
    indented = [f"{'':12}{bullet if i == 0 else ' ' * len(bullet)}{line}" for i, line in enumerate(lines)]
    return "\n".join([f"  {label:<10}{indented[0][12:]}", *indented[1:]])
