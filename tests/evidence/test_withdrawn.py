"""Maintenance and stopping trials on the engine: one set of people in all phases, selected by their scores."""

import zlib
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest

from liftspan.evidence import load_evidence, phases
from liftspan.evidence.phases import phases_of
from liftspan.evidence.predict import predict_trials
from liftspan.evidence.relapse import relapse_checks
from liftspan.evidence.withdrawal import SELECTIONS, hazard_ratio, relapse_visit
from liftspan.evidence.withdrawal_rules import RELAPSE, days_of, rule_of, rules
from liftspan.evidence.withdrawn import predict_withdrawn
from liftspan.parameters import MOOD_TABLE
from liftspan.posterior import Posterior, load_posterior
from liftspan.units import HOURS_PER_DAY

DRAWS = 60
TYPICAL = {"lift_per_h": 0.7, "hill": 1.3, "fast_share": 0.8, "potency_esketamine_nasal": 0.3, "contact": 1.0}
VALUES = {prior.name: prior.centre for prior in MOOD_TABLE} | TYPICAL
# The trial at hand is the typical one: what is left is people and their ratings.
VALUES |= dict.fromkeys(("trial_context", "trial_drug", "trial_time", "trial_early", "trial_course"), 0.0)
TYPICAL_TRIAL = Posterior({name: np.full(DRAWS, value) for name, value in VALUES.items()}, {})
BLIND = load_evidence(outcomes=False)
ROWS = {row.row_id: row for row in BLIND.observations}
STOPPED = "daly2019_sustain1.002"


@pytest.fixture(autouse=True)
def few(monkeypatch):
    monkeypatch.setattr(phases, "DRAWS", DRAWS)
    monkeypatch.setattr(phases, "PEOPLE", {})
    monkeypatch.setattr(phases, "PEOPLE_USUAL", 150)


def trial_of(row, seed=1):
    arms = [arm for arm in BLIND.arms if arm[0] == row.trial_id]
    return SimpleNamespace(
        evidence=BLIND, trial_id=row.trial_id, posterior=TYPICAL_TRIAL, seed=seed, phases={}, rows=[row],
        control_of=lambda row: next(arm for _, arm in arms if "pbo" in arm),
    )  # fmt: skip


def simulated(row, rule, seed=1):
    return phases_of(trial_of(row, seed), rule, BLIND.arms[row.trial_id, row.arm_id], np.array(rule.visits))


def scores_at(one, days):
    return one.course.at(np.array(days) * HOURS_PER_DAY).score


def test_people_are_the_same_before_and_after_selection_whatever_follows():
    row = ROWS[STOPPED]
    rule = replace(rule_of(row), visits=(7.0, 21.0))
    stopped = simulated(row, rule)
    seen_longer = simulated(row, replace(rule, visits=(7.0, 21.0, 70.0)))
    name, active = f"{rule.treat_as}/{rule.after}/{rule.after_days}", replace(rule, after="active")
    regimen = phases._regimen(BLIND.arms["daly2019_sustain1", "rem_esk"], active, rule.days)
    design = replace(stopped.design, regimen=regimen)
    goes_on = phases._course(trial_of(row), design, 1 + zlib.crc32(name.encode()), stopped.course.times_h, 150)
    assert np.array_equal(scores_at(stopped, rule.selected_at_d), scores_at(seen_longer, rule.selected_at_d))
    assert np.array_equal(stopped.course.observed_baseline, goes_on.observed_baseline)
    before = stopped.course.times_h <= rule.start_d * HOURS_PER_DAY
    assert before.sum() == len(rule.selected_at_d)
    assert np.array_equal(stopped.course.score[..., before], goes_on.score[..., before])
    after = stopped.course.times_h > (rule.start_d + 14.0) * HOURS_PER_DAY  # the next session is on day 14
    assert stopped.course.score[..., after].mean() > goes_on.score[..., after].mean()


def test_selection_lowers_severity_and_the_selected_stay_lower_than_the_others():
    row = ROWS[STOPPED]
    rule = replace(rule_of(row), visits=(7.0, 28.0))
    one = simulated(row, rule)
    score = scores_at(one, [rule.start_d, rule.start_d + 28.0])
    low = score[..., 0] <= 12
    assert 0.05 < low.mean() < 0.95
    # Scores regress towards the mean afterwards, but traits carry over.
    assert score[low][:, 0].mean() < score[low][:, 1].mean() < score[~low][:, 1].mean() - 5.0


def test_a_second_course_is_of_the_same_people_with_new_luck():
    row = ROWS["takahashi2021_japan.066"]
    one = simulated(row, rule_of(row))
    assert np.array_equal(one.course.observed_baseline, one.second.observed_baseline)
    first, second = (course.at(np.array([27.0 * HOURS_PER_DAY])).score[..., 0] for course in (one.course, one.second))
    again = np.mean([np.corrcoef(a, b)[0, 1] for a, b in zip(first, second, strict=True)])
    assert 0.5 < again < 0.99  # traits return, errors of rating do not


def test_withdrawn_arms_get_no_drug_after_the_first_day_of_follow_up():
    row = ROWS[STOPPED]
    regimen = simulated(row, replace(rule_of(row), visits=(7.0, 14.0))).design.regimen
    given = [one.start_h / HOURS_PER_DAY for one in regimen.sessions if one.doses]
    bare = [one.start_h / HOURS_PER_DAY for one in regimen.sessions if not one.doses]
    assert max(given) < 112.0 < min(bare)


def test_two_arms_that_get_the_same_have_a_hazard_ratio_of_one():
    row = ROWS["daly2019_sustain1.001"]
    rule = replace(rule_of(row), visits=tuple(7.0 * np.arange(1, 13)))
    visits_d = np.array(rule.visits)

    def followed(seed):
        score = scores_at(simulated(row, rule, seed), rule.start_d + visits_d)
        index = relapse_visit(score >= 18, 2, "last")
        return visits_d[np.minimum(index, len(visits_d) - 1)], index < len(visits_d)

    found = np.log(hazard_ratio(followed(1), followed(2), visits_d))
    assert abs(found.mean()) < 3.0 * found.std(ddof=1) / np.sqrt(DRAWS)
    assert found.std() > 0.0


@pytest.mark.parametrize("count", [20, 80])
def test_the_interval_holds_the_sampling_error_of_the_reported_number(count):
    # With one value of every parameter and no deviation of the trial, only the draw of people is left: binomial.
    row = replace(ROWS["murrough2013bp.002"], n=float(count), arm_id="ket6")
    rule = replace(rule_of(ROWS["murrough2013bp.003"]), rows="all", relapse="", selected="everyone", visits=(10.0,))
    found, low, high, _, _ = predict_withdrawn(replace(row, time_h=11 * HOURS_PER_DAY + 24.0), trial_of(row), rule)
    expected = 2.0 * 1.645 * np.sqrt(found * (1.0 - found) / count)
    assert high - low == pytest.approx(expected, rel=0.35)  # a 90 % range of 60 draws errs by about 15 %


def test_too_few_selected_is_a_reason_and_no_number():
    row = ROWS["murrough2013bp.003"]
    rule = replace(rule_of(row), selected="remission", remission_at_most=-1.0)
    centre, low, high, note, draws = predict_withdrawn(row, trial_of(row), rule)
    assert centre is low is high is draws is None
    assert "too few are selected" in note


def test_a_relapse_row_of_an_unknown_trial_meets_the_usual_rule_and_a_withdrawal_trial_says_why_not():
    row = replace(ROWS["murrough2013bp.003"], trial_id="new", row_id="new.1")
    arm = replace(BLIND.arms["murrough2013bp", "ket6"], trial_id="new")
    for design, told in (("open_label", True), ("randomised_withdrawal", False)):
        trial = replace(BLIND.trials["murrough2013bp"], trial_id="new", design=design)
        evidence = replace(BLIND, trials={"new": trial}, arms={("new", "ket6"): arm}, observations=(row,))
        (one,) = predict_trials(evidence, TYPICAL_TRIAL)
        assert (one.predicted is not None) == told
        assert ("usual rules" if told else "is not in withdrawal_designs.csv") in one.note


def test_days_of_a_cell():
    assert days_of("0;3;10:7:24") == (0.0, 3.0, 10.0, 17.0, 24.0)
    assert days_of("") == ()


def test_every_rule_names_arms_of_the_tables_and_its_source():
    arms = load_evidence().arms
    for rule in rules():
        known = [arm for trial, arm in arms if trial == rule.trial_id]
        assert rule.trial_id == "*" or (known and {rule.arm_id, rule.treat_as} <= {*known, "*", ""})
        assert rule.selected in SELECTIONS and rule.source and rule.assumed
        assert rule.relapse in ("score", "loss", "") and (rule.dated in ("first", "last") or not rule.relapse)


def test_every_relapse_row_of_the_tables_has_a_rule_and_ratios_of_reaching_response_have_none():
    for row in BLIND.observations:
        if row.statistic in RELAPSE:
            assert (rule_of(row) is None) == ("ACHIEVING" in row.definition)


def test_the_direction_that_how_fast_tells_is_what_the_shipped_posterior_shows():
    posterior = load_posterior().first(25)
    found = relapse_checks(load_evidence(), posterior, trial_ids=("daly2019_sustain1", "daly2018_synapse"))
    remitters = [one for one in found if one.row.arm_id.startswith("rem") and one.too_good is not None]
    assert len(remitters) >= 4 and all(one.too_good for one in remitters)
    stopped = [one for one in found if one.row.trial_id == "daly2018_synapse" and one.row.time_h > 3000.0]
    assert len(stopped) == 2 and not any(one.too_good for one in stopped)
