"""Days and chances as one says them, in every sentence of a forecast."""

from math import floor

SMALLEST_SHOWN = 0.01  # a smaller chance would look like none


def day_text(day: float) -> str:
    """A day as one says it: whole where it is, else with one decimal."""
    return f"{round(day, 1) + 0.0:g}" if abs(day) < 1e6 else f"{day:.0f}"


def age_text(days: float) -> str:
    """An age in whole days."""
    return f"{floor(days + 1e-6)} day{'' if floor(days + 1e-6) == 1 else 's'}"


def percent(share: float) -> str:
    """A chance as a clinician reads it: none is certain."""
    if share < SMALLEST_SHOWN:
        return "< 1 %"
    return "> 99 %" if share > 1.0 - SMALLEST_SHOWN else f"{100.0 * share:.0f} %"
