"""What a visual check shows: published numbers with their own errors, contrasts from the joint draw of both arms."""

from dataclasses import replace
from math import sqrt

import numpy as np
import pytest

from liftspan.evidence import load_evidence
from liftspan.evidence.contrasts import contrasts_of, sides_of
from liftspan.evidence.course import as_new, asked_rows
from liftspan.evidence.held_out import STORE, scored_rows, stored_predictions
from liftspan.evidence.points import MADRS_CHANGE
from liftspan.evidence.predict import predict_trials
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
    return contrast_panels(shipped, load_posterior(), DRAWS)[0]


def test_every_checked_number_stands_once_in_the_panel_of_its_trial_and_kind(shipped, rows):
    shown = [
        (panel.trial_id, panel.kind, point.hours, point.value)
        for panel in arm_panels(shipped, rows)
        for point in panel.points
    ]
    assert sorted(shown) == sorted((row.trial_id, row.kind, row.time_h, row.value) for row in rows)
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


def test_a_contrast_is_what_the_engine_predicts_for_a_printed_difference(shipped, contrasts):
    # The engine's own contrast of the same trial as a new one: both arms from one draw.
    trial_id, hours = "murrough2013", 24.0
    arms = {arm.arm_id: arm for arm in shipped.arms.values() if arm.trial_id == trial_id}
    active = next(name for name, arm in arms.items() if arm.control in ("", "none"))
    (row,) = asked_rows(shipped, trial_id, MADRS_CHANGE, active, [hours])
    asked = replace(row, statistic="diff_vs_control")
    answer = predict_trials(as_new(shipped, trial_id, [asked]), load_posterior().first(DRAWS))[-1]
    panel = next(panel for panel in contrasts if panel.trial_id == trial_id)
    (point,) = (point for point in panel.points if point.hours == hours)
    assert point.quantiles == pytest.approx(np.quantile(answer.draws, QUANTILES))
