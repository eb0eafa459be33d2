"""What a visual check shows: published numbers with their own errors, contrasts from the joint draw of both arms."""

from dataclasses import replace
from math import sqrt

import numpy as np
import pytest

from liftspan.errors import InvalidInput
from liftspan.evidence import load_evidence
from liftspan.evidence.contrasts import contrasts_of, sides_of
from liftspan.evidence.course import as_new, asked_rows
from liftspan.evidence.held_out import CONTRASTS, STORE, scored_rows, stored_predictions, stored_scores
from liftspan.evidence.points import MADRS_CHANGE
from liftspan.evidence.predict import predict_trials
from liftspan.evidence.predicted_contrasts import predicted_contrasts, stored_contrasts, stored_contrasts_text
from liftspan.evidence.scores import QUANTILES
from liftspan.evidence.visual import arm_panels, contrast_panels
from liftspan.posterior import FOLDER, load_posterior

DRAWS = 20


@pytest.fixture(scope="module")
def shipped():
    return load_evidence()


@pytest.fixture(scope="module")
def rows(shipped):
    return scored_rows(shipped, stored_predictions(FOLDER / STORE))


@pytest.fixture(scope="module")
def contrasts(shipped):
    panels, without = contrast_panels(shipped, stored_contrasts(FOLDER / CONTRASTS))
    assert without == ()
    return panels


def test_every_checked_number_stands_once_in_the_panel_of_its_trial_and_kind(shipped, rows):
    shown = [
        (panel.trial_id, panel.kind, point.hours, point.value)
        for panel in arm_panels(shipped, rows)
        for point in panel.points
    ]
    assert sorted(shown) == sorted((row.trial_id, row.kind, row.time_h, row.value) for row in rows)
    with_contrasts = arm_panels(shipped, stored_scores(shipped, FOLDER))
    assert {panel.kind for panel in with_contrasts} == {
        "change",
        "response",
        "remission",
    }  # those have panels of their own
    assert len({(panel.trial_id, panel.kind) for panel in arm_panels(shipped, rows)}) == len(arm_panels(shipped, rows))


def test_a_share_has_the_error_of_two_more_successes_and_failures(shipped, rows):
    # Agresti & Coull by paper and pencil: 18 of 47 on the day after the infusion.
    row = next(row for row in rows if row.kind == "response")
    known = replace(row, value=18 / 47)
    observation = next(one for one in shipped.observations if one.row_id == row.row_id)
    altered = replace(shipped, observations=(replace(observation, n=47.0),))
    (panel,) = arm_panels(altered, [known])
    assert panel.points[0].se == pytest.approx(sqrt(20 / 51 * 31 / 51 / 51))


def test_panels_hold_each_published_contrast_at_its_time(shipped, contrasts):
    for panel in contrasts:
        sides = sides_of(shipped, shipped.trials[panel.trial_id], lambda arm: True, ())
        published = [(one.hours, one.effect, one.se) for one in contrasts_of(shipped, sides, "madrs")]
        assert [(point.hours, point.value, point.se) for point in panel.points] == published


def test_a_contrast_is_what_the_engine_predicts_for_a_printed_difference(shipped):
    # The engine's own contrast of the same trial as a new one: both arms from one draw.
    trial_id, hours = "murrough2013", 24.0
    arms = {arm.arm_id: arm for arm in shipped.arms.values() if arm.trial_id == trial_id}
    active = next(name for name, arm in arms.items() if arm.control in ("", "none"))
    (row,) = asked_rows(shipped, trial_id, MADRS_CHANGE, active, [hours])
    asked = replace(row, statistic="diff_vs_control")
    answer = predict_trials(as_new(shipped, trial_id, [asked]), load_posterior().first(DRAWS))[-1]
    found, reasons = predicted_contrasts(shipped, trial_id, load_posterior().first(DRAWS))
    (point,) = (one for one in found if one.hours == hours)
    assert reasons == ()
    assert point.quantiles == pytest.approx(np.quantile(answer.draws, QUANTILES))


def test_contrasts_come_back_from_their_file_and_a_broken_file_is_named(shipped, tmp_path):
    found, _ = predicted_contrasts(shipped, "murrough2013", load_posterior().first(DRAWS))
    (tmp_path / CONTRASTS).write_text(stored_contrasts_text(found))
    back = stored_contrasts(tmp_path / CONTRASTS)
    for one in found:
        again = back[one.trial_id, one.hours]
        assert again.quantiles == pytest.approx(one.quantiles, rel=1e-4)
    (tmp_path / CONTRASTS).write_text("trial_id,hours\nx,1\n")
    with pytest.raises(InvalidInput, match="no table of held-out contrasts"):
        stored_contrasts(tmp_path / CONTRASTS)
