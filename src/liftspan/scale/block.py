"""One block of people: drawn, treated and rated by the same calls that answer for one person."""

from dataclasses import dataclass

import numpy as np

from liftspan.body.absorption import is_nothing, way_of
from liftspan.body.concentration import Matrix, ketamine_stores
from liftspan.how_fast.spans import Responses, in_response, responses_of
from liftspan.mood.scales import MADRS
from liftspan.mood_model import traits_of
from liftspan.person import People
from liftspan.population import GivenPeople, draw_people, given_people
from liftspan.posterior import Posterior, load_posterior
from liftspan.scale.columns import COURSE, people_columns, routes_of, way_name
from liftspan.scale.plan import Plan, block_seed, draw_of_block, people_of
from liftspan.scale.sums import BlockSums, sums_of
from liftspan.simulate import Course, simulate
from liftspan.units import HOURS_PER_DAY


@dataclass(frozen=True)
class Block:
    """What is written of a block: columns by name, shape (person,) or (person x time,), and what it adds up to."""

    people: dict[str, np.ndarray]
    course: dict[str, np.ndarray] | None
    sums: BlockSums


def simulate_block(plan: Plan, block: int) -> Block:
    """All of a block is computed, so that nobody depends on how many people follow; those beyond the end are cut."""
    seed = block_seed(plan.seed, block)
    whole = load_posterior()
    draw = draw_of_block(plan.seed, block, whole.size)
    posterior = Posterior({name: values[draw : draw + 1] for name, values in whole.draws.items()}, whole.manifest)
    first = block * plan.block_size
    if plan.given is None:
        enrolment, who = plan.enrolment, draw_people(plan.enrolment, seed, 1, plan.block_size)
    else:
        who, enrolment = given_people(_copies(plan.given, first, plan.block_size), seed, 1)
    question = plan.question
    course = simulate(question.regimen, question.context, who, enrolment, posterior, plan.times_h, seed=seed)
    kept = slice(0, people_of(plan, block))
    seen = Course(course.times_h, course.score[:, kept], course.observed_baseline[:, kept])
    responses = responses_of(seen.at(plan.visits_h))
    count = seen.score.shape[1]
    keys = {"study": np.full(count, block), "sim": np.full(count, draw), "id": first + np.arange(count)}
    if plan.given is not None:
        keys["person_of_file"] = keys["id"] % len(plan.given.weight_kg)
    values = keys | _parameters(plan, who, posterior, kept) | _outcomes(plan, seen, responses)
    return Block(
        people={
            column.name: values[column.name] for column in people_columns(question.regimen, plan.given is not None)
        },
        course=_course(plan, who, seen, keys, kept) if plan.courses else None,
        sums=sums_of(seen, responses, plan.visits_h),
    )


def _copies(given: GivenPeople, first: int, count: int) -> GivenPeople:
    which = (first + np.arange(count)) % len(given.weight_kg)
    return GivenPeople(given.weight_kg[which], given.age_y[which], given.baseline[which])


def _parameters(plan: Plan, who: People, posterior: Posterior, kept: slice) -> dict[str, np.ndarray]:
    traits = traits_of(posterior.draws, who.sensitivity_z, who.responsiveness_z)
    values = {
        "weight_kg": who.weight_kg,
        "age_y": who.age_y,
        "clearance_s_l_per_h": who.body.s.clearance_l_per_h,
        "arterial_central_l": who.body.arterial_volumes_l[0],
        "effect_site_rate_per_h": who.body.effect_site_rate_per_h,
        "sensitivity": traits.sensitivity[0],
        "responsiveness": traits.responsiveness[0],
    }
    doses = [dose for session in plan.question.regimen.sessions for dose in session.doses]
    for route in routes_of(plan.question.regimen):
        way = way_of(next(dose for dose in doses if dose.route is route), who.body, again=False)
        direct = not is_nothing(way.direct_share)
        values[f"{way_name(route)}_direct_share"] = way.direct_share
        values[f"{way_name(route)}_rate_per_h"] = way.direct_rate_per_h if direct else way.swallowed_rate_per_h
    return {name: np.broadcast_to(value, who.weight_kg.shape)[kept] for name, value in values.items()}


def _outcomes(plan: Plan, seen: Course, responses: Responses) -> dict[str, np.ndarray]:
    readout = int(np.searchsorted(plan.times_h, plan.readout_h))
    visits_d = plan.visits_h / HOURS_PER_DAY
    return {
        "baseline_madrs": seen.observed_baseline[0],
        "readout_madrs": seen.score[0, :, readout] + 0.0,
        "response": in_response(seen)[0, :, readout],
        "remission": seen.score[0, :, readout] <= MADRS.remission_at_most,
        "time_to_response_d": np.where(responses.ever[0], visits_d[responses.begin[0]], np.nan),
        "time_to_relapse_d": np.where(responses.lost[0], visits_d[responses.end[0]], np.nan),
    }


def _course(plan: Plan, who: People, seen: Course, keys: dict, kept: slice) -> dict[str, np.ndarray]:
    """The start and every time that was simulated, person by person."""
    times_h = np.concatenate([[0.0], plan.times_h])
    ketamine = _ketamine_ng_per_ml(plan, who, times_h)
    count, rows = seen.score.shape[1], len(times_h)
    scores = np.concatenate([seen.observed_baseline[0][:, None], seen.score[0]], axis=1)
    values = {
        **{name: np.repeat(keys[name], rows) for name in ("study", "sim", "id")},
        "time_h": np.tile(times_h, count),
        "ketamine_ng_per_ml": np.broadcast_to(ketamine, (len(who), rows))[kept].ravel(),
        "madrs": scores.ravel() + 0.0,  # a score that was rounded up to zero has no sign
    }
    return {column.name: values[column.name] for column in COURSE}


def _ketamine_ng_per_ml(plan: Plan, who: People, times_h: np.ndarray) -> np.ndarray:
    """S- and R-ketamine in venous plasma, (person, time)."""
    s, r = ketamine_stores(plan.question.regimen.sessions, who.body, who.weight_kg, Matrix.VENOUS)
    return s.levels(times_h) + r.levels(times_h)
