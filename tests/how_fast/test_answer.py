"""The main answer: what it promises, where it refuses, and one published number that it must contain."""

import numpy as np
import pytest

import liftspan.how_fast.answer
from liftspan.errors import InvalidInput, OutsideEvidence
from liftspan.evidence import load_evidence
from liftspan.how_fast import as_dataset, how_fast
from liftspan.population import GivenPeople
from liftspan.simulate import Course
from liftspan.treatment import find_protocol, load_protocols, parse_treatment
from liftspan.treatment.dose import Dose, Session
from liftspan.treatment.drug import Drug
from liftspan.treatment.regimen import Regimen
from liftspan.treatment.route import Route

PROMISED_H = {2.0, 4.0, 24.0, 72.0, 168.0, 336.0, 648.0}


def at(answer, hours):
    return next(point for point in answer.timeline if point.hours == hours)


def test_the_day_after_an_infusion_holds_what_murrough_2013_found(small):
    # Murrough 2013 (NCT00768430), 47 patients on 0.5 mg/kg: MADRS 16.5 points lower after 24 h; 64 % responded.
    rows = {row.row_id: row.value for row in load_evidence().observations}
    assert rows["murrough2013.001"] == -16.5
    trial = small("iv-single", control="midazolam", draws=500, group_size=200)
    change, response = at(trial, 24.0).change.group, at(trial, 24.0).response.group
    assert change.low < -16.5 < change.high
    assert response.low < 0.64 < response.high
    # Midazolam there: -8.8. What is beyond it lies within what is said to be beyond the same visits without drug.
    assert at(trial, 24.0).beyond_control.low < -16.5 + 8.8 < at(trial, 24.0).beyond_control.high


def test_intervals_are_in_order_and_shares_are_shares(whole):
    for point in whole.course_points:
        for twice in (point.change, point.response, point.remission):
            for one in (twice.group, twice.person):
                assert one.low <= one.median <= one.high
                # One person responds or does not: of fewer than 1 in 20 the whole interval is 0, and their mean is not.
                assert one.low <= one.mean <= one.high or (one.high == 0.0 and one.mean < 0.05)
        for share in (point.response, point.remission):
            assert 0.0 <= share.group.low <= share.group.high <= 1.0
            assert {share.person.low, share.person.median, share.person.high} <= {0.0, 1.0}


def test_a_group_of_people_is_known_better_than_one_of_them(whole):
    for point in whole.timeline:
        group, person = point.change.group, point.change.person
        assert person.low < group.low < group.high < person.high
        # Same mean: the group's is the mean over draws of means over people.
        assert group.mean == pytest.approx(person.mean, abs=1e-9)
        assert point.response.group.mean == pytest.approx(point.response.person.mean, abs=1e-9)


def test_remission_is_rarer_than_response_of_people_who_start_ill(whole):
    # From the usual 34.8 a score of 12 is a fall by two thirds; only people below 24 can remit without response.
    for point in whole.timeline:
        assert point.remission.group.mean < point.response.group.mean


@pytest.mark.parametrize("name", list(load_protocols()))
def test_the_timeline_holds_the_promised_times_and_the_end_of_the_protocol(name, small):
    answer = small(name)
    hours = [point.hours for point in answer.timeline]
    end_h = answer.question.regimen.end_h
    assert hours == sorted(set(hours))
    assert set(hours) == PROMISED_H | ({end_h} if end_h > 0.0 else set())
    assert all(np.isfinite(point.beyond_control.mean) for point in answer.timeline)


def test_times_asked_for_appear_and_change_nothing_else(small):
    plain, asked = small("iv-single"), small("iv-single", at_h=(12.0, 500.0))
    assert [point.hours for point in asked.timeline] == sorted({*PROMISED_H, 12.0, 500.0})
    for hours in PROMISED_H:
        assert at(plain, hours) == at(asked, hours)
    # A further time is no visit: response is not looked for there.
    assert asked.time_to_response == plain.time_to_response
    assert asked.duration_of_response == plain.duration_of_response


def test_a_picture_changes_no_number(small):
    plain, smooth = small("iv-single"), small("iv-single", smooth=True)
    assert len(smooth.course_points) > len(plain.course_points)
    assert smooth.timeline == plain.timeline
    assert smooth.time_to_response == plain.time_to_response


def test_the_same_seed_gives_the_same_answer(small):
    again = how_fast(find_protocol("iv-single"), draws=30, group_size=25)
    assert again.timeline == small("iv-single").timeline
    assert small("iv-single", seed=2).timeline != again.timeline


def test_what_is_known_of_people_is_kept(small):
    answer = small("iv-single", weight_kg=80.0, age_y=30.0, baseline=32.0)
    assert (answer.enrolment.weight_kg, answer.enrolment.age_y, answer.enrolment.baseline_mean) == (80.0, 30.0, 32.0)
    assert "80 kg" in answer.question.people
    assert "MADRS 32 at" in answer.question.people
    # A person of 32 falls by at most 32 points.
    assert min(point.change.person.low for point in answer.timeline) >= -32.0


def test_response_is_a_fall_by_half_and_remission_a_score_of_at_most_twelve(monkeypatch):
    # Written by hand: 24 -> 12 is both, 30 -> 15 a response only, 30 -> 16 and 23 -> 13 neither.
    first, later = np.array([24.0, 30.0, 30.0, 23.0]), np.array([12.0, 15.0, 16.0, 13.0])

    def by_hand(regimen, context, people, enrolment, posterior, times_h, *, seed):
        shape = (posterior.size, 4, len(times_h))
        return Course(times_h, np.broadcast_to(later[:, None], shape), np.broadcast_to(first, shape[:2]))

    monkeypatch.setattr(liftspan.how_fast.answer, "simulate", by_hand)
    people = GivenPeople(np.full(4, 70.0), np.full(4, 45.0), first)
    point = at(how_fast(find_protocol("iv-single"), people=people, draws=5), 24.0)
    assert point.response.group.mean == 0.5
    assert point.remission.group.mean == 0.25
    assert point.change.group.mean == pytest.approx((12 + 15 + 14 + 10) / -4)
    assert point.beyond_control.mean == 0.0


def test_given_people_are_the_group(small):
    people = GivenPeople(np.array([60.0, 70.0, 90.0]), np.array([30.0, 45.0, 60.0]), np.array([25.0, 35.0, 40.0]))
    answer = how_fast(find_protocol("iv-single"), people=people, draws=20)
    assert answer.group_size == 3
    assert answer.question.people == "3 given people"


def test_the_circumstances_can_be_changed_and_matter(small):
    midazolam, saline = (small("iv-single", control=control) for control in ("midazolam", "saline"))
    assert saline.question.context.control.value == "saline"
    # Design note: a day of midazolam brings a third of the ketamine effect, saline almost nothing.
    assert at(saline, 24.0).change.group.mean > at(midazolam, 24.0).change.group.mean
    new = small("iv-single", background="new")
    assert new.question.context.new_antidepressant
    assert at(new, 648.0).change.group.mean < at(small("iv-single"), 648.0).change.group.mean


def test_a_new_antidepressant_is_set_beside_placebo_tablets(small):
    # It was set beside itself: nothing was beyond control.
    answer = small("oral-antidepressant")
    assert at(answer, 1344.0).beyond_control.mean < -1.0
    assert abs(at(answer, 2.0).beyond_control.mean) < 0.1  # nothing of it is there in the first hours
    beside = small("nasal-label")  # there it belongs to the circumstances of both
    assert beside.never_without_drug < small("nasal-84").never_without_drug


def test_placebo_visits_hold_nothing_beyond_control_and_no_risk_of_a_drug(small):
    answer = small("placebo-visits")
    assert all(point.beyond_control.mean == 0.0 for point in answer.timeline)
    assert (answer.risks.session, answer.risks.course) == ((), ())
    assert (answer.risks.sessions_in_half_year, answer.risks.amount_in_half_year_mg) == (0, 0.0)


def test_cumulative_exposure_adds_sessions_and_base(small):
    # Six sessions of 0.5 mg/kg at 70 kg: 210 mg.
    risks = small("iv-induction", weight_kg=70.0).risks
    assert (risks.sessions_in_half_year, risks.amount_in_half_year_mg) == (6, pytest.approx(210.0))
    # 8 in four weeks, 4 in the next four, then days 56, 70, ... 168 of the first 182: 21; 56 mg once, 84 mg 20 times.
    risks = small("nasal-label").risks
    assert (risks.sessions_in_half_year, risks.amount_in_half_year_mg) == (21, pytest.approx(56 + 20 * 84))


@pytest.mark.parametrize(
    ("words", "options", "said"),
    [
        ("2 mg/kg iv ketamine over 40 min, once", {}, "the highest studied is 1 mg/kg"),
        ("84 mg nasal esketamine daily for 2 weeks", {}, "7 sessions in 7 days"),
        ("40 mg rectal ketamine once", {}, "no trial in the evidence measured mood"),
        ("0.5 mg/kg iv ketamine over 40 min, once", {"conditions": ("pregnancy",)}, "pregnancy"),
        ("0.5 mg/kg iv ketamine over 40 min, once", {"conditions": ("psychosis",)}, "psychosis"),
        ("0.5 mg/kg iv ketamine over 40 min, once", {"conditions": ("bipolar-1",)}, "bipolar I"),
    ],
)
def test_outside_the_evidence_mood_is_refused_and_the_limit_named(words, options, said):
    with pytest.raises(OutsideEvidence, match=said):
        how_fast(parse_treatment(words), draws=2, group_size=2, **options)


def test_a_route_without_a_mood_model_is_outside_the_evidence():
    dose = Dose(Drug.ARKETAMINE, Route.NASAL, 40.0, False, 0.0, 0.0)
    with pytest.raises(OutsideEvidence, match="nasal"):
        how_fast(Regimen("made", (Session(0.0, (dose,)),), False, 0.0), draws=2, group_size=2)


def test_reasons_outside_the_evidence_come_together():
    with pytest.raises(OutsideEvidence) as error:
        how_fast(
            parse_treatment("2 mg/kg iv ketamine over 40 min, daily for 2 weeks"),
            conditions=("pregnancy", "psychosis"),
            draws=2,
            group_size=2,
        )
    assert len(error.value.problems) == 4  # dose, frequency, two conditions


@pytest.mark.parametrize(
    ("options", "count"),
    [
        ({"control": "saltwater", "background": "some", "setting": "moon"}, 3),
        ({"at_h": (-3.0, float("nan"), 9000.0, 0.0)}, 4),
        ({"weight_kg": 7.0, "age_y": 12.0, "baseline": 70.0}, 3),
        ({"conditions": ("pregnacy",)}, 1),
    ],
)
def test_every_problem_of_a_question_is_said_at_once(options, count):
    with pytest.raises(InvalidInput) as error:
        how_fast(find_protocol("iv-single"), draws=2, group_size=2, **options)
    assert len(error.value.problems) == count
    assert not isinstance(error.value, OutsideEvidence)


def test_a_dataset_has_named_dimensions_and_units(small):
    answer = small("iv-single")
    table = as_dataset(answer)
    assert table["madrs_change"].dims == ("of", "time", "statistic")
    assert table["madrs_change_group_draws"].dims == ("draw", "time")
    assert table.sizes["draw"] == 30
    assert table["of"].values.tolist() == ["group", "person"]
    assert table["statistic"].values.tolist() == ["mean", "median", "low", "high"]
    assert table["time"].attrs["units"] == "h"
    assert {name: table[name].attrs["units"] for name in table} == {
        "madrs_change": "MADRS points",
        "madrs_change_group_draws": "MADRS points",
        "response": "1",
        "remission": "1",
    }
    day = table["madrs_change"].sel(of="group", statistic="median", time=24.0).item()
    assert day == at(answer, 24.0).change.group.median
    assert np.median(table["madrs_change_group_draws"].sel(time=24.0)) == pytest.approx(day)
    assert table.attrs["schema"] == "liftspan/how-fast/1"


def test_people_older_than_the_trials_and_scarce_evidence_are_said(small):
    assert any("65 years" in said for said in small("iv-single", age_y=70.0).extrapolated)
    assert any("baseline 50" in said for said in small("iv-single", baseline=50.0).extrapolated)
    arketamine = small("0.5 mg/kg iv arketamine over 40 min, once")
    assert any("near this treatment" in said for said in arketamine.extrapolated)
    assert any("8 weeks" in said for said in small("nasal-label").extrapolated)


def test_assumptions_name_what_was_not_said(small):
    said = " ".join(small("0.5 mg/kg iv ketamine, once").assumptions)
    assert "40 min" in said
    assert "open" in said
