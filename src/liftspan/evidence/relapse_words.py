"""Checks of relapse as a table, as a record, and in words: what is off, in which direction, and why, most likely."""

from collections.abc import Sequence

from liftspan.evidence.relapse import AGAIN, STOPPED, VISITS, Check
from liftspan.evidence.withdrawal_rules import rules

SCHEMA = "liftspan/evidence-relapse/1"
HEADER = ("row", "arm", "what", "published", "predicted", "90 %", "inside")
WHAT = {
    "relapse_free_fraction": "share without relapse",
    "median_days_to_relapse": "median days to relapse",
    "hazard_ratio": "hazard ratio",
    "change": "change in follow-up",
    "response_rate": "response",
    "remission_rate": "remission",
}
CAUSES = {
    VISITS: (
        "What a continued drug holds off is too small in this model: its lift between sessions two weeks apart is a "
        "fraction of what a course of twice a week gives, so relapse is about as frequent on placebo as on the drug. "
        "Relapses by hospital admission or judgement are not modelled either."
    ),
    STOPPED: (
        "After the last session the lift from the drug fades with its fast and middle terms, and contact ends a week "
        "after the last session although ratings went on in these trials."
    ),
    AGAIN: ("That these people relapsed, and how ill they were when they came back, is assumed and not predicted."),
}
ALL_CHECKS = (
    "No number of this table stands in the likelihood. But how far illness moves by itself over months, in people and "
    "in trials, was chosen on these rows: they are no test of that. People are drawn, treated, selected by the trial's "
    "own criterion and followed by its definition of relapse; what was not read is assumed, as said below."
)


def table_rows(checks: Sequence[Check]) -> list[tuple[str, ...]]:
    """Cells under HEADER."""
    return [
        (
            one.row.row_id,
            one.row.arm_id,
            WHAT.get(one.row.statistic, one.row.statistic),
            _number(one, one.row.value),
            _number(one, one.predicted),
            "-" if one.predicted is None else f"{_number(one, one.low)} to {_number(one, one.high)}",
            {True: "yes", False: "no", None: "-"}[one.inside],
        )
        for one in checks
    ]


def _number(one: Check, value: float | None) -> str:
    if value is None:
        return "-"
    return f"{value:.0f}" if one.row.statistic == "median_days_to_relapse" else f"{value:.2f}"


def summary(checks: Sequence[Check]) -> tuple[str, ...]:
    """For each phase: how many numbers lie inside, in which direction the model errs, and the likely cause."""
    return tuple(said for phase in CAUSES if (said := _of_phase([one for one in checks if one.phase == phase], phase)))


def _of_phase(checks: Sequence[Check], phase: str) -> str:
    told = [one for one in checks if one.predicted is not None]
    if not told:
        return ""
    inside = sum(one.inside for one in told)
    better = sum(one.too_good is True for one in told)
    worse = sum(one.too_good is False for one in told)
    direction = "fare better" if better > worse else "fare worse"
    text = (
        f"{phase[0].upper()}{phase[1:]}: {inside} of {len(told)} published numbers lie in their 90 % interval. "
        f"People {direction} in the model than in print in {max(better, worse)} of {better + worse}."
    )
    return f"{text} Likely cause: {CAUSES[phase]}"


def assumed(checks: Sequence[Check]) -> tuple[tuple[str, str, str], ...]:
    """(trial and arm, what was assumed, where the rules were read) of the rules in use, each once."""
    used = [rule for rule in rules() if any(one.rule == rule and one.predicted is not None for one in checks)]
    return tuple((f"{rule.trial_id} {rule.arm_id} {rule.group}".strip(), rule.assumed, rule.source) for rule in used)


def as_record(checks: Sequence[Check], evidence_version: str, manifest: dict) -> dict:
    """JSON of the command."""
    return {
        "schema": SCHEMA,
        "evidence_version": evidence_version,
        "posterior": {name: manifest.get(name) for name in ("status", "rows")},
        "role": "check",
        "level": 0.9,
        "rows": [_record(one) for one in checks],
        "summary": list(summary(checks)),
        "assumed": [dict(zip(("group", "assumed", "source"), one, strict=True)) for one in assumed(checks)],
    }


def _record(one: Check) -> dict:
    return {
        "row_id": one.row.row_id,
        "trial_id": one.row.trial_id,
        "arm_id": one.row.arm_id,
        "statistic": one.row.statistic,
        "phase": one.phase,
        "published": one.row.value,
        "published_ci95": [one.row.ci_low, one.row.ci_high],
        "predicted": one.predicted,
        "low": one.low,
        "high": one.high,
        "inside": one.inside,
        "note": one.note,
        "source_url": one.row.source_url,
    }


def as_markdown(checks: Sequence[Check], posterior_digest: str) -> str:
    """The page part of docs/evidence.md."""
    told = [one for one in checks if one.predicted is not None]
    lines = ["| " + " | ".join(HEADER) + " |", "|" + "---|" * len(HEADER)]
    lines += ["| " + " | ".join(cells) + " |" for cells in table_rows(told)]
    lines += ["", *(f"- {said}" for said in summary(checks)), "", "What was assumed:", ""]
    lines += [f"- {group.replace('*', 'any arm')}: {text}. {source}" for group, text, source in assumed(checks)]
    return "\n".join([*lines, "", f"Posterior {posterior_digest}.", ""])
