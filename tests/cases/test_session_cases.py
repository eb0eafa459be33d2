"""Cases of issue 14 on one session: nothing read as leave to go, nothing far above what was studied, no NaN.

Findings A7, D12 and the reader's "LOC 0.0"; reliability.md: sessions of huge doses, a rule file without discharge,
`body show` of a treatment without ketamine; siblings that stand in neither.
"""

import json
from dataclasses import replace
from importlib.resources import files

import numpy as np
import pytest

import liftspan.exposure
from cli.in_process import said
from liftspan.errors import OutsideEvidence
from liftspan.exposure import exposure
from liftspan.monitoring import Kind, load_rules
from liftspan.population import draw_people, usual_enrolment
from liftspan.session.answer import Interval, session_of
from liftspan.session.clinics import Clinic, largest_session, rates
from liftspan.session.predicted import PEOPLE, SEED, levels_of
from liftspan.session.risks import session_risks
from liftspan.session.store import load_acute_posterior
from liftspan.session.studied import highest, refuse_dose
from liftspan.session.words import session_record, session_text, share_text
from liftspan.treatment import Drug, Route, find_protocol, load_protocols, parse_treatment

NASAL_FILE = (files("liftspan.monitoring") / "data" / "nasal-esketamine.toml").read_text(encoding="utf-8")
PASSED, INVALID = 0, 3


def says(*words) -> tuple[int, str, str]:
    found = said(*words)
    return found.code, found.out, found.err


def plain(text):
    return " ".join(text.split())


@pytest.fixture(autouse=True)
def coarse(monkeypatch):
    """What `body show` says of doses does not depend on its grid."""
    monkeypatch.setattr(liftspan.exposure, "GRID_H", np.array([0.0, 0.6, 1.0, 2.0, 8.0, 48.0]))


@pytest.fixture(scope="module")
def nasal():
    return session_of(find_protocol("nasal-84"))


# --- A7: ready to leave -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["nasal-84", "iv-single", "im-single", "nasal-label-65"])
def test_before_the_first_reading_nobody_is_called_ready(name):
    text = session_text(session_of(find_protocol(name)))
    assert "always" not in text and "no reading before minute 60" in text
    assert "Trials printed readiness from minute 90 on" in plain(text)


def test_the_record_has_null_and_the_reason_where_nobody_read(nasal):
    record = session_record(nasal)
    for who in ("judged", "by_rules"):
        for share, minutes in record["ready_minutes"][who].items():
            assert minutes is None or minutes >= 60.0
            assert (minutes is None) == (share in record["ready_notes"][who])
    assert record["ready_notes"]["judged"]["0.5"] == "no reading before minute 60"
    assert record["ready_notes"]["by_rules"]["0.99"] == "not within 4 hours"
    assert all(one["minutes"] >= 60.0 for one in record["ready_for_discharge"])


def test_a_small_dose_reads_like_a_large_one_before_anybody_read():
    # Even 1 mg: the model says ready at once, the trials did not look.
    text = session_text(session_of(parse_treatment("0.01 mg/kg iv ketamine over 40 min, once")))
    assert text.count("no reading before minute 60") == 3 and " 0 min" not in text


# --- "LOC 0.0 (0.0 to 0.0)" ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ((0.0, 0.0, 0.0), "below 0.05"), ((0.0001, 0.0, 0.0004), "below 0.05"),
        ((0.0001, 0.0, 0.001), "<0.05 (0.0 to 0.1)"), ((0.001, 0.0, 0.17), "<0.5 (0 to 17)"),
        ((0.05, 0.01, 0.27), "5 (1 to 27)"), ((0.013, 0.006, 0.029), "1.3 (0.6 to 2.9)"),
    ],
)  # fmt: skip
def test_a_share_that_rounds_to_zero_is_not_printed_as_impossible(values, said):
    median, low, high = values
    assert share_text(Interval(median, median, low, high)) == said


def test_no_harm_of_any_named_session_reads_as_impossible():
    for protocol in ("nasal-84", "iv-single", "sc-titration"):
        answer = session_of(find_protocol(protocol))
        for one in (*answer.probabilities.values(), *(p for p in answer.placebo_probabilities.values() if p)):
            assert not share_text(one).startswith(("0 ", "0.0")) and share_text(one) != "0"


# --- Sessions above everything studied ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "limit"),
    [
        ("250 mg iv ketamine bolus", "1 mg/kg"), ("350 mg iv ketamine over 40 min", "1 mg/kg"),
        ("500 mg im ketamine", "0.5 mg/kg"), ("1000 mg iv ketamine over 40 min", "1 mg/kg"),
        ("168 mg nasal esketamine", "84 mg"), ("60 mg sc ketamine", "0.5 mg/kg"),
        ("1 mg/kg iv esketamine over 40 min", "0.4 mg/kg"),
        ("80 mg iv ketamine over 40 min, then 250 mg iv ketamine over 40 min, weekly for 2 weeks", "1 mg/kg"),
    ],
)  # fmt: skip
def test_a_session_above_every_studied_dose_is_refused_with_limit_and_value(words, limit):
    code, out, err = says("session", "-t", words, "--json")
    assert (code, out) == (INVALID, "")
    assert "above every dose" in err and f"the highest is {limit}" in err
    with pytest.raises(OutsideEvidence):
        session_of(parse_treatment(words))
    assert session_risks(parse_treatment(words)) is None
    assert says("body", "show", "-t", words)[0] == PASSED  # the body still answers


def test_the_highest_studied_dose_itself_is_answered_and_how_fast_and_session_end_together():
    for words in (
        "84 mg nasal esketamine",
        "1 mg/kg iv ketamine over 40 min",
        "1 mg/kg sc esketamine",
        "0.5 mg/kg im ketamine",
    ):
        record = session_record(session_of(parse_treatment(words)))
        assert json.dumps(record, allow_nan=False)
    # What trials of mood gave is told its risks: an answer on benefit never stands without them.
    for kind, units in ((kind, highest(kind)) for kind in ((Drug.KETAMINE, Route.IV), (Drug.ESKETAMINE, Route.NASAL))):
        for unit, most in units.items():
            treatment = parse_treatment(
                f"{most:g} {unit} {kind[1]} {kind[0]}" + (" over 40 min" if kind[1] == "iv" else "")
            )
            assert session_risks(treatment) is not None


def test_a_dose_in_mg_meets_a_limit_per_kg_through_the_weight():
    heavy, light = parse_treatment("75 mg iv ketamine over 40 min"), parse_treatment("1 mg/kg iv ketamine over 40 min")
    assert session_of(heavy, weight_kg=90.0).dose == "75 mg ketamine iv"
    with pytest.raises(OutsideEvidence, match=r"1.67 mg/kg at 45 kg"):
        session_of(heavy, weight_kg=45.0)
    assert session_of(light, weight_kg=45.0)
    # A twin: the same dose written per kilogram gives the same session.
    one, two = (
        session_of(parse_treatment(f"{words} iv ketamine over 40 min"), weight_kg=80.0)
        for words in ("40 mg", "0.5 mg/kg")
    )
    assert session_record(one)["peaks"] == session_record(two)["peaks"]


def test_the_largest_dose_is_found_across_units():
    # 0.9 mg/kg is 67 mg at the usual weight, more than 40 mg; by the bare numbers 40 would be more.
    per_kg, fixed = (parse_treatment(f"{dose} iv ketamine over 40 min") for dose in ("0.9 mg/kg", "40 mg"))
    both = replace(per_kg, sessions=(*fixed.sessions, replace(per_kg.sessions[0], start_h=168.0)))
    assert largest_session(both)[0].doses[0].amount == 0.9


def test_a_share_of_one_gives_a_rate_and_no_nan():
    posterior = load_acute_posterior().mode
    session = parse_treatment("0.5 mg/kg iv ketamine over 40 min").sessions[0]
    levels = levels_of(session, None, None, PEOPLE, SEED)
    flooded = type(levels)(levels.s * 1e6, levels.r * 1e6, False)
    with np.errstate(all="raise", under="ignore", over="ignore"):
        found = rates(flooded, [Clinic(posterior, 1.0, luck) for luck in (-2.0, 0.0, 2.0)], "loss_of_consciousness")
    assert np.allclose(found, 1.0)


def test_an_infusion_unlike_those_published_says_so():
    for words, part in (
        ("0.5 mg/kg iv ketamine over 2 min", "this one 2"),
        ("0.5 mg/kg iv ketamine over 5 h", "this one 300"),
    ):
        assert any("published infusions ran 40 minutes" in one and part in one
                   for one in session_of(parse_treatment(words)).extrapolated)  # fmt: skip
    assert not any("published infusions" in one for one in session_of(find_protocol("iv-single")).extrapolated)


def test_refusal_needs_no_evidence_of_mood_where_sessions_were_published():
    # Esketamine under the skin has published sessions and no arm of mood: 1 mg/kg is answered, 1.2 is not.
    session, kind = largest_session(parse_treatment("1 mg/kg sc esketamine"))
    assert highest(kind) == {"mg/kg": 1.0}
    refuse_dose(session, kind, None)
    with pytest.raises(OutsideEvidence, match="the highest is 1 mg/kg"):
        largest_session(parse_treatment("1.2 mg/kg sc esketamine"))


# --- A clinic's file of rules -------------------------------------------------------------------------------------


def file_without(tmp_path, *, but=()):
    """The shipped file without rules of discharge but some, and without a measure that they alone judge."""
    head, *rules = NASAL_FILE.replace('["moaas", "cadss"]', '["moaas"]').split("[[rule]]")
    named = [f'id = "{name}"' for name in but]
    kept = [one for one in rules if 'kind = "discharge"' not in one or any(name in one for name in named)]
    path = tmp_path / "ours.toml"
    path.write_text("[[rule]]".join([head, *kept]), encoding="utf-8")
    return path


def test_a_rule_file_without_a_rule_for_discharge_is_answered_in_words(tmp_path):
    path = file_without(tmp_path)
    code, out, err = says("session", "-p", "nasal-84", "--rules", path, "--plot", tmp_path / "ours.png")
    assert (code, err) == (PASSED, "") and (tmp_path / "ours.png").stat().st_size > 10_000
    assert "this file has no rule for discharge, so readiness is not told by rules" in plain(out)
    record = json.loads(says("session", "-p", "nasal-84", "--rules", path, "--json")[1])
    assert record["not_by_rules"] == "this file has no rule for discharge" and record["ready_minutes"]["by_rules"] == {}
    assert {one["by_rules"] for one in record["ready_for_discharge"]} == {None}


def test_time_alone_makes_nobody_ready_in_a_simulation_either(tmp_path):
    path = file_without(tmp_path, but=("DISCHARGE_TIME", "DISCHARGE_BREATHING"))
    answer = session_of(find_protocol("nasal-84"), own_rules=load_rules(path))
    assert answer.not_by_rules == "only its rule on time can be simulated, and time alone never discharges"
    assert all(one.by_rules is None for one in answer.ready)


def test_what_the_rules_ask_beyond_the_simulation_is_named_rule_by_rule(nasal):
    text = plain(session_text(nasal))
    assert "at most 81 % by the rules" in text
    breathing = "oxygen saturation, breathing rate, a clinician's judgement of oxygen saturation"
    assert f"{breathing} (DISCHARGE_BREATHING); heart rate (DISCHARGE_PULSE)" in text
    record = session_record(nasal)
    assert {one["rule"] for one in record["not_simulated"]} == {"DISCHARGE_BREATHING", "DISCHARGE_PULSE"}


def test_rules_that_are_not_simulated_neither_help_nor_hold(tmp_path, nasal):
    head, *rules = NASAL_FILE.split("[[rule]]")
    path = tmp_path / "ours.toml"
    path.write_text("[[rule]]".join([head, *(one for one in rules if 'id = "DISCHARGE_PULSE"' not in one)]), "utf-8")
    ours = session_of(find_protocol("nasal-84"), own_rules=load_rules(path))
    assert [one.by_rules for one in ours.ready] == [one.by_rules for one in nasal.ready]


OLDER = """[[rule]]
id = "OLDER"
kind = "discharge"
text = "For the old."
basis = "design choice"
source = "ours"
source_url = "https://example.org"
[[rule.limit]]
measure = "systolic_mmhg"
below = 60
age_from_y = 80

"""


def test_rules_for_other_ages_hold_nobody_of_this_age(tmp_path, nasal):
    path = tmp_path / "ours.toml"
    path.write_text(f"{NASAL_FILE}\n{OLDER}", encoding="utf-8")
    rules = load_rules(path)
    assert "OLDER" in {rule.rule_id for rule in rules.of(Kind.DISCHARGE)}
    young, old = (session_of(find_protocol("nasal-84"), age_y=age, own_rules=rules) for age in (None, 85.0))
    assert [one.by_rules for one in young.ready] == [one.by_rules for one in nasal.ready]
    assert old.ready[-1].by_rules < 0.01


# --- D12 and `body show`: which dose a page speaks of -----------------------------------------------------------------


def test_session_and_body_say_which_dose_of_one_protocol_they_show():
    session, body = plain(says("session", "-p", "nasal-label")[1]), plain(says("body", "show", "-p", "nasal-label")[1])
    assert "its session with the largest dose, 84 mg esketamine nasal; the first, 56 mg esketamine nasal" in session
    assert "its first session, 56 mg esketamine nasal; the largest, 84 mg esketamine nasal, comes later" in body
    assert json.loads(says("session", "-p", "nasal-label", "--json")[1])["treatment"]["first_dose"].startswith("56 mg")
    assert "largest dose" in plain(says("session", "show", "--help")[1])
    assert "; the first" not in plain(says("session", "-p", "iv-single")[1])


NOTHING = (("-p", "oral-antidepressant"), ("-p", "placebo-visits"), ("-t", "placebo visits weekly for 2 weeks"))


@pytest.mark.parametrize("words", [*NOTHING, (*NOTHING[0], "--json")])
def test_where_nothing_active_is_given_body_and_session_say_so(words):
    for command in (("body", "show"), ("session",)):
        code, out, err = says(*command, *words)
        assert (code, out) == (INVALID, "")
        assert "no dose of ketamine, esketamine or arketamine is in it" in err and "still answers" not in err


def test_a_treatment_that_begins_with_placebo_shows_its_first_dose():
    people = draw_people(usual_enrolment(None, None, None), 1, 1, 20)
    later = parse_treatment("placebo visits weekly for 2 weeks, then 56 mg nasal esketamine weekly for 2 weeks")
    plain_one = parse_treatment("56 mg nasal esketamine, once")
    for one, two in zip(exposure(later, people), exposure(plain_one, people), strict=True):
        assert np.allclose(one.peak_ng_per_ml, two.peak_ng_per_ml)
    code, out, _ = says(
        "body", "show", "-t", "placebo visits weekly for 2 weeks, then 56 mg nasal esketamine weekly for 2 weeks"
    )
    assert code == PASSED and "which begins 336 h after the start" in plain(out)


@pytest.mark.parametrize("name", list(load_protocols()))
def test_every_named_protocol_ends_in_an_answer_or_a_sentence(name):
    for command in (("session",), ("body", "show")):
        code, out, err = says(*command, "-p", name, "--json")
        assert code in (PASSED, INVALID) and "Traceback" not in err
        if code == PASSED:
            json.loads(out, parse_constant=lambda word: pytest.fail(f"{word} is no JSON"))


def test_the_clock_of_an_infusion_starts_at_its_end_in_the_rules_and_on_the_axis():
    # Rules: two hours after an infusion of 40 minutes, or after an injection; nobody is ready before.
    for name, first_min in (("iv-single", 160.0), ("im-single", 120.0)):
        answer = session_of(find_protocol(name))
        assert [one.value for one in answer.limits if one.measure == "minutes_since_dose"] == [first_min]
        ready = [point.minutes for point in answer.ready_course if point.by_rules]
        assert min(ready) >= first_min
