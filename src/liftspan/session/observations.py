"""Published effects of sessions: ranges and bounds become bounds, every problem of the table is said at once."""

import csv
import io
import re
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from liftspan.errors import InvalidInput, nearest

TABLE, USES = "acute_observations.csv", "acute_uses.csv"
# In the fit; beside it only; published rates of serious events, shown as they are; not at all.
USES_KNOWN = ("fit", "check", "serious", "not")
USES_NEEDED = ("line", "use", "quantity")
NEEDED = ("study_id", "drug", "route", "measure", "statistic", "value")
# Statistics whose value is a number, a range or a bound; the others are words, kept as words.
NUMBERS = frozenset(
    ("rate", "peak_mean", "mean", "peak_time", "onset_time", "resolution_time", "duration", "odds_ratio", "ci_upper")
)
_NUMBER = r"-?\d+(?:\.\d+)?"
_RANGE = re.compile(rf"({_NUMBER})\s*(?:-|to)\s*({_NUMBER})")
_BOUND = re.compile(rf"(>=|<=|>|<)\s*({_NUMBER})")
_PLACEBO = re.compile(r"placebo(?:\+AD)?[^0-9]*(?:\(n=\d+\):?\s*)?([^;]*)")


@dataclass(frozen=True)
class Bounds:
    """A published number: low = high for a point; a missing side is None."""

    low: float | None
    high: float | None

    @property
    def middle(self) -> float:
        """The point, the middle of a range, or the bound itself."""
        sides = [side for side in (self.low, self.high) if side is not None]
        return sum(sides) / len(sides)

    @property
    def is_point(self) -> bool:
        """Whether one number was printed."""
        return self.low is not None and self.low == self.high


@dataclass(frozen=True)
class AcuteRow:
    """One published number about sessions, and how this model uses it."""

    line: int  # of the table
    study_id: str
    drug: str
    route: str
    doses: Bounds | None
    per_kg: bool
    population: str
    n: int | None
    measure: str
    statistic: str
    value: Bounds | None
    placebo: Bounds | None
    sd: float | None
    use: str  # of USES_KNOWN
    quantity: str
    sessions: int
    older: bool
    why: str
    counts: tuple[int, int] | None = None  # of a serious event: how many of how many
    minutes: Bounds | None = None  # after the start, where a time was printed
    infusion: Bounds | None = None  # minutes that the dose ran in, where it was printed


def parse_bounds(text: str) -> Bounds | None:
    """`49-61`, `>=90`, `<5`, `13.3`, `0.5%`; None for a blank or a dash. Raises ValueError for anything else."""
    text = text.strip().rstrip("%")
    if text in ("", "-"):
        return None
    if found := _RANGE.fullmatch(text):
        low, high = float(found[1]), float(found[2])
        if low > high:
            raise ValueError(f"'{text}' runs from high to low")
        return Bounds(low, high)
    if found := _BOUND.fullmatch(text):
        at = float(found[2])
        return Bounds(at, None) if found[1].startswith(">") else Bounds(None, at)
    if re.fullmatch(_NUMBER, text):
        return Bounds(float(text), float(text))
    raise ValueError(f"'{text}' is no number, range (49-61) or bound (>=90)")


def parse_placebo(notes: str) -> Bounds | None:
    """The placebo rate, %, that a note prints: "placebo (n=225) 13.8%", "placebo+AD 1/222 (0.5%)", "placebo 5-16%"."""
    found = _PLACEBO.search(notes)
    if not found:
        return None
    said = notes[found.start() :].split("(n=", 1)
    text = said[-1].split(")", 1)[-1] if len(said) > 1 else said[0]
    if share := re.search(rf"({_NUMBER}(?:-{_NUMBER})?)\s*%", text):
        return parse_bounds(share[1])
    if counts := re.search(r"(\d+)/(\d+)", text):
        rate = 100.0 * int(counts[1]) / int(counts[2])
        return Bounds(rate, rate)
    if mean := re.search(_NUMBER, text):
        return parse_bounds(mean[0])
    return None


@cache
def shipped_acute() -> tuple[AcuteRow, ...]:
    """The shipped table, read once."""
    folder = files("liftspan.session") / "data"
    return read_acute((folder / TABLE).read_text("utf-8"), (folder / USES).read_text("utf-8"))


def read_acute(text: str, uses: str) -> tuple[AcuteRow, ...]:
    """Rows of a table and of the list of uses (blank: nothing is used). Raises InvalidInput with every problem."""
    reader = csv.DictReader(io.StringIO(text, newline=""))
    missing = [name for name in NEEDED if name not in (reader.fieldnames or ())]
    if missing:
        raise InvalidInput([f"{TABLE}: column '{name}' is missing" for name in missing], TABLE)
    used, problems = _uses(uses)
    rows = []
    for line, cells in enumerate(reader, start=2):
        row, found = _row(line, cells, used.pop(line, {}))
        rows.append(row)
        problems += [f"{TABLE} line {line}, {problem}" for problem in found]
    problems += [f"{USES}: line {line} of {TABLE} does not exist" for line in used]
    if problems:
        raise InvalidInput(problems, TABLE)
    return tuple(rows)


def _uses(text: str) -> tuple[dict[int, dict], list[str]]:
    """The list of uses by line of the table, and what is wrong with it."""
    reader, used, problems = csv.DictReader(io.StringIO(text)), {}, []
    if text.strip():
        problems += [f"{USES}: column '{name}' is missing" for name in USES_NEEDED if name not in reader.fieldnames]
    for number, row in enumerate(() if problems else reader, start=2):
        where, line = f"{USES} line {number}", row["line"] or ""
        if not line.isdecimal():
            problems.append(f"{where}, line: '{line}' is no line of {TABLE}")
            continue
        if int(line) in used:
            problems.append(f"{where}, line: {line} stands twice")
        if row["use"] not in USES_KNOWN:
            problems.append(f"{where}, use: '{row['use']}' is not known; {nearest(row['use'], USES_KNOWN)}")
        if not re.fullmatch(r"\d+", row.get("sessions") or "1"):
            problems.append(f"{where}, sessions: '{row['sessions']}' is no count")
            row["sessions"] = "1"
        used[int(line)] = row
    return used, problems


def _row(line: int, cells: dict, use: dict) -> tuple[AcuteRow | None, list[str]]:
    # A row of design alone (wan2015) has no statistic: it is kept, and used for nothing.
    problems = [f"{name}: is blank" for name in NEEDED[:4] if not (cells.get(name) or "").strip()]
    value = placebo = None
    counts = _counts(use.get("value") or "", problems)
    if cells.get("statistic") in NUMBERS:
        try:
            value = parse_bounds(cells.get("value") or "")
        except ValueError as error:
            problems.append(f"value: {error}")
        value = value if counts else _as_used(use, "value", problems) or value
        if cells["statistic"] == "rate" and value is not None and not 0.0 <= value.middle <= 100.0:
            problems.append(f"value: a rate of {value.middle:g} % is outside 0 to 100")
        placebo = parse_placebo(cells.get("notes") or "") or parse_placebo(cells.get("source_location") or "")
        placebo = _as_used(use, "placebo", problems) or placebo
    try:
        sd = float(cells["sd"]) if cells.get("sd") else None
    except ValueError:
        sd, _ = None, problems.append(f"sd: '{cells['sd']}' is no number")
    try:
        doses = parse_bounds(cells.get("dose") or "")
    except ValueError:
        doses = None  # "single", "0.5 / 0.25", "not stated in abstract": words
    try:
        infusion = parse_bounds(cells.get("infusion_min") or "")
    except ValueError:
        infusion = None  # words
    try:
        minutes = parse_bounds(cells.get("minutes_since_start") or "")
    except ValueError as error:
        minutes, _ = None, problems.append(f"minutes_since_start: {error}")
    n = re.match(r"\d+", cells.get("n") or "")
    row = AcuteRow(
        line, cells.get("study_id", ""), cells.get("drug", ""), cells.get("route", ""), doses,
        cells.get("dose_unit") == "mg/kg", cells.get("population") or "", int(n[0]) if n else None,
        cells.get("measure", ""), cells.get("statistic", ""), value, placebo, sd,
        use.get("use", "not"), use.get("quantity", ""), int(use.get("sessions") or 1), use.get("older") == "yes",
        use.get("why") or "", counts, minutes, infusion,
    )  # fmt: skip
    return row, problems


def _as_used(use: dict, name: str, problems: list[str]) -> Bounds | None:
    """A number that is used in the place of the printed one; `why` of the list says why."""
    try:
        return parse_bounds(use.get(name) or "")
    except ValueError as error:
        problems.append(f"{name} in {USES}: {error}")
        return None


def _counts(text: str, problems: list[str]) -> tuple[int, int] | None:
    """`3/120` as counts."""
    if "/" not in text:
        return None
    found = re.fullmatch(r"(\d+)/(\d+)", text.strip())
    if not found or not 0 <= int(found[1]) <= int(found[2]) or not int(found[2]):
        problems.append(f"value in {USES}: '{text}' is no count such as 3/120")
        return None
    return int(found[1]), int(found[2])
