"""What each maintenance or stopping trial did: one row of `withdrawal_designs.csv` for each of its groups.

Days in cells: "0;3;7" lists them, "10:7:24" counts from 10 by 7 to 24. A blank says: as the arm itself, or not used.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from liftspan.evidence.records import Observation
from liftspan.evidence.tables import shipped_rows

TABLE = "withdrawal_designs.csv"
RELAPSE = ("relapse_free_fraction", "median_days_to_relapse", "hazard_ratio")
ANY = "*"
OWN_REFERENCE = ("", "0", "screening")  # of a change: anything else is the start of a later phase


@dataclass(frozen=True)
class Rule:
    """How people of one group were treated, selected, followed, and said to relapse. Days since the first session."""

    trial_id: str  # "*" = any trial
    arm_id: str
    group: str  # text that the definition of a row must contain
    rows: str  # "relapse": only these statistics; "entered": rows of those who entered a later phase; "all"
    treat_as: str  # arm whose doses and people stand for the time before selection
    days: tuple[float, ...]  # of sessions before selection
    selected: str  # one of withdrawal.SELECTIONS
    selected_at_d: tuple[float, ...]
    remission_at_most: float | None
    start_d: float | None  # day 0 of follow-up; None = the last session
    after: str  # "active", "placebo" or "none"
    after_days: tuple[float, ...]
    visits: tuple[float, ...]  # since the start of follow-up
    relapse: str  # "score": at least relapse_level; "loss": improved by less than that share; "" = not looked at
    relapse_level: float | None
    dated: str
    follow_up_median_d: float | None  # None = everyone is followed to the last visit
    new_antidepressant: bool
    again_days: tuple[float, ...]  # sessions of a second course of those selected, since its first
    n: float | None  # people reported on, where the row does not say
    assumed: str
    source: str


@cache
def rules() -> tuple[Rule, ...]:
    """Every row of the table, in its order: the first that fits a row of the evidence counts."""
    return tuple(_rule(cells) for cells in shipped_rows(TABLE))


def rule_of(row: Observation) -> Rule | None:
    """The rule by which a published number is predicted, or None for numbers that need no selection.

    Any relapse row of a trial without a rule of its own meets the usual rule, the last of the table.
    """
    return next((rule for rule in rules() if _fits(rule, row)), None)


def _fits(rule: Rule, row: Observation) -> bool:
    if rule.trial_id not in (ANY, row.trial_id) or rule.arm_id not in (ANY, row.arm_id):
        return False
    if rule.group not in row.definition:
        return False
    # Hazard ratios of reaching response are no relapse.
    relapse = row.statistic in RELAPSE and "achieving" not in row.definition.lower()
    entered = row.change_from not in OWN_REFERENCE or "entered that phase" in row.definition
    return {"relapse": relapse, "entered": relapse or entered, "all": True}[rule.rows]


def days_of(cell: str) -> tuple[float, ...]:
    """Days of a cell: "0;3;10:7:24" -> 0, 3, 10, 17, 24."""
    return tuple(day for piece in filter(None, cell.split(";")) for day in _days_of_piece(piece))


def _days_of_piece(piece: str) -> Iterator[float]:
    first, *rest = (float(number) for number in piece.split(":"))
    yield first
    if rest:
        step, last = rest
        for count in range(1, int((last - first) / step + 1e-9) + 1):
            yield first + count * step


def _rule(cells) -> Rule:
    lists = {name: days_of(cells[name]) for name in ("days", "selected_at_d", "after_days", "visits", "again_days")}
    numbers = {
        name: float(cells[name]) if cells[name] else None
        for name in ("remission_at_most", "start_d", "relapse_level", "follow_up_median_d", "n")
    }
    return Rule(**{**cells, **lists, **numbers, "new_antidepressant": cells["new_antidepressant"] == "yes"})
