"""The level of a person: paths against slow versions of the same process, and the whole against `simulate`."""

import numpy as np
import pytest

from forecast.made_up import draw_members
from liftspan.forecast.ahead import crowd_of, look_ahead
from liftspan.forecast.condition import learn
from liftspan.forecast.latent import fluctuation_covariance, illness_covariance
from liftspan.forecast.members import lifts_of
from liftspan.forecast.scales import SCALES
from liftspan.forecast.straight import Seen
from liftspan.mood.context import Context, Control
from liftspan.mood_model import drug_lift
from liftspan.parameters import FLUCTUATION_DAYS, INSTABILITY_DAYS
from liftspan.population import draw_people, usual_enrolment
from liftspan.posterior import load_posterior
from liftspan.simulate import simulate, sittings_of
from liftspan.treatment import parse_treatment

REGIMEN = parse_treatment("0.5 mg/kg iv ketamine over 40 min, twice weekly for 2 weeks")
CONTEXT = Context(Control.OPEN, False, False, REGIMEN.end_h)
TIMES_H = 24.0 * np.array([1.0, 3.0, 7.0, 14.0, 28.0, 56.0])
NOTHING = Seen(np.zeros(0), np.zeros(0), np.zeros(0), np.zeros(0, dtype=int), (SCALES["MADRS"],))


def test_fluctuation_is_that_of_a_stationary_process_given_day_0():
    times_h = np.array([-120.0, -24.0, 48.0, 400.0])
    every_h = np.append(times_h, 0.0)
    stationary = np.exp(-np.abs(every_h[:, None] - every_h) / (24.0 * FLUCTUATION_DAYS))
    given = stationary[:4, :4] - np.outer(stationary[:4, 4], stationary[:4, 4])  # normal algebra, the last one known
    assert fluctuation_covariance(times_h, times_h) == pytest.approx(given, abs=1e-12)


def test_the_course_of_illness_is_white_noise_through_two_equal_stages():
    # A slow obvious version: two Euler stages of one day over many days, covariance propagated step by step.
    steps_per_unit = 400
    step = 1.0 / steps_per_unit
    forward = np.array([[1.0 - step, 0.0], [step, 1.0 - step]])
    noise = np.array([[4.0 * step, 0.0], [0.0, 0.0]])
    state, at = np.zeros((2, 2)), {}
    for k in range(1, 2 * steps_per_unit + 1):
        state = forward @ state @ forward.T + noise
        at[k] = state.copy()
    early, late = steps_per_unit, 2 * steps_per_unit
    between = np.linalg.matrix_power(forward, late - early) @ at[early]
    times_h = 24.0 * INSTABILITY_DAYS * np.array([1.0, 2.0])
    found = illness_covariance(times_h, times_h)
    slow = [[at[early][1, 1], between[1, 1]], [between[1, 1], at[late][1, 1]]]
    assert found == pytest.approx(np.array(slow), rel=0.01)
    assert illness_covariance(np.array([-48.0]), times_h) == pytest.approx(np.zeros((1, 2)))


def test_lift_of_each_member_is_the_diagonal_of_everyone_with_everyone():
    members = draw_members(load_posterior(), 80.0, 50.0, 33.0, 12, seed=3)
    (sitting,) = sittings_of(REGIMEN, members.people)
    everyone = drug_lift(sitting.episode, sitting.levels(slice(None), 12), members.values, TIMES_H, np.ones(12))
    plain = np.diagonal(everyone, axis1=0, axis2=1).T
    found = lifts_of(members, REGIMEN, CONTEXT, TIMES_H).drug
    shift = (members.values["trial_drug"] * members.tail * members.drug_z)[:, None]
    assert found == pytest.approx(plain + shift * plain / (plain + 0.1), rel=1e-9)


def test_people_before_any_score_are_those_of_simulate():
    posterior, enrolment = load_posterior(), usual_enrolment(74.0, 45.0, 34.0)
    people = draw_people(enrolment, 5, posterior.size, 60)
    course = simulate(REGIMEN, CONTEXT, people, enrolment, posterior, TIMES_H, seed=5).score.reshape(-1, len(TIMES_H))
    members = draw_members(posterior, 74.0, 45.0, 34.0, 1500, seed=1)
    crowd = crowd_of(learn(members, REGIMEN, CONTEXT, NOTHING, TIMES_H, 20, 1), 30_000, 1)
    ahead = look_ahead(crowd, REGIMEN, CONTEXT, SCALES["MADRS"]).score
    # 1,500 clinics against 500 of them: the mean of groups has an SD of 4 points, so its standard error is 0.2.
    assert ahead.mean(axis=0) == pytest.approx(course.mean(axis=0), abs=0.7)
    assert ahead.std(axis=0) == pytest.approx(course.std(axis=0), rel=0.05)
    assert np.corrcoef(ahead.T) == pytest.approx(np.corrcoef(course.T), abs=0.05)
