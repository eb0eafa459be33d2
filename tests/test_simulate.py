"""From a treatment to scores: a slow and obvious version, and what must hold whatever the numbers are."""

from dataclasses import replace
from math import exp, sqrt

import numpy as np
import pytest

import liftspan.population
import liftspan.simulate
from liftspan.arrays import use_jax_64_bit
from liftspan.body.concentration import Analyte, Matrix, concentration
from liftspan.errors import InvalidInput
from liftspan.mood.context import Context, Control
from liftspan.parameters import MOOD_TABLE, USUAL_BASELINE_SD
from liftspan.population import Enrolment, before_selection, draw_people, usual_enrolment
from liftspan.posterior import Posterior, load_posterior
from liftspan.simulate import new_trial, respond, simulate
from liftspan.treatment import parse_treatment
from liftspan.treatment.dose import Dose, Session
from liftspan.treatment.drug import Drug
from liftspan.treatment.regimen import Regimen
from liftspan.treatment.route import Route
from reference.slow import (
    SLOW_VALUES,
    fine_grid,
    integral,
    slow_context_lift,
    slow_drug_lift,
    slow_illness_variance,
    slow_levels,
)

OPEN = Context(Control.OPEN, False, False, 0.0)
OF_TRIALS = ("trial_context", "trial_drug", "trial_early", "trial_time", "trial_course")
DRIFT = ("fluctuation_logit", "instability_logit")
SMALL_DEVIATIONS = ("trial_early", "trial_time", "trial_course", "instability_logit")
USUAL = usual_enrolment(None, None, None)
VISITS_H = np.array([2.0, 24.0, 72.0, 168.0, 648.0])
NO_DRUG = parse_treatment("placebo visits once")


def one_infusion(mg_per_kg):
    return parse_treatment(f"{mg_per_kg} mg/kg iv ketamine over 40 min, once")


def posterior_of(draws=1, **changed):
    """The centres of the priors, the same in every draw, with some of them changed."""
    values = {prior.name: prior.centre for prior in MOOD_TABLE} | changed
    return Posterior({name: np.full(draws, float(value)) for name, value in values.items()}, {})


@pytest.fixture
def without_rating_noise(monkeypatch):
    for module in (liftspan.simulate, liftspan.population):
        monkeypatch.setattr(module, "RATING_NOISE_POINTS", 0.0)


def test_scores_are_whole_numbers_of_the_scale():
    posterior = load_posterior().first(40)
    people = draw_people(usual_enrolment(None, None, 9.0), 1, 40, 50)
    for regimen in (one_infusion(0.5), NO_DRUG):
        score = simulate(regimen, OPEN, people, USUAL, posterior, VISITS_H, seed=1).score
        assert score.shape == (40, 50, 5)
        assert np.all(score == np.round(score))
        assert score.min() >= 0.0
        assert score.max() <= 60.0


def test_the_same_seed_gives_the_same_answer_and_another_seed_another():
    posterior = load_posterior().first(10)
    first, again, other = (
        simulate(one_infusion(0.5), OPEN, draw_people(USUAL, seed, 10, 20), USUAL, posterior, VISITS_H, seed=seed).score
        for seed in (1, 1, 2)
    )
    assert np.array_equal(first, again)
    assert not np.array_equal(first, other)


def test_draws_are_the_same_however_many_are_simulated_together(monkeypatch):
    posterior, people = load_posterior().first(12), draw_people(USUAL, 1, 12, 10)
    together = simulate(one_infusion(0.5), OPEN, people, USUAL, posterior, VISITS_H, seed=1).score
    monkeypatch.setattr(liftspan.simulate, "DRAWS_AT_ONCE", 5)
    in_parts = simulate(one_infusion(0.5), OPEN, people, USUAL, posterior, VISITS_H, seed=1).score
    # Sums run in another order, so a score at the edge of rounding may step by one point: one in a thousand at most.
    assert np.mean(together != in_parts) <= 1e-3


def test_more_dose_is_more_lift():
    posterior, people = load_posterior().first(60), draw_people(USUAL, 3, 60, 60)
    change = [
        simulate(one_infusion(dose), OPEN, people, USUAL, posterior, VISITS_H, seed=3).change.mean(axis=(0, 1))
        for dose in (0.2, 0.5, 1.0)
    ]
    # The same people and luck: the means fall at every visit.
    assert np.all(change[1] < change[0])
    assert np.all(change[2] < change[1])


def test_without_drug_the_potency_and_the_spread_of_sensitivity_do_not_matter():
    people = draw_people(USUAL, 2, 8, 30)
    scores = [
        simulate(NO_DRUG, OPEN, people, USUAL, posterior_of(8, **changed), VISITS_H, seed=2).score
        for changed in ({}, {"lift_per_h": 9.0, "sensitivity_spread": 3.0, "trial_drug": 2.0, "hill": 3.0})
    ]
    assert np.array_equal(*scores)


def test_without_drug_and_without_spreads_everyone_follows_the_context(without_rating_noise):
    quiet = dict.fromkeys(("responsiveness_spread", "sensitivity_spread", "fluctuation_logit"), 0.0)
    quiet |= dict.fromkeys((*OF_TRIALS, "instability_logit", "expectancy_open", "contact"), 0.0)
    # A new antidepressant alone: 0.5 logit x (1 - (1 + x) e^-x), x = 0.006 h^-1 x 1e5 h: all of it. From 30 of 60:
    # 60 / (1 + e^0.5) = 22.65, which is written down as 23.
    people = draw_people(usual_enrolment(None, None, 30.0), 1, 3, 20)
    medicated = replace(OPEN, new_antidepressant=True)
    found = simulate(NO_DRUG, medicated, people, USUAL, posterior_of(3, **quiet), np.array([1e5]), seed=1)
    assert np.all(found.score == 23.0)
    # With nothing at all they stay where they were.
    still = simulate(NO_DRUG, OPEN, people, USUAL, posterior_of(3, **quiet), VISITS_H, seed=1)
    assert np.all(still.score == 30.0)
    assert np.all(still.change == 0.0)


def test_placebo_is_a_treatment_without_drug():
    posterior, people = load_posterior().first(10), draw_people(USUAL, 1, 10, 20)
    nothing = Regimen("nothing", (), False, 0.0)
    scores = [simulate(plan, OPEN, people, USUAL, posterior, VISITS_H, seed=1).score for plan in (NO_DRUG, nothing)]
    assert np.array_equal(*scores)


def test_a_drug_that_acts_on_nobody_is_placebo():
    people = draw_people(USUAL, 4, 6, 40)
    inert = posterior_of(6, lift_per_h=1e-30, trial_drug=0.0)
    scores = [
        simulate(plan, OPEN, people, USUAL, inert, VISITS_H, seed=4).score for plan in (NO_DRUG, one_infusion(0.5))
    ]
    assert np.array_equal(*scores)


def test_a_rating_before_the_first_session_is_not_moved_by_the_trial_or_the_drug(without_rating_noise):
    quiet = dict.fromkeys((*DRIFT, "trial_time", "trial_early", "trial_course"), 0.0)
    people = draw_people(usual_enrolment(None, None, 33.0), 1, 5, 20)
    found = simulate(one_infusion(0.5), OPEN, people, USUAL, posterior_of(5, **quiet), np.array([0.0, 24.0]), seed=1)
    assert np.all(found.score[..., 0] == 33.0)
    assert np.any(found.score[..., 1] != 33.0)


def test_trials_differ_and_people_of_a_trial_share_its_deviation(without_rating_noise):
    quiet = dict.fromkeys(
        (*DRIFT, "responsiveness_spread", "trial_early", "trial_time", "trial_drug", "trial_course"), 0.0
    )
    quiet |= {"expectancy_open": 1e-9, "contact": 1e-9, "trial_context": 0.5}
    draws = 400
    people = draw_people(usual_enrolment(None, None, 30.0), 1, draws, 3)
    found = simulate(NO_DRUG, OPEN, people, USUAL, posterior_of(draws, **quiet), np.array([24.0]), seed=1)
    score = found.score[..., 0]
    assert np.all(score == score[:, :1])
    # SD 0.5 logit from 30 of 60: a slope of 15 points per logit, less what the bend takes (a few percent).
    assert score[:, 0].std() == pytest.approx(7.5, abs=0.4 + 4 * 7.5 / sqrt(2 * draws))


def test_noise_of_ratings_is_what_it_is_said_to_be():
    quiet = dict.fromkeys(
        (*DRIFT, "responsiveness_spread", "trial_early", "trial_time", "trial_context", "trial_course"), 0.0
    )
    quiet |= {"expectancy_open": 0.0, "contact": 0.0}
    people = replace(draw_people(usual_enrolment(None, None, 30.0), 1, 50, 200), baseline_z=np.zeros((50, 200)))
    score = simulate(NO_DRUG, OPEN, people, USUAL, posterior_of(50, **quiet), VISITS_H, seed=1).score
    # SD 2.5 points of one rating, and 1/12 of variance from whole numbers.
    assert score.std() == pytest.approx(sqrt(2.5**2 + 1 / 12), abs=4 * 2.5 / sqrt(2 * score.size))


def test_a_person_fluctuates_around_a_usual_level_and_forgets_slowly(without_rating_noise):
    quiet = dict.fromkeys((*OF_TRIALS, "responsiveness_spread", "instability_logit", "expectancy_open"), 0.0)
    quiet |= {"contact": 0.0, "fluctuation_logit": 0.4}
    draws, count = 30, 400
    people = draw_people(usual_enrolment(None, None, 30.0), 1, draws, count)
    times_h = np.array([24.0, 24.0 + 14 * 24.0, 24.0 + 200 * 24.0])
    score = simulate(NO_DRUG, OPEN, people, USUAL, posterior_of(draws, **quiet), times_h, seed=1).score
    logit = np.log(np.clip(score, 0.5, 59.5) / (60.0 - np.clip(score, 0.5, 59.5)))
    # By hand, variances in logits^2 with sd 0.4. Day 0 given a severity of 30: sd^2 (1 - share), share being
    # (0.4 x 15 points)^2 over the variance before selection. Then v <- k^2 v + (1 - k^2) sd^2 with k = e^-(lag / 14 d),
    # and a difference holds (1 - k)^2 v of the level before it and (1 - k^2) sd^2 that is new.
    variance = 0.16 * (1.0 - (0.4 * 15.0) ** 2 / before_selection(34.8, USUAL_BASELINE_SD)[1] ** 2)
    moved = np.moveaxis(np.diff(logit, axis=-1), -1, 0)
    for lag_d, difference in ((1.0, None), (14.0, moved[0]), (200.0, moved[1])):
        kept = exp(-lag_d / 14.0)
        expected = (1.0 - kept) ** 2 * variance + (1.0 - kept**2) * 0.16
        variance = kept**2 * variance + (1.0 - kept**2) * 0.16
        # 4 / sqrt(2 x 12,000) = 2.6 %, and whole points add up to 0.5 %.
        assert difference is None or difference.std() == pytest.approx(sqrt(expected), rel=0.031), lag_d


def test_the_course_of_illness_starts_at_rest_spreads_over_months_and_is_remembered(without_rating_noise):
    quiet = dict.fromkeys((*OF_TRIALS, "responsiveness_spread", "fluctuation_logit", "expectancy_open", "contact"), 0.0)
    draws, count, sd = 30, 400, 0.8
    people = draw_people(usual_enrolment(None, None, 30.0), 1, draws, count)
    times_h = 24.0 * np.array([28.0, 31.5, 182.0, 182.0 + 1500.0])
    score = simulate(
        NO_DRUG, OPEN, people, USUAL, posterior_of(draws, **quiet, instability_logit=sd), times_h, seed=1
    ).score
    logit = np.log(np.clip(score, 0.5, 59.5) / (60.0 - np.clip(score, 0.5, 59.5)))
    for i, time_h in enumerate(times_h):
        # 4 / sqrt(2 x 12,000) = 2.6 %; whole points add 0.29 of 15 points per logit, and knots are a week apart.
        expected = sqrt(sd**2 * slow_illness_variance(time_h) + (0.29 / 15.0) ** 2)
        assert logit[..., i].std() == pytest.approx(expected, rel=0.04), time_h
    # Days later a person is where the person was; after four years nothing is left of it.
    assert np.corrcoef(logit[..., 0].ravel(), logit[..., 1].ravel())[0, 1] > 0.95
    assert abs(np.corrcoef(logit[..., 2].ravel(), logit[..., 3].ravel())[0, 1]) < 4 / sqrt(draws * count)


def test_baselines_that_differ_by_draw_are_those_of_each_draw():
    means, sds = np.array([[25.0], [40.0]]), np.array([[4.0], [8.0]])
    people = draw_people(replace(USUAL, baseline_mean=means, baseline_sd=sds), 3, 2, 20_000)
    observed = people.observed_baseline
    # Scores stop at 60, which takes a little of the spread of the second draw.
    assert observed.mean(axis=1) == pytest.approx([25.0, 40.0], abs=0.25)
    assert observed.std(axis=1) == pytest.approx([4.0, 8.0], abs=0.4)
    by_draw = replace(USUAL, baseline_mean=means, baseline_sd=sds)
    both = simulate(NO_DRUG, OPEN, people, by_draw, posterior_of(2), VISITS_H, seed=3).score
    for draw in (0, 1):
        alone = replace(USUAL, baseline_mean=float(means[draw, 0]), baseline_sd=float(sds[draw, 0]))
        one = simulate(NO_DRUG, OPEN, people, alone, posterior_of(2), VISITS_H, seed=3).score
        assert np.array_equal(both[draw], one[draw])


@pytest.mark.parametrize(
    ("drug", "route"),
    [(Drug.KETAMINE, Route.RECTAL), (Drug.ARKETAMINE, Route.NASAL), (Drug.ESKETAMINE, Route.SUBLINGUAL)],
)
def test_a_drug_and_route_without_a_potency_is_refused(drug, route):
    session = Session(0.0, (Dose(drug, route, 30.0, False, 0.0, 0.0),))
    plan = Regimen("made for a test", (session,), False, 0.0)
    with pytest.raises(InvalidInput, match=str(route.value)):
        simulate(plan, OPEN, draw_people(USUAL, 1, 2, 2), USUAL, posterior_of(2), VISITS_H, seed=1)


def test_two_drugs_in_one_day_are_refused():
    doses = [Dose(Drug.KETAMINE, Route.IV, 0.5, True, 0.0, 0.5), Dose(Drug.ESKETAMINE, Route.NASAL, 28, False, 0, 0)]
    plan = Regimen("both", tuple(Session(8.0 * i, (dose,)) for i, dose in enumerate(doses)), False, 8.0)
    with pytest.raises(InvalidInput, match="no trial combined them"):
        simulate(plan, OPEN, draw_people(USUAL, 1, 2, 2), USUAL, posterior_of(2), VISITS_H, seed=1)


def test_a_course_is_read_at_some_of_its_times():
    posterior, people = load_posterior().first(3), draw_people(USUAL, 1, 3, 4)
    course = simulate(NO_DRUG, OPEN, people, USUAL, posterior, VISITS_H, seed=1)
    part = course.at(np.array([24.0, 648.0]))
    assert np.array_equal(part.score, course.score[..., [1, 4]])
    assert np.array_equal(part.change, course.score[..., [1, 4]] - course.observed_baseline[..., None])


def test_without_luck_a_course_is_the_response(without_rating_noise, monkeypatch):
    quiet = dict.fromkeys((*OF_TRIALS, "fluctuation_logit", "instability_logit"), 0.0)
    values = {prior.name: np.full(3, prior.centre) for prior in MOOD_TABLE} | {
        name: np.full(3, value) for name, value in quiet.items()
    }
    people, times_h = draw_people(USUAL, 5, 3, 40), np.array([0.5, 2.0, 24.0])  # no rating looks back in the first day
    monkeypatch.setattr(np, "rint", lambda x: x)
    plan, posterior = parse_treatment("84 mg nasal esketamine"), Posterior(values, {})
    course = simulate(plan, OPEN, people, USUAL, posterior, times_h, seed=1)
    response = respond(plan, OPEN, people, posterior, times_h)
    np.testing.assert_allclose(course.score, response.severity, rtol=1e-12)
    levels = concentration(plan, people.body, people.weight_kg, times_h, enantiomer="s", analyte=Analyte.KETAMINE,
                           matrix=Matrix.VENOUS)  # fmt: skip
    np.testing.assert_allclose(response.s_ng_per_ml, levels, rtol=1e-9)
    assert not response.r_ng_per_ml.any()


def test_people_answer_the_same_in_blocks_of_any_size(monkeypatch):
    people, posterior, times_h = draw_people(USUAL, 5, 2, 50), load_posterior().first(2), np.array([1.0, 30.0, 200.0])
    plan = parse_treatment("0.5 mg/kg iv ketamine over 40 min on days 0, 2")
    whole = respond(plan, OPEN, people, posterior, times_h)
    monkeypatch.setattr(liftspan.simulate, "BODIES_AT_ONCE", 20)
    monkeypatch.setattr(liftspan.simulate, "LEVELS_AT_ONCE", 7)
    blocks = respond(plan, OPEN, people, posterior, times_h)
    for name in ("s_ng_per_ml", "r_ng_per_ml", "lift", "severity"):
        assert getattr(blocks, name).shape == getattr(whole, name).shape
        # Modes that have died are dropped block by block: 1e-16 of a level.
        np.testing.assert_allclose(getattr(blocks, name), getattr(whole, name), rtol=1e-12, atol=1e-13)


def test_jax_compiles_the_same_functions():
    import jax

    use_jax_64_bit()
    people, posterior, times_h = draw_people(USUAL, 5, 1, 6), load_posterior().first(1), np.array([0.5, 30.0, 200.0])
    plan = parse_treatment("0.5 mg/kg iv ketamine over 40 min on days 0, 2")

    def run(weight_kg, sensitivity_z, rate_per_h):
        body = replace(people.body, effect_site_rate_per_h=rate_per_h)
        traced = replace(people, weight_kg=weight_kg, sensitivity_z=sensitivity_z, body=body)
        found = respond(plan, OPEN, traced, posterior, times_h)
        return found.s_ng_per_ml, found.lift, found.severity

    given = (people.weight_kg, people.sensitivity_z, people.body.effect_site_rate_per_h)
    for compiled, plain in zip(jax.jit(run)(*given), run(*given), strict=True):
        np.testing.assert_allclose(np.asarray(compiled), plain, rtol=1e-10)
    slopes = jax.grad(lambda *all_of: run(*all_of)[1].sum(), argnums=(0, 1, 2))(*map(jax.numpy.asarray, given))
    assert all(np.isfinite(np.asarray(slope)).all() for slope in slopes)


@pytest.mark.parametrize(
    ("words", "potency_name"),
    [
        ("0.5 mg/kg iv ketamine over 40 min on days 0, 3", None),
        ("84 mg nasal esketamine on days 0, 3", "potency_esketamine_nasal"),
    ],
)
def test_a_slow_and_obvious_version_gives_the_same_scores(words, potency_name, without_rating_noise, monkeypatch):
    regimen, context = parse_treatment(words), Context(Control.MIDAZOLAM, True, True, 72.0)
    times_h, looks_back_h = np.array([2.0, 24.0, 70.0, 120.0, 400.0]), (0.0, 0.0, 24.0, 24.0, 24.0)
    values = [{prior.name: prior.centre for prior in MOOD_TABLE} | changed for changed in SLOW_VALUES]
    values = [value | dict.fromkeys(DRIFT, 0.0) for value in values]
    posterior = Posterior({name: np.array([value[name] for value in values]) for name in values[0]}, {})
    people = draw_people(Enrolment(74.0, 0.2, 45.0, 34.8, 6.15), 11, 2, 5)
    # Scores before they are rounded: half a point would hide what is compared here.
    monkeypatch.setattr(np, "rint", lambda x: x)
    fast = simulate(regimen, context, people, USUAL, posterior, times_h, seed=11).score
    monkeypatch.undo()
    trial = new_trial(11, 2, times_h)
    grid = fine_grid(regimen, 400.0)
    levels = slow_levels(regimen, people, grid)
    for draw, value in enumerate(values):
        rho = value["trait_correlation"]
        for person in range(5):
            sensitive = 1 + value["sensitivity_spread"] * people.sensitivity_z[draw, person]
            mixed = rho * people.sensitivity_z[draw, person] + sqrt(1 - rho**2) * people.responsiveness_z[draw, person]
            responsive = 1 + value["responsiveness_spread"] * mixed
            start = people.observed_baseline[draw, person]
            for i, (time_h, back_h) in enumerate(zip(times_h, looks_back_h, strict=True)):
                moments = [time_h] if back_h == 0.0 else list(np.linspace(time_h - back_h, time_h, 13))
                potency = 1.0 if potency_name is None else value[potency_name]
                recalled = []
                for moment in moments:
                    drug = potency * slow_drug_lift(levels, grid, person, value, moment)
                    drug += value["trial_drug"] * trial.drug[draw] * drug / (drug + 0.1)
                    lift = sensitive * drug + responsive * slow_context_lift(context, value, moment)
                    lift += value["trial_context"] * trial.context[draw] + value["trial_time"] * trial.time[draw, i]
                    lift += value["trial_early"] * trial.early[draw] * exp(-moment / 48.0)
                    lift += value["trial_course"] * trial.course[draw] * sqrt(slow_illness_variance(moment))
                    odds = start / (60.0 - start) * exp(-lift)
                    recalled.append(60.0 * odds / (1.0 + odds))
                score = recalled[0] if back_h == 0.0 else integral(recalled, moments) / back_h
                # The engine stops engagement 24 h after a session (up to 0.01 points here), and both sides average
                # the window on nodes (0.01); trapezoids add less than 0.005.
                assert fast[draw, person, i] == pytest.approx(score, abs=0.03), (draw, person, time_h)
