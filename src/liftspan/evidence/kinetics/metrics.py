"""What a published number says of a concentration curve, and in which unit."""

import re
from dataclasses import dataclass

import numpy as np

from liftspan.units import HOURS_PER_DAY, MINUTES_PER_HOUR

# Half-life is the slope from 6 to 24 h after the start, whatever a study sampled; a dose that ends later moves both.
TERMINAL_H = (6.0, 24.0)
END_H = 72.0  # curves reach so far after the last dose, and further where a row asks
LONGEST_H = 1e5  # no study lasts longer: a unit was mistaken
LEAST_GAP = 1e-6  # of the wider of two steps of the grid: below it the peak is one point
STEP_H, LAST_STEP_H = 0.5, 720.0  # beyond: so fine, until nothing is left
KETAMINE_G_PER_MOL, NORKETAMINE_G_PER_MOL, HYDROXYNORKETAMINE_G_PER_MOL = 237.73, 223.70, 239.70

# How many of each unit stand in one ng, nmol, mL and h.
MASSES = {"pg": 1e3, "ng": 1.0, "ug": 1e-3, "mg": 1e-6}
MOLES = {"pmol": 1e3, "nmol": 1.0, "umol": 1e-3}
VOLUMES = {"ml": 1.0, "dl": 1e-2, "l": 1e-3}
TIMES = dict.fromkeys(("h", "hr", "hrs", "hour", "hours"), 1.0) | dict.fromkeys(
    ("d", "day", "days"), 1.0 / HOURS_PER_DAY
)
TIMES |= dict.fromkeys(("min", "mins", "minute", "minutes"), MINUTES_PER_HOUR)
VALID = {"level": "ng/mL, ug/L, mg/L, nmol/L", "area": "ng*h/mL, ug*h/L, ng*min/mL, nmol*h/L", "time": "h, min, d"}


@dataclass(frozen=True)
class Curve:
    """Levels over time after the start of a dose, ng/mL."""

    times_h: np.ndarray
    levels: np.ndarray
    last_dose_h: float = 0.0  # when the last dose ends

    def at(self, time_h: float) -> float:
        """The level at an hour of the curve; beyond its end there is none to repeat."""
        if not 0.0 <= time_h <= self.times_h[-1]:
            raise ValueError(f"the curve reaches from 0 to {self.times_h[-1]:g} h; asked for {time_h:g} h")
        return float(np.interp(time_h, self.times_h, self.levels))

    def peak(self) -> tuple[float, float]:
        """Highest level and when: the top of the parabola through the highest grid point and its neighbours."""
        top = int(np.argmax(self.levels))
        if not 0 < top < len(self.levels) - 1:
            return float(self.levels[top]), float(self.times_h[top])
        around = slice(top - 1, top + 2)
        gaps_h = np.diff(self.times_h[around])
        if gaps_h.min() < LEAST_GAP * gaps_h.max():  # a dose of no length: no parabola goes through two points
            return float(self.levels[top]), float(self.times_h[top])
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
        """Trapezoids from the start to exactly `end_h`; the grid is fine enough for 1e-4."""
        inside = self.times_h < end_h
        times_h, levels = np.append(self.times_h[inside], end_h), np.append(self.levels[inside], self.at(end_h))
        return float(np.trapezoid(levels, times_h))

    def area(self) -> float:
        """To infinity: what is beyond the grid is added at the rate of the grid's last third."""
        end_h, last = self.times_h[-1], self.levels[-1]
        third = int(np.searchsorted(self.times_h, end_h * 2.0 / 3.0))
        if last <= 0.0:
            return self.area_until(end_h)
        rate_per_h = np.log(self.levels[third] / last) / (end_h - self.times_h[third])
        return self.area_until(end_h) + float(last / rate_per_h)

    def terminal_half_life_h(self) -> float:
        """From a straight line through the logarithms between the hours of TERMINAL_H."""
        late_h = max(0.0, self.last_dose_h - TERMINAL_H[0])
        inside = (self.times_h >= TERMINAL_H[0] + late_h) & (self.times_h <= TERMINAL_H[1] + late_h)
        slope = np.polyfit(self.times_h[inside], np.log(np.maximum(self.levels[inside], 1e-300)), 1)[0]
        return float(-np.log(2.0) / slope)


def times_grid(breaks_h: list[float], wanted_h: list[float]) -> np.ndarray:
    """Hours at which curves are computed: fine after every start or end of a dose, coarse in the tail.

    Reaches END_H after the last break, or the last of `wanted_h` (positive hours, themselves on the grid).
    """
    after = np.concatenate([np.geomspace(0.002, 2.0, 60), np.linspace(2.05, 24.0, 220), np.linspace(24.5, END_H, 60)])
    beyond = np.arange(END_H, min(max(wanted_h, default=0.0), LAST_STEP_H), STEP_H)
    return np.unique(
        np.concatenate([[0.0], *(at + np.concatenate([[0.0], after]) for at in breaks_h), beyond, wanted_h])
    )


def area_hours(metric: str) -> tuple[float, float] | None:
    """From when to when, in hours: (0, 24) for AUC24 or AUC0-24, (0, 1.5) for AUC0-90min, (0, inf) for AUC or AUCinf.

    None when the metric is no area, or one whose end it does not say, such as AUClast.
    """
    number, unit = r"(\d+(?:\.\d+)?)", rf"\s*({'|'.join(sorted(TIMES, key=len, reverse=True))})?\s*"
    words = rf"auc[\s_(\[]*(?:{number}{unit}(?:-|–|−|to)\s*)?(?:{number}{unit}|inf|infinity|∞)?[)\]]*"
    found = re.fullmatch(words, metric.strip().lower())
    if not found or (found[1] and not found[3] and "inf" not in found[0] and "∞" not in found[0]):
        return None
    end_h = float(found[3]) / TIMES[found[4] or "h"] if found[3] else float("inf")
    start_h = float(found[1] or 0.0) / TIMES[found[2] or found[4] or "h"]
    sensible = start_h < min(end_h, LONGEST_H) and (end_h <= LONGEST_H or not found[3])
    return (start_h, end_h) if sensible else None


def in_unit(value: float, unit: str, kind: str, molar_mass: float) -> tuple[float | None, str]:
    """`value` (ng/mL, ng h/mL or h) in the unit of the row, or None and the reason."""
    factor = _factor(unit, kind, molar_mass)
    if factor is None:
        return None, f"unit '{unit}' is not known for this metric; valid: {VALID[kind]}"
    return value * factor, ""


def _factor(unit: str, kind: str, molar_mass: float) -> float | None:
    """How many of `unit` make one ng/mL, ng h/mL or h; factors in any order, as in h·ng/mL or ng h mL-1."""
    plain = unit.strip().lower().replace("μ", "u").replace("µ", "u").replace("mcg", "ug")
    plain = re.sub(r"\b([nu])m\b", r"\1mol/l", plain)
    plain = re.sub(r"[\s.·⋅*×]*\b(ml|dl|l)\^?[-−]1", r"/\1", plain)
    if not re.fullmatch(r"[a-z]+(?:\s*[\s.·⋅*×/-]\s*[a-z]+)*", plain):
        return None
    parts = re.findall(r"(/?)\s*([a-z]+)", plain)
    above, below = [name for slash, name in parts if not slash], [name for slash, name in parts if slash]
    times = [TIMES[name] for name in above if name in TIMES]
    if len(times) != (kind != "level") or len(above) + len(below) != {"level": 2, "area": 3, "time": 1}[kind]:
        return None
    if kind == "time":
        return times[0]
    amounts = [{**MASSES, **{mole: n / molar_mass for mole, n in MOLES.items()}}.get(name) for name in above]
    amount = next((one for one in amounts if one is not None), None)
    if amount is None or len(below) != 1 or below[0] not in VOLUMES:
        return None
    return amount / VOLUMES[below[0]] * (times[0] if times else 1.0)
