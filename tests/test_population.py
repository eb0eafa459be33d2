"""How people differ, against SciPy's distributions, normal theory by hand, and truth recovered from simulation."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import kstest, norm, truncnorm

from liftspan.errors import InvalidInput
from liftspan.evidence import load_evidence
from liftspan.evidence.design import USUAL_N
from liftspan.parameters import (
    ENROLMENT_SD_BELOW_MEAN,
    RATING_NOISE_POINTS,
    USUAL_BASELINE_MEAN,
    USUAL_BASELINE_MEAN_SPREAD,
    USUAL_BASELINE_SD,
    USUAL_BASELINE_SD_SPREAD,
)
from liftspan.population import (
    BLOCK,
    PURPOSES,
    Enrolment,
    GivenPeople,
    before_selection,
    default_weight_spread,
    deviates,
    deviates_at,
    draw_people,
    enrolled_scores,
    given_people,
    true_baseline,
    usual_enrolment,
)

# Four standard errors: a right answer fails once in 16,000 seeds, and the seeds here are fixed.
SES = 4.0


@pytest.mark.parametrize("first", [0, 1, 255, 256, 900, 1000])
@pytest.mark.parametrize("count", [1, 2, 256, 257, 1300])
def test_a_person_is_the_same_alone_and_in_any_batch(first, count):
    batch = deviates(5, "traits", first, count, 3)
    assert batch.shape == (3, count)
    for person in {first, first + count // 2, first + count - 1}:
        alone = deviates(5, "traits", person, 1, 3)
        assert batch[:, person - first].tolist() == alone[:, 0].tolist()


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 5 * BLOCK), st.integers(1, 3 * BLOCK), st.integers(1, 6), st.integers(1, 6))
def test_a_row_of_a_person_does_not_change_when_more_rows_are_asked(first, count, rows, more):
    few, many = (deviates(9, "rating", first, count, n) for n in (rows, rows + more))
    assert np.array_equal(few, many[:rows])


def test_seeds_and_purposes_have_streams_of_their_own():
    streams = [deviates(seed, purpose, 0, 2000, 1)[0] for seed in (1, 2) for purpose in PURPOSES]
    correlations = np.corrcoef(streams)
    np.fill_diagonal(correlations, 0.0)
    # SE of a correlation of 2000 pairs is 0.0224; 91 pairs are looked at, so five SEs.
    assert np.abs(correlations).max() < 5.0 / math.sqrt(2000)


def test_deviates_are_standard_normal():
    z = deviates(3, "body", 0, 50_000, 2).ravel()
    n = len(z)
    assert abs(z.mean()) < SES / math.sqrt(n)
    assert abs(z.std() - 1.0) < SES / math.sqrt(2 * n)
    assert abs((z**3).mean()) < SES * math.sqrt(15 / n)  # the sixth moment of a normal is 15
    assert abs((z**4).mean() - 3.0) < SES * math.sqrt(96 / n)  # 105 - 9
    assert kstest(z, "norm").pvalue > 1e-4


def test_deviates_of_a_moment_are_the_same_whatever_other_moments_are_asked():
    alone = deviates_at(4, "trial-time", np.array([24.0]), 300)
    among = deviates_at(4, "trial-time", np.array([2.0, 24.0, 168.0]), 500)
    assert alone[:, 0].tolist() == among[:300, 1].tolist()
    assert abs(np.corrcoef(among.T)[0, 1]) < 5.0 / math.sqrt(500)


@pytest.mark.parametrize(("mean", "sd"), [(34.8, 6.15), (37.0, 5.6), (28.0, 4.0)])
def test_scores_before_selection_and_the_threshold_belong_to_a_truncated_normal(mean, sd):
    centre, spread, cut = before_selection(mean, sd)
    enrolled = truncnorm(cut, np.inf, loc=centre, scale=spread)
    assert enrolled.mean() == pytest.approx(mean, abs=1e-6)
    assert enrolled.std() == pytest.approx(sd, abs=1e-6)
    threshold = centre + cut * spread
    assert (mean - threshold) / sd == pytest.approx(ENROLMENT_SD_BELOW_MEAN, abs=1e-6)  # 60 halvings of 8


def test_a_real_trial_has_about_this_threshold():
    # TRANSFORM-2 enrolled MADRS of at least 28 and had a mean of 37.0, SD 5.6 or so: 1.6 SDs below its mean.
    centre, spread, cut = before_selection(37.0, 5.6)
    assert centre + cut * spread == pytest.approx(28.0, abs=1.0)


@pytest.mark.parametrize(("mean", "sd"), [(34.8, 6.15), (30.0, 5.0)])
def test_enrolled_scores_have_the_mean_and_sd_asked_for_and_lie_above_the_cut(mean, sd):
    n = 40_000
    scores = enrolled_scores(mean, sd, deviates(6, "baseline", 0, n, 1)[0])
    centre, spread, cut = before_selection(mean, sd)
    assert scores.min() > centre + cut * spread - 0.01  # the table is exact to 1e-4 SD; far below a rating point
    assert scores.max() <= 60.0
    assert scores.mean() == pytest.approx(mean, abs=SES * sd / math.sqrt(n))
    assert scores.std() == pytest.approx(sd, abs=SES * sd / math.sqrt(n))  # wider than for a normal: kurtosis
    inside = scores < 60.0  # the end of the scale holds a few
    exact = truncnorm(cut, (60.0 - centre) / spread, loc=centre, scale=spread)
    assert kstest(scores[inside], exact.cdf).pvalue > 1e-4


def test_enrolled_scores_keep_the_order_of_their_deviates():
    z = np.linspace(-5.0, 5.0, 1001)
    scores = enrolled_scores(34.8, 6.15, z)
    centre, spread, cut = before_selection(34.8, 6.15)
    exact = truncnorm.ppf(norm.cdf(z), cut, np.inf, loc=centre, scale=spread)
    assert np.all(np.diff(scores) >= 0.0)
    assert scores == pytest.approx(np.minimum(exact, 60.0), abs=0.01)  # 1e-4 SD and the grid's ends


def test_where_everyone_has_one_score_nobody_differs():
    assert np.all(enrolled_scores(32.0, 0.0, deviates(1, "baseline", 0, 100, 1)[0]) == 32.0)


def test_the_true_severity_behind_a_selected_score_regresses_as_normal_theory_says():
    """Simulated truth: severity + error, selected by the threshold; what was true of those with one score?"""
    centre, spread, cut = before_selection(34.8, 6.15)
    rng = np.random.default_rng(1)
    true_sd = math.sqrt(spread**2 - RATING_NOISE_POINTS**2)
    truth = centre + true_sd * rng.standard_normal(2_000_000)
    score = truth + RATING_NOISE_POINTS * rng.standard_normal(len(truth))
    enrolled = score > centre + cut * spread
    people = draw_people(usual_enrolment(None, None, None), 2, 50, 400)
    found = true_baseline(people, usual_enrolment(None, None, None), np.full(50, 0.2)).severity
    for low, high in ((26.0, 29.0), (33.0, 36.0), (42.0, 46.0)):
        theirs = enrolled & (score > low) & (score < high)
        ours = (people.observed_baseline > low) & (people.observed_baseline < high)
        ses = found[ours].std() / math.sqrt(ours.sum())
        # The score within a bin is compared as well, so that the bins hold like people.
        gap = people.observed_baseline[ours].mean() - score[theirs].mean()
        assert found[ours].mean() - gap == pytest.approx(truth[theirs].mean(), abs=SES * ses + 0.02)
        assert found[ours].std() == pytest.approx(truth[theirs].std(), abs=SES * ses)
    # On the whole those enrolled are less ill than their scores say.
    assert found.mean() < people.observed_baseline.mean()
    assert found.mean() == pytest.approx(truth[enrolled].mean(), abs=SES * found.std() / math.sqrt(found.size) + 0.02)


def test_a_high_first_score_holds_more_error_than_a_low_one():
    enrolment = usual_enrolment(None, None, 45.0)
    people = draw_people(enrolment, 1, 20, 500)
    usual = usual_enrolment(None, None, None)
    high = people.observed_baseline - true_baseline(people, usual, np.full(20, 0.2)).severity
    # By hand: noise^2 / spread^2 of the distance to the centre before selection, plus nothing on average.
    centre, spread, _ = before_selection(USUAL_BASELINE_MEAN, USUAL_BASELINE_SD)
    expected = RATING_NOISE_POINTS**2 / spread**2 * (45.0 - centre)
    assert expected > 0.5
    assert high.mean() == pytest.approx(expected, abs=SES * RATING_NOISE_POINTS / math.sqrt(high.size))


def test_the_passing_part_of_the_first_day_is_the_conditional_normal():
    """Linear-Gaussian by hand: usual level U, passing F, severity U + F; F given severity s."""
    enrolment = usual_enrolment(None, None, None)
    people = draw_people(enrolment, 3, 40, 500)
    sd_logit = np.full(40, 0.3)
    first = true_baseline(people, enrolment, sd_logit)
    centre, spread, _ = before_selection(enrolment.baseline_mean, enrolment.baseline_sd)
    variance = spread**2 - RATING_NOISE_POINTS**2
    slope = first.severity * (60.0 - first.severity) / 60.0  # points for one logit
    passing = first.fluctuation_logit * slope
    share = (0.3 * slope) ** 2 / variance
    z = (passing - share * (first.severity - centre)) / (0.3 * slope * np.sqrt(1.0 - share))
    assert abs(z.mean()) < SES / math.sqrt(z.size)
    assert abs(z.std() - 1.0) < SES / math.sqrt(2 * z.size)
    # The more ill on that day, the more of it passes.
    assert np.corrcoef(first.severity.ravel(), passing.ravel())[0, 1] > 0.05


def test_usual_baselines_are_the_medians_of_the_shipped_arms():
    arms = [arm for arm in load_evidence().arms.values() if arm.baseline_scale == "MADRS" and not arm.part_of]
    means = [arm.baseline_mean for arm in arms if arm.baseline_mean is not None]
    sds = [arm.baseline_sd for arm in arms if arm.baseline_sd is not None]
    assert min(len(means), len(sds)) > 20
    assert np.median(means) == pytest.approx(USUAL_BASELINE_MEAN, abs=0.05)  # stated to one decimal
    assert np.median(sds) == pytest.approx(USUAL_BASELINE_SD, abs=0.005)  # stated to two
    assert np.std(means, ddof=1) == pytest.approx(USUAL_BASELINE_MEAN_SPREAD, abs=0.05)
    assert np.std(np.log(sds), ddof=1) == pytest.approx(USUAL_BASELINE_SD_SPREAD, abs=0.005)


def test_the_usual_size_is_the_median_of_the_shipped_arms():
    assert np.median([arm.n for arm in load_evidence().arms.values() if arm.n]) == USUAL_N


def test_people_are_drawn_as_asked():
    people = draw_people(usual_enrolment(None, None, None), 1, 4, 5000)
    log_weight = np.log(people.weight_kg)
    assert np.exp(log_weight.mean()) == pytest.approx(74.0, rel=SES * 0.2 / math.sqrt(5000))
    assert log_weight.std() == pytest.approx(default_weight_spread(), rel=SES / math.sqrt(2 * 5000))
    assert people.observed_baseline.shape == people.sensitivity_z.shape == (4, 5000)
    assert len(people) == 5000
    known = draw_people(usual_enrolment(80.0, 30.0, 32.0), 1, 2, 10)
    assert np.all(known.weight_kg == pytest.approx(80.0))
    assert np.all(known.age_y == 30.0)
    assert np.all(known.observed_baseline == 32.0)


def test_traits_of_people_are_independent_deviates():
    people = draw_people(usual_enrolment(None, None, None), 8, 50, 200)
    assert abs(np.corrcoef(people.sensitivity_z.ravel(), people.responsiveness_z.ravel())[0, 1]) < SES / 100.0
    assert abs(np.corrcoef(people.sensitivity_z.ravel(), people.observed_baseline.ravel())[0, 1]) < SES / 100.0


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("weight_kg", 7.0, "weight 7 is outside 30 to 250 kg"),
        ("weight_kg", 700.0, "weight 700 is outside 30 to 250 kg"),
        ("age_y", 12.0, "age 12 is outside 18 to 100 years"),
        ("baseline_mean", 70.0, "baseline 70 is outside 7 to 60 MADRS points"),
        ("baseline_mean", 3.0, "baseline 3 is outside"),
        ("weight_kg", math.nan, "weight nan is outside"),
        ("age_y", math.inf, "age inf is outside"),
        ("baseline_sd", -1.0, "baseline_sd -1 must be 0 or more"),
        ("weight_spread", math.nan, "weight_spread nan must be 0 or more"),
    ],
)
def test_impossible_people_are_refused(field, value, said):
    usual = {"weight_kg": 74.0, "weight_spread": 0.2, "age_y": 45.0, "baseline_mean": 34.8, "baseline_sd": 6.15}
    with pytest.raises(InvalidInput, match=said):
        Enrolment(**{**usual, field: value})


def test_every_problem_of_people_is_said_at_once():
    with pytest.raises(InvalidInput) as error:
        usual_enrolment(700.0, 12.0, math.nan)
    assert len(error.value.problems) == 3
    assert [problem.split()[0] for problem in error.value.problems] == ["weight", "age", "baseline"]


@pytest.mark.parametrize(("weight", "age", "baseline"), [(30.0, 18.0, 7.0), (250.0, 100.0, 60.0)])
def test_the_ends_of_the_limits_are_possible(weight, age, baseline):
    assert usual_enrolment(weight, age, baseline).weight_kg == weight


def test_given_people_keep_what_is_known_and_the_rest_is_drawn():
    given_ones = GivenPeople(np.array([60.0, 90.0]), np.array([30.0, 70.0]), np.array([28.0, 44.0]))
    people, enrolment = given_people(given_ones, 1, 6)
    assert people.weight_kg.tolist() == [60.0, 90.0]
    assert people.age_y.tolist() == [30.0, 70.0]
    assert people.observed_baseline.shape == (6, 2)
    assert np.all(people.observed_baseline == np.array([28.0, 44.0]))
    assert enrolment.baseline_mean == 36.0
    assert np.unique(people.sensitivity_z).size == 12
    # At 90 kg and 70 years: 0.855 of the flow at 60 and (90/60)^0.75 of its size; people differ in what they clear.
    assert people.body.s.clearance_l_per_h[1] < 131.9 * (90 / 70) ** 0.75 * 0.855


def test_problems_of_given_people_name_the_person():
    bad = GivenPeople(np.array([7.0, 80.0]), np.array([12.0, 45.0]), np.array([30.0, math.nan]))
    with pytest.raises(InvalidInput) as error:
        given_people(bad, 1, 2)
    assert [problem.split(":")[0] for problem in error.value.problems] == ["person 1", "person 1", "person 2"]
