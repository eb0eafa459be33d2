"""Serious events as they were counted: too rare for a curve, so no dose or concentration enters."""

from dataclasses import dataclass

from liftspan.session.observations import AcuteRow, shipped_acute

LEVEL = 0.9
WORDS = {
    "serious_drug_related": "serious event judged related to the drug",
    "stopped_infusion": "infusion stopped for vital signs or dissociation",
    "stopped_for_pressure": "treatment stopped for pressure",
    "stopped_for_pressure_or_pulse": "treatment stopped for pressure or pulse",
    "stopped_for_any_event": "treatment stopped for any adverse reaction",
    "serious_any_cause": "serious event of any cause, over years of sessions",
}


@dataclass(frozen=True)
class SeriousEvent:
    """A published rate, share 0..1, with exact limits where counts were printed."""

    name: str
    words: str
    route: str
    events: int | None
    of: int | None
    unit: str  # "people" or "infusions"
    rate: float | None
    low: float
    high: float
    source: str
    note: str


def serious_events() -> tuple[SeriousEvent, ...]:
    """All of the table, whatever the route: nobody has shown how they depend on dose. No placebo rate was printed."""
    return tuple(_event(row) for row in shipped_acute() if row.use == "serious")


def _event(row: AcuteRow) -> SeriousEvent:
    name = row.quantity
    if row.counts is None:  # a bound alone, such as <= 2 %
        low, high = ((side or 0.0) / 100.0 for side in (row.value.low, row.value.high))
        events, of, rate = None, None, None
    else:
        events, of = row.counts
        (low, high), rate = exact_limits(events, of), events / of
    unit = "infusions" if name == "stopped_infusion" else "people"
    return SeriousEvent(name, WORDS[name], row.route, events, of, unit, rate, low, high, row.study_id, row.why)


def exact_limits(events: int, of: int, level: float = LEVEL) -> tuple[float, float]:
    """Equal-tailed limits of a share from counts.

    Source: Clopper & Pearson, Biometrika 26:404 (1934). None of n: the upper limit is 1 - ((1 - level) / 2)^(1 / n).
    """
    tail = 0.5 * (1.0 - level)
    low = 0.0 if events == 0 else _bisected(lambda p: 1.0 - _at_most(events - 1, of, p), tail)
    high = 1.0 if events == of else _bisected(lambda p: -_at_most(events, of, p), -tail)
    return low, high


def _at_most(events: int, of: int, share: float) -> float:
    """Binomial probability of at most `events`: a loop, so that no answer loads SciPy for it."""
    term = total = (1.0 - share) ** of
    for k in range(events):
        term *= (of - k) / (k + 1) * share / (1.0 - share)
        total += term
    return total


def _bisected(rising, target: float) -> float:
    low, high = 0.0, 1.0 - 1e-12
    for _ in range(60):
        middle = 0.5 * (low + high)
        low, high = (middle, high) if rising(middle) < target else (low, middle)
    return 0.5 * (low + high)
