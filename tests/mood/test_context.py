"""What lifts severity besides the drug, one term at a time, with the values worked by hand."""

from dataclasses import replace
from math import exp

import numpy as np
import pytest

from liftspan.evidence import load_evidence
from liftspan.evidence.design import trial_control
from liftspan.mood.context import Context, ContextEffect, Control, context_lift
from liftspan.mood_model import lift_from_context
from liftspan.treatment import load_protocols

NOTHING = ContextEffect(
    expectancy=0.0,
    expectancy_rise_per_h=1.0,
    expectancy_fade_per_h=0.03,
    expectancy_kept=0.4,
    contact=0.0,
    contact_rise_per_h=0.006,
    antidepressant=0.0,
    antidepressant_rise_per_h=0.005,
    crisis=0.0,
    crisis_rise_per_h=0.02,
)
EVERYTHING = replace(NOTHING, expectancy=0.5, contact=0.7, antidepressant=0.3, crisis=0.6)
TIMES_H = np.array([-24.0, 0.0, 0.5, 24.0, 168.0, 648.0])


def lift(effect, times_h, new=False, inpatient=False, last_visit_h=1e6):
    return context_lift(effect, new, inpatient, last_visit_h, np.asarray(times_h, dtype=float))


def test_nothing_lifts_before_the_first_session():
    assert lift(EVERYTHING, [-100.0, -1e-9, 0.0], new=True, inpatient=True).tolist() == [0.0, 0.0, 0.0]


def test_expectancy_rises_within_hours_and_part_of_it_stays():
    only = replace(NOTHING, expectancy=0.5)
    # 0.5 x (1 - e^-1) x (0.4 + 0.6 e^-0.03) after one hour; 0.5 x 0.4 when the rest has faded.
    assert lift(only, [1.0])[0] == pytest.approx(0.5 * 0.6321205588 * (0.4 + 0.6 * 0.9704455335), rel=1e-9)
    assert lift(only, [5000.0])[0] == pytest.approx(0.2, rel=1e-9)


def test_contact_rises_in_two_stages():
    only = replace(NOTHING, contact=0.7)
    # After one time constant two equal stages have passed on 1 - 2/e = 0.2642411177, a single one 0.632.
    assert lift(only, [1 / 0.006])[0] == pytest.approx(0.7 * 0.2642411177, rel=1e-9)
    # So on the first day almost nothing: 1 - (1 + x) e^-x is x^2/2 at x = 0.144, within x^3/3.
    assert lift(only, [24.0])[0] == pytest.approx(0.7 * 0.144**2 / 2, abs=0.7 * 0.144**3 / 3)


def test_contact_goes_on_for_a_week_after_the_last_visit_and_then_fades():
    only = replace(NOTHING, contact=0.7)
    visits_end_h = 600.0
    at_end, later = lift(only, [768.0, 868.0], last_visit_h=visits_end_h)
    assert at_end == pytest.approx(lift(only, [768.0])[0], rel=1e-12)
    assert later == pytest.approx(at_end * exp(-0.6), rel=1e-12)  # 100 h at 0.006 per h


def test_a_continued_antidepressant_adds_nothing_and_a_new_one_rises_over_weeks():
    only = replace(NOTHING, antidepressant=0.3)
    assert np.all(lift(only, TIMES_H, new=False) == 0.0)
    assert lift(only, [200.0], new=True)[0] == pytest.approx(0.3 * 0.2642411177, rel=1e-9)  # one time constant
    assert lift(only, [1e5], new=True)[0] == pytest.approx(0.3, rel=1e-9)


def test_only_an_inpatient_has_a_crisis_to_leave():
    only = replace(NOTHING, crisis=0.6)
    assert np.all(lift(only, TIMES_H, inpatient=False) == 0.0)
    assert lift(only, [50.0], inpatient=True)[0] == pytest.approx(0.6 * 0.6321205588, rel=1e-9)  # 1 - 1/e


def test_terms_add():
    parts = [
        replace(NOTHING, expectancy=0.5),
        replace(NOTHING, contact=0.7),
        replace(NOTHING, antidepressant=0.3),
        replace(NOTHING, crisis=0.6),
    ]
    whole = lift(EVERYTHING, TIMES_H, new=True, inpatient=True)
    assert whole == pytest.approx(sum(lift(part, TIMES_H, new=True, inpatient=True) for part in parts), rel=1e-12)


def test_flags_may_differ_by_time():
    flags = np.array([0.0, 1.0])
    found = context_lift(EVERYTHING, flags, flags, np.array([1e6, 1e6]), np.array([100.0, 100.0]))
    assert found[0] == pytest.approx(lift(EVERYTHING, [100.0])[0])
    assert found[1] == pytest.approx(lift(EVERYTHING, [100.0], new=True, inpatient=True)[0])


def test_numpy_and_jax_agree():
    from liftspan.arrays import use_jax_64_bit

    use_jax_64_bit()
    import jax.numpy as jnp

    in_jax = context_lift(EVERYTHING, True, True, 300.0, jnp.asarray(TIMES_H))
    assert np.asarray(in_jax) == pytest.approx(lift(EVERYTHING, TIMES_H, True, True, 300.0), rel=1e-12)


def test_the_expectancy_is_that_of_the_control_at_hand():
    values = {name: np.array([0.0]) for name in NOTHING.__dataclass_fields__ if name != "expectancy"}
    values |= {f"expectancy_{control.value}": np.array([0.1 * (i + 1)]) for i, control in enumerate(Control)}
    values |= {"expectancy_rise_per_h": np.array([1e3]), "expectancy_kept": np.array([1.0])}
    for i, control in enumerate(Control):
        context = Context(control, False, False, 0.0)
        assert lift_from_context(context, values, np.array([24.0]))[0, 0] == pytest.approx(0.1 * (i + 1)), control


def test_controls_are_the_words_of_the_tables_and_of_the_protocols():
    evidence = load_evidence()
    words = {arm.control for arm in evidence.arms.values()}
    # Blank and "none" say that an arm is no control; an active drug is no model of expectancy.
    assert words - {"", "none", "active_drug"} == {control.value for control in Control}
    assert {protocol.control for protocol in load_protocols().values()} <= {control.value for control in Control}


def test_a_masked_trial_is_read_with_its_own_control_and_an_open_one_as_open():
    evidence = load_evidence()
    expected = {
        "murrough2013": Control.MIDAZOLAM,
        "popova2019_transform2": Control.PLACEBO_SPRAY,
        "zarate2006": Control.SALINE,
        "lii2023": Control.ANAESTHESIA,
        "murrough2013bp": Control.OPEN,
    }
    for trial, control in expected.items():
        assert trial_control(evidence, evidence.trials[trial]) is control, trial
