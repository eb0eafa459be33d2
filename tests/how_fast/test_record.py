"""The JSON that others rely on, against the promise in the design."""

import json
import math

import pytest

from liftspan.how_fast import as_record
from liftspan.treatment import load_protocols

PROMISED = (
    "schema", "treatment", "people", "interval", "timeline", "time_to_response_d", "duration_of_response_d",
    "evidence", "model", "assumptions", "extrapolated",
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
    assert response["median"] > 0.0


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
