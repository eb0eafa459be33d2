"""From a treatment to lift by plain loops, from the equations of docs/model.md: slow and obvious."""

from itertools import pairwise
from math import exp

import numpy as np

from liftspan.body.concentration import Analyte, Matrix, concentration

SLOW_VALUES = (
    {"ec50_ng_per_ml": 100.0, "hill": 1.5, "s_over_r": 2.4, "lift_per_h": 0.7, "rise_per_h": 0.6, "fast_share": 0.7,
     "fast_fade_per_h": 0.025, "middle_fade_per_h": 0.003, "sensitivity_spread": 0.9, "responsiveness_spread": 0.7,
     "trait_correlation": 0.3, "trial_drug": 0.3, "trial_context": 0.2, "trial_time": 0.1, "contact": 0.8},
    {"ec50_ng_per_ml": 80.0, "hill": 1.8, "s_over_r": 1.5, "lift_per_h": 0.5, "rise_per_h": 1.2, "fast_share": 0.5,
     "fast_fade_per_h": 0.04, "middle_fade_per_h": 0.002, "sensitivity_spread": 0.6, "responsiveness_spread": 0.4,
     "trait_correlation": -0.2, "trial_drug": 0.2, "trial_context": 0.3, "trial_time": 0.05, "contact": 0.4},
)  # fmt: skip


def integral(values, grid):
    return float(np.trapezoid(values, grid))


def fine_grid(regimen, end_h):
    """Steps of 0.005 h for 12 h after each start or end of a dose, then of 0.1 h."""
    starts = {s.start_h + d.start_h + part for s in regimen.sessions for d in s.doses for part in (0.0, d.duration_h)}
    breaks = sorted({0.0, end_h, *starts, *(start + 12.0 for start in starts)})
    pieces = []
    for a, b in pairwise(breaks):
        step = 0.005 if any(start <= a < start + 12.0 for start in starts) else 0.1
        pieces.append(np.linspace(a, b, max(int((b - a) / step), 2), endpoint=False))
    return np.concatenate([*pieces, [end_h]])


def slow_levels(regimen, people, grid):
    """Effect-site S and R of each person; sessions one by one, as they come."""
    return [
        concentration(
            regimen, people.body, people.weight_kg, grid, enantiomer=one, analyte=Analyte.KETAMINE,
            matrix=Matrix.EFFECT_SITE,
        )
        for one in ("s", "r")
    ]  # fmt: skip


def slow_drug_lift(levels, grid, person, value, time_h):
    """Engagement of this person times the kernel, integrated from the first session to this time."""
    upto = grid <= time_h
    s, r = (level[person][upto] for level in levels)
    drive = np.maximum((s + r / value["s_over_r"]) / value["ec50_ng_per_ml"], 0.0) ** value["hill"]
    engaged = drive / (1.0 + drive)
    since = time_h - grid[upto]
    left = value["fast_share"] * np.exp(-value["fast_fade_per_h"] * since)
    left = left + (1.0 - value["fast_share"]) * np.exp(-value["middle_fade_per_h"] * since)
    kernel = value["lift_per_h"] * (left - np.exp(-value["rise_per_h"] * since))
    return integral(engaged * kernel, grid[upto])


def slow_context_lift(context, value, time_h):
    rate = value["expectancy_rise_per_h"]
    kept = value["expectancy_kept"] + (1 - value["expectancy_kept"]) * exp(-value["expectancy_fade_per_h"] * time_h)
    total = value[f"expectancy_{context.control.value}"] * (1.0 - exp(-rate * time_h)) * kept
    until_h = context.last_visit_h + 168.0
    x = value["contact_rise_per_h"] * min(time_h, until_h)
    total += value["contact"] * (1 - (1 + x) * exp(-x)) * exp(-value["contact_rise_per_h"] * max(time_h - until_h, 0.0))
    if context.new_antidepressant:
        x = value["antidepressant_rise_per_h"] * time_h
        total += value["antidepressant"] * (1 - (1 + x) * exp(-x))
    if context.inpatient:
        total += value["crisis"] * (1 - exp(-value["crisis_rise_per_h"] * time_h))
    return total


def slow_illness_variance(time_h, constant_h=90 * 24.0):
    """Share of its final variance that white noise through two stages has after a time: an integral by trapezoids."""
    back = np.linspace(0.0, time_h, 4001) / constant_h
    return 4.0 * float(np.trapezoid((back * np.exp(-back)) ** 2, back))
