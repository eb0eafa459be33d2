"""Filters, counts in which nobody stands twice, and the bands of one trial."""

from dataclasses import replace

import pytest

from evidence.made import arm, made, trial
from liftspan.errors import InvalidInput
from liftspan.evidence import load_evidence
from liftspan.evidence.browse import count_once, find_trial, make_filters, matching_trials, people_of
from liftspan.evidence.browse_words import trap
from liftspan.evidence.course import predicted_bands, trial_points
from liftspan.posterior import load_posterior

FEW = load_posterior().first(25)


@pytest.fixture(scope="module")
def shipped():
    return load_evidence()


def names(evidence, fitted_ids=(), **filters):
    return {one.trial_id for one in matching_trials(evidence, make_filters(evidence, **filters), fitted_ids)}


def test_without_filters_every_trial_is_listed(shipped):
    assert names(shipped) == set(shipped.trials)


def test_drug_and_route_must_meet_in_one_arm(shipped):
    found = names(shipped, drugs=["ketamine"], routes=["nasal"])
    assert found == {arm.trial_id for arm in shipped.arms.values() if (arm.drug, arm.route) == ("ketamine", "nasal")}
    assert "lapidus2014" in found


def test_years_words_controls_and_fit_narrow_the_list(shipped):
    assert all(2018 <= shipped.trials[one].year <= 2019 for one in names(shipped, year="2018-2019"))
    assert all(shipped.trials[one].year >= 2022 for one in names(shipped, year="2022-"))
    assert names(shipped, text="NCT01998958") == {"daly2018_synapse", "synapse_panelB_japan"}
    assert names(shipped, controls=["anaesthesia"]) == {"lii2023"}
    assert names(shipped, fitted=True, fitted_ids=("lii2023",)) == {"lii2023"}
    assert names(shipped, fitted=False, fitted_ids=("lii2023",)) == set(shipped.trials) - {"lii2023"}


def test_every_unknown_word_of_the_filters_is_said_at_once(shipped):
    with pytest.raises(InvalidInput) as error:
        make_filters(shipped, drugs=["ketamin"], routes=["nose"], year="last")
    assert len(error.value.problems) == 3
    assert "did you mean 'ketamine'?" in error.value.problems[0]


def test_people_are_counted_once(tmp_path):
    # b names a, c names b: one group, of which the largest counts. d stands alone, e is a pooled review.
    trials = [
        trial("a", n_randomised=100),
        trial("b", n_randomised=300, overlaps_with="a"),
        trial("c", n_randomised=50, overlaps_with="b"),
        trial("d", n_randomised=7),
        trial("e", design="meta_analysis", n_randomised=9000),
    ]
    arms = [arm(one["trial_id"], "ket") for one in trials] + [arm("d", "men", part_of="ket")]
    evidence = made(tmp_path, trials, arms, [{"trial_id": "a", "arm_id": "ket", "scale": "MADRS", "statistic": "mean"}])
    counts = count_once(evidence, matching_trials(evidence, make_filters(evidence), ()))
    assert (counts.listed, counts.trials, counts.arms, counts.people, counts.without_people) == (5, 2, 2, 307, 0)


def test_people_of_one_trial_are_not_added_up_over_its_periods(shipped):
    # SUSTAIN-3: 1148 treated, of whom 458 in a subgroup; Zarate 2006: 18 in both arms of a crossover.
    assert people_of(shipped, shipped.trials["zaki2025_sustain3"]) == 1148
    assert people_of(shipped, shipped.trials["zarate2006"]) == 18
    crossover = replace(shipped.trials["berman2000"], n_randomised=None)
    assert people_of(shipped, crossover) == 7


def test_a_trial_is_found_whatever_its_case_and_near_names_are_said(shipped):
    assert find_trial(shipped, " LII2023 ").trial_id == "lii2023"
    for typed, meant in (("popova", "popova2019_transform2"), ("murough2013", "murrough2013")):
        with pytest.raises(InvalidInput, match=meant):
            find_trial(shipped, typed)
    with pytest.raises(InvalidInput, match="liftspan evidence list"):
        find_trial(shipped, "zzz")


def test_traps_of_rows_are_said_in_words(shipped):
    rows = {row.row_id: row for row in shipped.observations}
    assert trap(rows["daly2018_synapse.029"]) == "repeats 012"
    assert "second period" in trap(rows["daly2018_synapse.065"])
    assert "subgroup of esk_ad" in trap(rows["popova2019_transform2.084"])
    assert trap(rows["lii2023.036"]) == "likely a misprint in the paper"
    assert trap(rows["murrough2013.001"]) == ""


def test_bands_follow_the_arms_as_of_a_new_trial(shipped):
    points = trial_points(shipped, "murrough2013")
    bands = {(band.kind, band.arm_id): band for band in predicted_bands(shipped, points, FEW)}
    assert set(bands) == {(point.kind, point.arm_id) for point in points}
    for band in bands.values():
        assert band.hours[-1] == 24.0
        assert all(low <= mean <= high for low, mean, high in zip(band.low, band.mean, band.high, strict=True))
    ket, mdz = (bands["madrs_change", one].mean[-1] for one in ("ket", "mdz"))
    assert ket < mdz < 0.0


def test_bands_do_not_see_the_results(shipped):
    points = trial_points(shipped, "murrough2013")
    hidden = tuple(
        row if row.time_h == 0.0 else replace(row, value=None, sd=None, se=None) for row in shipped.observations
    )
    assert predicted_bands(replace(shipped, observations=hidden), points, FEW) == predicted_bands(shipped, points, FEW)


def test_a_trial_that_prints_no_number_of_people_has_bands_as_well(shipped):
    # The median arm of the tables stands in, as in every prediction.
    without = next(
        trial_id
        for trial_id, one in shipped.trials.items()
        if one.n_randomised is None
        and not any(arm.n for arm in shipped.arms.values() if arm.trial_id == trial_id)
        and trial_points(shipped, trial_id)
    )
    bands = predicted_bands(shipped, trial_points(shipped, without), FEW)
    assert bands and all(band.hours for band in bands)


def test_arms_that_begin_after_another_treatment_are_not_drawn(shipped):
    drawn = {point.arm_id for point in trial_points(shipped, "takahashi2021_japan")}
    assert drawn == {"esk28", "esk56", "esk84", "placebo"}
