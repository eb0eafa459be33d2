"""Doses by hand: additional doses, resets, spray devices, carried weights."""

import numpy as np
import pytest

HEAD = "ID,TIME,EVID,AMT,DUR,CMT,DRUG,II,ADDL,WT,AGE\n"


def given(found, *fields):
    return [tuple(getattr(found.doses, name)[i].item() for name in fields) for i in range(len(found.doses.row))]


def test_additional_doses_follow_at_their_interval(answer):
    found = answer(HEAD + "1,10,1,15,.,iv,ketamine,12,2,,\n1,20,1,10,.,iv,ketamine,,,,\n1,36,0,,,,,,,,\n")
    # The example in NONMEM's own description of ADDL: doses at 10, 20, 22 and 34.
    assert given(found, "start_h", "amount_mg") == [(10, 15), (20, 10), (22, 15), (34, 15)]
    assert given(found, "repeat") == [(0,), (0,), (1,), (2,)]


def test_sums_of_intervals_do_not_drift_from_written_times(answer):
    # 0.1 + 7 x 0.1 is a little less than 0.8 in floats, and the observation at 0.8 would see the bolus.
    found = answer(HEAD + "1,0.1,1,10,.,iv,ketamine,0.1,7,,\n1,0.7,0,,,,,,,,\n1,0.8,0,,,,,,,,\n")
    assert found.doses.start_h[-1] == 0.8
    last_left_out = answer(HEAD + "1,0.1,1,10,.,iv,ketamine,0.1,6,,\n1,0.8,0,,,,,,,,\n")
    assert found.seen[-1] == last_left_out.seen[-1]


def test_a_reset_ends_what_is_running_and_what_is_pending(answer):
    found = answer(HEAD + "1,0,1,10,2,iv,ketamine,24,3,,\n1,25,3,,,,,,,,\n1,26,1,5,,iv,ketamine,,,,\n1,30,0,,,,,,,,\n")
    assert given(found, "start_h", "until_h", "cancelled") == [
        (0, 25, False), (24, 25, False), (26, np.inf, False), (48, np.inf, True), (72, np.inf, True),
    ]  # fmt: skip


def test_an_additional_dose_at_the_moment_of_a_reset_was_still_pending(answer):
    found = answer(HEAD + "1,0,1,10,,iv,ketamine,12,2,,\n1,12,3,,,,,,,,\n1,12,1,5,,iv,ketamine,,,,\n")
    assert given(found, "start_h", "amount_mg", "cancelled") == [
        (0, 10, False), (12, 10, True), (12, 5, False), (24, 10, True),
    ]  # fmt: skip


def test_reset_and_dose_empties_first_and_keeps_its_own_and_simultaneous_doses(answer):
    text = HEAD + "1,0,1,10,,iv,ketamine,,,,\n1,5,1,20,,iv,ketamine,,,,\n1,5,4,30,,iv,ketamine,24,1,,\n1,6,0,,,,,,,,\n"
    found = answer(text)
    assert given(found, "amount_mg", "until_h", "cancelled") == [
        (10, 5, False), (20, np.inf, False), (30, np.inf, False), (30, np.inf, False),
    ]  # fmt: skip


def test_nasal_esketamine_is_given_by_devices_five_minutes_apart(answer):
    found = answer(HEAD + "1,0,1,84,,nasal,esketamine,,,,\n2,0,1,14,,nasal,esketamine,,,,\n")
    # Devices of the label: 28 mg each; the nose takes less from each after the first.
    assert given(found, "start_h", "amount_mg", "later_spray") == [
        (0, 28, False), (pytest.approx(5 / 60, abs=1e-9), 28, True), (pytest.approx(10 / 60, abs=1e-9), 28, True),
        (0, 14, False),
    ]  # fmt: skip


def test_a_sitting_ends_after_two_hours_and_at_a_reset(answer):
    spray = "{},1,28,,nasal,esketamine,,,,\n"
    text = (
        HEAD + "".join(f"1,{spray.format(h)}" for h in (0, 1, 1.9, 2.1, 3)) + "1,3.5,3,,,,,,,,\n1," + spray.format(3.6)
    )
    assert [later for (later,) in given(answer(text), "later_spray")] == [False, True, True, False, True, False]


LADDER = "1,0,1,10,,iv,ketamine,24,3,60,30\n1,30,0,,,,,,,,\n1,50,0,,,,,,,90,50\n1,80,0,,,,,,,,\n"


def test_a_blank_weight_takes_the_last_value_or_the_next(answer):
    # Doses at 0, 24, 48, 72; weight written at 0 (60 kg) and 50 (90 kg): the two rules differ at 24 and 48 only.
    assert answer(HEAD + LADDER).doses.weight_kg.tolist() == [60, 60, 60, 90]
    assert answer(HEAD + LADDER, "nocb").doses.weight_kg.tolist() == [60, 90, 90, 90]
    assert answer(HEAD + LADDER).doses.age_y.tolist() == [30, 30, 30, 50]


def test_where_a_rule_finds_nothing_the_nearest_value_serves(answer):
    text = HEAD + "1,0,1,10,,iv,ketamine,,,,\n1,5,0,,,,,,,80,\n1,9,1,10,,iv,ketamine,,,,\n2,0,1,10,,iv,ketamine,,,,\n"
    for carry in ("locf", "nocb"):
        # Nothing known of person 2: the usual adult, and the answer says so.
        assert answer(text, carry).doses.weight_kg.tolist() == [80, 80, 74]
    assert answer(text + "2,1,0,,,,,,,,\n").rows[-1]["note"] == "assumed 74 kg; assumed 45 years"


def test_rows_in_any_order_give_the_same_doses_and_levels(answer):
    rows = (HEAD + LADDER).splitlines(keepends=True)
    straight, turned = answer("".join(rows)), answer("".join([rows[0], *rows[:0:-1]]))
    assert straight.doses.weight_kg.tolist() == turned.doses.weight_kg.tolist()
    assert straight.levels[1:].tolist() == turned.levels[:-1][::-1].tolist()
    assert [row["note"] for row in turned.explained if "later rows" in row["note"]] == ["stood after later rows"] * 3


def test_people_whose_rows_lie_mixed_keep_their_own_weights_and_levels(answer):
    people = {name: f"{name},{{}},1,10,,iv,ketamine,5,2,{kg},40\n" for name, kg in (("a", 50), ("b", 70), ("c", 90))}
    look = "{},{},0,,,,,,,,\n"
    doses = [text.format(h) for text in people.values() for h in (0, 8)]
    rows = [*doses, *(look.format(name, h) for name in people for h in (1, 9, 20))]
    expected = dict(zip(rows, answer(HEAD + "".join(rows)).levels, strict=True))
    alone = np.concatenate([answer(HEAD + "".join(r for r in rows if r[0] == name)).seen for name in people])
    assert [expected[row] for row in rows[len(doses) :]] == pytest.approx(alone.tolist(), rel=1e-12)
    for seed in range(20):
        mixed = np.random.default_rng(seed).permutation(rows).tolist()
        found = answer(HEAD + "".join(mixed))
        weights = dict(zip(found.events.rows.person[found.doses.row].tolist(), found.doses.weight_kg, strict=True))
        assert {found.events.people[i]: kg for i, kg in weights.items()} == {"a": 50, "b": 70, "c": 90}
        assert found.levels == pytest.approx(np.array([expected[row] for row in mixed]), rel=1e-12, nan_ok=True)
