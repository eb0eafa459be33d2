"""Monitoring rules: those that ship, readings beside them worked out by hand, and each kind of mistake in a file."""

import ast
import json
import re
from importlib.resources import files
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

from liftspan.cli.app import app
from liftspan.errors import InvalidInput
from liftspan.monitoring import Basis, Kind, all_hold, any_holds, find_rules, judged, load_rules, rules_for
from liftspan.monitoring.readings import readings_of
from liftspan.treatment.drug import Drug
from liftspan.treatment.route import Route

NASAL, RACEMIC = find_rules("nasal-esketamine"), find_rules("ketamine-infusion-injection")
SHIPPED = (files("liftspan.monitoring") / "data" / "nasal-esketamine.toml").read_text(encoding="utf-8")


def fired(rules, kind, age_y, **readings):
    return [one.rule.rule_id for one in judged(rules, kind, readings, age_y) if one.fires]


@pytest.mark.parametrize(
    ("systolic", "diastolic", "age_y", "held"),
    # Phase 3: withheld if systolic > 140 (> 150 over 65 years) or diastolic > 90.
    [(140, 90, 50, False), (141, 90, 50, True), (150, 90, 70, False), (151, 90, 70, True), (120, 91, 70, True)],
)
def test_a_dose_is_held_by_the_rule_of_the_phase_3_trials(systolic, diastolic, age_y, held):
    found = fired(NASAL, Kind.HOLD, age_y, systolic_mmhg=systolic, diastolic_mmhg=diastolic)
    assert ("PRE_BP_HOLD" in found) is held


def test_alerts_follow_the_categories_of_the_label():
    assert fired(NASAL, Kind.ALERT, 40, systolic_rise_mmhg=39, systolic_mmhg=179, moaas=4) == []
    assert fired(NASAL, Kind.ALERT, 40, systolic_rise_mmhg=40) == ["BP_ALERT_RISE"]
    assert fired(NASAL, Kind.ALERT, 40, diastolic_mmhg=110) == ["BP_ALERT_ABS"]
    assert fired(NASAL, Kind.ALERT, 40, moaas=0) == ["SED_ALERT", "LOC"]


def test_nobody_is_ready_with_something_unmet_or_not_read():
    ready = {
        "minutes_since_dose": 120, "moaas": 5, "cadss": 4, "systolic_rise_mmhg": 20, "systolic_mmhg": 140,
        "heart_rate_per_min": 80,
    }  # fmt: skip
    everything = [rule.rule_id for rule in NASAL.of(Kind.DISCHARGE) if not rule.judged_by_clinician]
    assert fired(NASAL, Kind.DISCHARGE, 40, **ready) == everything
    for name, worse in (("minutes_since_dose", 119), ("moaas", 4), ("cadss", 5), ("systolic_rise_mmhg", 21)):
        assert len(fired(NASAL, Kind.DISCHARGE, 40, **(ready | {name: worse}))) == len(everything) - 1, name
    del ready["cadss"]
    lacking = [one for one in judged(NASAL, Kind.DISCHARGE, ready, 40) if "cadss" in one.unknown]
    assert [one.fires for one in lacking] == [False]


def test_arrays_are_judged_as_each_of_their_numbers():
    rng = np.random.default_rng(1)
    readings = {
        "systolic_mmhg": rng.uniform(100, 200, 300), "diastolic_mmhg": rng.uniform(60, 120, 300),
        "systolic_rise_mmhg": rng.uniform(-10, 60, 300), "minutes_since_dose": np.full(300, 130.0),
        "moaas": rng.integers(0, 6, 300).astype(float), "cadss": rng.uniform(0, 10, 300),
    }  # fmt: skip
    age_y = rng.uniform(20, 90, 300)
    for kind, together in ((Kind.HOLD, any_holds), (Kind.ALERT, any_holds), (Kind.DISCHARGE, all_hold)):
        for at, rule in enumerate(NASAL.of(kind)):
            found = together(rule, readings, age_y)
            for i in range(300):
                one = {name: float(values[i]) for name, values in readings.items()}
                verdict = judged(NASAL, kind, one, float(age_y[i]))[at]
                if not verdict.unknown:
                    assert found[i] == verdict.fires, (rule.rule_id, one)


def test_every_shipped_rule_has_a_source_and_says_what_it_rests_on():
    for rules in (NASAL, RACEMIC):
        for rule in rules.rules:
            assert rule.source and rule.source_url.startswith("https://"), rule.rule_id
    # No label speaks of racemic ketamine for depression, so no rule of it may claim one.
    assert all(rule.basis is not Basis.LABEL for rule in RACEMIC.rules)
    thresholds = (*RACEMIC.of(Kind.HOLD), *RACEMIC.of(Kind.ALERT))
    assert all(rule.basis is Basis.ANALOGY for rule in thresholds)


def test_sessions_find_their_rules():
    assert rules_for(Drug.ESKETAMINE, Route.NASAL) is NASAL
    assert all(rules_for(Drug.KETAMINE, route) is RACEMIC for route in (Route.IV, Route.IM, Route.SC))
    assert rules_for(Drug.KETAMINE, Route.ORAL) is None


def test_the_code_holds_no_threshold_of_a_rule():
    values = {limit.value for rules in (NASAL, RACEMIC) for rule in rules.rules for limit in rule.limits} - {0.0, 5.0}
    folder = Path(__file__).parents[2] / "src" / "liftspan" / "monitoring"
    ranges = {"records.py"}  # plausible ranges of readings; whether one is dangerous is for the rules to say
    for file in folder.glob("*.py"):
        numbers = {
            node.value
            for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
            if isinstance(node, ast.Constant) and type(node.value) in (int, float)
        }
        assert file.name in ranges or not numbers & values, (file.name, numbers & values)


def spoiled(old, new, count=1):
    assert old in SHIPPED
    return SHIPPED.replace(old, new, count)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("not toml at all [", "not a TOML file"),
        (spoiled('schema = "liftspan/monitoring/1"', 'schema = "liftspan/monitoring/9"'), "this version reads"),
        (spoiled("dated = 2026-12-01", 'dated = "last week"'), "must be a day like 2026-12-01"),
        (spoiled("dated = 2026-12-01\n", ""), "'dated' is missing"),
        (spoiled('["esketamine"]', '["esketamin"]'), "did you mean 'esketamine'"),
        (spoiled('["nasal"]', "[]"), "'routes' must be a list"),
        (spoiled('id = "LOC"', 'id = "SED_ALERT"'), "this id stands twice"),
        (spoiled('kind = "hold"', 'kind = "hodl"'), "did you mean 'hold'"),
        (spoiled('basis = "analogy"', 'basis = "guess"'), "basis 'guess' is not known"),
        (spoiled('source = "REMS page of the manufacturer"', 'source = ""'), "who says so?"),
        (spoiled("https://www.janssenscience", "http://www.janssenscience"), "must begin with https://"),
        (spoiled("above = 140", "above = 1400"), "lies within 40 to 300 mmHg"),
        (spoiled("above = 140", 'above = "140"'), "above must be a number"),
        (spoiled("above = 140", "above = 140\nat_least = 150"), "exactly one of"),
        (spoiled("age_below_y = 66", "age_below_y = 0"), "nobody has such an age"),
        (spoiled('measure = "moaas"', 'measure = "moas"'), "did you mean 'moaas'"),
        (spoiled("at_min = [-10, 40]", "at_min = [40, -10]"), "must ascend"),
        (spoiled("at_min = [-10, 40]", ""), "when? give"),
        (spoiled("every_min = 30", "every_min = 0"), "above 0"),
        (spoiled("until_min = 120", "until_min = 20"), "not before until_min"),
        (spoiled("until_min = 120\n", ""), "belong together"),
        (spoiled('confirm = ["an', 'comfirm = ["an'), "did you mean 'confirm'"),
        (re.sub(r"(?s)\[\[rule\]\].*", "", SHIPPED), "'rule' is missing"),
        (re.sub(r"(?s)(id = \"LOC\".*?)\[\[rule.limit\]\].*?(?=\[\[rule\]\])", r"\1", SHIPPED), "needs at least one"),
    ],
)  # fmt: skip
def test_each_mistake_in_a_clinics_file_is_said(text, said, tmp_path):
    path = tmp_path / "ours.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InvalidInput) as caught:
        load_rules(path)
    assert said in str(caught.value) and "ours.toml" in str(caught.value)


def test_all_mistakes_are_said_at_once(tmp_path):
    path = tmp_path / "ours.toml"
    path.write_text(spoiled("above = 140", "above = 1400").replace('kind = "hold"', 'kind = "hodl"', 1))
    with pytest.raises(InvalidInput) as caught:
        load_rules(path)
    assert len(caught.value.problems) == 2


def test_a_clinics_own_file_is_used(tmp_path):
    path = tmp_path / "ours.toml"
    path.write_text(spoiled("above = 140", "above = 160"), encoding="utf-8")
    assert fired(load_rules(path), Kind.HOLD, 50, systolic_mmhg=150, diastolic_mmhg=80) == [
        "PRE_BP_HOLD_EU",
        "PRE_BP_GUIDE_US",
    ]
    shown = CliRunner().invoke(app, ["monitoring", "show", "--rules", str(path)])
    assert shown.exit_code == 0 and "systolic pressure > 160 mmHg (below 66 years)" in shown.output


def test_words_and_record_hold_every_rule_and_mark_what_is_no_fact():
    run = CliRunner()
    for rules in (NASAL, RACEMIC):
        assert rules.name in run.invoke(app, ["monitoring", "list"]).output
        text = run.invoke(app, ["monitoring", "show", rules.name]).output
        record = json.loads(run.invoke(app, ["monitoring", "show", rules.name, "--json"]).output)
        assert record["schema"] == "liftspan/monitoring-rules/1"
        assert [one["id"] for one in record["rules"]] == [rule.rule_id for rule in rules.rules]
        for rule in rules.rules:
            assert rule.source_url in text
            mark = {Basis.ANALOGY: "[ANALOGY]", Basis.DESIGN_CHOICE: "[DESIGN CHOICE]"}.get(rule.basis, "")
            assert f"  {rule.rule_id}: {mark}" in text
        assert max(len(line) for line in text.splitlines() if "https://" not in line) <= 100
        assert "do not replace" in text


def test_readings_are_judged_on_the_command_line_and_wrong_ones_said_together():
    run = CliRunner()
    words = ["monitoring", "judge", "nasal-esketamine", "--age", "50", "--reading", "systolic_mmhg=185"]
    text = " ".join(run.invoke(app, words).output.split())
    assert text.startswith("ALERT: systolic pressure 185 mmHg (limit >= 180 mmHg)")
    assert "not measured: alertness on MOAA/S" in text and "an escort is there" in text
    with pytest.raises(InvalidInput) as caught:
        readings_of(["systolic=1", "moaas=7", "cadss", "moaas=5", "moaas=5"], 12.0)
    assert len(caught.value.problems) == 5
    with pytest.raises(InvalidInput, match="one of the two"):
        app(["monitoring", "show"], standalone_mode=False)
    with pytest.raises(InvalidInput, match="did you mean 'nasal-esketamine'"):
        app(["monitoring", "show", "nasal-esketamin"], standalone_mode=False)
