"""Expected values of published numbers: a session's drive in people, then means and rates, smooth in the parameters."""

from dataclasses import dataclass
from functools import cache
from statistics import NormalDist

import numpy as np

from liftspan.acute.effects import drive, event_probability, habituated, rise, saturating, with_placebo
from liftspan.acute.normal import normal_cdf
from liftspan.acute.parameters import (
    DIASTOLIC_BEFORE_SD,
    HABITUATES_UNTIL,
    HABITUATING,
    NOISE_SPREAD,
    OLDER_SYSTOLIC,
    OLDER_Y,
    READINGS_MIN,
    SESSIONS_OF_RATES,
    SYSTOLIC_BEFORE_SD,
    UNCONSCIOUS,
)
from liftspan.body.concentration import effect_site_levels
from liftspan.frozen import frozen, frozen_record
from liftspan.population import draw_people, usual_enrolment
from liftspan.session.observations import AcuteRow
from liftspan.treatment import parse_treatment
from liftspan.treatment.dose import Session
from liftspan.units import MINUTES_PER_HOUR

PEOPLE, SEED, OLDER_AGE_Y = 150, 1, 70.0
MINUTES = np.unique(np.concatenate([np.arange(0.0, 121.0, 5.0), np.arange(135.0, 241.0, 15.0)]))
AFTER = np.searchsorted(MINUTES, READINGS_MIN)
CADSS_PRESENT = 4.0  # the programme counts dissociation as present above this many points
NODES, WEIGHTS = np.polynomial.hermite_e.hermegauss(9)
WEIGHTS = WEIGHTS / WEIGHTS.sum()
# limit, mmHg; whether it is of the pressure itself or of its rise. The published categories, not rules of care.
PRESSURE_EVENTS = {
    "systolic_180": (("systolic", 180.0, True),),
    "systolic_rise_40": (("systolic", 40.0, False),),
    "diastolic_110": (("diastolic", 110.0, True),),
    "diastolic_rise_25": (("diastolic", 25.0, False),),
    "rise_40_or_25": (("systolic", 40.0, False), ("diastolic", 25.0, False)),
    "systolic_180_or_diastolic_110": (("systolic", 180.0, True), ("diastolic", 110.0, True)),
}


@dataclass(frozen=True)
class Levels:
    """Effect-site concentrations of people after one session, ng/mL, shape (person, time)."""

    s: np.ndarray
    r: np.ndarray
    older: bool


@cache
def deviates() -> dict[str, np.ndarray]:
    """Standard normal luck of the people, the same for every parameter so that predictions are smooth in them."""
    rng = np.random.default_rng(SEED)
    # Traits of people are spread evenly, so that 150 of them have the mean of all.
    spread = np.array([NormalDist().inv_cdf((i + 0.5) / PEOPLE) for i in range(PEOPLE)])
    luck = {name: rng.permutation(spread) for name in ("person", "noise", "before")}
    return frozen(luck | {"first": rng.standard_normal((PEOPLE, 8)), "read": rng.standard_normal((PEOPLE, 8, 4))})


def levels_of(session: Session, weight_kg: float | None, age_y: float | None, count: int, seed: int) -> Levels:
    """Levels after `session` at MINUTES in `count` virtual people."""
    people = draw_people(usual_enrolment(weight_kg, age_y, None), seed, 1, count)
    begun = Session(0.0, session.doses)
    s, r = effect_site_levels((begun,), people.body, people.weight_kg, MINUTES / MINUTES_PER_HOUR)
    return Levels(s, r, age_y is not None and age_y >= OLDER_Y)


@cache
def levels_in_words(treatment: str, older: bool) -> Levels:
    """Levels after the first session of a treatment in words, in younger or older adults."""
    session, age_y = parse_treatment(treatment).sessions[0], OLDER_AGE_Y if older else None
    return frozen_record(levels_of(session, None, age_y, PEOPLE, SEED))


def levels_of_row(row: AcuteRow) -> tuple[Levels, ...]:
    """One for each dose that the row covers, the largest last; 0.5 mg/kg over 40 min where none is said.

    28-84 mg is 56 and 84 mg in younger adults, as the label's table has it: 28 mg was a dose of people from 65 years.
    """
    if row.route == "nasal":
        low, high = (row.doses.low, row.doses.high) if row.doses else (56.0, 84.0)
        doses = [mg for mg in ((28, 56, 84) if row.older else (56, 84)) if low <= mg <= high]
        return tuple(levels_in_words(f"{mg} mg nasal esketamine", row.older) for mg in doses)
    if row.route == "SC":
        return (levels_in_words("0.75 mg/kg sc esketamine", row.older),)
    return (levels_in_words("0.5 mg/kg iv ketamine over 40 min", row.older),)


def mean_rise(levels: Levels, p: dict[str, float], kind: str, site: float = 0.0) -> np.ndarray:
    """Mean rise of systolic, diastolic or heart_rate, by time."""
    d = drive(levels.s, levels.r, p["s_over_r"])
    return np.exp(site) * p[f"{kind}_max"] * saturating(d, p["pressure_c50"]).mean(axis=0)


def _rises(levels: Levels, p: dict[str, float], kind: str) -> np.ndarray:
    """Rise of every person at the times of reading, (person, reading)."""
    d = drive(levels.s, levels.r, p["s_over_r"])[:, AFTER]
    return rise(
        d, deviates()["person"], largest=p[f"{kind}_max"], c50_ng_per_ml=p["pressure_c50"],
        person_spread=p["pressure_person_spread"],
    )  # fmt: skip


def _noise(levels: Levels, p: dict[str, float], kind: str) -> np.ndarray:
    """SD of one reading of each person, mmHg."""
    older = p["older_noise"] if levels.older else 1.0
    return p[f"{kind}_noise"] * older * np.exp(NOISE_SPREAD * deviates()["noise"])


def mean_of_maxima(levels: Levels, p: dict[str, float], kind: str, drug: bool = True, site: float = 1.0) -> float:
    """Mean over people of each one's largest measured change: noise alone gives the placebo's."""
    z, noise = deviates(), _noise(levels, p, kind)[:, None, None]
    risen = site * _rises(levels, p, kind)[:, None, :] if drug else 0.0
    return float((risen + noise * (z["read"] - z["first"][..., None])).max(axis=-1).mean())


def pressure_rate(
    levels: Levels, p: dict[str, float], name: str, sessions: int, drug: bool = True, site: float = 1.0
) -> float:
    """Share of people over a category at least once in `sessions`; pressure does not habituate.

    `site` is the factor of a clinic on every rise.
    """
    z, spared = deviates(), 1.0
    first = z["first"][:, np.arange(sessions) % 8]
    for kind, limit, absolute in PRESSURE_EVENTS[name]:
        noise = _noise(levels, p, kind)
        risen = site * _rises(levels, p, kind)[:, None, :] if drug else np.zeros((PEOPLE, 1, len(READINGS_MIN)))
        sd = SYSTOLIC_BEFORE_SD if kind == "systolic" else DIASTOLIC_BEFORE_SD
        usual = (
            p[f"{kind}_before"] + (OLDER_SYSTOLIC if levels.older and kind == "systolic" else 0.0) + sd * z["before"]
        )
        # Each session is a new chance to pass a limit, of the pressure itself as of its rise.
        room = np.broadcast_to(limit - usual[:, None], first.shape) if absolute else limit + noise[:, None] * first
        spared = spared * normal_cdf((room[..., None] - risen) / noise[:, None, None]).prod(axis=(1, 2))
    return float(1.0 - np.mean(spared))


def event_rate(levels: Levels, p: dict[str, float], name: str, sessions: int) -> float:
    """Share of people with an event at least once in `sessions`, placebo's share of it included."""
    peak = drive(levels.s, levels.r, p["s_over_r"]).max(axis=1)[:, None, None]
    if name == "cadss_above_4":
        share = saturating(peak, p["cadss_c50"], p["cadss_hill"])
        # log(points) - log(CADSS_PRESENT) takes the place of log(concentration) - log(threshold).
        strength, c50, spread, lasting = p["cadss_max"] * share, CADSS_PRESENT, p["cadss_spread"], True
        placebo = p["cadss_placebo"]
    else:
        strength, c50, spread = peak, p[f"c50_{name}"], p[spread_of(name)]
        lasting, placebo = name in HABITUATING, p[f"placebo_{name}"]
    lag = habituated(p["habituation"] if lasting else 0.0, np.arange(sessions), HABITUATES_UNTIL)
    each = event_probability(
        strength, NODES[:, None], c50_ng_per_ml=c50, spread=spread, person_share=p["threshold_person"], lag=lag
    )
    ever = 1.0 - (1.0 - each).prod(axis=-1)
    return with_placebo(float((ever @ WEIGHTS).mean()), placebo_in(placebo, sessions))


def spread_of(name: str) -> str:
    """The parameter that says how far people differ in the threshold of an event."""
    return "unconscious_spread" if name == UNCONSCIOUS else "threshold_spread"


def placebo_in(four_weeks: float, sessions: int) -> float:
    """A placebo rate of four weeks (eight sessions) as the rate of `sessions`."""
    return 1.0 - (1.0 - four_weeks) ** (sessions / SESSIONS_OF_RATES)


def rate(levels: Levels, p: dict[str, float], name: str, sessions: int, site: float = 0.0) -> float:
    """Either kind of rate, 0..1; `site` is the log factor of a clinic on rises of pressure."""
    if name in PRESSURE_EVENTS:
        return pressure_rate(levels, p, name, sessions, site=float(np.exp(site)))
    return event_rate(levels, p, name, sessions)


def placebo_rate(levels: Levels, p: dict[str, float], name: str, sessions: int) -> float:
    """The same without drug."""
    if name in PRESSURE_EVENTS:
        return pressure_rate(levels, p, name, sessions, drug=False)
    return placebo_in(p["cadss_placebo" if name == "cadss_above_4" else f"placebo_{name}"], sessions)


def said_of(
    row: AcuteRow, levels: tuple[Levels, ...], p: dict[str, float], site: float = 0.0
) -> tuple[float, float | None]:
    """What a published number should be, and the one printed beside it: its placebo, or the SD of a mean CADSS.

    In the units of the table: per cent, mmHg, points, minutes. A number that covers several doses is their mean.
    `site` is the log factor of a clinic on every rise of pressure.
    """
    kind, _, name = row.quantity.partition(":")

    def over(what) -> float:
        return float(np.mean([what(one) for one in levels]))

    if kind == "rate":
        placebo = 100.0 * over(lambda one: placebo_rate(one, p, name, row.sessions))
        return 100.0 * over(lambda one: rate(one, p, name, row.sessions, site)), placebo
    if kind == "peak" and row.placebo is not None:
        quiet = over(lambda one: mean_of_maxima(one, p, name, drug=False))
        return over(lambda one: mean_of_maxima(one, p, name, site=float(np.exp(site)))), quiet
    if kind == "peak":
        return over(lambda one: mean_rise(one, p, name, site).max()), None
    if kind == "cadss_mean":
        return cadss_moments(levels[0], p)
    if kind == "cadss_over":
        # Said of all doses that the row covers, so it holds for the largest of them too.
        return float(np.interp(float(name), MINUTES, cadss_course(levels[-1], p))), None
    if kind == "time":
        return over(lambda one: MINUTES[course_of(one, p, name).argmax()]), None
    return 100.0 * over(lambda one: _ready_at(one, p, kind, float(name))), None


def _ready_at(levels: Levels, p: dict[str, float], kind: str, minutes: float) -> float:
    """Share judged ready at a time, or more than at 90 minutes."""
    ready = 1.0 - not_ready(levels, p)
    at = float(np.interp(minutes, MINUTES, ready))
    return at - float(np.interp(90.0, MINUTES, ready)) if kind == "ready_more" else at


def course_of(levels: Levels, p: dict[str, float], name: str) -> np.ndarray:
    """The mean course whose peak is meant: "systolic_peak", "cadss_peak" or "sedation_peak"."""
    if name == "systolic_peak":
        return mean_rise(levels, p, "systolic")
    return cadss_course(levels, p) if name == "cadss_peak" else sedated(levels, p)


def cadss_course(levels: Levels, p: dict[str, float]) -> np.ndarray:
    """Mean CADSS by time."""
    d = drive(levels.s, levels.r, p["s_over_r"])
    share = saturating(d, p["cadss_c50"], p["cadss_hill"]).mean(axis=0)
    return p["cadss_max"] * np.exp(0.5 * p["cadss_spread"] ** 2) * share


def cadss_moments(levels: Levels, p: dict[str, float]) -> tuple[float, float]:
    """Mean and SD of CADSS between people, at the time of the largest mean."""
    d = drive(levels.s, levels.r, p["s_over_r"])
    at = d.mean(axis=0).argmax()
    share = saturating(d[:, at], p["cadss_c50"], p["cadss_hill"])
    points = p["cadss_max"] * share[:, None] * np.exp(p["cadss_spread"] * NODES)
    mean = float((points @ WEIGHTS).mean())
    return mean, float(np.sqrt(((points**2) @ WEIGHTS).mean() - mean**2))


def sedated(levels: Levels, p: dict[str, float]) -> np.ndarray:
    """Share of people with MOAA/S below 5 at each time, placebo left out."""
    return _above(levels, p, p["c50_moaas_below_5"])


def not_ready(levels: Levels, p: dict[str, float]) -> np.ndarray:
    """Share of people whom a trial would not judge ready to leave at each time: a threshold of its own.

    It says nothing of why: the published shares name no reason.
    """
    return _above(levels, p, p["c50_moaas_below_5"] * p["ready_over_sedation"])


def _above(levels: Levels, p: dict[str, float], c50_ng_per_ml: float) -> np.ndarray:
    """Share of people above a threshold of that median at each time."""
    d = drive(levels.s, levels.r, p["s_over_r"])[..., None]
    each = event_probability(
        d, NODES, c50_ng_per_ml=c50_ng_per_ml, spread=p["threshold_spread"], person_share=p["threshold_person"], lag=0.0
    )
    return (each @ WEIGHTS).mean(axis=0)
