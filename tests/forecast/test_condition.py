"""Learning from scores: against brute force, against pencil and paper, and at the ends of a scale."""

import numpy as np
import pytest
from scipy.stats import kstest, norm

from forecast.made_up import draw_members
from liftspan.forecast.ahead import crowd_of, look_ahead
from liftspan.forecast.condition import learn
from liftspan.forecast.rating import judge
from liftspan.forecast.scales import SCALES
from liftspan.forecast.straight import Seen
from liftspan.mood.context import Context, Control
from liftspan.population import draw_people, usual_enrolment
from liftspan.posterior import load_posterior
from liftspan.simulate import simulate
from liftspan.treatment import parse_treatment

MADRS = SCALES["MADRS"]
REGIMEN = parse_treatment("0.5 mg/kg iv ketamine over 40 min, twice weekly for 2 weeks")
CONTEXT = Context(Control.OPEN, False, False, REGIMEN.end_h)
TIMES_H = 24.0 * np.array([1.0, 3.0, 7.0, 14.0, 28.0])


def seen(values, times_h=TIMES_H, scale=MADRS) -> Seen:
    count = len(values)
    which = np.zeros(count, dtype=int)
    return Seen(times_h[:count], np.array(values, dtype=float), np.full(count, 24.0), which, (scale,))


@pytest.fixture(scope="module")
def members():
    return draw_members(load_posterior(), 74.0, 45.0, 34.0, 800, seed=1)


@pytest.fixture(scope="module")
def courses():
    """A quarter of a million simulated people: to condition by taking those who happened to score like the patient."""
    posterior, enrolment = load_posterior(), usual_enrolment(74.0, 45.0, 34.0)
    people = draw_people(enrolment, 5, posterior.size, 500)
    course = simulate(REGIMEN, CONTEXT, people, enrolment, posterior, TIMES_H, seed=5)
    return course.score.reshape(-1, len(TIMES_H))


@pytest.mark.parametrize("values", [(20, 17, 14), (33, 30, 31), (14, 25, 19)])
def test_learning_finds_the_people_who_happened_to_score_so(members, courses, values):
    alike = np.all(np.abs(courses[:, :3] - values) <= 1.5, axis=1)
    assert alike.sum() > 150
    learned = learn(members, REGIMEN, CONTEXT, seen(values), TIMES_H, 20, 1)
    ahead = look_ahead(crowd_of(learned, 10_000, 1), REGIMEN, CONTEXT, MADRS).score[:, 3:]
    error = courses[alike, 3:].std(axis=0) / np.sqrt(alike.sum())
    # Brute force takes scores within 1.5 points, so half a point of width comes on top of its standard error.
    assert np.all(np.abs(ahead.mean(axis=0) - courses[alike, 3:].mean(axis=0)) < 4.0 * error + 0.5)
    assert ahead.std(axis=0) == pytest.approx(courses[alike, 3:].std(axis=0), rel=0.2)


def test_weights_make_any_straight_line_exact(members):
    # Newton's line is only a proposal: with fewer people of it the answer is the same within their luck.
    values, asked = (20, 17, 14), (TIMES_H[3:],)
    many = learn(members, REGIMEN, CONTEXT, seen(values), *asked, 40, 1)
    few = learn(members, REGIMEN, CONTEXT, seen(values), *asked, 5, 2)
    means = [look_ahead(crowd_of(one, 8000, 1), REGIMEN, CONTEXT, MADRS).score.mean(axis=0) for one in (many, few)]
    assert means[0] == pytest.approx(means[1], abs=0.5)
    assert many.effective > 2000 and few.effective > 500


def test_without_scores_everyone_weighs_the_same(members):
    learned = learn(members, REGIMEN, CONTEXT, seen(()), TIMES_H, 4, 1)
    assert learned.weights == pytest.approx(np.full((800, 4), 1.0 / 3200))
    assert learned.effective == pytest.approx(3200) and learned.p_value == 1.0


def test_scores_that_nobody_of_the_population_writes_are_called_strange(members):
    common = learn(members, REGIMEN, CONTEXT, seen((24, 22, 20)), TIMES_H, 8, 1)
    wild = learn(members, REGIMEN, CONTEXT, seen((4, 58, 2, 57, 3)), TIMES_H, 8, 1)
    assert common.p_value > 0.05 and wild.p_value < 1e-6
    assert wild.effective < 0.2 * common.effective


def test_a_score_inside_the_scale_is_normal_around_what_was_expected():
    found = judge(np.array([20.0]), np.array([[18.0]]), np.array([2.5]), np.array([60.0]))
    sd = np.sqrt(2.5**2 + 1.0 / 12.0)
    assert found.log_likelihood[0, 0] == pytest.approx(norm.logpdf(20.0, 18.0, sd))
    assert found.pull[0, 0] == pytest.approx(2.0 / sd**2) and found.firmness[0, 0] == pytest.approx(1.0 / sd**2)


@pytest.mark.parametrize(("value", "expected"), [(0.0, 2.0), (0.0, 0.1), (60.0, 57.0)])
def test_at_the_end_of_the_scale_a_score_stands_for_all_beyond_it(value, expected):
    def at(mean):
        return judge(np.array([value]), np.array([[mean]]), np.array([2.5]), np.array([60.0]))

    share = norm.cdf(0.5, expected, 2.5) if value == 0.0 else norm.sf(59.5, expected, 2.5)
    assert at(expected).log_likelihood[0, 0] == pytest.approx(np.log(share))
    step = 1e-4
    slopes = (at(expected + step).log_likelihood - at(expected - step).log_likelihood) / (2.0 * step)
    assert at(expected).pull[0, 0] == pytest.approx(slopes[0, 0], rel=1e-5)
    bends = (at(expected + step).pull - at(expected - step).pull) / (2.0 * step)
    assert at(expected).firmness[0, 0] == pytest.approx(-bends[0, 0], rel=1e-5)


def test_another_scale_with_an_offset_of_its_own_tells_less_than_madrs(members):
    phq9 = SCALES["PHQ-9"]
    as_phq9 = np.interp((20.0, 17.0, 14.0), phq9.madrs_points, phq9.scale_points).round()
    mixed = Seen(TIMES_H[:3], as_phq9, np.full(3, 24.0), np.ones(3, dtype=int), (MADRS, phq9))
    own = learn(members, REGIMEN, CONTEXT, seen((20, 17, 14)), TIMES_H[3:], 16, 1)
    other = learn(members, REGIMEN, CONTEXT, mixed, TIMES_H[3:], 16, 1)
    none = learn(members, REGIMEN, CONTEXT, seen(()), TIMES_H[3:], 16, 1)
    ahead = [look_ahead(crowd_of(one, 8000, 1), REGIMEN, CONTEXT, MADRS).score for one in (own, other, none)]
    means, spreads = ([getattr(one, name)(axis=0) for one in ahead] for name in ("mean", "std"))
    assert np.all(means[0] < means[1]) and np.all(means[1] < means[2])  # part of it may be the scale's own reading
    assert np.all(spreads[0] < spreads[1]) and np.all(spreads[1] < spreads[2])
    assert other.offsets[..., 0] == pytest.approx(0.0) and other.offsets[..., 1].std() > 0.2


def test_every_score_makes_the_forecast_sharper(members):
    spreads = []
    for count in (0, 1, 2, 3, 4):
        learned = learn(members, REGIMEN, CONTEXT, seen((24, 22, 20, 18)[:count]), TIMES_H[4:], 16, 1)
        spreads.append(look_ahead(crowd_of(learned, 8000, 1), REGIMEN, CONTEXT, MADRS).score.std())
    assert spreads == sorted(spreads, reverse=True)


def test_how_strange_scores_are_is_uniform_among_people_of_the_population(members):
    # Scores of other people of the same population: a share p of them must be called stranger than a share p.
    days = 24.0 * np.array([1.0, 3.0, 7.0, 14.0, 21.0, 28.0])
    others = learn(members, REGIMEN, CONTEXT, seen(()), days, 1, 99)
    scores = look_ahead(crowd_of(others, 300, 99), REGIMEN, CONTEXT, MADRS).score
    few = draw_members(load_posterior(), 74.0, 45.0, 34.0, 250, seed=3)
    known = [seen(one, days) for one in scores]
    shares = [learn(few, REGIMEN, CONTEXT, one, days[:1], 8, 3).p_value for one in known]
    assert kstest(shares, "uniform").pvalue > 0.01
