"""Sampled people and protocols, answered by the engine and by the ODE witness; for the test and for the benchmark."""

from dataclasses import fields, is_dataclass, replace

import numpy as np

from liftspan.brain.engagement import WINDOW_H, episodes
from liftspan.mood.context import Context, Control
from liftspan.mood.scales import MADRS
from liftspan.mood_model import lift_from_context, traits_of
from liftspan.person import People
from liftspan.population import draw_people, usual_enrolment
from liftspan.posterior import Posterior, load_posterior
from liftspan.simulate import respond
from liftspan.treatment import parse_treatment
from liftspan.treatment.dose import Session
from liftspan.treatment.regimen import Regimen
from reference.witness import body_path, lift_by_sitting

INFUSION = parse_treatment("0.5 mg/kg iv ketamine over 40 min").sessions[0].doses
PROTOCOLS = {
    "bolus": parse_treatment("0.2 mg/kg iv ketamine bolus"),
    "infusions": parse_treatment("0.5 mg/kg iv ketamine over 40 min on days 0, 2"),
    "long infusion": parse_treatment("1 mg/kg iv ketamine over 6 hours"),
    "spray": parse_treatment("84 mg nasal esketamine on days 0, 3"),
    "extended release": parse_treatment("120 mg oral-extended ketamine daily for 3 days"),
    "daily": parse_treatment("50 mg oral ketamine daily for 3 days"),
    "two in ten hours": Regimen("", (Session(0.0, INFUSION), Session(10.0, INFUSION)), False, 10.0),
}
TIMES_H = np.array([0.25, 1.0, 2.0, 5.0, 12.0, 24.0, 47.0, 72.0, 168.0, 400.0])
# Of a person's peak: below it a level is compared with nothing.
FLOOR = {np.float64: 1e-6, np.float32: 1e-3}
LEAST_POINTS = 0.06  # a thousandth of the scale: at a lift of 17 severity is a millionth of a point, and nobody asks
OPEN = Context(Control.OPEN, False, False, 0.0)
POTENCY = {"spray": "potency_esketamine_nasal", "daily": "potency_ketamine_oral",
           "extended release": "potency_ketamine_oral_extended"}  # fmt: skip


def sample(count: int, seed: int) -> tuple[People, Posterior]:
    """People, and one posterior draw for all of them."""
    posterior = load_posterior()
    draw = np.random.default_rng(seed).integers(posterior.size)
    one = Posterior({name: values[draw : draw + 1] for name, values in posterior.draws.items()}, {})
    return draw_people(usual_enrolment(None, None, None), seed, 1, count), one


def witnessed(name: str, people: People, posterior: Posterior):
    """Venous S and R, lift, the largest part it adds up from, and severity, each (person, time), by ODE solvers."""
    plan, values = PROTOCOLS[name], {key: float(draws[0]) for key, draws in posterior.draws.items()}
    from_zero_h = np.concatenate([[0.0], TIMES_H])
    levels = [np.zeros((len(people), len(TIMES_H))), np.zeros((len(people), len(TIMES_H)))]
    for level, side in zip(levels, "sr", strict=True):
        if any(getattr(dose.drug, f"share_{side}") > 0.0 for one in plan.sessions for dose in one.doses):
            for i, kg in enumerate(people.weight_kg):
                level[i] = body_path(plan.sessions, people.body, side, i, kg, from_zero_h).levels["venous"][1:]
    sittings = [(one.sessions, one.starts_h, _window_end_h(one.sessions)) for one in episodes(plan)]
    drug = np.stack([
        lift_by_sitting(sittings, people.body, i, kg, TIMES_H, values) for i, kg in enumerate(people.weight_kg)
    ])  # fmt: skip
    drug = drug * values.get(POTENCY.get(name, ""), 1.0)
    around = lift_from_context(OPEN, posterior.draws, TIMES_H)
    lift, part = _lift_and_part(people, posterior, drug, around)
    start = people.observed_baseline[0][:, None]
    severity = MADRS.maximum / (1.0 + (MADRS.maximum - start) / start * np.exp(lift))
    return *levels, lift, part, severity


def answered(name: str, people: People, posterior: Posterior):
    """What `witnessed` tells, by our engine: the reference of single precision for more people than ODEs can answer."""
    found = respond(PROTOCOLS[name], OPEN, people, posterior, TIMES_H)
    zero = np.zeros_like(people.sensitivity_z)
    usual = respond(
        PROTOCOLS[name], OPEN, replace(people, sensitivity_z=zero, responsiveness_z=zero), posterior, TIMES_H
    )
    around = lift_from_context(OPEN, posterior.draws, TIMES_H)
    _, part = _lift_and_part(people, posterior, usual.lift[0] - around, around)
    return found.s_ng_per_ml, found.r_ng_per_ml, found.lift[0], part, found.severity[0]


def _lift_and_part(people: People, posterior: Posterior, drug, around) -> tuple[np.ndarray, np.ndarray]:
    """Lift, and the largest part it adds up from: a trait is 1 and a deviation, and a few cancel nearly all of it."""
    traits = traits_of(posterior.draws, people.sensitivity_z, people.responsiveness_z)
    both = ((traits.sensitivity[0][:, None], drug), (traits.responsiveness[0][:, None], around))
    part = np.max([abs(usual) * np.maximum(1.0, abs(trait - 1.0)) for trait, usual in both], axis=0)
    return sum(trait * usual for trait, usual in both), part


def _window_end_h(sessions) -> float:
    return max(one.start_h + dose.start_h + dose.duration_h for one in sessions for dose in one.doses) + WINDOW_H


def largest_errors(name: str, people: People, posterior: Posterior, want, dtype=np.float64) -> dict[str, float]:
    """In anyone: of concentration (above FLOOR of the peak), lift (beside its largest part) and severity."""
    return {what: float(one.max()) for what, one in errors(name, people, posterior, want, dtype).items()}


def errors(name: str, people: People, posterior: Posterior, want, dtype) -> dict[str, np.ndarray]:
    """The largest of each person, each (person,)."""
    draws = {key: values.astype(dtype) for key, values in posterior.draws.items()}
    found = respond(PROTOCOLS[name], OPEN, cast(people, dtype), Posterior(draws, {}), TIMES_H)
    if not all(one.dtype == dtype for one in (found.s_ng_per_ml, found.lift, found.severity)):
        raise TypeError(f"asked in {dtype}, answered in {found.lift.dtype}")
    s, r, lift, part, severity = want
    levels = [
        np.where(theirs > FLOOR[dtype] * theirs.max(axis=1, keepdims=True), abs(mine / theirs - 1.0), 0.0)
        for mine, theirs in ((found.s_ng_per_ml, s), (found.r_ng_per_ml, r))
        if theirs.any()
    ]
    by_time = {
        "concentration": np.max(levels, axis=0),
        "lift": abs(found.lift[0] - lift) / part,
        "severity": abs(found.severity[0] - severity) / np.maximum(severity, LEAST_POINTS),
    }
    return {what: one.max(axis=1) for what, one in by_time.items()}


def cast(record, dtype):
    """A record whose arrays have this precision; plain numbers stay."""
    if is_dataclass(record):
        return type(record)(*(cast(getattr(record, field.name), dtype) for field in fields(record)))
    if isinstance(record, tuple):
        return tuple(cast(one, dtype) for one in record)
    if isinstance(record, dict):
        return {name: cast(one, dtype) for name, one in record.items()}
    return record.astype(dtype) if isinstance(record, np.ndarray) else record
