"""How people are cut into blocks, and whose luck belongs to whom."""

import numpy as np
import pytest

from liftspan.errors import InvalidInput, OutsideEvidence
from liftspan.posterior import load_posterior
from liftspan.scale.block import simulate_block
from liftspan.scale.plan import block_seed, blocks_of_part, draw_of_block, each_part, people_of, plan_of
from liftspan.treatment import find_protocol, parse_treatment
from scale.conftest import small_plan


def test_parts_hold_every_block_once_and_every_person_once():
    for people in (1, 15, 16, 17, 150, 161):
        plan = small_plan(people)
        blocks = [block for part in each_part(plan) for block in blocks_of_part(plan, part)]
        assert blocks == list(range(len(blocks)))
        assert sum(people_of(plan, block) for block in blocks) == people
        assert all(1 <= people_of(plan, block) <= 16 for block in blocks)


def test_every_block_has_its_own_random_numbers():
    seeds = {block_seed(seed, block) for seed in (0, 1, 2) for block in range(1000)}
    assert len(seeds) == 3000
    assert all(0 <= seed < 2**63 for seed in seeds)


def test_every_posterior_draw_is_used_once_before_any_comes_again():
    size = load_posterior().size
    order = [draw_of_block(1, block, size) for block in range(2 * size)]
    assert sorted(order[:size]) == list(range(size))
    assert order[size:] == order[:size] != sorted(order[:size])
    assert order[:5] != [draw_of_block(2, block, size) for block in range(5)]


def test_a_person_is_the_same_whatever_the_number_of_people():
    few, many = small_plan(21, courses=True), small_plan(200, courses=True)
    one, other = simulate_block(few, 1), simulate_block(many, 1)
    for name, values in one.people.items():
        np.testing.assert_array_equal(values, other.people[name][:5], err_msg=name)
    rows = len(one.course["madrs"])
    for name, values in one.course.items():
        np.testing.assert_array_equal(values, other.course[name][:rows], err_msg=name)


def test_two_blocks_are_two_trials_of_other_people():
    first, second = (simulate_block(small_plan(), block).people for block in (0, 1))
    assert (first["sim"][0], first["study"][0]) != (second["sim"][0], second["study"][0])
    for name in ("weight_kg", "clearance_s_l_per_h", "sensitivity", "baseline_madrs"):
        assert not np.intersect1d(first[name], second[name]).size, name


def test_known_people_are_copied_in_turn():
    from liftspan.population import GivenPeople

    given = GivenPeople(np.array([60.0, 80.0, 100.0]), np.array([30.0, 50.0, 70.0]), np.array([25.0, 35.0, 45.0]))
    people = simulate_block(small_plan(40, given=given), 1).people
    np.testing.assert_array_equal(people["person_of_file"], np.arange(16, 32) % 3)
    np.testing.assert_array_equal(people["weight_kg"], given.weight_kg[np.arange(16, 32) % 3])
    np.testing.assert_array_equal(people["baseline_madrs"], given.baseline[np.arange(16, 32) % 3])
    # Copies share what is known of them, not their kinetics.
    assert len(np.unique(people["clearance_s_l_per_h"])) == 16


@pytest.mark.parametrize(
    ("treatment", "conditions"),
    [("2.5 mg/kg iv ketamine over 40 min", ()), ("0.5 mg/kg iv ketamine over 40 min", ("pregnancy",))],
)
def test_outside_the_evidence_nobody_is_simulated(treatment, conditions):
    with pytest.raises(OutsideEvidence):
        plan_of(parse_treatment(treatment), 10, conditions=conditions)


def test_every_problem_of_a_plan_is_said_at_once():
    with pytest.raises(InvalidInput) as found:
        plan_of(find_protocol("iv-single"), 0, floats="float16", readout_d=500)
    assert len(found.value.problems) == 3
