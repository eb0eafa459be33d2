"""The answer for one patient: what hangs together must agree, and scores must move it the right way."""

from dataclasses import replace

import pytest

from forecast.made_up import SPRAY, patient, responder_on_sprays, score, session
from liftspan.errors import InvalidInput
from liftspan.forecast.answer import forecast
from liftspan.forecast.why import why
from liftspan.forecast.words import as_text


@pytest.fixture(scope="module")
def responder():
    return forecast(responder_on_sprays(), at_d=(45.0,), switch="0.5 mg/kg iv ketamine over 40 min, weekly for 4 weeks")


def test_the_same_question_gives_the_same_answer(responder):
    again = forecast(responder_on_sprays(), at_d=(45.0,))
    assert again.days == responder.days and again.candidates == responder.candidates


def test_days_asked_for_stand_among_the_days(responder):
    days = [day.day for day in responder.days]
    assert 45.0 in days and days == sorted(days) and days[0] == 43.0 and days[-1] == 126.0


def test_every_day_has_an_interval_around_its_median_and_shares_that_grow_in_order(responder):
    for day in responder.curve:
        assert 0.0 <= day.low <= day.median <= day.high <= 60.0
        assert 0.0 <= day.remission <= day.response + 1e-9 <= 1.0 + 1e-9
    relapsed = [day.relapsed for day in responder.curve]
    assert relapsed == sorted(relapsed)


def test_better_scores_lower_the_forecast_and_worse_ones_raise_it():
    base = responder_on_sprays()

    def mean_with(last: float) -> float:
        return forecast(replace(base, scores=(*base.scores[:-1], score(42, last)))).days[3].mean

    assert mean_with(8) < mean_with(15) < mean_with(24)


def test_circumstances_enter_a_medication_free_outpatient_is_no_inpatient_on_a_new_antidepressant():
    alone = patient((0,), [score(0, 34)], 0, SPRAY)
    with_more = patient((0,), [score(0, 34)], 0, SPRAY, background="new", setting="inpatient")
    assert forecast(with_more).days[5].mean < forecast(alone).days[5].mean - 3.0


def test_without_further_scores_the_forecast_is_the_populations_and_says_so():
    answer = forecast(patient((0,), [score(0, 34)], 0, SPRAY))
    assert not answer.moved.moved and answer.moved.explained == pytest.approx(0.0, abs=0.02)
    assert answer.moved.ratings_needed >= 1
    assert [day.mean for day in answer.curve] == pytest.approx([day.mean for day in answer.population], abs=1e-9)


def test_planned_sessions_are_in_the_forecast():
    base = responder_on_sprays()
    planned = replace(base, planned=tuple(session(day, SPRAY) for day in (45, 52, 59, 66)))
    assert forecast(planned).days[5].mean < forecast(base).days[5].mean
    assert forecast(planned).scenarios[0].name == "as planned"


def test_scenarios_share_people_so_a_plan_differs_from_itself_by_nothing(responder):
    stop = next(one for one in responder.scenarios if one.name == "stop")
    assert all(
        (one.difference, one.difference_low, one.difference_high, one.by_drug) == (0, 0, 0, 0) for one in stop.judged
    )
    weekly = next(one for one in responder.scenarios if one.name == "as now")
    rarer = next(one for one in responder.scenarios if one.name == "every 4 weeks")
    assert weekly.judged[-1].by_drug < rarer.judged[-1].by_drug < 0.0  # more drug, more lift
    assert weekly.sessions == 12 and rarer.sessions == 3


def test_a_switch_of_route_is_compared_and_one_without_drug_refused(responder):
    assert any(one.name == "switch" and one.judged for one in responder.scenarios)
    with pytest.raises(InvalidInput, match="gives no drug"):
        forecast(responder_on_sprays(), switch="placebo visit weekly for 4 weeks")


def test_those_without_response_get_the_chance_of_one_with_and_without_more():
    record = patient((0, 3, 7), [score(0, 34), score(3, 33), score(7, 31)], 8, SPRAY)
    found = forecast(record).stopping
    assert found.sessions_given == 3 and [one.sessions for one in found.chances] == [2, 4, 6]
    for one in found.chances:
        assert one.response_without < one.response < one.population
    assert forecast(responder_on_sprays()).stopping is None


def test_days_outside_the_horizon_and_a_bad_target_are_reported_together():
    with pytest.raises(InvalidInput) as error:
        forecast(responder_on_sprays(), at_d=(10.0, 500.0), target="soon")
    assert len(error.value.problems) == 3


def test_where_few_members_suit_the_scores_the_answer_says_that_they_were_moved(responder):
    # Severely worse under treatment: a handful of the population's members have nearly all the weight.
    worse = forecast(patient((0, 7), [score(0, 34), score(1, 54), score(4, 52), score(8, 49)], 8, SPRAY))
    said = [" ".join(as_text(one).split()) for one in (worse, responder)]
    assert (worse.known.refined, responder.known.refined) == (True, False)
    assert ["moved to where the scores want them" in one for one in said] == [True, False]
    assert any("other seeds differ" in limit for limit in worse.limits)


def test_why_starts_at_the_population_ends_at_the_forecast_and_its_parts_add_up(responder):
    found = why(responder.known, 45.0, responder.seed)
    asked = next(day for day in responder.days if day.day == 45.0)
    alone = next(day for day in responder.population if day.day == 45.0)
    assert found.steps[-1].mean == pytest.approx(asked.mean, abs=1e-9)
    assert found.steps[0].mean == pytest.approx(alone.mean, abs=1e-9)
    assert sum(part.own for part in found.parts) == pytest.approx(asked.mean, abs=0.5)  # severity, without rating
    assert next(part for part in found.parts if part.name == "drug").own < 0.0
