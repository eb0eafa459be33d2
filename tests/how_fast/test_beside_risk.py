"""Benefit never stands without risk: text, record and difference, worked out again from the draws."""

import json
import re
from dataclasses import replace

import numpy as np
import pytest
from typer.testing import CliRunner

from liftspan.cli.app import app
from liftspan.how_fast import as_record, as_text, how_fast, versus_text
from liftspan.how_fast.beside_risk import exchange, exchange_record
from liftspan.report import report_html
from liftspan.treatment import find_protocol, parse_treatment

SMALL = {"draws": 40, "group_size": 40}
LESS, MORE = (how_fast(parse_treatment(f"{mg} mg/kg iv ketamine over 40 min, once"), **SMALL) for mg in (0.2, 0.5))


def test_the_text_sets_risk_beside_placebo_under_the_benefit():
    text = as_text(MORE)
    assert text.index("MADRS change, group") < text.index("Beside this benefit, at 0.5 mg/kg ketamine iv")
    row = next(line for line in text.splitlines() if line.startswith("CADSS above 4"))
    shown = float(re.search(r"above 4\s+([\d.]+) \(", row)[1])
    assert shown == pytest.approx(100 * np.median(MORE.session_risks.once["cadss_above_4"]), abs=0.5)
    assert max(map(len, text.splitlines())) <= 100


def test_a_route_without_published_sessions_says_so_and_no_drug_says_nothing():
    oral = how_fast(find_protocol("oral-solution"), **SMALL)
    assert "no published session of this drug by this route" in " ".join(as_text(oral).split())
    assert as_record(oral)["session_risks"] is None
    placebo = how_fast(find_protocol("placebo-visits"), **SMALL)
    assert placebo.session_risks is None and "Beside this benefit" not in as_text(placebo)


def test_the_record_has_each_risk_with_its_interval_and_placebo():
    found = as_record(MORE)["session_risks"]
    assert found["probabilities"].keys() == found["placebo_probabilities"].keys()
    assert found["course"] is None
    for one in (*found["probabilities"].values(), *found["peaks"].values()):
        assert one["low"] <= one["median"] <= one["high"]
    course = as_record(how_fast(find_protocol("iv-induction"), **SMALL))["session_risks"]["course"]
    assert course["sessions"] == 6 and course["probabilities"].keys() == found["probabilities"].keys()


def test_more_dose_buys_and_costs_what_the_draws_say():
    buys, costs = exchange((LESS, MORE))
    day = [point.hours for point in MORE.course_points].index(24.0)
    gap = MORE.group_change[:, day] - LESS.group_change[:, day]
    assert buys[24.0]["madrs_change"].median == pytest.approx(np.median(gap))
    rise = MORE.session_risks.peaks["systolic_mmhg"] - LESS.session_risks.peaks["systolic_mmhg"]
    assert costs["systolic_mmhg"].mean == pytest.approx(rise.mean())
    assert all(costs[name].low > 0.0 for name in ("systolic_mmhg", "cadss", "cadss_above_4", "dissociation"))
    text = " ".join(versus_text((LESS, MORE)).split())
    assert "What treatment 2 buys beside treatment 1" in text and "What it costs in a session" in text
    assert exchange_record((LESS, MORE))["costs"].keys() == costs.keys()


def test_the_same_dose_at_other_intervals_costs_the_same_in_a_session_in_one_line():
    often, rarely = (
        how_fast(parse_treatment(f"0.5 mg/kg iv ketamine over 40 min, {plan} until week 24"), **SMALL)
        for plan in ("weekly", "every 4 weeks")
    )
    text = " ".join(versus_text((often, rarely)).split())
    assert "nothing more or less, the same dose in each session (0.5 mg/kg ketamine iv)" in text
    assert "of 100 people systolic rise" not in text
    # 24 and 6 sessions of 0.5 mg/kg: a quarter of the drug.
    assert "treatment 1 24 sessions" in text and "treatment 2 6 sessions" in text and "-18 sessions" in text
    assert exchange_record((often, rarely))["same_dose"] and not exchange_record((LESS, MORE))["same_dose"]
    steps = how_fast(parse_treatment("0.2 mg/kg iv ketamine first, then 0.5 mg/kg, twice weekly for 1 week"), **SMALL)
    assert "the same largest dose of a session" in " ".join(versus_text((MORE, steps)).split())
    assert "In a session neither risks more" in report_html((often, rarely))


def test_without_numbers_for_one_of_them_the_costs_are_not_invented():
    buys, costs = exchange((replace(LESS, session_risks=None), MORE))
    assert buys and not costs
    assert exchange_record((replace(LESS, session_risks=None), MORE))["costs"] is None


def test_the_page_holds_the_risks_of_both_and_their_difference():
    page = report_html((LESS, MORE))
    assert "What it buys, and what it costs" in page
    assert page.count("<caption>What a session of") == 2 and "Systolic rise of 40 mmHg or more, people in 100" in page
    assert "What it buys" not in report_html((MORE,)) and "What a session of" in report_html((MORE,))


def test_the_command_adds_fields_and_changes_none():
    words = ["how-fast", "--protocol", "iv-single", "--versus", "nasal-84", "--json"]
    record = json.loads(CliRunner().invoke(app, words).output)
    assert record["schema"] == "liftspan/how-fast/1" and record["versus"]["schema"] == "liftspan/how-fast/1"
    assert {"buys", "costs", "same_dose", "half_year"} == record["exchange"].keys()
    assert [one["sessions"] for one in record["exchange"]["half_year"]] == [1, 8]
    assert "session" in record["risks"] and record["session_risks"]["dose"] == "0.5 mg/kg ketamine iv"
