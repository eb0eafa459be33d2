"""Differences of arms by paper and pencil, each trap of the tables, and known trials."""

from math import log, sqrt

import pytest

from evidence.made import arm, made, row, trial
from liftspan.evidence import load_evidence
from liftspan.evidence.contrasts import contrasts_of, log_odds_ratio, sides_of

KET, SAL = ("one", "ket"), ("one", "sal")
ARMS = [arm(*KET, n=25), arm(*SAL, drug="placebo", control="saline", n=9)]


def of(evidence, trial_id, outcome="madrs", wanted=lambda arm: True, controls=()):
    sides = sides_of(evidence, evidence.trials[trial_id], wanted, controls)
    return () if sides is None else contrasts_of(evidence, sides, outcome)


@pytest.fixture(scope="module")
def shipped():
    return load_evidence()


def test_two_arms_give_their_difference_and_the_errors_add(tmp_path):
    # -10 (SD 10, n 25: SE 2) against -4 (SD 6, n 9: SE 2).
    rows = [row(*KET, 24, -10, sd=10), row(*SAL, 24, -4, sd=6)]
    (found,) = of(made(tmp_path, [trial("one")], ARMS, rows), "one")
    assert (found.effect, found.hours, found.people, found.how) == (-6.0, 24.0, 34.0, "from arms")
    assert found.se == pytest.approx(sqrt(8.0))
    assert found.control == "saline"


def test_several_active_arms_share_one_control(tmp_path):
    # -10 in 30 people and -4 in 10 people: their mean is -8.5; SE 1 each: sqrt((30/40)^2 + (10/40)^2).
    arms = [arm("one", "low", n=10), arm("one", "high", n=30), arm(*SAL, drug="placebo", control="saline", n=20)]
    rows = [row("one", "low", 24, -4, se=1), row("one", "high", 24, -10, se=1), row(*SAL, 24, -2, se=0.5)]
    evidence = made(tmp_path, [trial("one")], arms, rows)
    (both,) = of(evidence, "one")
    assert (both.effect, both.people) == (-6.5, 60.0)
    assert both.se == pytest.approx(sqrt(0.625 + 0.25))
    (high,) = of(evidence, "one", wanted=lambda arm: arm.arm_id == "high")
    assert (high.effect, high.people) == (-8.0, 50.0)


def test_a_printed_difference_stands_where_an_arm_has_no_error(tmp_path):
    # 95 % interval -7.92 to -0.08: half of 7.84 is 1.96 standard errors of 2.
    rows = [row(*KET, 24, -10), row(*SAL, 24, -6), row(*KET, 24, -4, "diff_vs_control", ci_low=-7.92, ci_high=-0.08)]
    (found,) = of(made(tmp_path, [trial("one")], ARMS, rows), "one")
    assert (found.effect, found.how) == (-4.0, "printed difference")
    assert found.se == pytest.approx(2.0, rel=1e-4)


def test_arms_go_before_a_printed_difference(tmp_path):
    rows = [row(*KET, 24, -10, se=1), row(*SAL, 24, -6, se=1), row(*KET, 24, -3.7, "diff_vs_control", se=0.9)]
    (found,) = of(made(tmp_path, [trial("one")], ARMS, rows), "one")
    assert (found.effect, found.how) == (-4.0, "from arms")


@pytest.mark.parametrize(
    "cells", [{"carry_over": "yes"}, {"change_from_h": "phase"}, {"change_from_h": "screening"}, {"scale": "HAMD17"}]
)
def test_second_periods_later_phases_and_other_scales_give_no_contrast(tmp_path, cells):
    rows = [row(*KET, 24, -10, se=1, **cells), row(*SAL, 24, -4, se=1, **cells)]
    assert of(made(tmp_path, [trial("one")], ARMS, rows), "one") == ()


@pytest.mark.parametrize("cells", [{"design": "open_label"}, {"design": "randomised_withdrawal"}, {"population": "BD"}])
def test_only_randomised_trials_from_the_start_in_unipolar_depression_are_compared(tmp_path, cells):
    rows = [row(*KET, 24, -10, se=1), row(*SAL, 24, -4, se=1)]
    assert of(made(tmp_path, [trial("one", **cells)], ARMS, rows), "one") == ()


def test_subgroups_are_not_added_to_their_arm(tmp_path):
    arms = [*ARMS, arm("one", "women", n=12, part_of="ket")]
    rows = [row(*KET, 24, -10, se=1), row("one", "women", 24, -20, se=1), row(*SAL, 24, -4, se=1)]
    (found,) = of(made(tmp_path, [trial("one")], arms, rows), "one")
    assert (found.effect, found.active_arms) == (-6.0, ("ket",))


def test_another_treatment_is_no_control_unless_asked_for(tmp_path):
    arms = [arm(*KET, n=25), arm("one", "que", drug="quetiapine", route="oral", control="active_drug", n=9)]
    rows = [row(*KET, 24, -10, se=1), row("one", "que", 24, -4, se=1)]
    evidence = made(tmp_path, [trial("one")], arms, rows)
    assert of(evidence, "one") == ()
    assert of(evidence, "one", controls=("active_drug",))[0].effect == -6.0


def test_people_of_a_crossover_are_counted_once(tmp_path):
    arms = [arm(*KET, n=18), arm(*SAL, drug="placebo", control="saline", n=17)]
    rows = [row(*KET, 24, -10, se=1), row(*SAL, 24, -4, se=1)]
    (found,) = of(made(tmp_path, [trial("one", design="crossover_rct")], arms, rows), "one")
    assert found.people == 18.0


def test_an_odds_ratio_by_paper_and_pencil():
    # 10 of 20 against 5 of 20: odds 1 and 1/3.
    effect, se, note = log_odds_ratio(10.0, 20.0, 5.0, 20.0)
    assert effect == pytest.approx(log(3.0))
    assert se == pytest.approx(sqrt(1 / 10 + 1 / 10 + 1 / 5 + 1 / 15))
    assert note == "10/20 against 5/20"


def test_half_a_patient_is_added_where_a_cell_is_empty():
    # 9 of 34 against 0 of 33 (SYNAPSE, remission at 24 h): (9.5 / 25.5) / (0.5 / 33.5).
    effect, _, note = log_odds_ratio(9.0, 34.0, 0.0, 33.0)
    assert effect == pytest.approx(log(9.5 * 33.5 / (25.5 * 0.5)))
    assert "0.5 added" in note


def test_responders_of_several_arms_are_added_up(tmp_path):
    arms = [arm("one", "low", n=10), arm("one", "high", n=30), arm(*SAL, drug="placebo", control="saline", n=20)]
    rows = [
        row("one", "low", 24, 0.3, "response_rate", cut=0.5),
        row("one", "high", 24, 0.5, "response_rate", cut=0.5),
        row(*SAL, 24, 0.1, "response_rate", cut=0.5),
    ]
    (found,) = of(made(tmp_path, [trial("one")], arms, rows), "one", "response")
    assert found.note == "18/40 against 2/20"


@pytest.mark.parametrize("cells", [{"event": "ever"}, {"event": "by_time"}, {"cut": 0.3}])
def test_rates_over_a_period_or_by_another_cut_are_left_out(tmp_path, cells):
    rows = [row(*KET, 24, 0.4, "response_rate", **cells), row(*SAL, 24, 0.1, "response_rate", **cells)]
    assert of(made(tmp_path, [trial("one")], ARMS, rows), "one", "response") == ()


def test_observed_rates_are_of_those_observed(shipped):
    # TRANSFORM-2, day 28: 69.3 % is 70 of the 101 with an observed change, 52 % is 52 of 100; the arms are larger.
    (found,) = of(shipped, "popova2019_transform2", "response")
    assert (found.hours, found.note) == (648.0, "70/101 against 52/100")


def test_synapse_at_a_day_by_paper_and_pencil(shipped):
    # Period 1: -14.8 (n 11), -15.7 (n 11), -16.4 (n 12) against -5.7; the second period does not enter.
    found = next(one for one in of(shipped, "daly2018_synapse") if one.hours == 24.0)
    assert found.effect == pytest.approx((11 * -14.8 + 11 * -15.7 + 12 * -16.4) / 34 + 5.7)
    assert found.people == 67.0
    assert not any("p2" in name or "ol" in name for name in found.active_arms)


def test_known_traps_of_the_tables_are_left_out(shipped):
    # README of the tables, trap 8: no counts from lijffijt2022, and a misprint at day 7 of lii2023.
    assert of(shipped, "lijffijt2022", "response") == ()
    assert 168.0 not in [one.hours for one in of(shipped, "lii2023", "remission")]
