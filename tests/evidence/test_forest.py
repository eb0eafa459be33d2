"""Groups of trials: each once, at the nearest reading, and loosely where published reviews are."""

import pytest

from evidence.made import arm, made, row, trial
from liftspan.errors import InvalidInput
from liftspan.evidence import load_evidence, shipped_rows
from liftspan.evidence.browse import Filters, make_filters
from liftspan.evidence.forest import BY, forest
from liftspan.evidence.forest_words import forest_text, label


@pytest.fixture(scope="module")
def shipped():
    return load_evidence()


def simple(trial_id, effect, hours=24, **cells):
    """A trial of one arm and one control, both with SE 1."""
    arms = [arm(trial_id, "ket", n=20, **cells), arm(trial_id, "pbo", drug="placebo", control="saline", n=20)]
    return arms, [row(trial_id, "ket", hours, effect, se=1), row(trial_id, "pbo", hours, 0, se=1)]


def of_trials(tmp_path, trials, *parts):
    return made(
        tmp_path, trials, [one for arms, _ in parts for one in arms], [one for _, rows in parts for one in rows]
    )


def groups(found):
    return {group.name: group for group in found.groups}


def test_three_trials_are_pooled_as_by_hand(tmp_path):
    # Differences 0, -3, -6, each with SE sqrt(2): variance 9, tau^2 = 9 - 2.
    evidence = of_trials(
        tmp_path, [trial("a"), trial("b"), trial("c")], simple("a", 0), simple("b", -3), simple("c", -6)
    )
    (group,) = forest(evidence).groups
    assert (group.name, group.people) == ("ketamine", 120.0)
    assert group.pooled.estimate == pytest.approx(-3.0)
    assert group.pooled.tau == pytest.approx(7.0**0.5)


def test_trials_that_share_people_stand_in_a_group_once(tmp_path):
    trials = [trial("a"), trial("b", overlaps_with="a"), trial("c")]
    evidence = of_trials(tmp_path, trials, simple("a", 0), simple("b", -3), simple("c", -6))
    (group,) = forest(evidence).groups
    assert [study.trial_id for study in group.studies] == ["a", "c"]


@pytest.mark.parametrize("by", BY)
@pytest.mark.parametrize("outcome", ["madrs", "response", "remission"])
def test_no_trial_stands_in_a_group_twice(by, outcome, shipped):
    for group in forest(shipped, outcome, by).groups:
        names = [study.trial_id for study in group.studies]
        assert len(names) == len(set(names)) == group.pooled.studies
        # What repeats another row is never used beside it.
        used = [name for study in group.studies for name in study.row_ids]
        assert len(used) == len(set(used))


def test_the_reading_nearest_the_time_is_taken(tmp_path):
    arms, rows = simple("a", -5, hours=24)
    late = [row("a", "ket", 168, -9, se=1), row("a", "pbo", 168, 0, se=1)]
    evidence = made(tmp_path, [trial("a")], arms, rows + late)
    assert forest(evidence, at_h=130.0).groups[0].studies[0].effect == -9.0
    assert forest(evidence, at_h=30.0).groups[0].studies[0].effect == -5.0
    # 24 and 168 h are both more than a factor 1.5 away from 72 h.
    none = forest(evidence, at_h=72.0)
    assert none.groups == ()
    assert none.left_out == (("A", "read at other times only: 24, 168 h"),)


def test_by_time_each_reading_has_one_group(shipped):
    found = forest(shipped, by="time")
    for group in found.groups:
        for study in group.studies:
            others = [other for other in found.groups if other is not group]
            assert not any(study in other.studies for other in others)
    assert [group.name.split(" (")[0] for group in found.groups][:3] == ["3 h", "24 h", "3 days"]


def test_by_control_the_comparators_stand_apart(shipped):
    found = groups(forest(shipped, by="control", at_h=672.0))
    assert [study.trial_id for study in found["active_drug"].studies] == ["reif2023_escape"]
    assert "reif2023_escape" not in [
        study.trial_id for group in forest(shipped, by="drug", at_h=672.0).groups for study in group.studies
    ]


def test_filters_choose_trials_and_active_arms(shipped):
    filters = make_filters(shipped, drugs=["esketamine"], routes=["nasal"], year="2018")
    found = forest(shipped, filters=filters)
    assert {study.trial_id for group in found.groups for study in group.studies} == {
        "daly2018_synapse",
        "canuso2018_persevere",
    }


def test_fitted_trials_can_be_left_out(shipped):
    found = forest(shipped, filters=Filters(fitted=False), fitted_ids=("murrough2013", "lii2023"))
    names = {study.trial_id for group in found.groups for study in group.studies}
    assert "lapidus2014" in names
    assert names.isdisjoint({"murrough2013", "lii2023"})


def test_trials_that_print_nothing_usable_are_named(shipped):
    # Null trials often print no numbers (README of the tables, trap 4): they must not vanish.
    text = forest_text(forest(shipped))
    for citation in ("Ionescu et al. 2019", "Shiroma et al. 2020", "Fava et al. 2018/2020"):
        assert citation in " ".join(text.split())
    assert "leans towards effect" in text


def test_pooled_values_lie_where_published_reviews_are(shipped):
    # A loose check: other trials, other methods, 95 % there and 90 % here. The intervals have to meet.
    def review(review_id, comparison, outcome, timepoint):
        return next(
            (float(one["ci_low"]), float(one["ci_high"]))
            for one in shipped_rows("meta_analyses.csv")
            if one["review_id"] == review_id
            and comparison in one["comparison"]
            and (one["outcome"], one["timepoint"]) == (outcome, timepoint)
        )

    nasal = groups(forest(shipped, by="route", at_h=648.0))["esketamine nasal"].pooled
    low, high = review("an2021", "intranasal", "MADRS difference", "28 d")
    assert nasal.low < high and low < nasal.high
    assert nasal.estimate < 0.0
    response = forest(shipped, "response", by="control")
    pooled = groups(response)["placebo_spray"].pooled
    low, high = review("dean2021", "ketamine vs placebo", "response", "24 h")
    assert response.shown(pooled.low) < high and low < response.shown(pooled.high)


def test_every_problem_of_a_question_is_said_at_once(shipped):
    with pytest.raises(InvalidInput) as error:
        forest(shipped, "madsr", "drgu", -1.0)
    assert len(error.value.problems) == 3
    with pytest.raises(InvalidInput, match="the groups are the times already"):
        forest(shipped, by="time", at_h=24.0)


def test_text_fits_a_hundred_columns_and_few_studies_are_told(shipped):
    text = forest_text(forest(shipped, "response", "dose"))
    assert max(map(len, text.splitlines())) <= 100
    assert "no prediction interval: it needs 3 studies" in forest_text(forest(shipped, by="time"))


def test_a_long_citation_loses_its_brackets_before_its_year(shipped):
    study = forest(shipped, by="time", filters=Filters(routes=("oral",))).groups[0].studies[0]
    assert label(study, 40) == "KET01-02 2026"
