"""The table as it was understood: sorted, every additional dose and spray device a row with its line of the file."""

from collections.abc import Iterator

import numpy as np

from liftspan.events.columns import DOSE, DRUGS, EVIDS, RESET, RESET_AND_DOSE, ROUTES
from liftspan.events.doses import SITTING_H, Doses, carried
from liftspan.events.table import Events
from liftspan.parameters import body_value
from liftspan.spreadsheet import line_of

EXPLAINED = (
    "id,time_h,evid,event,line,repeat,device,drug,route,amt_mg,duration_h,wt_kg,age_y,counts_until_h,dvid,matrix,note"
)
LATE = "stood after later rows"


def explained_lines(events: Events, doses: Doses, carry: str) -> Iterator[str]:
    """Lines of a CSV table, header first; `carry` as in `schedule`."""
    rows = events.rows
    others = np.flatnonzero(~rows.doses())
    weight = carried(rows, rows.weight_kg, rows.person, rows.time_h, carry, body_value("population_weight_kg"))
    age = carried(rows, rows.age_y, rows.person, rows.time_h, carry, body_value("population_age_y"))
    # At one moment observations come first, then resets, then doses.
    first = np.where(rows.evid[others] == RESET, 1, 0)
    person = np.concatenate([rows.person[others], rows.person[doses.row]])
    when = np.concatenate([rows.time_h[others], doses.start_h])
    rank = np.concatenate([first, np.full(len(doses.row), 2)])
    place = np.concatenate([others, np.arange(len(doses.row))])
    unsorted, at_once = out_of_order(events), together(events, doses)
    yield EXPLAINED
    for i in np.lexsort((np.arange(len(place)), rank, when, person)):
        if rank[i] == 2:
            yield _dose_line(events, doses, int(place[i]), unsorted, at_once)
        else:
            yield _other_line(events, int(place[i]), weight, age, unsorted)


def _other_line(events: Events, i: int, weight, age, unsorted) -> str:
    rows = events.rows
    asked = events.asked[rows.asked[i]]
    measured = ("", "") if rows.evid[i] == RESET else (asked.text(), asked.matrix.value)
    note = _joined(((rows.evid[i] == RESET, "empties the body"), (unsorted[i], LATE)))
    cells = (
        events.people[rows.person[i]], f"{rows.time_h[i]:.9g}", rows.evid[i], EVIDS[rows.evid[i]], rows.line[i],
        "", "", "", "", "", "", f"{weight[i]:.6g}", f"{age[i]:.6g}", "", *measured, note,
    )  # fmt: skip
    return line_of(cells)


def _dose_line(events: Events, doses: Doses, i: int, unsorted, at_once: dict[int, str]) -> str:
    rows, row = events.rows, doses.row[i]
    # An additional dose of a reset-and-dose row is a dose: the reset happens once.
    evid = rows.evid[row] if doses.repeat[i] == 0 and doses.device[i] == 0 else DOSE
    notes = (
        (doses.repeat[i] > 0, f"additional dose {doses.repeat[i]}"),
        (evid == RESET_AND_DOSE, "empties the body first"),
        (doses.later_spray[i], f"later spray of a sitting ({SITTING_H:g} h)"),
        (doses.cancelled[i], "NOT GIVEN: cancelled by a reset"),
        (i in at_once, at_once.get(i)),
        (unsorted[row] and doses.repeat[i] == 0, LATE),
    )
    until = "" if np.isinf(doses.until_h[i]) else f"{doses.until_h[i]:.9g}"
    cells = (
        events.people[rows.person[row]], f"{doses.start_h[i]:.9g}", evid, EVIDS[evid], rows.line[row], doses.repeat[i],
        doses.device[i], DRUGS[rows.drug[row]], ROUTES[rows.route[row]], f"{doses.amount_mg[i]:.9g}",
        f"{rows.duration_h[row]:.9g}", f"{doses.weight_kg[i]:.6g}", f"{doses.age_y[i]:.6g}", until, "", "",
        _joined(notes),
    )  # fmt: skip
    return line_of(cells)


def _joined(notes) -> str:
    return "; ".join(text for applies, text in notes if applies)


def together(events: Events, doses: Doses) -> dict[int, str]:
    """Doses that start at the moment of another one of that person, with the lines of the others."""
    given = np.flatnonzero(~doses.cancelled)
    person, lines = events.rows.person[doses.row[given]], events.rows.line[doses.row[given]]
    same = (person[1:] == person[:-1]) & (doses.start_h[given][1:] == doses.start_h[given][:-1])
    group = np.concatenate([[0], np.cumsum(~same)]) if len(given) else given
    crowded = np.flatnonzero(np.concatenate([same, [False]]) | np.concatenate([[False], same])) if len(given) else given
    of_group: dict[int, list[int]] = {}
    for i in crowded.tolist():
        of_group.setdefault(int(group[i]), []).append(int(lines[i]))
    found = {}
    for i in crowded.tolist():
        others = sorted(set(of_group[int(group[i])]) - {int(lines[i])})
        named = f"lines {' '.join(map(str, others))}" if len(others) > 1 else f"line {(others or [lines[i]])[0]}"
        found[int(given[i])] = f"at the same time as {named}: all count"
    return found


def out_of_order(events: Events) -> np.ndarray:
    """Whether a row stands after a later row of its person, shape (row,)."""
    rows = events.rows
    order = np.argsort(rows.person, kind="stable")
    person = rows.person[order].astype(np.int64)
    rank = np.searchsorted(np.unique(rows.time_h), rows.time_h[order]) + person * (len(rows.time_h) + 1)
    behind = np.zeros(len(order), bool)
    behind[order] = rank < np.maximum.accumulate(rank)
    return behind
