"""Which column fills which field, of which kind and within which limits: the format as three tables."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from difflib import get_close_matches

from liftspan.numbers import finite, shortened

TRIALS, ARMS, OBSERVATIONS = "trials.csv", "arms.csv", "observations.csv"

TEXT, NUMBER, DAYS, NAMES, REFERENCE = "text", "number", "days", "names", "reference"


# No infusion lasts longer and no study went on longer: a unit was mistaken. The body's limits are the same.
LONGEST_INFUSION_MIN = 30.0 * 24.0 * 60.0
LONGEST_D = 1e5 / 24.0


@dataclass(frozen=True)
class Column:
    """One column of a table; unknown columns are ignored, missing ones are blank unless `required`."""

    name: str
    field: str
    kind: str = TEXT
    low: float | None = None
    high: float | None = None
    required: bool = False  # the column must exist
    filled: bool = False  # and no cell of it may be blank
    outcome: bool = False  # a measured result: a prediction must not read it


def _text(name: str, field: str = "", **options) -> Column:
    return Column(name, field or name, TEXT, **options)


def _number(name: str, low: float | None = None, high: float | None = None, field: str = "", **options) -> Column:
    return Column(name, field or name, NUMBER, low, high, **options)


TRIAL_COLUMNS = (
    _text("trial_id", required=True, filled=True),
    _text("short_citation", "citation"),
    _number("year", 1950, 2100),
    _text("journal"),
    _text("doi"),
    _text("pmid_or_pmcid", "pmid"),
    _text("registry_id"),
    _text("design"),
    _text("population"),
    _text("blinding"),
    _number("n_randomised", 1),
    _text("concomitant_antidepressant"),
    Column("overlaps_with", "overlaps_with", NAMES),
    _text("notes"),
    _text("source_url"),
    _text("setting"),
    _text("region"),
    _text("medication"),
)

ARM_COLUMNS = (
    _text("trial_id", required=True, filled=True),
    _text("arm_id", required=True, filled=True),
    _text("label"),
    _text("drug", required=True, filled=True),
    _text("route", required=True),
    _number("dose", 0),
    _text("dose_unit"),
    _number("dose_min", 0),
    _number("dose_max", 0),
    _number("infusion_min", 0, LONGEST_INFUSION_MIN),
    Column("session_days", "session_days", DAYS, low=0, high=LONGEST_D),
    _number("n", 1),
    _number("age_mean", 5, 110),
    _number("age_sd", 0),
    _number("female_fraction", 0, 1),
    _number("weight_kg_mean", 20, 300),
    _text("baseline_scale"),
    _number("baseline_mean", 0),
    _number("baseline_sd", 0),
    _number("failed_antidepressants_mean", 0),
    _text("notes"),
    _text("schedule"),
    _text("control"),
    _text("part_of"),
)

OBSERVATION_COLUMNS = (
    _text("trial_id", required=True, filled=True),
    _text("arm_id", required=True, filled=True),
    _text("row_id"),
    _number("hours_since_first_session", field="time_h", required=True),
    _text("scale", required=True, filled=True),
    _text("statistic", required=True, filled=True),
    _number("value", outcome=True),
    _number("sd", 0, outcome=True),
    _number("se", 0, outcome=True),
    _number("ci_low", outcome=True),
    _number("ci_high", outcome=True),
    _number("n", 1),
    _text("definition"),
    _text("source_location"),
    _text("extraction"),
    _text("source_url"),
    _text("analysis_set"),
    _text("event"),
    _number("cut", 0),
    _number("recall_h", 0),
    Column("change_from_h", "change_from_h", REFERENCE),
    _text("same_as"),
    _text("carry_over"),
)

COLUMNS = {TRIALS: TRIAL_COLUMNS, ARMS: ARM_COLUMNS, OBSERVATIONS: OBSERVATION_COLUMNS}

REFERENCE_WORDS = ("phase", "screening")  # change_from_h: hours, or one of these

# Highest total of each scale; a mean lies between 0 and it, a change within it on both sides.
# Montgomery & Asberg 1979; Kroenke 2001; Rush 2003; Hamilton 1960 (17 items).
SCALE_MAXIMA = {"MADRS": 60.0, "PHQ9": 27.0, "QIDS_SR16": 27.0, "HAMD17": 52.0, "MADRS_item10": 6.0}

FRACTIONS = frozenset({"response_rate", "remission_rate", "relapse_free_fraction"})


def convert(cell: str, kind: str):
    """The value of one cell; raises NoNumber where it cannot be read.

    NUMBER and REFERENCE give a float or None (a reference in words is None), DAYS a tuple of floats,
    NAMES a tuple of texts, TEXT the text.
    """
    if kind == TEXT:
        return cell
    if kind in (NUMBER, REFERENCE):
        in_words = kind == REFERENCE and cell in REFERENCE_WORDS
        return None if not cell or in_words else finite(cell)
    parts = [part.strip() for part in cell.split(";") if part.strip()]
    return tuple(finite(part) for part in parts) if kind == DAYS else tuple(parts)


def value_limits(statistic: str, scale: str) -> tuple[float | None, float | None]:
    """Lowest and highest possible value of a statistic, None where nothing is known."""
    if statistic in FRACTIONS:
        return 0.0, 1.0
    top = SCALE_MAXIMA.get(scale)
    if statistic == "mean":
        return 0.0, top
    if statistic in ("change", "ls_change", "diff_vs_control") and top is not None:
        return -top, top
    return (0.0, None) if statistic in ("hazard_ratio", "median_days_to_relapse") else (None, None)


def passed_over(name: str, header: Iterable[str]) -> Iterator[str]:
    """Columns of a table that are not read and look like one that is missing: `dose (mg)` in place of `dose`."""
    known, header = [column.name for column in COLUMNS[name]], list(header)
    missing = [one for one in known if one not in header]
    for one in header:
        plain = one.partition("(")[0].strip().lower().replace(" ", "_")
        close = get_close_matches(plain[:60], missing, n=1, cutoff=0.7)
        if one not in known and close:
            yield f"{name}: column '{shortened(one)}' is not read; did you mean '{close[0]}'?"
