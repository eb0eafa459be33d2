"""Engagement and its grid: the curve by paper and pencil, the quadrature against scipy's adaptive one."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.integrate import quad

from liftspan.body.concentration import effect_site_levels
from liftspan.brain.engagement import MERGE_WITHIN_H, WINDOW_H, engagement, episodes
from liftspan.parameters import MOOD
from liftspan.person import typical_body
from liftspan.treatment import Regimen, Session, parse_treatment

CURVE = {"ec50_ng_per_ml": 100.0, "hill": 1.5, "s_over_r": 2.4}
LEVELS = st.floats(0.0, 5000.0)
# The middle and far ends (about 2.5 SD) of the prior of EC50 and Hill.
CURVES = st.fixed_dictionaries(
    {"ec50_ng_per_ml": st.floats(35.0, 300.0), "hill": st.floats(0.8, 3.0), "s_over_r": st.floats(1.0, 6.0)}
)


def engaged(s, r, **curve):
    return engagement(np.asarray(s, dtype=float), np.asarray(r, dtype=float), **curve)


def regimen(text, *starts_h):
    doses = parse_treatment(text).sessions[0].doses
    return Regimen(text, tuple(Session(start, doses) for start in starts_h), False, starts_h[-1])


INFUSION = "0.5 mg/kg iv ketamine over 40 min"
REGIMENS = {
    "bolus": regimen("0.2 mg/kg iv ketamine bolus", 0.0),
    "infusion": regimen(INFUSION, 0.0),
    "esketamine infusion": regimen("0.4 mg/kg iv esketamine over 40 min", 0.0),
    "three devices": regimen("84 mg nasal esketamine", 0.0),
    "10 h apart": regimen(INFUSION, 0.0, 10.0),
    "repeated": regimen(INFUSION, 0.0, 72.0, 168.0),
}
READ_EARLY_H, READ_LATE_H = np.array([0.3, 1.0, 2.0]), np.array([500.0])


# --- the curve --------------------------------------------------------------------------------------------------------


def test_half_is_engaged_at_the_ec50_whatever_the_steepness():
    for hill in (0.8, 1.5, 3.0):
        curve = {**CURVE, "hill": hill}
        assert engaged(100.0, 0.0, **curve) == pytest.approx(0.5, rel=1e-14)
        # R counts 1/2.4 of S: 240 ng/mL of R alone, or half of each.
        assert engaged(0.0, 240.0, **curve) == pytest.approx(0.5, rel=1e-14)
        assert engaged(50.0, 120.0, **curve) == pytest.approx(0.5, rel=1e-14)


def test_the_curve_by_paper_and_pencil():
    # Hill 1: C / (C + EC50). Hill 2 at three times EC50: 9 / 10.
    assert engaged(25.0, 0.0, **{**CURVE, "hill": 1.0}) == pytest.approx(0.2, rel=1e-14)
    assert engaged(300.0, 0.0, **{**CURVE, "hill": 2.0}) == pytest.approx(0.9, rel=1e-14)


@settings(max_examples=100, deadline=None, derandomize=True)
@given(LEVELS, LEVELS, st.floats(1e-3, 1000.0), CURVES)
def test_engagement_is_a_share_and_rises_with_either_enantiomer(s, r, more, curve):
    here = engaged(s, r, **curve)
    assert 0.0 <= here <= 1.0
    for there in (engaged(s + more, r, **curve), engaged(s, r + more, **curve)):
        assert here <= there * (1.0 + 1e-14)  # equal where both are rounded to the same number
    assert engaged(s, r, **{**curve, "ec50_ng_per_ml": curve["ec50_ng_per_ml"] * 1.1}) <= here


def test_nothing_is_engaged_without_drug():
    # The floor that keeps gradients finite, (1e-12)^Hill, is far below any rounding of a score.
    assert engaged(0.0, 0.0, **CURVE) < 1e-17


def test_gradients_are_finite_without_drug():
    import jax

    from liftspan.arrays import use_jax_64_bit

    use_jax_64_bit()

    def total(x):
        return engagement(x[0], x[1], ec50_ng_per_ml=x[2], hill=x[3], s_over_r=x[4])

    for s, r in ((0.0, 0.0), (80.0, 60.0)):
        got = np.asarray(jax.grad(total)(np.array([s, r, 100.0, 1.5, 2.4])))
        assert np.isfinite(got).all()
    step, point = 1e-5, np.array([80.0, 60.0, 100.0, 1.5, 2.4])
    differences = [(total(point + step * unit) - total(point - step * unit)) / (2 * step) for unit in np.eye(5)]
    np.testing.assert_allclose(got, differences, rtol=1e-6)  # central differences: about 1e-16 / 1e-5 of 0.5


# --- the grid ---------------------------------------------------------------------------------------------------------


def curve_of(episode, curve):
    """Engagement of the typical adult over one episode, by time; what the grid is meant to integrate."""
    body, weight = typical_body(), np.array([70.0])

    def at(times_h):
        return engagement(*effect_site_levels(episode.sessions, body, weight, np.atleast_1d(times_h)), **curve)[0]

    return at


def breaks_of(episode):
    doses = [
        (session.start_h + dose.start_h, dose.duration_h) for session in episode.sessions for dose in session.doses
    ]
    breaks = sorted({at for start, duration in doses for at in (start, start + duration)} | {0.0})
    return [*breaks, breaks[-1] + WINDOW_H]


def adaptive_area(at, edges):
    """Between edges, each stretch cut where the level bends most: early."""
    total = 0.0
    for begin, end in pairwise(edges):
        cuts = [begin, *(begin + step for step in (0.01, 0.1, 0.5, 2.0, 6.0) if step < end - begin), end]
        total += sum(quad(lambda t: at(t)[0], a, b, epsabs=1e-12, epsrel=1e-10)[0] for a, b in pairwise(cuts))
    return total


@pytest.mark.parametrize("times_h", [READ_EARLY_H, READ_LATE_H], ids=["read early", "read late"])
@pytest.mark.parametrize("name", REGIMENS)
def test_the_grid_integrates_engagement(name, times_h):
    episode = episodes(REGIMENS[name], times_h)[0]
    at = curve_of(episode, CURVE)
    area = episode.weights_h @ at(episode.nodes_h)
    # 1e-6, the goal for closed forms; 3e-7 was measured (nasal, read late).
    assert area == pytest.approx(adaptive_area(at, breaks_of(episode)), rel=1e-6)


@pytest.mark.parametrize("name", ["bolus", "infusion", "three devices"])
@pytest.mark.parametrize(("ec50", "hill"), [(40.0, 0.8), (60.0, 3.0)])
def test_the_grid_holds_at_the_ends_of_the_prior(name, ec50, hill):
    episode = episodes(REGIMENS[name], READ_LATE_H)[0]
    at = curve_of(episode, {**CURVE, "ec50_ng_per_ml": ec50, "hill": hill})
    # Hill 3 bends faster than four nodes a panel follow: 3.3e-6 was measured, for the bolus.
    assert episode.weights_h @ at(episode.nodes_h) == pytest.approx(adaptive_area(at, breaks_of(episode)), rel=1e-5)


def test_little_engagement_is_left_after_the_window():
    # What the grid leaves out, from its end to a week: at the prior's centre 3e-4 of the area (measured), allowed 1e-3.
    for name in ("bolus", "infusion", "three devices"):
        episode = episodes(REGIMENS[name], READ_LATE_H)[0]
        at, end_h = curve_of(episode, CURVE), breaks_of(episode)[-1]
        after = quad(lambda t, at=at: at(t)[0], end_h, end_h + 144.0, epsrel=1e-6)[0]
        assert after < 1e-3 * (episode.weights_h @ at(episode.nodes_h))
    assert MOOD["ec50_ng_per_ml"].centre == 100.0
    assert MOOD["hill"].centre == 1.5


def test_weights_add_up_to_the_window():
    for name, plan in REGIMENS.items():
        for times_h in (READ_EARLY_H, READ_LATE_H):
            for episode in episodes(plan, times_h):
                edges = breaks_of(episode)
                assert episode.weights_h.sum() == pytest.approx(edges[-1], rel=1e-13), name
                assert (episode.weights_h > 0.0).all()
                assert (np.diff(episode.nodes_h) > 0.0).all()
                assert episode.nodes_h[0] > 0.0
                assert episode.nodes_h[-1] < edges[-1]


def panel_ends(episode):
    """Where the running sum of weights stands: after each whole panel it is the panel's end."""
    return np.concatenate([[0.0], np.cumsum(episode.weights_h)])


def test_every_reading_inside_the_window_ends_a_panel():
    # Read relative to each occurrence: 73 h is 1 h after the second session, 170 h is 2 h after the third.
    (episode,) = episodes(REGIMENS["repeated"], np.array([0.3, 73.0, 170.0, 400.0]))
    for elapsed_h in (0.3, 1.0, 2.0, 2 / 3):
        assert np.abs(panel_ends(episode) - elapsed_h).min() < 1e-12
    # The nodes on each side keep off it.
    assert np.abs(episode.nodes_h - 0.3).min() > 1e-4


def test_sessions_within_sixteen_hours_are_one_episode():
    (together,) = episodes(REGIMENS["10 h apart"], READ_LATE_H)
    assert [session.start_h for session in together.sessions] == [0.0, 10.0]
    assert together.starts_h == (0.0,)
    assert MERGE_WITHIN_H == 16.0
    # Sixteen hours: no longer.
    (apart,) = episodes(regimen(INFUSION, 0.0, 16.0), READ_LATE_H)
    assert len(apart.sessions) == 1
    assert apart.starts_h == (0.0, 16.0)


def test_a_chain_of_close_sessions_stays_together():
    (episode,) = episodes(regimen(INFUSION, 5.0, 17.0, 29.0), np.array([40.0]))
    assert [session.start_h for session in episode.sessions] == [0.0, 12.0, 24.0]
    assert episode.starts_h == (5.0,)
    assert np.abs(panel_ends(episode) - 35.0).min() < 1e-11


def test_sessions_of_one_kind_share_an_episode_and_others_have_their_own():
    assert [episode.starts_h for episode in episodes(REGIMENS["repeated"], READ_LATE_H)] == [(0.0, 72.0, 168.0)]
    first, other = (
        parse_treatment(text).sessions[0].doses for text in ("56 mg nasal esketamine", "84 mg nasal esketamine")
    )
    plan = Regimen("", (Session(0.0, first), Session(84.0, other), Session(168.0, other)), False, 168.0)
    found = episodes(plan, READ_LATE_H)
    assert [(len(episode.sessions[0].doses), episode.starts_h) for episode in found] == [
        (2, (0.0,)),
        (3, (84.0, 168.0)),
    ]


def test_a_placebo_visit_has_no_episode():
    plan = Regimen("", (Session(0.0, ()), Session(72.0, ())), False, 72.0)
    assert episodes(plan, READ_LATE_H) == ()
