"""Cells as people write them -> cells as the program reads them: one word for each meaning, mg, days from 0.

What stands already so stays as it is, letter by letter: the shipped tables read to themselves. What changes a number is
noted for its arm, and the note stands beside its predictions; what cannot be told is a problem with its line.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal

from liftspan.evidence.columns import ARMS, LONGEST_D, OBSERVATIONS
from liftspan.evidence.dose_units import read_unit
from liftspan.evidence.vocabularies import CHANGE_FROM, WORDS, read_word
from liftspan.numbers import NoNumber, finite, shortened
from liftspan.sheets import Line, Sheet
from liftspan.vocabulary import NotAWord, folded

DOSES = ("dose", "dose_min", "dose_max")
MOST_SESSIONS = 1000  # of an arm: three years of days; more is another column
# A placebo that is not described, and the control of an arm that names none: by the route of the arm.
PLACEBO_BY_ROUTE = dict.fromkeys(("iv", "im", "sc"), "saline") | {"nasal": "placebo_spray", "oral": "placebo_oral"}
ONCE = ("once", "single session", "single dose", "single infusion", "one session", "one infusion")

WHOLE_TRIAL = ""  # in the place of an arm: a remark for every arm of the trial

ArmKey = tuple[str, str]


@dataclass(frozen=True)
class Read:
    """The tables in canonical words, what was wrong with them, and what was changed, by (trial_id, arm_id)."""

    sheets: Mapping[str, Sheet]
    problems: list[str]
    remarks: Mapping[ArmKey, tuple[str, ...]]


@dataclass(frozen=True)
class _Arm:
    """One line of arms.csv on its way: cells change, and each change that matters is noted."""

    line: Line
    cells: dict[str, str]
    notes: list[str]
    of_trial: list[str]  # notes that hold for every arm of the trial
    problems: list[tuple[str, str]]  # (column, what is wrong)

    def cell(self, column: str) -> str:
        return self.cells.get(column, "")


def canonical_tables(sheets: Mapping[str, Sheet]) -> Read:
    """The readable ones of the three tables in canonical words; unreadable ones as they are."""
    problems: list[str] = []
    read = {name: _worded(sheet, problems) if sheet.readable else sheet for name, sheet in sheets.items()}
    remarks: dict[ArmKey, tuple[str, ...]] = {}
    if ARMS in read and read[ARMS].readable:
        read[ARMS], remarks = _mended_arms(read[ARMS], problems)
    return Read(read, problems, remarks)


def _worded(sheet: Sheet, problems: list[str]) -> Sheet:
    """Every coded cell as the word that it means."""
    coded = [column for file, column in WORDS if file == sheet.name and column in sheet.header]
    lines = []
    for line in sheet.lines:
        changed = {}
        for column in coded:
            cell = line.cell(column)
            if not cell or _is_placebo(sheet.name, column, cell):
                continue
            try:
                changed[column] = read_word(sheet.name, column, cell)
            except NotAWord as error:
                problems.append(f"{sheet.name} line {line.number}, column {column}: {error}")
        if sheet.name == OBSERVATIONS:
            changed |= _of_observation(line, changed)
        different = {column: word for column, word in changed.items() if word != line.cell(column)}
        lines.append(replace(line, cells={**line.cells, **different}) if different else line)
    return replace(sheet, lines=tuple(lines))


def _is_placebo(file: str, column: str, cell: str) -> bool:
    """A control that is only called placebo: its route tells which, later."""
    return (file, column) == (ARMS, "control") and folded(cell) == "placebo"


def _of_observation(line: Line, read: Mapping[str, str]) -> dict[str, str]:
    """`carry_over` is yes or blank; the words of `change_from_h` stand between numbers."""
    changed = {"carry_over": ""} if read.get("carry_over") == "no" else {}
    since = line.cell("change_from_h")
    if since and since in CHANGE_FROM:
        changed["change_from_h"] = CHANGE_FROM.read(since)
    return changed


def _mended_arms(sheet: Sheet, problems: list[str]) -> tuple[Sheet, dict[ArmKey, tuple[str, ...]]]:
    from_zero = _trials_from_zero(sheet)
    lines, remarks = [], {}
    for line in sheet.lines:
        arm = _Arm(line, dict(line.cells), [], [], [])
        for step in (_control, _doses, _once, _days(from_zero)):
            step(arm)
        problems += [f"{sheet.name} line {line.number}, column {column}: {text}" for column, text in arm.problems]
        lines.append(line if arm.cells == line.cells else replace(line, cells=arm.cells))
        for arm_id, notes in ((arm.cell("arm_id"), arm.notes), (WHOLE_TRIAL, arm.of_trial)):
            if notes:
                key = arm.cell("trial_id"), arm_id
                remarks[key] = (*remarks.get(key, ()), *notes)
    return replace(sheet, lines=tuple(lines)), remarks


def _control(arm: _Arm) -> None:
    """A control that its arm does not name, or only calls placebo, by its drug and route.

    What the control is sets what all arms of the trial expect, so all of them are told.
    """
    who = f"control of {arm.cell('arm_id')}"
    stated, drug = arm.cell("control"), arm.cell("drug")
    by_route = PLACEBO_BY_ROUTE.get(arm.cell("route"), "")
    if folded(stated) == "placebo":
        if drug == "midazolam" or not by_route:
            arm.problems.append(("control", "'placebo' of which kind? Write saline, placebo_spray or placebo_oral"))
            return
        arm.cells["control"] = by_route
        arm.of_trial.append(f"{who} 'placebo' read as {by_route}, by its route")
    elif not stated and drug == "midazolam":
        arm.cells["control"] = "midazolam"
        arm.of_trial.append(f"{who} not stated: midazolam, by its drug")
    elif not stated and drug == "placebo" and by_route:
        arm.cells["control"] = by_route
        arm.of_trial.append(f"{who} not stated: {by_route}, by its route")


def _doses(arm: _Arm) -> None:
    """Doses in mg or mg/kg; a unit that is not stated is asked for, never guessed."""
    stated = {column: arm.cell(column) for column in DOSES if arm.cell(column)}
    unit = arm.cell("dose_unit")
    if not unit:
        if stated:
            column, cell = next(iter(stated.items()))
            text = f"is blank beside {column} {shortened(cell)}: mg or mg/kg? The two are some 70-fold apart"
            arm.problems.append(("dose_unit", text))
        return
    try:
        read = read_unit(unit)
    except NotAWord as error:
        arm.problems.append(("dose_unit", str(error)))
        return
    arm.cells["dose_unit"] = read.unit
    if read.factor == 1:
        return
    for column, cell in stated.items():
        try:
            finite(cell)
        except NoNumber:
            continue  # said where numbers are read
        arm.cells[column] = f"{(Decimal(cell) * read.factor).normalize():f}"
        arm.notes.append(f"{column} {cell} {unit} read as {arm.cells[column]} {read.unit}")


def _once(arm: _Arm) -> None:
    """The one schedule in words that is asked for as a word."""
    if folded(arm.cell("schedule")) in ONCE:
        arm.cells["schedule"] = "once"


def _trials_from_zero(sheet: Sheet) -> set[str]:
    """Trials of which some arm has a session on day 0."""
    days = ((line.cell("trial_id"), _numbers(line.cell("session_days"))) for line in sheet.lines)
    return {trial_id for trial_id, found in days if found and min(found) == 0.0}


def _days(from_zero: set[str]) -> Callable[[_Arm], None]:
    def step(arm: _Arm) -> None:
        """Days of sessions in order, each once, from 0."""
        found = _numbers(arm.cell("session_days"))
        if not found or not 0.0 <= min(found) <= max(found) <= LONGEST_D:
            return  # nothing, or said where numbers are read
        arm.problems.extend(("session_days", text) for text in _slips_of_days(found))
        ordered = sorted(found)
        if ordered != found:
            arm.notes.append("session days were not in order: sorted")
        if ordered[0] == 1.0:
            if arm.cell("trial_id") in from_zero:
                text = "begins on day 1, other arms of this trial on day 0; the first session is day 0: which is meant?"
                arm.problems.append(("session_days", text))
                return
            ordered = [day - 1.0 for day in ordered]
            arm.notes.append("session days counted from 1: shifted, the first session is day 0")
        elif ordered[0] > 0.0:
            arm.notes.append(f"first session of the drug on day {ordered[0]:g}: nothing is given before it")
        if ordered != found:
            arm.cells["session_days"] = ";".join(f"{day:g}" for day in ordered)

    return step


def _numbers(cell: str) -> list[float] | None:
    """Days of a cell, or None where one is no number: that is said where numbers are read."""
    try:
        return [finite(part) for part in cell.split(";") if part.strip()]
    except NoNumber:
        return None


def _slips_of_days(days: list[float]) -> Iterator[str]:
    twice = sorted({day for day in days if days.count(day) > 1}) if len(days) <= MOST_SESSIONS else []
    if twice:
        named = ", ".join(f"{day:g}" for day in twice[:5])
        yield f"day {named} stands twice; one day holds one session, and its dose is the whole dose of that day"
    if len(days) > MOST_SESSIONS:
        yield f"{len(days):,} sessions; at most {MOST_SESSIONS:,} can be read. Is it the right column?"
