"""A forest as text of at most 100 columns, and as a record for JSON."""

from textwrap import shorten

from liftspan.evidence.browse_words import CAUTIONS, wrapped
from liftspan.evidence.contrasts import NOT_RANDOMISED, OTHER_ILLNESS, Contrast
from liftspan.evidence.forest import LEVEL, WINDOW_FACTOR, Forest, Group
from liftspan.evidence.pooling import LEAST_FOR_PREDICTION, pool

TITLES = {"madrs": "Change of MADRS", "response": "Response", "remission": "Remission"}
MEASURES = {
    "madrs": "difference in MADRS points, active minus control; negative favours the active drug",
    "response": "odds ratio, active against control; above 1 favours the active drug",
    "remission": "odds ratio, active against control; above 1 favours the active drug",
}
TOO_FEW = f"no prediction interval: it needs {LEAST_FOR_PREDICTION} studies"
METHOD = (
    "Random effects: REML for tau, Hartung-Knapp interval of the mean (never narrower than without it), prediction "
    "interval of the true effect in a new study on k - 2 degrees of freedom (Higgins 2009)."
)
ONCE = (
    "Each trial once in a group: the reading nearest the time, from its arms where both sides are printed with their "
    "error, else the printed difference; several arms of one side are combined (means weighted by people, responders "
    "added up); second periods, subgroups, bipolar and withdrawal trials are left out."
)
LEANING = (
    "Null trials often print no usable number, so what can be pooled leans towards effect. A crossover is read as two "
    "groups unless it prints its own difference."
)


def forest_text(found: Forest) -> str:
    """Groups with their studies, how they were made, and which randomised trials could not answer."""
    when = "nearest reading to each time" if found.at_h is None else f"nearest reading to {_window(found.at_h)}"
    lines = [wrapped(f"{TITLES[found.outcome]}, by {found.by}, {when}."), wrapped(f"{MEASURES[found.outcome]}.")]
    lines.append(f"{100 * LEVEL:g} % intervals, equal-tailed.")
    if not found.groups:
        lines += ["", "No randomised trial in the tables answers this; the reasons stand below."]
    for group in found.groups:
        lines += ["", *_group_lines(found, group)]
    lines += ["", wrapped(METHOD), wrapped(ONCE), wrapped(LEANING)]
    if found.left_out:
        lines += ["", *_left_out_lines(found)]
    return "\n".join(lines) + "\n\n" + "\n".join(wrapped(line) for line in CAUTIONS) + "\n"


def _window(at_h: float) -> str:
    return f"{at_h:g} h ({at_h / WINDOW_FACTOR:.4g} to {at_h * WINDOW_FACTOR:.4g} h)"


def _group_lines(found: Forest, group: Group) -> list[str]:
    pooled = group.pooled
    lines = [group.name.replace("_", " ")]
    for study in sorted(group.studies, key=lambda one: (one.year or 9999, one.citation)):
        people = "" if study.people is None else f"{study.people:.0f}"
        low, high = study_interval(study)
        lines.append(
            f"  {label(study, 40):<41}{study.hours:>6g} h{people:>6}  {study.control.replace('_', ' '):<14.14}"
            f"{numbers(found, study.effect, low, high):>27}"
        )
    if pooled.tau is None:
        return [*lines, "  one study: nothing to pool"]
    what = (
        f"pooled, k = {pooled.studies}, {group.people:.0f} people, tau {pooled.tau:.2f}{' (log)' * found.is_ratio}, "
        f"I2 {100 * pooled.i2:.0f} %"
    )
    lines.append(f"  {what:<71}{numbers(found, pooled.estimate, pooled.low, pooled.high):>27}")
    if pooled.predicted_low is None:
        lines.append(f"  {TOO_FEW}")
    else:
        told = "a new study (prediction interval)"
        lines.append(f"  {told:<71}{numbers(found, None, pooled.predicted_low, pooled.predicted_high):>27}")
    return lines


def label(study: Contrast, characters: int) -> str:
    """Citation with its year; what stands in brackets goes first where it does not fit."""
    year = "" if study.year is None or f"{study.year:.0f}" in study.citation else f" {study.year:.0f}"
    room = characters - len(year)
    name = study.citation if len(study.citation) <= room else study.citation.partition(" (")[0]
    return shorten(name, room, placeholder=" ..") + year


def study_interval(study: Contrast) -> tuple[float, float]:
    """Normal interval of one study at the level of the product, on the scale of its effect."""
    alone = pool([study.effect], [study.se], LEVEL)
    return alone.low, alone.high


def numbers(found: Forest, middle: float | None, low: float, high: float) -> str:
    """`-6.0 (-9.1 to -2.9)`, `2.1 (1.2 to 4.0)`, with few digits where an odds ratio is large."""
    low_text, high_text = (_number(found, value) for value in (low, high))
    return f"({low_text} to {high_text})" if middle is None else f"{_number(found, middle)} ({low_text} to {high_text})"


def _number(found: Forest, value: float) -> str:
    shown = found.shown(value)
    if not found.is_ratio:
        return f"{shown:z.1f}"
    return f"{shown:.0f}" if shown >= 100.0 else f"{shown:.1f}" if shown >= 10.0 else f"{shown:.2f}"


def _left_out_lines(found: Forest) -> list[str]:
    """Randomised trials by their reason, with their names; the others are many and counted."""
    by_reason: dict[str, list[str]] = {}
    for citation, reason in found.left_out:
        by_reason.setdefault(reason.split(":")[0], []).append(shorten(citation, 44, placeholder=" .."))
    others = {reason: names for reason, names in by_reason.items() if reason in (NOT_RANDOMISED, OTHER_ILLNESS)}
    named = {reason: names for reason, names in by_reason.items() if reason not in others}
    lines = []
    if named:
        lines.append(
            f"Randomised trials without an answer here: {len({one for names in named.values() for one in names})}"
        )
        lines += [wrapped(f"- {reason}: {'; '.join(dict.fromkeys(names))}", "  ") for reason, names in named.items()]
    lines += [wrapped(f"- {reason}: {len(names)} more, named in --json", "  ") for reason, names in others.items()]
    return lines


def forest_record(found: Forest, tables: str) -> dict:
    """`liftspan/evidence-forest/1`; odds ratios as ratios, tau on the scale on which studies were pooled."""
    return {
        "schema": "liftspan/evidence-forest/1",
        "tables": tables,
        "outcome": found.outcome,
        "measure": "odds ratio" if found.is_ratio else "mean difference, MADRS points",
        "tau_unit": "log odds ratio" if found.is_ratio else "MADRS points",
        "by": found.by,
        "at_h": found.at_h,
        "window_factor": WINDOW_FACTOR,
        "interval": {"level": LEVEL, "kind": "equal-tailed"},
        "groups": [_group_record(found, group) for group in found.groups],
        "left_out": [{"citation": citation, "reason": reason} for citation, reason in found.left_out],
        "method": [METHOD, ONCE, LEANING],
        "cautions": list(CAUTIONS),
    }


def _group_record(found: Forest, group: Group) -> dict:
    pooled, shown = group.pooled, found.shown
    predicted = {"low": shown(pooled.predicted_low), "high": shown(pooled.predicted_high)}
    return {
        "group": group.name,
        "studies": pooled.studies,
        "people": group.people,
        "pooled": {"estimate": shown(pooled.estimate), "low": shown(pooled.low), "high": shown(pooled.high)},
        "new_study": None if pooled.predicted_low is None else predicted,
        "new_study_note": TOO_FEW if pooled.predicted_low is None else "",
        "tau": pooled.tau,
        "i2": pooled.i2,
        "contrasts": [
            _study_record(found, study, weight) for study, weight in zip(group.studies, pooled.weights, strict=True)
        ],
    }


def _study_record(found: Forest, study: Contrast, weight: float) -> dict:
    low, high = study_interval(study)
    return {
        "trial_id": study.trial_id,
        "citation": study.citation,
        "year": study.year,
        "hours": study.hours,
        "active_arms": list(study.active_arms),
        "control_arms": list(study.control_arms),
        "control": study.control,
        "people": study.people,
        "estimate": found.shown(study.effect),
        "low": found.shown(low),
        "high": found.shown(high),
        "weight": weight,
        "how": study.how,
        "row_ids": list(study.row_ids),
        "note": study.note,
    }
