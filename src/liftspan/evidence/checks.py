"""Every problem of the three tables at once: types, limits, links, doubles and missing columns.

Each check returns sentences with file, line, column, value and likely cause; none stops at the first.
"""

from collections.abc import Iterable, Iterator, Mapping
from difflib import get_close_matches

from liftspan.evidence.columns import (
    ARMS,
    COLUMNS,
    DAYS,
    FRACTIONS,
    NUMBER,
    OBSERVATIONS,
    REFERENCE,
    REFERENCE_WORDS,
    SCALE_MAXIMA,
    TEXT,
    TRIALS,
    Column,
    convert,
    value_limits,
)
from liftspan.evidence.contradictions import contradictions, number_of
from liftspan.numbers import NoNumber, finite, shortened
from liftspan.sheets import Line, Sheet
from liftspan.vocabulary import folded

WITH_DOSES = ("ketamine", "esketamine", "arketamine")
LARGEST_MG, OF_KG = 5000.0, 70.0  # of a session, as for the body: beyond, a unit was mistaken


def problems_of_tables(
    sheets: Mapping[str, Sheet], outcomes: bool = True, known_trials: Iterable[str] = ()
) -> list[str]:
    """All problems of trials, arms and observations.

    Args:
        sheets: the three tables by name; one that could not be read is passed over.
        outcomes: False leaves later results out of sight, whatever stands in their cells.
        known_trials: trials of other tables, which `overlaps_with` may name as well.
    """
    sheets = {name: sheet for name, sheet in sheets.items() if sheet.readable}
    problems = []
    for sheet in sheets.values():
        problems += problems_of_header(sheet)
        problems += problems_of_cells(sheet, outcomes)
        problems += problems_of_limits(sheet, outcomes)
    problems += problems_of_contradictions(sheets, outcomes)
    return problems + problems_of_ids(sheets) + problems_of_links(sheets, known_trials)


def is_later(line: Line) -> bool:
    """Whether an observation lies after hour 0, or at no stated time: then its result is an outcome."""
    try:
        return finite(line.cell("hours_since_first_session")) > 0
    except NoNumber:
        return True


def seen_lines(sheet: Sheet, outcomes: bool) -> list[Line]:
    """Lines of observations whose results may be read."""
    return [line for line in sheet.lines if outcomes or not is_later(line)]


def problems_of_header(sheet: Sheet) -> list[str]:
    """Columns that must be there."""
    missing = [column.name for column in COLUMNS[sheet.name] if column.required and column.name not in sheet.header]
    problems = [f"{sheet.name} line 1: column {name} is missing{did_you_mean(name, sheet.header)}" for name in missing]
    if not sheet.lines:
        problems.append(f"{sheet.name}: only a header, no rows")
    return problems


def problems_of_cells(sheet: Sheet, outcomes: bool) -> list[str]:
    """Cells that cannot be read, lie outside the limits of their column, or are blank where they may not be."""
    return [
        f"{place(sheet, line, column.name)}: {text}"
        for line, column in _readable_cells(sheet, outcomes)
        for text in _problems_of_cell(line.cell(column.name), column)
    ]


def _readable_cells(sheet: Sheet, outcomes: bool) -> Iterator[tuple[Line, Column]]:
    for line in sheet.lines:
        hidden = not outcomes and sheet.name == OBSERVATIONS and is_later(line)
        for column in COLUMNS[sheet.name]:
            if column.name in sheet.header and not (column.outcome and hidden):
                yield line, column


def _problems_of_cell(cell: str, column: Column) -> list[str]:
    if not cell:
        return ["is blank; every row needs it"] if column.filled else []
    if column.kind in (NUMBER, DAYS, REFERENCE):
        try:
            value = convert(cell, column.kind)
        except NoNumber as error:
            return [_no_number(cell, column, error)]
        numbers = value if isinstance(value, tuple) else (value,)
        return [text for number in numbers for text in _outside(number, column.low, column.high)]
    return []


def _no_number(cell: str, column: Column, error: NoNumber) -> str:
    """What is wrong with a cell, and how its column is written."""
    if column.kind == DAYS:
        return f"'{shortened(cell)}' is no number; write days as 0;3;7"
    if column.kind == REFERENCE:
        return f"'{shortened(cell)}' is no number; write hours, or one of: {', '.join(REFERENCE_WORDS)}"
    return str(error)


def _outside(number: float | None, low: float | None, high: float | None, what: str = "") -> list[str]:
    """A sentence when a number lies outside its limits, with the likely cause."""
    if number is None or ((low is None or number >= low) and (high is None or number <= high)):
        return []
    if low is not None and number < low:
        cause = "is the minus sign a slip?" if number < 0 <= low else "is it a typing error?"
        return [f"{number:g}{what} is below {low:g}; {cause}"]
    percent = high == 1.0 and number <= 100
    cause = f"was it a percentage? Write {number / 100:g}" if percent else "is it a typing error?"
    return [f"{number:g}{what} is above {high:g}; {cause}"]


def problems_of_limits(sheet: Sheet, outcomes: bool) -> list[str]:
    """Limits that depend on another cell of the row: scale, statistic, unit, the other end of a range."""
    if sheet.name == ARMS:
        found = [(line, *problem) for line in sheet.lines for problem in _limits_of_arm(line)]
    elif sheet.name == OBSERVATIONS:
        found = [(line, *problem) for line in seen_lines(sheet, outcomes) for problem in _limits_of_observation(line)]
        found += [(line, *problem) for line in sheet.lines for problem in _limits_of_cut(line)]
    else:
        found = []
    return [f"{place(sheet, line, column)}: {text}" for line, column, text in found]


def _limits_of_arm(line: Line) -> Iterator[tuple[str, str]]:
    scale = line.cell("baseline_scale") or "MADRS"  # as it is read where it is blank
    for text in _outside(number_of(line, "baseline_mean"), None, SCALE_MAXIMA.get(scale), f" on {scale}"):
        yield "baseline_mean", text
    yield from _reversed(line, "dose_min", "dose_max")
    factor = {"mg": 1.0, "mg/kg": OF_KG}.get(line.cell("dose_unit"), 0.0)
    if number_of(line, "dose") == 0.0 and line.cell("drug") in WITH_DOSES:
        yield (
            "dose",
            f"0 of {line.cell('drug')}: an arm without drug is placebo; leave the dose blank if it is not known",
        )
    for column in ("dose", "dose_min", "dose_max"):
        amount = number_of(line, column)
        if amount is not None and amount * factor > LARGEST_MG:
            text = f"{amount:g} {line.cell('dose_unit')} is above {LARGEST_MG:g} mg in one session"
            yield column, f"{text}{f' at {OF_KG:g} kg' if factor != 1.0 else ''}; was a unit mistaken?"


def _limits_of_observation(line: Line) -> Iterator[tuple[str, str]]:
    statistic, scale = line.cell("statistic"), line.cell("scale")
    what = f" as {statistic}" if statistic in FRACTIONS else f" as {statistic} on {scale}"
    for text in _outside(number_of(line, "value"), *value_limits(statistic, scale), what):
        yield "value", text
    yield from _reversed(line, "ci_low", "ci_high")


def _limits_of_cut(line: Line) -> Iterator[tuple[str, str]]:
    """A response is a fall by a fraction, a remission a score: 50 as a cut of response is per cent."""
    statistic, cut = line.cell("statistic"), number_of(line, "cut")
    if statistic in RESPONSES and cut is not None and not 0.0 < cut <= 1.0:
        cause = f"; is it per cent? Write {cut / 100:g}" if 1.0 < cut <= 100.0 else ""
        yield "cut", f"{cut:g} of a response is no fraction between 0 and 1{cause}"
    if statistic in REMISSIONS and cut is not None and 0.0 < cut < 1.0:
        yield "cut", f"{cut:g} of a remission is a score of less than one point; is it a share? Write the highest score"
    top = SCALE_MAXIMA.get(line.cell("scale"))
    if statistic in REMISSIONS and cut is not None and top is not None and cut > top:
        yield "cut", f"{cut:g} of a remission is above {top:g}, the highest score on {line.cell('scale')}"


RESPONSES = ("response_rate", "risk_difference_response", "risk_ratio_response", "odds_ratio_response")
REMISSIONS = tuple(name.replace("response", "remission") for name in RESPONSES)


def problems_of_contradictions(sheets: Mapping[str, Sheet], outcomes: bool) -> list[str]:
    """Numbers that cannot all be right."""
    seen = seen_lines(sheets[OBSERVATIONS], outcomes) if OBSERVATIONS in sheets else []
    return [f"{place(sheets[name], line, column)}: {text}" for name, line, column, text in contradictions(sheets, seen)]


def _reversed(line: Line, low_column: str, high_column: str) -> Iterator[tuple[str, str]]:
    low, high = number_of(line, low_column), number_of(line, high_column)
    if low is not None and high is not None and low > high:
        yield low_column, f"{low:g} is above {high_column} {high:g}; were the two swapped, or a sign lost?"


def problems_of_ids(sheets: Mapping[str, Sheet]) -> list[str]:
    """Rows that claim the same name."""
    keys = {TRIALS: ("trial_id",), ARMS: ("trial_id", "arm_id"), OBSERVATIONS: ("row_id",)}
    return [problem for name, sheet in sheets.items() for problem in _doubles(sheet, keys[name])]


def _doubles(sheet: Sheet, columns: tuple[str, ...]) -> Iterator[str]:
    first: dict[tuple[str, ...], int] = {}
    alike: dict[tuple[str, ...], tuple[tuple[str, ...], int]] = {}
    for line in sheet.lines:
        key = tuple(line.cell(column) for column in columns)
        if not all(key):
            continue  # a blank row_id is allowed, a blank trial_id has been said
        if key in first:
            where = place(sheet, line, columns[-1])
            yield f"{where}: '{' / '.join(key)}' stands already on line {first[key]}; was the row pasted twice?"
        first.setdefault(key, line.number)
        other, number = alike.setdefault(tuple(map(folded, key)), (key, line.number))
        if other != key:
            where = place(sheet, line, columns[-1])
            yield f"{where}: '{' / '.join(key)}' is spelt '{' / '.join(other)}' on line {number}; are they the same?"


def problems_of_links(sheets: Mapping[str, Sheet], known_trials: Iterable[str] = ()) -> list[str]:
    """Names that point nowhere, looked up in the tables that could be read."""
    trials = _keys(sheets, TRIALS, "trial_id")
    arms = _keys(sheets, ARMS, "trial_id", "arm_id")
    rows = _keys(sheets, OBSERVATIONS, "row_id")
    # A folder of new trials may overlap one of the shipped trials.
    anywhere = None if trials is None else trials | {(name,) for name in known_trials}
    return [
        *_lost(sheets, TRIALS, "overlaps_with", lambda line, name: (name,), anywhere, TRIALS),
        *_lost(sheets, ARMS, "trial_id", lambda line, name: (name,), trials, TRIALS),
        *_lost(sheets, ARMS, "part_of", lambda line, name: (line.cell("trial_id"), name), arms, ARMS),
        *_lost(sheets, OBSERVATIONS, "arm_id", lambda line, name: (line.cell("trial_id"), name), arms, ARMS),
        *_lost(sheets, OBSERVATIONS, "same_as", lambda line, name: (name,), rows, OBSERVATIONS),
    ]


def _keys(sheets: Mapping[str, Sheet], name: str, *columns: str) -> set[tuple[str, ...]] | None:
    if name not in sheets:
        return None
    return {tuple(line.cell(column) for column in columns) for line in sheets[name].lines}


def _lost(sheets, name: str, column: str, key_of, known: set | None, known_in: str) -> Iterator[str]:
    """Cells of a column, one name or several with `;`, whose key is not among the known ones."""
    if known is None or name not in sheets:
        return
    kind = next(spec.kind for spec in COLUMNS[name] if spec.name == column)
    for line in sheets[name].lines:
        names = (line.cell(column),) if kind == TEXT else convert(line.cell(column), kind)
        for target in filter(None, names):
            key = key_of(line, target)
            own = name == known_in and key == _own_key(line, key)
            if key in known and not own:
                continue
            # Only names of the same trial can be meant when the key begins with a trial.
            valid = [other[-1] for other in known if other[:-1] == key[:-1] and other != key]
            told = " / ".join(key)
            reason = "points to its own row" if own else f"stands in no row of {known_in}"
            yield f"{place(sheets[name], line, column)}: '{told}' {reason}{did_you_mean(target, valid)}"


def _own_key(line: Line, key: tuple[str, ...]) -> tuple[str, ...]:
    """Name of the line itself, in the form of the key it points to."""
    if len(key) == 2:
        return line.cell("trial_id"), line.cell("arm_id")
    return (line.cell("row_id") or line.cell("trial_id"),)


def place(sheet: Sheet, line: Line, column: str) -> str:
    """Where to look: `arms.csv line 12, column dose`."""
    return f"{sheet.name} line {line.number}, column {column}"


def did_you_mean(word: str, valid: Iterable[str]) -> str:
    """`; did you mean 'esk_ad'?` when a valid name is close, else nothing: the full lists are long."""
    close = get_close_matches(word[:60], sorted(valid), n=1, cutoff=0.6)
    return f"; did you mean '{close[0]}'?" if close else ""
