"""Qualification report: how trials not seen were predicted, in numbers, tables and pictures."""

from collections.abc import Iterable, Sequence

import numpy as np

from liftspan.evidence.check_said import GOAL_BETTER, GOAL_COVER, GROUPS, KIND_WORDS
from liftspan.evidence.scores import LEVELS, Score, Scored, bootstrap, score, table_of_averages
from liftspan.evidence.structures import STANDARD_ERRORS, Judged
from liftspan.evidence.visual import Panel, arm_panels, contrast_panels
from liftspan.figures.held_out import held_out_figure
from liftspan.figures.visual_check import visual_figures
from liftspan.report.basis import Basis
from liftspan.report.markup import Html, joined, table, tag
from liftspan.report.picture import picture
from liftspan.report.qualified_relapse import relapse
from liftspan.report.qualified_worst import worst_trials

HEAD = ("", "Trials", "Numbers", "RMSE", "Bias", *(f"{level:.0%}".replace("%", " %") for level in LEVELS), "Score")
POINTS = ("change", "contrast")  # the kinds that are in points; the others are shares
_PUBLISHED = "Published numbers (points, 90 % confidence intervals; no line: no error is printed)"
_BARS = f"bars: {', '.join(f'{100 * level:g}' for level in LEVELS)} % intervals"
ARMS_CAPTION = f"{_PUBLISHED} over predictions by fits without their trial ({_BARS})."
CONTRASTS_CAPTION = f"{_PUBLISHED} over predictions of both arms together by fits without their trial ({_BARS})."


def checks(basis: Basis) -> Html:
    """All of the checks; of those that lack their store, that they are lacking."""
    held_out = _held_out(basis) if basis.held_out else _lacking("trials not seen")
    structures = _structures(basis.structures) if basis.structures else _lacking("structures")
    return joined([held_out, tag("h3", "Alternative structures"), structures, relapse(basis)])


def _lacking(what: str) -> Html:
    said = f"The check of {what} has no store in this installation: see the top of this report."
    return tag("p", said, class_="note")


def _held_out(basis: Basis) -> Html:
    kinds = {kind: [row for row in basis.held_out if row.kind == kind] for kind in KIND_WORDS}
    kinds = {kind: rows for kind, rows in kinds.items() if rows}
    rivals = {kind: table_of_averages(rows) for kind, rows in kinds.items()}
    return joined([
        tag("h3", "Trials not seen"),
        _overall(kinds, rivals),
        _goals(kinds, rivals),
        _drawn(basis.held_out),
        tag("h3", "Calibration"),
        _calibration(kinds),
        tag("h3", "By route, drug, control and time"),
        *(_grouped(name, kinds) for name in GROUPS),
        tag("h3", "Predicted worst"),
        worst_trials(basis),
        tag("h3", "Visual checks, arms"),
        _visual(arm_panels(basis.evidence, basis.held_out), ARMS_CAPTION, "arms"),
        _contrasts(basis),
    ])  # fmt: skip


def _overall(kinds, rivals) -> Html:
    rows = []
    for kind, mine in kinds.items():
        rows.append(_score_row(KIND_WORDS[kind], score(mine), kind))
        rows.append(_score_row("table of averages", score(rivals[kind]), kind))
    caption = (
        "Each trial predicted by a fit without it; each trial counts once. Bias: published minus predicted. "
        "Percentages: share inside those intervals. Score: interval score of the 90 % interval (width plus penalty, "
        "lower is better). Table of averages: mean of other trials' active or control arms at about that time."
    )
    return table(caption, HEAD, rows, "numbers")


def _score_row(words: str, found: Score, kind: str) -> tuple[str, ...]:
    digits = 2 if kind in POINTS else 3
    return (
        words, str(found.trials), str(found.rows), f"{found.rmse:.{digits}f}", f"{found.bias:z.{digits}f}",
        *(_percent(share) for share in found.cover), f"{found.interval_score:.{digits}f}",
    )  # fmt: skip


def _percent(share: float) -> str:
    return f"{100 * share:.0f} %"


def _goals(kinds, rivals) -> Html:
    rows = []
    for kind, mine in kinds.items():
        found, rival, spread = score(mine), score(rivals[kind]), bootstrap(mine, rivals[kind])
        better, digits = 1.0 - found.interval_score / rival.interval_score, 2 if kind in POINTS else 3
        low, high = spread["better"]
        rows.append((
            KIND_WORDS[kind], _range(spread["rmse"], digits), _range(spread["interval_score"], digits),
            f"{_percent(better)} ({100 * low:.0f} to {100 * high:.0f})", _met(better >= GOAL_BETTER),
            _percent(found.cover_rows), _met(GOAL_COVER[0] <= found.cover_rows <= GOAL_COVER[1]),
        ))  # fmt: skip
    caption = (
        f"Goals of the project: score better than the table of averages by {_percent(GOAL_BETTER)} or more, and "
        f"{100 * GOAL_COVER[0]:.0f} to {_percent(GOAL_COVER[1])} of the numbers inside their 90 % interval. Ranges: "
        "90 % bootstrap over trials."
    )
    head = ("", "RMSE", "Score", "Better than the table", "Goal", "Numbers inside 90 %", "Goal")
    return table(caption, head, rows, "numbers")


def _range(ends: tuple[float, float], digits: int) -> str:
    return f"{ends[0]:.{digits}f} to {ends[1]:.{digits}f}"


def _met(met: bool) -> str:
    return "met" if met else "not\N{NO-BREAK SPACE}met"


def _drawn(rows: Sequence[Scored]) -> Html:
    words = f"Published against held-out predicted, {len(rows)} numbers. The tables of this report hold their scores."
    caption = "Published against predicted by a fit without the trial. Lines: 90 % intervals. Named: the worst trials."
    return picture(held_out_figure(rows), words, caption, "held-out")


def _calibration(kinds) -> Html:
    rows = []
    for kind, mine in kinds.items():
        for at, (level, by_trial) in enumerate(zip(LEVELS, score(mine).cover, strict=True)):
            by_number = float(np.mean([_inside(row, at) for row in mine]))
            words = f"{KIND_WORDS[kind].split(',')[0]}, {_percent(level)}"
            rows.append((words, _percent(by_trial), _percent(by_number)))
    caption = "How many published numbers lie inside the interval that should hold so many."
    return table(caption, ("Interval", "Each trial once", "Each number once"), rows, "said")


def _inside(row: Scored, level: int) -> bool:
    """Whether the number lies in the interval of LEVELS[level]."""
    first = len(LEVELS) - 1 - level  # quantiles run from the widest interval inwards
    return row.quantiles[first] <= row.value <= row.quantiles[-1 - first]


def _grouped(name: str, kinds) -> Html:
    rows = []
    for kind, mine in kinds.items():
        groups = dict.fromkeys(GROUPS[name](row) for row in sorted(mine, key=lambda row: row.time_h))
        for group in groups:
            its = [row for row in mine if GROUPS[name](row) == group]
            words = f"{KIND_WORDS[kind].split(',')[0]}: {group.replace('_', ' ')}"
            rows.append(_score_row(words, score(its), kind))
    return table(f"By {name}.", HEAD, rows, "numbers")


def _structures(found: Sequence[Judged]) -> Html:
    rows = [
        (
            one.name,
            f"{one.difference:+.2f}" if one.verdict else "",
            f"{one.error:.2f}" if one.verdict else "",
            one.verdict,
            f"{one.rmse_points:.2f}",
            _percent(one.cover_90),
            f"{one.interval_score_points:.2f}",
            one.change,
        )
        for one in found
    ]
    verdicts = [one.verdict for one in found if one.verdict]
    counted = "; ".join(f"{word}: {verdicts.count(word)}" for word in ("better", "cannot tell", "worse"))
    caption = (
        "Each alternative is one change of the base, refitted without each trial in turn (normal approximation). "
        "Difference: log predictive density of trials left out, candidate minus base; SE over trials. A candidate "
        f"replaces the base when better by {STANDARD_ERRORS:g} SE. {counted}."
    )
    head = ("Structure", "Difference", "SE", "Verdict", "RMSE", "Inside 90 %", "Score", "Change")
    return table(caption, head, rows, "structures")


def _contrasts(basis: Basis) -> Html:
    panels, without = contrast_panels(basis.evidence, basis.contrasts)
    points = [point for panel in panels for point in panel.points]
    inside = sum(point.quantiles[0] <= point.value <= point.quantiles[-1] for point in points)
    said = (
        f"Active minus control, MADRS points: {inside} of {len(points)} published differences lie inside the 90 % "
        f"interval, {len(panels)} trials. Both arms come from one draw of a fit without the trial."
    )
    notes = [tag("p", f"Without prediction: {'; '.join(without)}.", class_="note")] if without else []
    drawn = _visual(panels, CONTRASTS_CAPTION, "contrasts")
    return joined([tag("h3", "Visual checks, contrasts"), tag("p", said), *notes, drawn])


def _visual(panels: Iterable[Panel], caption: str, name: str) -> Html:
    panels = tuple(panels)
    parts = []
    for at, (kind, mine, figure) in enumerate(visual_figures(panels), start=1):
        trials = ", ".join(panel.title for panel in mine)
        said = KIND_WORDS.get(kind, "difference of MADRS change, points")
        words = said[:1].upper() + said[1:]
        parts.append(picture(figure, f"{words}: {trials}", f"{words}. {caption}", f"{name}-{at}"))
    return joined(parts)
