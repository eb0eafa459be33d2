"""Published predictors of response, null findings included: read with their intervals and checked when read."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache

from liftspan.errors import InvalidInput
from liftspan.evidence.tables import shipped_rows
from liftspan.numbers import finite

TABLE = "predictors.csv"
REQUIRED = ("factor", "direction", "outcome", "drug_route", "citation", "source_url")
# How a direction says that no relation was found; "null" must begin it, elsewhere it stands beside other findings.
NULL_WORDS = ("no significant", "no effect", "not significant", "no relevant")


@dataclass(frozen=True)
class Predictor:
    """One published relation of a factor with an outcome, as printed; blank = not printed or not read."""

    factor: str
    direction: str
    measure: str
    effect: str  # as printed, in units of `measure`
    ci_low: float | None  # 95 %
    ci_high: float | None
    p_value: str
    n: str  # people or studies, as printed
    outcome: str
    treatment: str
    citation: str
    address: str
    notes: str

    @property
    def is_null(self) -> bool:
        """Whether the study looked for a relation and found none."""
        said = self.direction.lower()
        alone = said.startswith("null") and not said.startswith("null/")
        return alone or any(word in said for word in NULL_WORDS)

    @property
    def is_mixed(self) -> bool:
        """Whether nulls and relations stand in one row."""
        said = self.direction.lower()
        return not self.is_null and ("mixed" in said or "null" in said)

    @property
    def is_numbered(self) -> bool:
        """Whether a size of the effect was read, not only its direction."""
        return bool(re.match(r"[-+]?\d", self.effect))


@cache
def load_predictors() -> tuple[Predictor, ...]:
    """All rows of the shipped table; raises InvalidInput with every problem at once."""
    return predictors_of(shipped_rows(TABLE))


def predictors_of(rows: Iterable[Mapping[str, str]]) -> tuple[Predictor, ...]:
    """Rows of a table in this format, checked: required cells, numbers, limits in order and around the effect."""
    rows = tuple(rows)
    problems = [problem for line, row in enumerate(rows, start=2) for problem in _problems_of(line, row)]
    if problems:
        raise InvalidInput(problems, "the table of predictors")
    return tuple(_predictor(row) for row in rows)


def matching(word: str, predictors: Iterable[Predictor]) -> tuple[Predictor, ...]:
    """Those whose factor holds the word, whatever its case."""
    return tuple(one for one in predictors if word.strip().lower() in one.factor.lower())


def _predictor(row: Mapping[str, str]) -> Predictor:
    return Predictor(
        factor=row["factor"],
        direction=row["direction"],
        measure=row["effect_measure"],
        effect=row["effect_size"],
        ci_low=_number(row["ci_low"]),
        ci_high=_number(row["ci_high"]),
        p_value=row["p_value"],
        n=row["n"],
        outcome=row["outcome"],
        treatment=row["drug_route"],
        citation=row["citation"],
        address=row["source_url"],
        notes=row["notes"],
    )


def _number(cell: str) -> float | None:
    return finite(cell) if cell else None


def _problems_of(line: int, row: Mapping[str, str]) -> list[str]:
    where = f"{TABLE} line {line}"
    problems = [f"{where}, column {name}: is blank; every row needs it" for name in REQUIRED if not row[name].strip()]
    limits = {}
    for name in ("ci_low", "ci_high"):
        try:
            limits[name] = _number(row[name])
        except ValueError:
            problems.append(f"{where}, column {name}: '{row[name]}' is no number; leave it blank if not printed")
    if len(limits) == 2:
        problems += [f"{where}, column ci_low: {text}" for text in _problems_of_limits(row, **limits)]
    if row["n"] and not re.search(r"\d", row["n"]):
        problems.append(f"{where}, column n: '{row['n']}' holds no number of people or studies")
    if row["source_url"] and not row["source_url"].startswith(("https://", "http://")):
        problems.append(f"{where}, column source_url: '{row['source_url']}' is no address of the web")
    return problems


def _problems_of_limits(row: Mapping[str, str], ci_low: float | None, ci_high: float | None) -> list[str]:
    if (ci_low is None) != (ci_high is None):
        return ["one limit stands without the other"]
    if ci_low is None:
        return []
    if ci_low > ci_high:
        return [f"{ci_low:g} is above ci_high {ci_high:g}; were the two swapped?"]
    try:
        effect = finite(row["effect_size"])
    except ValueError:
        return []
    inside = ci_low <= effect <= ci_high
    return [] if inside else [f"the effect {effect:g} lies outside {ci_low:g} to {ci_high:g}; is a sign lost?"]
