"""A patient's record as it should be: what is read from it, in any order, zone and form."""

from datetime import timedelta, timezone
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from forecast.writing_patients import (
    BASELINE,
    FIRST,
    IV,
    NOON,
    PERSON,
    baseline_on,
    toml_of,
    without_places,
    write_csv,
)
from liftspan.forecast.reading import read_patient, read_patients

EXAMPLES = Path(__file__).parents[2] / "examples"
BERLIN_WINTER = timezone(timedelta(hours=1))


def test_the_worked_example_is_read_as_it_stands():
    patient = read_patient(EXAMPLES / "patient.toml")
    assert [session.day for session in patient.sessions] == [0, 3, 7, 10, 14, 17, 21, 24, 31, 38]
    assert [len(session.doses) for session in patient.sessions[:2]] == [2, 3]  # devices of 28 mg
    assert (patient.id, patient.primary, patient.today_d, patient.planned) == ("patient", "MADRS", 42, ())
    assert [score.value for score in patient.scores if score.scale == "PHQ-9"] == [21, 13, 8]
    assert [score.suicidal_item for score in patient.scores if score.day == 0] == [2, 1]
    assert patient.person.defaults == () and patient.person.conditions == ()


def test_the_example_tables_hold_two_patients_one_in_days_and_one_in_dates():
    first, second = read_patients(EXAMPLES / "patients")
    assert (first.id, second.id) == ("invented-1", "invented-2")
    assert [session.day for session in first.planned] == [28]
    assert second.scores[0].day == pytest.approx(-0.5 / 24)  # half an hour before the first session
    assert len(second.sessions[1].doses) == 3  # 84 mg are three devices


def test_a_minimal_record_names_what_stands_in_for_what_is_missing(read):
    patient = read(toml_of(person=None))
    said = "\n".join(patient.person.defaults)
    assert (patient.person.weight_kg, patient.person.age_y, patient.person.sex) == (74, 45, "")
    for words in ("weight_kg not stated: 74 kg", "age not stated: 45 years", "sex not stated: it has no influence"):
        assert words in said
    assert "failed_treatments not stated: it has no influence" in said


def test_a_stated_person_leaves_no_defaults(read):
    person = read(toml_of()).person
    assert person.defaults == ()
    assert (person.weight_kg, person.age_y, person.sex, person.failed_treatments) == (68, 41, "female", 3)


def test_days_are_shifted_so_that_the_first_session_is_day_0(read):
    patient = read(
        toml_of(
            sessions=[{"day": 13, "treatment": IV}, {"day": 10, "treatment": IV}],
            scores=[{"day": 9.5, "scale": "madrs", "value": 30}, {"day": 14, "scale": "MADRS", "value": 20}],
            today=20,
        )
    )
    assert [session.day for session in patient.sessions] == [0, 3]
    assert [score.day for score in patient.scores] == [-0.5, 4]
    assert patient.today_d == 10


def test_today_of_a_record_in_days_is_its_last_entry_and_plans_do_not_count(read):
    sessions = [FIRST, {"day": 9, "treatment": IV, "given": False}]
    patient = read(toml_of(sessions=sessions, scores=[BASELINE, BASELINE | {"day": 5, "value": 20}]))
    assert patient.today_d == 5
    assert [session.day for session in patient.planned] == [9]


def test_today_of_a_dated_record_is_what_the_clock_says(read):
    dated = toml_of(sessions=[{"date": NOON, "treatment": IV}], scores=[baseline_on(NOON)])
    assert read(dated, now=NOON + timedelta(days=6)).today_d == 6


def test_today_may_be_asked_for_and_then_goes_before_that_of_the_file(read):
    assert read(toml_of(today=20), today=12.5).today_d == 12.5


def test_a_date_in_quotes_and_with_z_is_read_too(read):
    sessions = [{"date": "2026-03-02T12:00:00Z", "treatment": IV}]
    patient = read(toml_of(sessions=sessions, scores=[baseline_on("2026-03-02T12:00:00+01:00")]), now=NOON)
    assert patient.scores[0].day == pytest.approx(-1 / 24)  # noon at +01:00 is an hour before noon at Z


def test_a_score_that_stands_twice_counts_once_and_keeps_its_item(read):
    twice = [BASELINE, BASELINE | {"item10": 2}]
    assert [score.suicidal_item for score in read(toml_of(scores=twice)).scores] == [2]


def test_scales_are_named_in_any_usual_way(read):
    scores = [BASELINE, {"day": 0, "scale": "phq9", "value": 20, "item9": 1}, {"day": 0, "scale": "HAM-D", "value": 24}]
    assert [score.scale for score in read(toml_of(scores=scores)).scores] == ["MADRS", "HAMD17", "PHQ-9"]


def test_the_answer_is_given_on_the_scale_with_most_scores_that_has_a_baseline(read):
    phq9 = [{"day": day, "scale": "PHQ-9", "value": 15} for day in (1, 2, 3)]
    qids = [{"day": day, "scale": "QIDS", "value": 12} for day in (0, 4)]
    assert read(toml_of(scores=[BASELINE, *phq9])).primary == "MADRS"  # PHQ-9 has no score before the first session
    assert read(toml_of(scores=[BASELINE, *phq9, *qids])).primary == "QIDS"
    assert read(toml_of(scores=[BASELINE, phq9[0] | {"day": -1}])).primary == "MADRS"  # as many: MADRS first


def test_what_a_treatment_leaves_to_assume_stands_in_its_words(read):
    session = read(toml_of(sessions=[{"day": 0, "treatment": "0.5 mg/kg iv ketamine"}])).sessions[0]
    assert session.text == "0.5 mg/kg iv ketamine (assumed: infusion over 40 min)"


def test_a_visit_with_placebo_has_no_doses(read):
    assert read(toml_of(sessions=[{"day": 0, "treatment": "placebo"}])).sessions[0].doses == ()


@pytest.mark.parametrize(
    ("diagnosis", "conditions"),
    [
        ("bipolar I disorder, depressed", ("bipolar-1",)),
        ("Bipolar disorder type 1", ("bipolar-1",)),
        ("bipolar II disorder", ("bipolar-2",)),
        ("psychotic depression", ("psychosis",)),
        ("major depression with psychotic features", ("psychosis",)),
        ("no remission, psychotic features", ("psychosis",)),
        ("no remission with psychotic features", ("psychosis",)),
        ("notable psychosis", ("psychosis",)),
        ("MDD without psychotic features", ()),
        ("non-psychotic unipolar depression", ()),
        ("nonpsychotic depression, no history of mania", ()),
        ("depression after mania", ("bipolar-1",)),
        ("depression, pregnant", ("pregnancy",)),
        ("schizoaffective, bipolar 1", ("bipolar-1", "psychosis")),
    ],
)
def test_a_diagnosis_names_what_the_trials_left_out(read, diagnosis, conditions):
    assert read(toml_of(person=PERSON | {"diagnosis": diagnosis})).person.conditions == conditions


def test_conditions_are_a_list(read):
    assert read(toml_of(person=PERSON | {"conditions": ["pregnancy"]})).person.conditions == ("pregnancy",)


DAYS = st.integers(-40, 400).map(lambda quarter: quarter / 4)  # quarters of a day: exact in both clocks


@st.composite
def records(draw):
    """(sessions, scores) in day numbers, each time once."""
    session_days = draw(st.lists(DAYS.filter(lambda day: day >= 0), max_size=6, unique=True))
    sessions = [{"day": day, "treatment": IV} for day in {0.0, *session_days}]
    score_days = draw(st.lists(DAYS, max_size=8, unique=True))
    scales = draw(st.lists(st.sampled_from(["MADRS", "PHQ-9", "QIDS"]), min_size=8, max_size=8))
    values = draw(st.lists(st.integers(0, 27), min_size=8, max_size=8))
    scores = [
        {"day": day, "scale": scale, "value": value}
        for day, scale, value in zip(score_days, scales, values, strict=False)
    ]
    return sessions, [{"day": -11.0, "scale": "MADRS", "value": 31}, *scores]


def as_dates(entries, zone):
    return [{"date": (NOON + timedelta(days=one["day"])).astimezone(zone)} | _without_day(one) for one in entries]


def _without_day(entry):
    return {key: value for key, value in entry.items() if key != "day"}


@given(record=records(), data=st.data())
@settings(max_examples=60, deadline=None, derandomize=True)
def test_any_order_of_entries_gives_the_same_record(tmp_path_factory, record, data):
    sessions, scores = record
    path = tmp_path_factory.mktemp("order") / "one.toml"
    path.write_text(toml_of(sessions=sessions, scores=scores))
    straight = without_places(read_patient(path))
    path.write_text(toml_of(sessions=data.draw(st.permutations(sessions)), scores=data.draw(st.permutations(scores))))
    assert without_places(read_patient(path)) == straight
    assert [score.day for score in straight.scores] == sorted(score.day for score in straight.scores)


@given(record=records(), hours=st.integers(-12, 14))
@settings(max_examples=60, deadline=None, derandomize=True)
def test_days_and_dates_of_any_zone_give_the_same_record(tmp_path_factory, record, hours):
    sessions, scores = record
    zone = timezone(timedelta(hours=hours))
    path = tmp_path_factory.mktemp("zone") / "one.toml"
    path.write_text(toml_of(sessions=sessions, scores=scores, today=200))
    in_days = read_patient(path)
    path.write_text(
        toml_of(sessions=as_dates(sessions, zone), scores=as_dates(scores, zone), today=NOON + timedelta(days=200))
    )
    assert without_places(read_patient(path)) == without_places(in_days)


@given(record=records(), dated=st.booleans())
@settings(max_examples=60, deadline=None, derandomize=True)
def test_toml_and_csv_of_one_patient_give_the_same_record(tmp_path_factory, record, dated):
    sessions, scores = record
    today = 200.0
    if dated:
        sessions, scores = as_dates(sessions, BERLIN_WINTER), as_dates(scores, BERLIN_WINTER)
        today = NOON + timedelta(days=200)
    person = PERSON | {"conditions": ["pregnancy"]}
    folder = tmp_path_factory.mktemp("forms")
    file = folder / "p1.toml"
    file.write_text(toml_of(person=person, sessions=sessions, scores=scores, today=today))
    from_toml = read_patient(file)
    tables = folder / "tables"
    tables.mkdir()
    write_csv(tables / "persons.csv", [{"patient": "p1", "today": today} | person])
    write_csv(tables / "sessions.csv", [{"patient": "p1"} | one for one in sessions])
    write_csv(tables / "scores.csv", [{"patient": "p1"} | one for one in scores])
    assert [without_places(one) for one in read_patients(tables)] == [without_places(from_toml)]
