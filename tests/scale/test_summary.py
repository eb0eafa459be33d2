"""The summary says what the files hold; the files say what the functions for small questions say."""

import numpy as np
import pyarrow.parquet as pq
import pytest

from liftspan.how_fast.spans import duration_of_response_d, time_to_response_d
from liftspan.mood.scales import MADRS
from liftspan.scale import simulate_to
from liftspan.scale.columns import COURSE, people_columns
from liftspan.scale.summary import TRIALS_FOR_AN_INTERVAL, of_counts
from liftspan.scale.sums import STEPS, _counted
from liftspan.simulate import Course
from scale.conftest import small_plan

PEOPLE = 16 * 22 + 5  # 22 whole trials and a cut one


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    folder = tmp_path_factory.mktemp("summary") / "run"
    plan = small_plan(PEOPLE, courses=True, floats="float64", at_h=(30.0,))
    record = simulate_to(plan, folder).record
    people, courses = (pq.read_table(folder / name).to_pydict() for name in ("people.parquet", "courses.parquet"))
    return plan, record, *({name: np.array(values) for name, values in table.items()} for table in (people, courses))


def _scores(courses):
    return courses["madrs"].reshape(PEOPLE, -1)


def test_there_is_one_row_for_each_person_and_one_for_each_time(written):
    plan, _, people, courses = written
    np.testing.assert_array_equal(people["id"], np.arange(PEOPLE))
    np.testing.assert_array_equal(people["study"], np.arange(PEOPLE) // 16)
    times_h = courses["time_h"].reshape(PEOPLE, -1)
    np.testing.assert_array_equal(times_h[0], [0.0, *plan.times_h])
    assert 30.0 in times_h[0] and (times_h == times_h[0]).all()
    np.testing.assert_array_equal(courses["id"].reshape(PEOPLE, -1)[:, -1], people["id"])


def test_group_means_are_the_means_of_the_files(written):
    plan, record, people, courses = written
    scores, whole = _scores(courses), people["study"] < 22
    for point in record["timeline"]:
        now = scores[:, 1 + np.searchsorted(plan.times_h, point["hours"])]
        change, responded = now - people["baseline_madrs"], now <= 0.5 * people["baseline_madrs"]
        assert point["madrs_change"]["group"]["mean"] == pytest.approx(change.mean(), abs=1e-4)
        assert point["response"]["group"]["mean"] == pytest.approx(responded.mean(), abs=1e-4)
        by_trial = responded[whole].reshape(22, 16).mean(axis=1)
        wanted = np.quantile(by_trial, [0.05, 0.5, 0.95])
        found = point["response"]["group"]
        np.testing.assert_allclose([found["low"], found["median"], found["high"]], wanted, atol=1e-4)
        # Single people are counted in steps of a quarter of a point.
        found = point["madrs_change"]["person"]
        wanted = np.quantile(change, [0.05, 0.5, 0.95], method="inverted_cdf")
        np.testing.assert_allclose([found["low"], found["median"], found["high"]], wanted, atol=0.2501)


def test_response_remission_and_days_are_those_of_the_course(written):
    plan, record, people, courses = written
    scores = _scores(courses)
    readout = scores[:, 1 + np.searchsorted(plan.times_h, plan.readout_h)]
    np.testing.assert_array_equal(people["readout_madrs"], readout)
    np.testing.assert_array_equal(people["response"], readout <= 0.5 * people["baseline_madrs"])
    np.testing.assert_array_equal(people["remission"], readout <= MADRS.remission_at_most)
    at = 1 + np.searchsorted(plan.times_h, plan.visits_h)
    days = plan.visits_h / 24.0
    for i, row in enumerate(scores[:, at]):  # the slow obvious version, visit by visit
        response = relapse = last = None
        above = below = 0
        for day, score in zip(days, row, strict=True):
            if score <= 0.5 * people["baseline_madrs"][i]:
                below, above = below + 1, 0
                response = last if below == 2 and response is None else response
            else:
                below = 0
                if response is not None and relapse is None:
                    above += 1
                    relapse = last if above == 2 else None
            last = day
        assert people["time_to_response_d"][i] == response
        assert people["time_to_relapse_d"][i] == relapse
    course = Course(plan.visits_h, scores[None][..., at], people["baseline_madrs"][None])
    first, lasting = time_to_response_d(course, plan.horizon_h), duration_of_response_d(course)
    assert record["time_to_response_d"]["mean"] == pytest.approx(first.mean, abs=1e-4)
    assert record["time_to_response_d"]["never"] == pytest.approx(first.unfinished, abs=1e-4)
    assert record["duration_of_response_d"]["mean"] == pytest.approx(lasting.mean, abs=1e-4)
    assert record["duration_of_response_d"]["median"] == pytest.approx(lasting.median, abs=1e-4)


def test_levels_are_those_of_the_body(written):
    # Before the infusion nothing; two hours after its start of 0.5 mg/kg over 40 min 30 to 300 ng/mL in nearly all.
    plan, _, _, courses = written
    levels = courses["ketamine_ng_per_ml"].reshape(PEOPLE, -1)
    assert (levels[:, 0] == 0.0).all()
    at_two_hours = levels[:, 1 + np.searchsorted(plan.times_h, 2.0)]
    assert np.mean((at_two_hours > 20.0) & (at_two_hours < 300.0)) > 0.95


def test_few_trials_give_no_interval_of_groups(tmp_path):
    written = simulate_to(small_plan(16 * (TRIALS_FOR_AN_INTERVAL - 1)), tmp_path / "run")
    group = written.record["timeline"][0]["response"]["group"]
    assert group["mean"] is not None and group["low"] is group["high"] is None
    assert f"needs {TRIALS_FOR_AN_INTERVAL} whole trials" in " ".join(written.text.split())


def test_quantiles_of_counted_changes_lie_within_a_step():
    changes = np.random.default_rng(3).normal(-12.0, 9.0, 5000)
    found = of_counts(_counted(changes[:, None])[0], changes.mean())
    wanted = np.quantile(changes, [0.05, 0.5, 0.95])
    np.testing.assert_allclose([found.low, found.median, found.high], wanted, atol=0.25)
    everyone = of_counts(np.eye(STEPS)[7] * 10, -58.0)
    assert -60 + 7 / 4 <= everyone.low <= everyone.median <= everyone.high <= -60 + 8 / 4


def test_risks_stand_beside_benefit_and_lines_fit(tmp_path):
    written = simulate_to(small_plan(20), tmp_path / "run")
    for words in ("Risks of a session", "A controlled substance", "off label", "supervised", "Not known:", "Assumed:"):
        assert words in " ".join(written.text.split())
    assert written.record["risks"]["session"]
    assert max(map(len, written.text.splitlines())) <= 100


def test_files_hold_the_columns_that_are_promised_with_their_units(tmp_path):
    from liftspan.scale import plan_of
    from liftspan.treatment import find_protocol

    plan = plan_of(find_protocol("nasal-84"), 20, courses=True, block_size=16)
    simulate_to(plan, tmp_path / "run")
    for name, columns in (("people", people_columns(plan.question.regimen, False)), ("courses", COURSE)):
        schema = pq.read_table(tmp_path / "run" / f"{name}.parquet").schema
        assert schema.names == [column.name for column in columns]
        for column in columns:
            field = schema.field(column.name)
            assert field.metadata[b"unit"].decode() == column.unit
            assert str(field.type) == ("float" if column.kind == "float" else column.kind)
    assert {"nasal_direct_share", "nasal_rate_per_h"} <= {
        one.name for one in people_columns(plan.question.regimen, False)
    }


def test_a_treatment_without_drug_has_levels_of_zero(tmp_path):
    from liftspan.scale import plan_of
    from liftspan.treatment import find_protocol

    simulate_to(plan_of(find_protocol("placebo-visits"), 20, courses=True, block_size=16), tmp_path / "run")
    levels = pq.read_table(tmp_path / "run" / "courses.parquet")["ketamine_ng_per_ml"].to_numpy()
    assert len(levels) and not levels.any()


def test_many_trials_agree_with_the_answer_to_one_question(tmp_path):
    # The same model by the other door: means of 150 trials, each with its own posterior draw and deviations.
    from liftspan.how_fast import how_fast
    from liftspan.treatment import find_protocol

    draws = 150
    record = simulate_to(small_plan(16 * draws, blocks_per_part=draws), tmp_path / "run").record
    answer = how_fast(find_protocol("iv-single"), draws=draws, group_size=16)
    ours = {point["hours"]: point for point in record["timeline"]}
    for i, point in enumerate(answer.course_points):
        if point.hours in ours:
            spread = np.sqrt(2.0 / draws) * answer.group_change[:, i].std()
            found = ours[point.hours]["madrs_change"]["group"]["mean"]
            assert abs(found - point.change.group.mean) < 4.0 * spread, point.hours
