"""The check of sessions in words and as `liftspan/session-check/1`."""

from textwrap import wrap

import numpy as np

from liftspan.session.beside import GROUPS, printed
from liftspan.session.check import Checked, Score, contradictions, goals, placebo_misses, route_of, scores

SCHEMA, WIDTH = "liftspan/session-check/1", 100
NOTES = (
    "left out: predicted by a fit without the study and without those that share people with it. in fit: by the "
    "shipped fit, for a clinic of the middle. 90 %: what a new study of this size would print, its own deviation "
    "included; * the published number lies outside. A miss inside a printed range or bound counts as 0.",
    "Others (-): they repeat people of fitted studies, or say too little of dose or definition to be fitted.",
    "Times of peaks are printed as readings were scheduled (40 minutes); their intervals hold no such rounding.",
    "All numbers are of supervised sessions of selected people.",
)


def check_text(rows: tuple[Checked, ...]) -> str:
    """A line for each number, error and coverage by measure and route, the goals, what contradicts what."""
    head = f"{'study':<20}{'route':<6}{'what':<31}{'published':>12}{'left out':>9}{'90 %':>11}{'in fit':>7}"
    lines = [head, "-" * (WIDTH - 1), *(_line(one) for one in rows), "", score_table(scores(rows))]
    quiet = np.array(placebo_misses(rows))
    lines += [
        f"Placebo rates beside fitted ones, in the fit: {len(quiet)}, RMSE {np.sqrt(np.mean(quiet**2)):.1f}, bias "
        f"{quiet.mean():+.1f} percentage points.",
        "",
        "Goals:",
    ]
    for goal in goals(rows):
        lines += wrap(f"{'reached' if goal.met else 'missed '}  {goal.words}: {goal.reached}", WIDTH,
                      initial_indent="  ", subsequent_indent="           ")  # fmt: skip
    lines += ["", "Published numbers that contradict each other, so that no model meets both:"]
    for said in contradictions():
        lines += wrap(said, WIDTH, initial_indent="  - ", subsequent_indent="    ")
    lines += ["", *(line for note in NOTES for line in wrap(note, WIDTH))]
    return "\n".join(lines) + "\n"


def _line(one: Checked) -> str:
    row = one.seen.row
    span = f"{one.low:.0f} to {one.high:.0f}" if one.high >= 9.95 else f"{one.low:.1f} to {one.high:.1f}"
    mark = ("" if row.use == "fit" else " -") + ("" if one.inside else " *")
    return (
        f"{row.study_id[:19]:<20}{route_of(one)[:5]:<6}{what(one)[:30]:<31}{printed(row):>12}{one.predicted:>9.1f}"
        f"{span:>11}{one.seen.predicted:>7.1f}{mark}"
    )


def what(one: Checked) -> str:
    """What a row measured, with what sets it apart from its neighbours."""
    row = one.seen.row
    kind, _, name = row.quantity.partition(":")
    said = name.replace("_", " ") if kind == "rate" else row.quantity.replace("_", " ").replace(":", " ")
    said = said.replace("systolic 180 or diastolic 110", "180 or 110 mmHg")
    times = (
        {1: ", once", 2: ", week 1", 8: ""}.get(row.sessions, f", {row.sessions} sessions") if kind == "rate" else ""
    )
    return said + (", 65 y +" if row.older else "") + times


def score_table(found: tuple[Score, ...]) -> str:
    """Error and coverage by measure and route."""
    lines = [
        f"{'measure':<40}{'route':<7}{'rows':>11}{'RMSE left out':>15}{'bias':>6}{'inside':>9}{'RMSE in fit':>12}",
    ]
    for one in found:
        role = "fitted" if one.use == "fit" else "others"
        lines.append(
            f"{GROUPS[one.kind]:<40}{one.route:<7}{f'{one.count} {role}':>11}{one.rmse:>15.1f}{one.bias:>+6.1f}"
            f"{f'{one.inside} of {one.count}':>9}{one.rmse_in_sample:>12.1f}"
        )
    return "\n".join(lines) + "\n"


def check_record(rows: tuple[Checked, ...]) -> dict:
    """The same for machines."""
    return {
        "schema": SCHEMA,
        "role": "each study left out, with those that share its people; in sample beside it",
        "interval": {"level": 0.9, "kind": "equal-tailed"},
        "rows": [
            {
                "line": one.seen.row.line, "study": one.seen.row.study_id, "route": one.seen.row.route,
                "quantity": one.seen.row.quantity, "sessions": one.seen.row.sessions, "older": one.seen.row.older,
                "published": [one.seen.row.value.low, one.seen.row.value.high], "predicted": one.seen.predicted,
                "miss": one.seen.miss, "in_the_fit": one.seen.row.use == "fit",
                "placebo": None if one.seen.placebo is None else {
                    "published": [one.seen.row.placebo.low, one.seen.row.placebo.high], "predicted": one.seen.placebo,
                },
                "left_out": {"predicted": one.predicted, "low": one.low, "high": one.high, "miss": one.miss,
                             "inside": one.inside},
                "why": one.seen.row.why,
            }
            for one in rows
        ],
        "scores": [vars(score) for score in scores(rows)],
        "goals": [vars(goal) for goal in goals(rows)],
        "contradictions": list(contradictions()),
    }  # fmt: skip
