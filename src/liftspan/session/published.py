"""Published numbers that a picture of one session can carry: where they stand, and what kind of number each is."""

from dataclasses import dataclass
from enum import StrEnum

from liftspan.session.observations import AcuteRow, shipped_acute


class Look(StrEnum):
    """What kind of number was printed."""

    MEAN = "mean at its largest"
    MAXIMA = "mean of everybody's largest reading, noise included"
    EVER = "ever in a session, or without a stated time"
    AT_MOST = "at most"
    AT_LEAST = "at least"


@dataclass(frozen=True)
class SeenPoint:
    """One published number on a panel: mmHg, per minute, points, or a share 0..1."""

    panel: str  # systolic, diastolic, heart_rate, cadss, moaas_below_5 or ready
    minutes: float | None  # None = not stated: it belongs to the largest value
    value: float
    look: Look
    study: str


def readiness_read_from_min() -> float:
    """When anybody first printed a share of people judged ready to leave, minutes."""
    asked = (row.quantity.partition(":") for row in shipped_acute())
    return min(float(minutes) for kind, _, minutes in asked if kind == "ready")


def seen_points(drug: str, route: str, older: bool) -> tuple[SeenPoint, ...]:
    """Of a drug by a route, at whatever dose was usual, in younger or older adults."""
    rows = [
        row for row in shipped_acute()
        if row.drug == drug and row.route.lower() == route and row.use in ("fit", "check") and row.value is not None
    ]  # fmt: skip
    ready = next((row.value.low for row in rows if row.quantity.startswith("ready:")), 0.0)
    found = (_point(row, ready) for row in rows if row.older == older or not row.quantity.startswith("peak:"))
    return tuple(one for one in found if one is not None)


def _point(row: AcuteRow, ready_percent: float) -> SeenPoint | None:
    kind, _, name = row.quantity.partition(":")
    minutes = row.minutes.middle if row.minutes is not None else None
    if kind == "peak":
        look = Look.MAXIMA if row.placebo is not None else Look.MEAN
        return SeenPoint(name, minutes, row.value.middle, look, row.study_id)
    if kind == "cadss_mean":
        return SeenPoint("cadss", minutes, row.value.middle, Look.EVER, row.study_id)
    if kind == "cadss_over":
        return SeenPoint("cadss", float(name), row.value.high, Look.AT_MOST, row.study_id)
    if (kind, name, row.sessions) == ("rate", "moaas_below_5", 1):
        return SeenPoint("moaas_below_5", None, row.value.middle / 100.0, Look.EVER, row.study_id)
    if kind == "ready":
        return SeenPoint("ready", float(name), row.value.low / 100.0, Look.AT_LEAST, row.study_id)
    if kind == "ready_more":
        share = (ready_percent + row.value.low) / 100.0
        return SeenPoint("ready", float(name), share, Look.AT_LEAST, row.study_id)
    return None
