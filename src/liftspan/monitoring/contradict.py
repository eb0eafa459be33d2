"""Readings that cannot both hold: one of the two is a slip, and nobody knows which, so neither is good."""

from collections.abc import Mapping

from liftspan.monitoring.records import MEASURES

RISES = (("systolic_mmhg", "systolic_rise_mmhg"), ("diastolic_mmhg", "diastolic_rise_mmhg"), ("cadss", "cadss_rise"))


def contradictions(readings: Mapping[str, float]) -> tuple[str, ...]:
    """Each pair that cannot both hold, in words; alerts stand beside them, for one of the two may be true."""
    found = []
    upper, lower = (readings.get(name) for name in ("systolic_mmhg", "diastolic_mmhg"))
    if upper is not None and lower is not None and upper <= lower:
        found.append(f"systolic pressure {upper:g} is not above diastolic pressure {lower:g}: read both again")
    for name, rise in RISES:
        if name not in readings or rise not in readings:
            continue
        before, measure = readings[name] - readings[rise], MEASURES[name]
        if not measure.low <= before <= measure.high:
            found.append(
                f"{measure.words} {readings[name]:g} with a rise of {readings[rise]:g} was {before:g} before the dose, "
                f"outside {measure.low:g} to {measure.high:g} {measure.unit}: read both again"
            )
    return tuple(found)
