"""The picture of one patient holds the record and the answer: read through its artists, not by eye."""

import stat
from dataclasses import replace
from itertools import combinations

import numpy as np
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.text import Text

from figures import forecast_patients as patients
from liftspan.errors import InvalidInput
from liftspan.figures.forecast import draw, forecast_figure
from liftspan.figures.forecast_weeks import apart
from liftspan.forecast.ahead import look_ahead
from liftspan.forecast.answer import forecast
from liftspan.forecast.plans import context_of, regimen_of


@pytest.fixture(scope="module")
def answers():
    return patients.answers()


@pytest.fixture(scope="module")
def figures(answers):
    return {name: forecast_figure(answer) for name, answer in answers.items()}


def panel(figure, name):
    return next(axes for axes in figure.axes if axes.get_label() == name)


def line(axes, label):
    found = next(one for one in axes.get_lines() if one.get_label() == label)
    return list(found.get_xdata()), list(found.get_ydata())


def said(figure):
    """All words of the picture, in single spaces."""
    return " ".join(" ".join(one.get_text() for one in figure.findobj(Text)).split())


def test_scores_and_sessions_stand_on_the_days_of_the_record(figures):
    scores = panel(figures["planned"], "scores")
    assert line(scores, "scores") == ([0, 1, 7, 14, 28, 35, 42], [36, 28, 22, 18, 12, 13, 14])
    assert line(scores, "sessions given")[0] == [0, 3, 7, 10, 14, 17, 21, 24, 28, 35]
    assert line(scores, "sessions planned")[0] == [42, 49, 63]
    faces = {one.get_label(): one.get_markerfacecolor() for one in scores.get_lines()}
    assert faces["sessions planned"] == "white" != faces["sessions given"]
    assert line(scores, "today")[0] == [42, 42]


def test_the_weeks_ahead_are_those_of_the_answer_from_today_on(figures, answers):
    answer, scores = answers["responder"], panel(figures["responder"], "scores")
    own, others = ([day for day in days if day.day >= 42] for days in (answer.curve, answer.population))
    assert line(scores, "forecast median") == ([day.day for day in own], [day.median for day in own])
    for name in ("low", "median", "high"):
        assert line(scores, f"population {name}")[1] == [getattr(day, name) for day in others]
    bands = {band.get_label(): band.get_paths()[0].vertices for band in scores.collections}
    for label, low, high in (("90", "low", "high"), ("50", "lower_quartile", "upper_quartile")):
        corners = {tuple(corner) for corner in bands[f"forecast {label} %"]}
        assert {(day.day, getattr(day, side)) for day in own for side in (low, high)} <= corners
    chances = panel(figures["responder"], "chances")
    for kind in ("response", "remission", "relapsed"):
        assert line(chances, kind) == ([day.day for day in own], [getattr(day, kind) for day in own])


def test_quartiles_leave_a_quarter_of_people_to_each_side(answers):
    known = answers["responder"].known
    plan, context = regimen_of(known.patient), context_of(known.patient)
    scores = look_ahead(known.crowd, plan, context, known.seen.scales[0]).score
    for at in (7, 20, -1):
        day = answers["responder"].curve[at]
        assert day.low <= day.lower_quartile <= day.median <= day.upper_quartile <= day.high
        # Whole points: people on the quartile itself may stand on either side.
        assert np.mean(scores[:, at] < day.lower_quartile) <= 0.25 <= np.mean(scores[:, at] <= day.lower_quartile)
        assert np.mean(scores[:, at] < day.upper_quartile) <= 0.75 <= np.mean(scores[:, at] <= day.upper_quartile)


def test_a_score_on_another_scale_stands_where_the_published_link_reads_it(figures):
    scores = panel(figures["two scales"], "scores")
    assert line(scores, "scores MADRS") == ([14], [pytest.approx(15.0)])
    assert line(scores, "scores")[1] == [21, 17, 15, 12, 8, 9]
    assert "MADRS, read as PHQ-9" in said(figures["two scales"])


def test_cut_offs_are_half_of_the_first_score_remission_and_relapse(figures):
    scores = panel(figures["responder"], "scores")
    assert [line(scores, f"cut-off {name}")[1][0] for name in ("response", "remission", "relapse")] == [18, 12, 22]
    assert "response: 18 or less" in said(figures["responder"]) and "relapse: 22 or more" in said(figures["responder"])


def test_relapse_of_a_mild_first_score_is_that_score_again():
    mild = patients.patient(patients.NASAL, (0,), ((0, 20), (7, 9)), 7)
    scores = panel(forecast_figure(forecast(mild)), "scores")
    assert line(scores, "cut-off relapse")[1][0] == 20


@pytest.mark.parametrize("name", ["responder", "two scales", "not responding", "only first score"])
def test_candidates_and_refused_days_are_drawn_apart(figures, answers, name):
    candidates, axes = answers[name].candidates, panel(figures[name], "candidates")
    refused = [one.day for one in candidates if one.refused]
    assert refused
    days, heights = line(axes, "refused")
    assert days == refused and max(heights) < 0.0
    for kind in ("relapse_before", "response_before", "response_after"):
        days, shares = line(axes, kind)
        assert days == [one.day for one in candidates]
        assert [day for day, share in zip(days, shares, strict=True) if share is None] == refused
        assert list(shares) == [getattr(one, kind) for one in candidates]


@pytest.mark.parametrize("name", ["responder", "two scales"])
def test_the_window_of_the_proposal_is_shaded(figures, answers, name):
    proposal = answers[name].proposal
    window = next(one for one in panel(figures[name], "candidates").patches if one.get_label() == "window")
    across = window.get_extents().transformed(panel(figures[name], "candidates").transData.inverted())
    assert (across.x0, across.x1) == pytest.approx((proposal.from_d, proposal.to_d))
    assert window.get_linewidth() > 0.0  # a window of one day shows by its edge
    assert f"Proposed: day {proposal.from_d:g}" in said(figures[name])


@pytest.mark.parametrize("name", ["late infusions", "not responding", "only first score"])
def test_no_proposal_gives_its_reason_and_no_window(figures, answers, name):
    reasons = answers[name].proposal.reasons
    assert reasons and all(reason in said(figures[name]) for reason in reasons)
    assert "window" not in [one.get_label() for one in panel(figures[name], "candidates").patches]


def test_where_every_day_is_refused_there_are_only_crosses(figures, answers):
    axes = panel(figures["late infusions"], "candidates")
    assert [one.get_label() for one in axes.get_lines()] == ["refused"]
    assert len(line(axes, "refused")[0]) == len(answers["late infusions"].candidates)


@pytest.mark.parametrize("name", patients.KINDS)
def test_all_words_lie_inside_the_picture_and_none_over_another(figures, name):
    figure = figures[name]
    renderer = FigureCanvasAgg(figure).get_renderer()
    figure.draw(renderer)
    texts = [one for one in figure.findobj(Text) if one.get_text().strip() and one.get_visible()]
    boxes = [(one.get_text(), one.get_window_extent(renderer)) for one in texts]
    for words, box in boxes:
        assert box.x0 >= 0 and box.y0 >= 0 and box.x1 <= figure.bbox.x1 and box.y1 <= figure.bbox.y1, words
    # One pixel: boxes of neighbouring lines may touch.
    over = [(a, b) for (a, first), (b, second) in combinations(boxes, 2) if first.padded(-1.0).overlaps(second)]
    assert not over


def test_the_picture_says_for_whom_it_is_and_names_nobody(figures):
    for figure in figures.values():
        assert "For licensed clinicians; for research." in said(figure)
        assert "Nemo" not in said(figure)


def test_scores_of_long_ago_are_counted_where_they_are_not_drawn(figures):
    # Day 340 minus 24 weeks is day 172: day 0 and days 28 to 168, every 14, are left out.
    assert "12 scores before day 172 are not drawn" in said(figures["long record"])
    assert min(line(panel(figures["long record"], "scores"), "scores")[0]) == 182


def test_names_beside_lines_keep_their_order_and_their_distance():
    assert apart([5.0, 1.0], 1.0) == [5.0, 1.0]
    assert apart([0.0, 0.2], 1.0) == pytest.approx([-0.4, 0.6])
    # The third touches the group of the first two once they have made room.
    assert apart([0.0, 0.0, 1.2], 1.0) == pytest.approx([-0.6, 0.4, 1.4])


def test_the_file_is_for_its_owner_alone_and_equal_answers_give_equal_bytes(answers, tmp_path):
    answer = answers["not responding"]
    first, second = (draw(answer, tmp_path / name) for name in ("a.svg", "b.svg"))
    assert stat.S_IMODE(first.stat().st_mode) == 0o600
    assert first.read_bytes() == second.read_bytes()
    with pytest.raises(InvalidInput, match="suffix"):
        draw(answer, tmp_path / "a.xyz")


def test_another_id_gives_the_same_picture(answers, tmp_path):
    answer = answers["not responding"]
    other = replace(answer, known=replace(answer.known, patient=replace(answer.patient, id="another")))
    first, second = draw(answer, tmp_path / "a.svg"), draw(other, tmp_path / "b.svg")
    assert first.read_bytes() == second.read_bytes()
