"""Levels against a step-by-step ODE of the parent, written here, and against sums by hand."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.integrate import solve_ivp

from liftspan.body.concentration import Analyte, Matrix, concentration
from liftspan.person import typical_body
from liftspan.treatment import parse_treatment

HEAD = "ID,TIME,EVID,AMT,DUR,CMT,DRUG,II,ADDL,WT,AGE,DVID\n"
SHARES = {"ketamine": (0.5, 0.5), "esketamine": (1.0, 0.0), "arketamine": (0.0, 1.0)}


def stepped(rows, weight_kg):
    """Venous ketamine, S + R, at each observation: three compartments each, amounts in mg, event by event.

    `rows` are (time, evid, mg, duration, drug, interval, additional). At one moment: look, reset, dose.
    """
    body = typical_body(weight_kg, 45.0)
    matrices = [_flows(body, side) for side in (body.s, body.r)]
    moments = sorted({h for row in rows for h in (row[0], *(row[0] + k * row[5] for k in range(row[6] + 1)))})
    ends = sorted({h + d for row in rows for d in (row[3],) for h in (row[0] + k * row[5] for k in range(row[6] + 1))})
    state, running, pending, levels, now = np.zeros(6), [], [], {}, 0.0
    for moment in sorted({*moments, *ends}):
        rate = sum((mg / d * np.array(SHARES[drug]) for end, mg, d, drug in running if end > now + 1e-12), np.zeros(2))
        state, now = _moved(state, matrices, rate, moment - now), moment
        for i, row in enumerate(rows):
            if row[0] == moment and row[1] == 0:
                levels[i] = 1000.0 * (state[0] + state[3]) / body.venous_volumes_l[0][0]
        if any(row[0] == moment and row[1] in (3, 4) for row in rows):
            state, running, pending = np.zeros(6), [], []
        new = [row for row in rows if row[0] == moment and row[1] in (1, 4)]
        pending += [(row[0] + k * row[5], row) for row in new for k in range(1, row[6] + 1)]
        for row in new + [row for h, row in pending if abs(h - moment) < 1e-9]:
            if row[3] > 0:
                running.append((moment + row[3], row[2], row[3], row[4]))
            else:
                state[[0, 3]] += row[2] * np.array(SHARES[row[4]])
    return np.array([levels[i] for i in sorted(levels)])


def _flows(body, side):
    (v1, v2, v3), (q2, q3) = (v[0] for v in body.venous_volumes_l), (q[0] for q in body.venous_flows_l_per_h)
    cl = side.clearance_l_per_h[0]
    return np.array([[-(cl + q2 + q3) / v1, q2 / v2, q3 / v3], [q2 / v1, -q2 / v2, 0.0], [q3 / v1, 0.0, -q3 / v3]])


def _moved(state, matrices, rate, hours):
    if hours < 1e-12:
        return state

    def change(_, y):
        s, r = matrices[0] @ y[:3], matrices[1] @ y[3:]
        s[0], r[0] = s[0] + rate[0], r[0] + rate[1]
        return np.concatenate([s, r])

    run = solve_ivp(change, (0.0, hours), state, "LSODA", rtol=1e-11, atol=1e-13)
    assert run.success
    return run.y[:, -1]


# Quarters of an hour: exact in floats, and often at the same moment as something else.
QUARTERS = st.integers(0, 20).map(lambda n: n / 4)
DOSE = st.tuples(
    QUARTERS,
    st.sampled_from([1, 1, 1, 4]),
    st.sampled_from([5.0, 40.0, 70.0]),
    st.sampled_from([0.0, 0.25, 1.0, 3.0]),
    st.sampled_from(sorted(SHARES)),
    st.sampled_from([0.5, 2.0]),
    st.sampled_from([0, 0, 1, 3]),
)
OTHER = st.tuples(QUARTERS, st.sampled_from([0, 0, 0, 3]))


def as_text(rows, weight_kg, person=1):
    lines = []
    for row in rows:
        if row[1] in (1, 4):
            h, evid, mg, duration, drug, interval, more = row
            repeats = f"{interval if more else ''},{more}"
            lines.append(f"{person},{h},{evid},{mg},{duration},iv,{drug},{repeats},{weight_kg},45,\n")
        else:
            lines.append(f"{person},{row[0]},{row[1]},,,,,,,{weight_kg},45,ketamine\n")
    return "".join(lines)


@settings(max_examples=150, deadline=None, derandomize=True)
@given(
    st.lists(DOSE, max_size=4), st.lists(OTHER, min_size=1, max_size=6), st.sampled_from([50.0, 90.0]), st.booleans()
)
def test_any_table_agrees_with_an_ode_stepped_from_event_to_event(answer, doses, others, weight_kg, turned):
    rows = sorted([*doses, *(row if row[1] == 0 else (*row,) for row in others)], key=lambda row: row[0])
    full = [row if len(row) > 2 else (*row, 0.0, 0.0, "ketamine", 0.0, 0) for row in rows]
    # Two orders of a file: by time, and turned around where no reset makes that ambiguous.
    if turned and not any(row[1] in (3, 4) for row in rows):
        rows, full = rows[::-1], full[::-1]
    found = answer(HEAD + as_text(rows, weight_kg))
    expected = stepped(full, weight_kg)
    peak = expected.max(initial=1e-3)
    np.testing.assert_allclose(found.seen, expected, rtol=1e-6, atol=1e-8 * peak)  # the solver's own error
    assert found.gap < 1e-9


def levels(answer, doses, times=(0.5, 1, 3), more=""):
    looks = "".join(f"1,{h},0,,,,,,,,,{more}\n" for h in times)
    return answer(HEAD + doses + looks).seen


BOLUS = "1,0,1,20,,iv,ketamine,,,70,45,\n"
INFUSION = "1,0.25,1,40,0.5,iv,ketamine,,,,,\n"


def test_an_infusion_after_a_bolus_adds_to_it(answer):
    both = levels(answer, BOLUS + INFUSION)
    assert both == pytest.approx(
        levels(answer, BOLUS) + levels(answer, INFUSION.replace(",,,,,", ",,,70,45,")), rel=1e-12
    )


def test_two_doses_at_one_time_both_count(answer):
    assert levels(answer, BOLUS + BOLUS) == pytest.approx(2 * levels(answer, BOLUS), rel=1e-12)


def test_an_observation_at_the_time_of_a_dose_is_before_it(answer):
    found = answer(HEAD + BOLUS + "1,0,0,,,,,,,,,\n1,4,1,20,,iv,ketamine,,,,,\n1,4,0,,,,,,,,,\n")
    alone = levels(answer, BOLUS, times=(4,))
    assert found.seen.tolist() == [0.0, alone[0]]
    # Time since the last dose goes with it: the dose of that moment does not count yet.
    assert [row["time_since_dose_h"] for row in found.rows] == ["0", "", "0", "4"]


def test_a_reset_leaves_nothing_behind(answer):
    found = answer(HEAD + BOLUS + "1,1,3,,,,,,,,,\n1,1,0,,,,,,,,,\n1,1.25,0,,,,,,,,,\n")
    assert found.seen[0] > 0  # an observation at the moment of a reset is before it
    assert found.seen[1] == 0.0
    assert found.rows[-1]["note"] == "no drug in the body"


@pytest.mark.parametrize(
    ("word", "analyte", "matrix", "sides"),
    [
        ("ketamine", Analyte.KETAMINE, Matrix.VENOUS, "sr"),
        ("s_ketamine", Analyte.KETAMINE, Matrix.VENOUS, "s"),
        ("r_ketamine_arterial", Analyte.KETAMINE, Matrix.ARTERIAL, "r"),
        ("ketamine_effect-site", Analyte.KETAMINE, Matrix.EFFECT_SITE, "sr"),
        ("norketamine", Analyte.NORKETAMINE, Matrix.VENOUS, "sr"),
        ("s_hydroxynorketamine", Analyte.HYDROXYNORKETAMINE, Matrix.VENOUS, "s"),
    ],
)
@pytest.mark.parametrize("treatment", ["56 mg nasal esketamine", "0.5 mg/kg iv ketamine over 40 min"])
def test_a_table_and_a_sentence_give_the_same_levels(answer, word, analyte, matrix, sides, treatment):
    # The same engine by another door: which analyte, matrix and side are summed, and the devices of a spray.
    dose = {"5": "56,,nasal,esketamine", "0": "35,0.666666666666,iv,ketamine"}[treatment[0]]
    times = np.array([0.05, 0.12, 0.5, 0.75, 2.0, 9.0])
    expected = sum(
        concentration(
            parse_treatment(treatment), typical_body(70.0, 45.0), np.array([70.0]), times,
            enantiomer=side, analyte=analyte, matrix=matrix,
        )[0]
        for side in sides
    )  # fmt: skip
    found = levels(answer, f"1,0,1,{dose},,,70,45,\n", times, word)
    assert found == pytest.approx(expected, rel=1e-7, abs=1e-12)  # times are kept to 1e-9 h


def test_matrix_can_stand_in_a_column_of_its_own(answer):
    text = "ID,TIME,EVID,AMT,CMT,DRUG,DVID,MATRIX\n1,0,1,40,iv,ketamine,,\n1,1,0,,,,{}\n"
    assert answer(text.format("ketamine,arterial")).seen == answer(text.format("ketamine_arterial,.")).seen


def test_a_dose_keeps_the_body_it_met(answer):
    first = "1,0,1,20,,iv,ketamine,,,50,30,\n"
    second = "1,2,1,20,,iv,ketamine,,,100,70,\n"
    apart = levels(answer, first, (3,)) + levels(answer, second, (3,))
    assert levels(answer, first + second, (3,)) == pytest.approx(apart, rel=1e-12)


def test_people_alike_and_unlike_are_answered_as_if_alone(answer):
    # Doses of many people are evaluated in one table of unequal rows: none may see another's.
    def person(i, weight):
        looks = "".join(f"{i},{h},0,,,,,,,,,\n" for h in np.linspace(0.1, 30, 1 + i % 4))
        return f"{i},0,1,{10 + i % 3},{0.5 * (i % 2)},iv,ketamine,{6 * (i % 3 > 0)},{i % 3},{weight},45,\n" + looks

    people = [person(i, 60 + 10 * (i % 2)) for i in range(12)]
    together = answer(HEAD + "".join(people)).seen
    alone = np.concatenate([answer(HEAD + text).seen for text in people])
    assert together == pytest.approx(alone, rel=1e-12)
