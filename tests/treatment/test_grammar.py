"""What a sentence means: the answers come from the label, from trial tables and from paper and pencil."""

import csv
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import liftspan.treatment
from liftspan.errors import InvalidInput
from liftspan.treatment import Drug, Regimen, Route, parse_treatment
from liftspan.treatment.words import DRUG_WORDS, ROUTE_WORDS, VOCABULARY
from liftspan.units import HOURS_PER_DAY

ARMS_CSV = Path(liftspan.treatment.__file__).parents[1] / "evidence" / "data" / "arms.csv"
# Words of a schedule that leave its days to the patient's course, or that tell of another arm's drug.
NOT_DETERMINED = ("individualised", "sessions", "three times daily", "ketamine once", "continuation", "up to")


def days_of(regimen: Regimen) -> list[float]:
    return [session.start_h / HOURS_PER_DAY for session in regimen.sessions]


def problem_of(text: str) -> str:
    with pytest.raises(InvalidInput) as caught:
        parse_treatment(text)
    return str(caught.value)


def arm_schedules():
    with ARMS_CSV.open(encoding="utf-8", newline="") as table:
        for row in csv.DictReader(table):
            words = row["schedule"].split(" (")[0]
            if words and row["session_days"] and not any(word in row["schedule"] for word in NOT_DETERMINED):
                yield words, row["session_days"]


def test_schedules_of_trial_arms_give_the_session_days_that_the_trials_print():
    different = {"daily for 32 weeks"}  # the table lists its first 56 days only
    different |= {"thrice weekly for 2 weeks, then weekly for 4 weeks in responders"}  # as for responders only
    different |= {"midazolam five times, then ketamine once, thrice weekly for 2 weeks"}
    checked = {pair for pair in arm_schedules() if pair[0] not in different}
    assert len(checked) >= 10
    for words, session_days in checked:
        assert days_of(parse_treatment(f"placebo visits {words}")) == [float(day) for day in session_days.split(";")]


def test_any_order_of_words_means_the_same():
    texts = (
        "0.5 mg/kg iv ketamine over 40 min, twice weekly for 3 weeks",
        "Twice weekly for 3 weeks: KETAMINE 0.5mg/kg intravenous, 40-minute infusion",
        "racemic ketamine infusion over 40 minutes, 0.5 mg per kg, two times a week for three weeks",
        "500 mcg/kg of ketamine iv over 40 min on days 0, 3, 7, 10, 14 and 17",
    )
    assert len({parse_treatment(text).sessions for text in texts}) == 1


def test_forty_minutes_assumed_for_an_infusion_are_said_and_a_bolus_has_none():
    assumed, said, bolus = (
        parse_treatment(f"0.5 mg/kg iv ketamine {how} once") for how in ("", "over 40 min", "bolus")
    )
    assert assumed.sessions == said.sessions
    assert "assumed: infusion over 40 min" in assumed.text
    assert "assumed" not in said.text
    assert bolus.sessions[0].doses[0].duration_h == 0.0


def test_the_label_schedule_has_24_sessions_by_paper_and_pencil():
    regimen = parse_treatment(
        "84 mg nasal esketamine, twice weekly for 4 weeks, then weekly for 4 weeks, then every 2 weeks until week 32"
    )
    assert days_of(regimen) == [0, 3, 7, 10, 14, 17, 21, 24, 28, 35, 42, 49, *range(56, 224, 14)]
    assert regimen.end_h == 32 * 7 * 24


def test_first_then_gives_one_session_of_each_step_and_keeps_the_last():
    regimen = parse_treatment("esketamine nasal 28 mg first, then 56 mg, then 84 mg, on days 0, 3, 7, 10")
    assert [len(session.doses) for session in regimen.sessions] == [1, 2, 3, 3]


def test_a_later_phase_keeps_or_changes_the_dose():
    kept = parse_treatment("1 mg/kg oral ketamine twice weekly for 1 week, then weekly for 2 weeks")
    changed = parse_treatment("1 mg/kg oral ketamine twice weekly for 1 week, then 2 mg/kg weekly for 2 weeks")
    assert days_of(kept) == days_of(changed) == [0, 3, 7, 14]
    assert [session.doses[0].amount for session in kept.sessions] == [1, 1, 1, 1]
    assert [session.doses[0].amount for session in changed.sessions] == [1, 1, 2, 2]


DEVICES = [(14, [14]), (28, [28]), (42, [28, 14]), (56, [28] * 2), (84, [28] * 3), (112, [28] * 4)]


@pytest.mark.parametrize(("mg", "devices_mg"), DEVICES)
def test_nasal_esketamine_comes_in_devices_five_minutes_apart(mg, devices_mg):
    doses = parse_treatment(f"{mg} mg nasal esketamine").sessions[0].doses
    assert [dose.amount for dose in doses] == devices_mg
    assert [dose.start_h * 60 for dose in doses] == pytest.approx([5.0 * n for n in range(len(doses))])
    assert {dose.duration_h for dose in doses} == {0.0}


def test_a_device_of_32_3_mg_hydrochloride_is_28_mg_base():
    salt = parse_treatment("32.3 mg esketamine hydrochloride nasal")
    assert salt.sessions == parse_treatment("28 mg esketamine nasal").sessions
    assert "28 mg base" in salt.text


def test_ketamine_hydrochloride_converts_by_molar_mass():
    # Molar masses: ketamine 237.73, its hydrochloride 274.19 g/mol (PubChem). The label rounds to three digits.
    amount = parse_treatment("100 mg im ketamine hydrochloride").sessions[0].doses[0].amount
    assert amount == pytest.approx(100 * 237.73 / 274.19, rel=1e-3)


@pytest.mark.parametrize("word", sorted(ROUTE_WORDS))
def test_every_route_word_is_understood(word):
    dose = parse_treatment(f"84 mg esketamine {word} once").sessions[0].doses[0]
    assert dose.route == ROUTE_WORDS[word]
    assert dose.duration_h == pytest.approx(40 / 60 if dose.route == Route.IV else 0.0)


@pytest.mark.parametrize("word", [word for word, drug in DRUG_WORDS.items() if drug.value.endswith("ketamine")])
def test_every_drug_word_is_understood(word):
    assert parse_treatment(f"0.4 mg/kg iv {word}").sessions[0].doses[0].drug == DRUG_WORDS[word]


def test_an_oral_antidepressant_is_a_background_or_a_course_of_its_own():
    beside = parse_treatment("84 mg nasal esketamine twice weekly for 4 weeks with a new oral antidepressant")
    assert beside.daily_oral_antidepressant and len(beside.sessions) == 8
    alone = parse_treatment("oral antidepressant daily for 8 weeks")
    assert (alone.daily_oral_antidepressant, alone.sessions, alone.end_h) == (True, (), 8 * 7 * 24)
    continued = parse_treatment("84 mg nasal esketamine once with a continued oral antidepressant")
    assert not continued.daily_oral_antidepressant
    assert [plan.background for plan in (beside, alone, continued)] == ["new", "new", "continued"]


def test_placebo_visits_have_sessions_without_doses():
    regimen = parse_treatment("placebo visits twice weekly for 4 weeks")
    assert [session.doses for session in regimen.sessions] == [()] * 8


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("0.5 mg iv ketamine", "was it meant per kilogram"),
        ("35 mg/kg iv ketamine", "was it meant in mg?"),
        ("10 mg/kg iv ketamine", "was it meant in mg?"),
        ("5000 mg oral ketamine", "above 1000 mg"),
        ("-0.5 mg/kg iv ketamine", "above 0"),
        ("0 mg iv ketamine", "above 0"),
        ("nan mg/kg iv ketamine", "above 0"),
        ("inf mg/kg iv ketamine", "above 0"),
        ("0.5 mg/kg iv ketamin", "did you mean 'ketamine'?"),
        ("0.5 mg/kg intravenos ketamine", "did you mean 'intravenous'?"),
        ("0.5 mg/gk iv ketamine", "did you mean 'mg/kg'?"),
        ("0.5 mk/kg iv ketamine", "did you mean 'mg/kg'?"),
        ("0.5 iv ketamine", "has no unit"),
        ("0,5 mg/kg iv ketamine", "decimal point"),
        ("56-84 mg nasal esketamine", "range"),
        ("0.5 mg/kg ketamine", "no route is named; valid: iv, nasal"),
        ("0.5 mg/kg iv", "no drug is named"),
        ("iv ketamine", "no amount is given"),
        ("30 mg nasal esketamine", "nearest: 1 device = 28 mg or 2 devices = 56 mg"),
        ("0.5 mg/kg nasal esketamine", "devices of 28 mg, not per kilogram"),
        ("84 mg nasal esketamine over 40 min", "leave out 'over 40 min'"),
        ("28 mg base esketamine hydrochloride nasal", "base and hydrochloride are both named"),
        ("racemic esketamine 0.4 mg/kg iv", "one drug in a clause"),
        ("0.5 mg/kg iv nasal ketamine", "one route in a clause"),
        ("0.5 mg/kg 40 mg iv ketamine once", "one amount in a clause"),
        ("0.5 mg/kg iv ketamine over 40 min over 1 h", "one duration in a clause"),
        ("0.5 mg/kg iv ketamine bolus over 40 min", "a bolus has no duration"),
        ("0.5 mg/kg iv ketamine over 0 min", "a duration lies between a second and 96 h"),
        ("0.5 mg/kg iv ketamine on day 0, then 40 mg on day 7", "in mg and in mg/kg"),
        ("0.5 mg/kg iv ketamine over 30 h daily for 3 days", "longer than the 24 h to the next"),
        ("0.5 mg/kg iv ketamine on days 0, 3, 3", "day 3 appears twice"),
        ("0.5 mg/kg iv ketamine on days 0, 7, 3", "did you mean 0, 3, 7?"),
        ("0.5 mg/kg iv ketamine on days 1, 4", "write 0, 3"),
        ("0.5 mg/kg iv ketamine on days 0, -3", "whole number"),
        ("0.5 mg/kg iv ketamine twice weekly", "does not say for how long"),
        ("0.5 mg/kg iv ketamine for 3 weeks", "does not say how often"),
        ("0.5 mg/kg iv ketamine 6 infusions", "does not say how often"),
        ("0.5 mg/kg iv ketamine three times daily for 2 weeks", "more than one session a day"),
        ("0.5 mg/kg iv ketamine twice weekly for 0 weeks", "at least 1"),
        ("0.5 mg/kg iv ketamine twice weekly for 2 weeks, 6 sessions", "which gives 4 sessions"),
        ("0.5 mg/kg iv ketamine weekly for 4 weeks, then weekly until week 2", "before this phase begins on day 28"),
        ("0.5 mg/kg iv ketamine weekly for 2 months", "write weeks"),
        ("0.5 mg/kg iv ketamine daily for 401 days", "401 sessions"),
        ("0.5 mg/kg iv ketamine every 4 weeks for 110 weeks", "two years"),
        ("0.5 mg/kg iv ketamine weekly for 2 weeks, then esketamine 84 mg weekly for 2 weeks", "no route is named"),
        ("56 mg nasal esketamine first twice weekly for 1 week, then 84 mg", "no schedule is given"),
        ("84 mg nasal placebo once", "no amount"),
        ("84 mg nasal esketamine once with an oral antidepressant", "new or continued?"),
        ("", "the text is empty"),
        ("ketamine " * 400, "characters"),
    ],
)
def test_an_error_says_the_likely_cause_and_the_next_step(text, said):
    assert said in problem_of(text)


def test_every_problem_is_reported_at_once():
    with pytest.raises(InvalidInput) as caught:
        parse_treatment("0.5 mg iv ketamin over 200 h on days 0, 3, 3")
    assert len(caught.value.problems) == 4  # size, misspelt drug, duration, day given twice
    assert str(caught.value).startswith("4 problems in this treatment:")


PIECES = st.sampled_from(
    [*VOCABULARY, "0.5 mg/kg", "84 mg", "-1", "nan", "1e9", "for 3 weeks", "twice weekly", "on days 0, 3",
     "until week 8", "over 40 min", "first", "then", "every 2 days", "once", "placebo visits", "hcl", "base",
     "56-84 mg", "9" * 400, "for 99999999 weeks", "daily", ";", ",", "(", "with a new oral antidepressant",
     "oral antidepressant", "µ", "½"]
)  # fmt: skip


@settings(deadline=None, max_examples=300)
@given(st.one_of(st.text(), st.lists(PIECES, max_size=14).map(" ".join), st.lists(PIECES, max_size=6).map("".join)))
def test_any_text_gives_a_regimen_or_a_readable_refusal(text):
    try:
        regimen = parse_treatment(text)
    except InvalidInput as refusal:
        assert refusal.problems
    else:
        assert regimen.sessions or regimen.daily_oral_antidepressant
        assert parse_treatment(regimen.text).sessions == regimen.sessions


def test_drugs_share_their_enantiomers():
    shares = {drug: (drug.share_s, drug.share_r) for drug in (Drug.KETAMINE, Drug.ESKETAMINE, Drug.ARKETAMINE)}
    assert list(shares.values()) == [(0.5, 0.5), (1.0, 0.0), (0.0, 1.0)]
