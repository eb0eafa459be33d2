"""What a published number says of a concentration curve, and in which unit."""

import re
from dataclasses import dataclass

import numpy as np

from liftspan.units import MINUTES_PER_HOUR

# Terminal half-life is read off the curve where studies sample it: from 6 to 24 h, or the last third of what is asked.
TERMINAL_H = (6.0, 24.0)
END_H = 72.0
KETAMINE_G_PER_MOL, NORKETAMINE_G_PER_MOL, HYDROXYNORKETAMINE_G_PER_MOL = 237.73, 223.70, 239.70

LEVEL_UNITS = {"ng/ml": 1.0, "ug/l": 1.0, "µg/l": 1.0, "mcg/l": 1.0, "ug/ml": 1e-3, "mg/l": 1e-3, "mcg/ml": 1e-3}
AREA_UNITS = {"ng*h/ml": 1.0, "ug*h/l": 1.0, "µg*h/l": 1.0, "mg*h/l": 1e-3, "ug*h/ml": 1e-3}
AREA_UNITS |= {"ng*min/ml": MINUTES_PER_HOUR, "ug*min/l": MINUTES_PER_HOUR, "mg*min/l": 1e-3 * MINUTES_PER_HOUR}
TIME_UNITS = {"h": 1.0, "hr": 1.0, "hours": 1.0, "min": MINUTES_PER_HOUR, "minutes": MINUTES_PER_HOUR}


@dataclass(frozen=True)
class Curve:
    """Levels over time after the start of a dose, ng/mL."""

    times_h: np.ndarray
    levels: np.ndarray

    def at(self, time_h: float) -> float:
        return float(np.interp(time_h, self.times_h, self.levels))

    def peak(self) -> tuple[float, float]:
        """Highest level and when: the top of the parabola through the highest grid point and its neighbours."""
        top = int(np.argmax(self.levels))
        if not 0 < top < len(self.levels) - 1:
            return float(self.levels[top]), float(self.times_h[top])
        around = slice(top - 1, top + 2)
        curvature, slope, _ = np.polyfit(self.times_h[around] - self.times_h[top], self.levels[around], 2)
        shift = -0.5 * slope / curvature if curvature < 0.0 else 0.0
        inside = self.times_h[top - 1] < self.times_h[top] + shift < self.times_h[top + 1]
        shift = shift if inside and self._is_smooth(top) else 0.0
        return float(self.levels[top] + 0.5 * slope * shift), float(self.times_h[top] + shift)

    def _is_smooth(self, top: int) -> bool:
        """Whether the peak is a bend, not the corner at the end of an infusion: neighbours at both sides are near."""
        drop = np.abs(np.diff(self.levels[top - 1 : top + 2])) / self.levels[top]
        return bool(drop.max() < 0.01)

    def area_until(self, end_h: float) -> float:
        """Trapezoids; the grid is fine enough for 1e-4."""
        inside = self.times_h <= end_h
        return float(np.trapezoid(self.levels[inside], self.times_h[inside]))

    def area(self) -> float:
        """To infinity: what is beyond the grid is added at the terminal rate."""
        return self.area_until(self.times_h[-1]) + float(self.levels[-1]) * self.terminal_half_life_h() / np.log(2.0)

    def terminal_half_life_h(self) -> float:
        """From a straight line through the logarithms between the hours of TERMINAL_H."""
        inside = (self.times_h >= TERMINAL_H[0]) & (self.times_h <= TERMINAL_H[1])
        slope = np.polyfit(self.times_h[inside], np.log(np.maximum(self.levels[inside], 1e-300)), 1)[0]
        return float(-np.log(2.0) / slope)


def times_grid(breaks_h: list[float], wanted_h: list[float]) -> np.ndarray:
    """Hours at which curves are computed: fine after every start or end of a dose, coarse in the tail."""
    after = np.concatenate([np.geomspace(0.002, 2.0, 60), np.linspace(2.05, 24.0, 220), np.linspace(24.5, END_H, 60)])
    return np.unique(np.concatenate([[0.0], *(at + np.concatenate([[0.0], after]) for at in breaks_h), wanted_h]))


def area_end_h(metric: str) -> float | None:
    """24 for AUC24 or AUC0-24, infinity for AUC and AUCinf; None when the metric is no area."""
    if not metric.lower().startswith("auc") or "ratio" in metric.lower():
        return None
    numbers = re.findall(r"\d+(?:\.\d+)?", metric)
    return float(numbers[-1]) if numbers and float(numbers[-1]) > 0.0 else float("inf")


def in_unit(value: float, unit: str, kind: str, molar_mass: float) -> tuple[float | None, str]:
    """`value` (ng/mL, ng h/mL or h) in the unit of the row, or None and the reason."""
    units = {"level": LEVEL_UNITS, "area": AREA_UNITS, "time": TIME_UNITS}[kind]
    plain = re.sub(r"[\s·.]+(?=[a-zµ])", "*", unit.strip().lower()).replace("**", "*")
    if plain in units:
        return value * units[plain], ""
    if kind == "level" and plain in ("nmol/l", "nm"):
        return value / molar_mass * 1e3, ""
    if kind == "level" and plain in ("umol/l", "um", "µmol/l", "nmol/ml"):
        return value / molar_mass, ""
    return None, f"unit '{unit}' is not known; valid: {', '.join(units)}"
