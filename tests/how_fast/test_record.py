"""The JSON that others rely on, against the promise in the design."""

import json
import math

import pytest

from liftspan.evidence import load_evidence
from liftspan.evidence.check_said import check_record
from liftspan.evidence.held_out import stored_scores
from liftspan.how_fast import as_record
from liftspan.posterior import FOLDER
from liftspan.treatment import load_protocols

PROMISED = (
    "schema", "treatment", "people", "interval", "timeline", "time_to_response_d", "duration_of_response_d",
    "evidence", "model", "assumptions", "extrapolated", "of_100", "miss", "circumstances", "structure",
)  # fmt: skip
PARTS = ("mean", "median", "low", "high")


@pytest.fixture(scope="module")
def record(whole):
    return json.loads(json.dumps(as_record(whole), allow_nan=False))


def test_the_schema_comes_first_and_every_promised_field_is_there(record):
    assert next(iter(record)) == "schema"
    assert record["schema"] == "liftspan/how-fast/1"
    assert set(PROMISED) <= record.keys()
    assert record["interval"] == {"level": 0.9, "kind": "equal-tailed"}
    assert isinstance(record["assumptions"], list) and record["assumptions"]
    assert isinstance(record["extrapolated"], list)


def test_the_timeline_holds_every_quantity_twice(record):
    assert [point["hours"] for point in record["timeline"]] == [2, 4, 24, 72, 168, 336, 648]
    for point in record["timeline"]:
        for quantity in ("madrs_change", "response", "remission"):
            for who in ("group", "person"):
                values = [point[quantity][who][part] for part in PARTS]
                assert all(isinstance(value, float) and math.isfinite(value) for value in values)
                assert values[2] <= values[1] <= values[3]
                assert set(point[quantity][who]) == set(PARTS)
        change = point["madrs_change"]
        assert change["person"]["low"] <= change["group"]["low"] <= change["group"]["high"] <= change["person"]["high"]


def test_spans_say_who_is_not_in_them_and_how_they_are_defined(record):
    response, duration = record["time_to_response_d"], record["duration_of_response_d"]
    assert {*PARTS, "never"} <= response.keys()
    assert {*PARTS, "censored", "definition"} <= duration.keys()
    assert 0.0 < response["never"] < 1.0
    assert 0.0 <= duration["censored"] < 1.0
    assert isinstance(duration["definition"], str)
    assert response["median"] is None or response["median"] > 0.0  # fewer than half respond at two visits in a row
    assert response["never"] < response["never_without_drug"] < 1.0


def test_of_100_people_the_difference_is_taken_draw_by_draw(record, whole):
    assert [one["hours"] for one in record["of_100"]] == [point["hours"] for point in record["timeline"]]
    for one, point in zip(record["of_100"], record["timeline"], strict=True):
        assert one["with_drug"]["mean"] == pytest.approx(100 * point["response"]["group"]["mean"], abs=0.01)
        assert one["difference"]["mean"] == pytest.approx(
            one["with_drug"]["mean"] - one["visits_only"]["mean"], abs=1e-3
        )
        for part in ("with_drug", "visits_only", "difference"):
            assert set(one[part]) == set(PARTS)
            assert one[part]["low"] <= one[part]["median"] <= one[part]["high"]
    day = record["of_100"][2]
    # With the same luck the difference is narrower than two intervals set against each other.
    apart = (
        day["with_drug"]["high"] - day["visits_only"]["low"] - (day["with_drug"]["low"] - day["visits_only"]["high"])
    )
    assert day["difference"]["high"] - day["difference"]["low"] < apart


def test_how_far_unseen_trials_were_missed_stands_beside_a_simple_average(record):
    stored = check_record(stored_scores(load_evidence(), FOLDER))["kinds"]
    miss = record["miss"]
    assert miss["kind"] == "MADRS change, leave one trial out"
    for one, kind in ((miss, "change"), (miss["response"], "response")):
        assert one["rmse"] == pytest.approx(stored[kind]["model"]["rmse"], abs=1e-4)
        assert one["table_rmse"] == pytest.approx(stored[kind]["table"]["rmse"], abs=1e-4)
        assert one["cover_90"] == pytest.approx(stored[kind]["model"]["cover"]["90%"], abs=1e-4)
        assert (one["trials"], one["why"]) == (stored[kind]["model"]["trials"], "")


def test_the_circumstances_are_those_that_a_person_can_receive(record):
    assert record["circumstances"] == {
        "control": "open", "background": "none", "setting": "outpatient", "care": "until-last-session",
    }  # fmt: skip
    assert record["structure"] == "base"


def test_the_number_of_people_is_stated(record):
    assert record["people"]["group_size"] == 200
    assert record["people"]["posterior_draws"] == 500
    assert record["people"]["seed"] == 1
    assert record["people"]["baseline_mean"] == 34.9


def test_evidence_and_model_say_what_stands_behind(record):
    evidence, model = record["evidence"], record["model"]
    assert evidence["trials"] == len(evidence["trial_ids"]) > 0
    assert "murrough2013" in evidence["trial_ids"]
    assert evidence["patients"] > 0
    assert {"status", "rows", "evidence_sha256", "versions"} <= model.keys()
    assert (model["status"], model["method"]) == ("fitted", "NUTS")


def test_risks_stand_beside_every_benefit_of_a_drug(record):
    risks = record["risks"]
    assert risks["session"] and all(item["text"] and item["source"] for item in risks["session"])
    assert risks["course"]
    assert risks["sessions_in_half_year"] == 1


def test_sessions_are_written_as_planned(small):
    sessions = as_record(small("iv-induction"))["treatment"]["sessions"]
    # protocols.csv: days 0, 2, 4, 7, 9, 11 of Murrough 2013 (open label).
    assert [session["day"] for session in sessions] == [0, 2, 4, 7, 9, 11]
    assert sessions[0]["doses"] == [
        {"drug": "ketamine", "route": "iv", "amount": 0.5, "unit": "mg/kg", "start_min": 0.0, "duration_min": 40.0}
    ]
    devices = as_record(small("nasal-84"))["treatment"]["sessions"][1]["doses"]
    assert [(dose["amount"], dose["unit"], dose["start_min"]) for dose in devices] == [
        (28.0, "mg", 0.0), (28.0, "mg", 5.0), (28.0, "mg", 10.0)
    ]  # fmt: skip


@pytest.mark.parametrize("name", list(load_protocols()))
def test_every_named_protocol_gives_valid_json_without_nan(name, small):
    record = json.loads(json.dumps(as_record(small(name)), allow_nan=False))
    assert next(iter(record)) == "schema"
    end_h = 24.0 * record["treatment"]["end_day"]
    assert end_h == 0.0 or end_h in {point["hours"] for point in record["timeline"]}
    given = any(session["doses"] for session in record["treatment"]["sessions"])
    assert bool(record["risks"]["session"]) == given
