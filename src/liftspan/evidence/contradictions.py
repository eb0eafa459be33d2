"""Numbers of the tables that cannot all be right: one of them was mistyped, or stands in the wrong column.

Each rule is arithmetic, and no row of the shipped tables breaks one. What is measured after the first session is judged
only where outcomes may be read; the number of people belongs to the design and is always judged.
"""

from collections.abc import Iterable, Iterator, Mapping
from math import sqrt

from liftspan.evidence.columns import ARMS, NUMBER, OBSERVATIONS, SCALE_MAXIMA, TRIALS, convert
from liftspan.numbers import NoNumber
from liftspan.sheets import Line, Sheet

LEVELS = ("mean", "change", "ls_change")
# Half the width of a printed 95 % interval over its standard error: 1.96, more for few people (Student: 12.7 for two).
# Below 1 it is no 95 % interval; one of 90 % is 1.64.
INTERVAL_PER_SE = (1.0, 12.8)
ADJUSTED = 2.0  # a model may make a standard error smaller or larger than SD / sqrt(n): up to this factor
LEAST_SD = 0.05  # points: it would be printed as 0.0, and no group of people scores alike
OF_TWO_ARMS = ("diff_vs_control", "hazard_ratio")  # and every ratio or difference of two arms
PARTS = ("MADRS_item10", "MADRS_F1", "MADRS_F2", "MADRS_F3")  # of the total of MADRS
OVER_A_PERIOD = ("ever", "by_time")  # at least as many as at a time
ROUNDING = 1e-9

Found = Iterator[tuple[Line, str, str]]  # line, column, what is wrong
WHICH = "is one of the two a typing error?"


def contradictions(sheets: Mapping[str, Sheet], seen: Iterable[Line]) -> list[tuple[str, Line, str, str]]:
    """(table, line, column, what is wrong) of every contradiction.

    Args:
        sheets: the readable ones, in canonical words.
        seen: lines of observations whose results may be read.
    """
    found: list[tuple[str, Line, str, str]] = []
    if ARMS in sheets:
        found += [(ARMS, *one) for one in _of_arms(sheets)]
    if OBSERVATIONS in sheets:
        found += [(OBSERVATIONS, *one) for one, sure in _people(sheets) if sure]
        seen = tuple(seen)
        found += [(OBSERVATIONS, line, *one) for line in seen for one in _of_row(line)]
        found += [(OBSERVATIONS, *one) for one in _parts_above_total(seen)]
        found += [(OBSERVATIONS, *one) for one in _fewer_over_a_period(seen)]
    return found


def doubts(sheets: Mapping[str, Sheet]) -> dict[tuple[str, str], tuple[str, ...]]:
    """What is likely wrong and can be right, by (trial_id, arm_id): said beside the answers of the arm, not refused.

    A row may hold both periods of a crossover: more people than its arm prints, and no more than were randomised. Some
    trials randomise again, or print those of one period as randomised: more people in an arm than that.
    """
    found: dict[tuple[str, str], list[str]] = {}
    randomised = _people_by(sheets, TRIALS, ("trial_id",), "n_randomised")
    for line in sheets[ARMS].lines:
        n, whole = number_of(line, "n"), randomised.get((line.cell("trial_id"),))
        if n is not None and whole is not None and n > whole:
            text = f"{n:g} people in the arm, {whole:g} randomised in the trial: {WHICH}"
            found.setdefault((line.cell("trial_id"), line.cell("arm_id")), []).append(text)
    for (line, _, text), sure in _people(sheets):
        if not sure:
            where = f"{OBSERVATIONS} line {line.number}"
            found.setdefault((line.cell("trial_id"), line.cell("arm_id")), []).append(f"{where}: {text}")
    return {key: tuple(texts) for key, texts in found.items()}


def number_of(line: Line, column: str) -> float | None:
    """The number in a cell, or None where it is blank or cannot be read: that is said elsewhere."""
    try:
        return convert(line.cell(column), NUMBER)
    except NoNumber:
        return None


def _of_arms(sheets: Mapping[str, Sheet]) -> Found:
    sizes = _people_by(sheets, ARMS, ("trial_id", "arm_id"), "n")
    for line in sheets[ARMS].lines:
        n = number_of(line, "n")
        parent = sizes.get((line.cell("trial_id"), line.cell("part_of"))) if line.cell("part_of") else None
        if n is not None and parent is not None and n > parent:
            yield line, "n", f"{n:g} people in a part of an arm of {parent:g}; {WHICH}"
        dose, low, high = (number_of(line, column) for column in ("dose", "dose_min", "dose_max"))
        if dose is not None and ((low is not None and dose < low) or (high is not None and dose > high)):
            yield line, "dose", f"{dose:g} lies outside dose_min and dose_max; which of them is right?"
        scale = line.cell("baseline_scale") or "MADRS"  # as it is read where it is blank
        spread = number_of(line, "baseline_sd")
        if spread is not None and 0.0 <= spread < LEAST_SD:
            yield line, "baseline_sd", f"{spread:g} is no spread of scores; leave the cell blank if it is not known"
        for text in _too_wide(spread, n, scale):
            yield line, "baseline_sd", text


def _people(sheets: Mapping[str, Sheet]) -> Iterator[tuple[tuple[Line, str, str], bool]]:
    """Rows with more people than their arm or their trial, and whether that cannot be."""
    sizes = _people_by(sheets, ARMS, ("trial_id", "arm_id"), "n")
    randomised = _people_by(sheets, TRIALS, ("trial_id",), "n_randomised")
    for line in sheets[OBSERVATIONS].lines:
        n, trial_id = number_of(line, "n"), line.cell("trial_id")
        arm, whole = sizes.get((trial_id, line.cell("arm_id"))), randomised.get((trial_id,))
        two = _is_of_two_arms(line.cell("statistic"))
        if n is not None and arm is not None and n > arm and not two:
            within = f", of {whole:g} randomised" if whole is not None else ""
            yield (line, "n", f"{n:g} people, in an arm of {arm:g}{within}; {WHICH}"), whole is None or n > whole
        elif n is not None and (arm is None or two) and whole is not None and n > whole:
            yield (line, "n", f"{n:g} people, of {whole:g} randomised; {WHICH}"), True


def _is_of_two_arms(statistic: str) -> bool:
    return statistic in OF_TWO_ARMS or "ratio" in statistic or "difference" in statistic


def _people_by(sheets: Mapping[str, Sheet], name: str, key: tuple[str, ...], column: str) -> dict[tuple, float]:
    """A column of numbers of people by the identifiers of its rows; without what is blank or itself no such number."""
    if name not in sheets:
        return {}
    found = {tuple(line.cell(one) for one in key): number_of(line, column) for line in sheets[name].lines}
    return {key: value for key, value in found.items() if value is not None and value >= 1.0}


def _of_row(line: Line) -> Iterator[tuple[str, str]]:
    value, sd, se, low, high, n = (number_of(line, name) for name in ("value", "sd", "se", "ci_low", "ci_high", "n"))
    if value is not None and low is not None and high is not None and low <= high and not low <= value <= high:
        sign = " A sign may be lost." if low <= -value <= high else ""
        yield "value", f"{value:g} lies outside its own interval, {low:g} to {high:g}; which of them is right?{sign}"
    yield from _sd_and_se(sd, se, n, line.cell("statistic"))
    if "ratio" not in line.cell("statistic"):
        yield from _se_and_interval(se, low, high)
    if line.cell("statistic") in LEVELS:
        for text in _too_wide(sd, n, line.cell("scale")):
            yield "sd", text
        if se is not None and n is not None and sd is None:
            for text in _too_wide(se * sqrt(n), n, line.cell("scale")):
                yield "se", f"{se:g} of {n:g} people means an SD of {text}; does the cell hold the SD?"


def _se_and_interval(se: float | None, low: float | None, high: float | None) -> Iterator[tuple[str, str]]:
    if se is None or se <= 0.0 or low is None or high is None or low > high:
        return
    ratio = 0.5 * (high - low) / se
    if not INTERVAL_PER_SE[0] <= ratio <= INTERVAL_PER_SE[1]:
        text = f"{se:g} beside the interval {low:g} to {high:g}: half of it is {ratio:.2g} SE, 1.96 at 95 %"
        yield "se", f"{text}; is one of them something else?"


def _sd_and_se(sd: float | None, se: float | None, n: float | None, statistic: str) -> Iterator[tuple[str, str]]:
    if sd is None or se is None or sd <= 0.0 or se <= 0.0:
        return
    expected = "" if n is None else f", which is {sd:g} / sqrt({n:g}) = {sd / sqrt(n):.3g} here"
    if se > sd * (1.0 + ROUNDING):
        yield "se", f"{se:g} is above the SD {sd:g}; were the two swapped? SE = SD / sqrt(n){expected}"
    elif se == sd and n != 1.0:
        yield "se", f"{se:g} is also the SD; SE = SD / sqrt(n){expected}: which of the two is it?"
    elif n is not None and n > 1.0 and statistic in LEVELS:
        ratio = se * sqrt(n) / sd
        if not 1.0 / ADJUSTED <= ratio <= ADJUSTED:
            text = f"{se:g} does not fit the SD {sd:g} of {n:g} people: SD / sqrt(n) is {sd / sqrt(n):.3g}"
            yield "se", f"{text}; is one of the three a typing error?"


def _too_wide(sd: float | None, n: float | None, scale: str) -> Iterator[str]:
    """Scores between 0 and the top of a scale have at most an SD of half of it: half the people at either end."""
    top = SCALE_MAXIMA.get(scale)
    if sd is None or top is None:
        return
    most = 0.5 * top * (sqrt(n / (n - 1.0)) if n is not None and n > 1.0 else 1.5)  # sqrt(2) for two people
    if sd > most:
        yield f"{sd:.3g} points on {scale}, more than half of its {top:g} points"


def _parts_above_total(seen: tuple[Line, ...]) -> Found:
    """An item or a factor of MADRS above the total of the same people at the same time."""

    def place(line: Line) -> tuple[str, ...]:
        names = ("trial_id", "arm_id", "analysis_set")
        return (*(line.cell(name) for name in names), str(_time(line)))

    means = [line for line in seen if line.cell("statistic") == "mean" and number_of(line, "value") is not None]
    totals = {place(line): line for line in means if line.cell("scale") == "MADRS"}
    for line in means:
        total = totals.get(place(line))
        if line.cell("scale") in PARTS and total is not None and number_of(line, "value") > number_of(total, "value"):
            text = f"{number_of(line, 'value'):g} of {line.cell('scale')} is above the total of {total.cell('value')}"
            yield line, "value", f"{text} on line {total.number}; one of the two is a slip"


def _fewer_over_a_period(seen: tuple[Line, ...]) -> Found:
    """Fewer people who responded ever, or by a time, than at that time."""

    def place(line: Line) -> tuple[str, ...]:
        names = ("trial_id", "arm_id", "scale", "statistic", "cut", "analysis_set", "n", "definition")
        return (*(line.cell(name) for name in names), str(_time(line)))

    rates = [line for line in seen if line.cell("statistic").endswith("_rate") and number_of(line, "value") is not None]
    at_time = {place(line): line for line in rates if line.cell("event") in ("", "at_time")}
    for line in rates:
        there = at_time.get(place(line))
        if line.cell("event") not in OVER_A_PERIOD or there is None:
            continue
        if number_of(line, "value") < number_of(there, "value"):
            text = f"{number_of(line, 'value'):g} {line.cell('event')} is below {there.cell('value')} at that time"
            yield line, "value", f"{text} (line {there.number}); one of the two is a slip"


def _time(line: Line) -> float | None:
    return number_of(line, "hours_since_first_session")
