"""The conditions that may stand against a session: their kinds, reasons and sources, read from the shipped tables."""

import csv
import io
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib.resources import files

from liftspan.frozen import Frozen, frozen
from liftspan.treatment.drug import Drug
from liftspan.treatment.route import Route


class Kind(StrEnum):
    """What a condition does to an answer."""

    CONTRAINDICATION = "contraindication"  # a label forbids it: no answer on mood before, no plan and no proposal in a
    # forecast of somebody who is treated
    EXCLUSION = "exclusion"  # the trials left such people out: no answer on mood
    WARNING = "warning"  # somebody has to judge: answered, and nothing is proposed until then


class AppliesTo(StrEnum):
    """The drug that a condition stands against."""

    ESKETAMINE_NASAL = "esketamine_nasal"
    KETAMINE = "ketamine"
    BOTH = "both"


@dataclass(frozen=True)
class Rule:
    """One rule that was read, as eligibility.csv holds it."""

    id: str
    kind: str
    text: str
    threshold: str
    source: str
    url: str


@dataclass(frozen=True)
class Condition:
    """One condition of the vocabulary."""

    name: str  # as a record writes it: "recent-cardiac-event"
    kind: Kind
    applies_to: AppliesTo
    reason: str
    rules: tuple[Rule, ...]  # the first one is the source that is printed
    codes: tuple[str, ...]  # ICD-10 and ICD-9-CM without dots, matched by their beginning; the project's own reading
    spellings: tuple[str, ...]  # folded; one that ends with * stands for its beginning
    lasts: bool  # a history of it counts as much as having it

    @property
    def words(self) -> str:
        """The name as people say it."""
        return self.name.replace("-", " ")

    @property
    def source(self) -> str:
        return self.rules[0].source

    @property
    def url(self) -> str:
        return self.rules[0].url

    def concerns(self, drug: Drug | None, route: Route | None) -> bool:
        """Whether it stands against this drug by this route; None = not known, so that it does."""
        if self.kind is Kind.EXCLUSION or drug is None:
            return True  # the trials left such people out of every arm
        if drug is Drug.PLACEBO or self.applies_to is AppliesTo.BOTH:
            return drug is not Drug.PLACEBO
        nasal = drug is Drug.ESKETAMINE and route in (None, Route.NASAL)
        return nasal is (self.applies_to is AppliesTo.ESKETAMINE_NASAL)

    def __str__(self) -> str:
        return f"{self.words}: {self.reason} ({self.source})"


@dataclass(frozen=True)
class OpenQuestion:
    """Words that are understood and leave something open that decides."""

    question: str
    codes: tuple[str, ...]
    spellings: tuple[str, ...]
    settled: tuple[str, ...]  # spellings that leave nothing open


def _text(name: str) -> str:
    return (files("liftspan.conditions") / "data" / name).read_text(encoding="utf-8")


@cache
def shipped_rules() -> Mapping[str, Rule]:
    """The rows of eligibility.csv by their id."""
    rows = csv.DictReader(io.StringIO(_text("eligibility.csv"), newline=""))
    return Frozen(
        (
            row["rule_id"],
            Rule(row["rule_id"], row["kind"], row["text"], row["threshold"], row["source"], row["source_url"]),
        )
        for row in rows
    )


@cache
def _vocabulary() -> dict:
    return frozen(tomllib.loads(_text("conditions.toml")))


@cache
def shipped_conditions() -> Mapping[str, Condition]:
    """The conditions by name: contraindications, then exclusions, then warnings."""
    rules = shipped_rules()
    found = [
        Condition(
            name=one["name"],
            kind=Kind(one["kind"]),
            applies_to=AppliesTo(one["applies_to"]),
            reason=one["reason"],
            rules=tuple(rules[rule] for rule in one["rules"]),
            codes=tuple(one["icd"]),
            spellings=tuple(one["words"]),
            lasts=one.get("past") != "no",
        )
        for one in _vocabulary()["condition"]
    ]
    return Frozen((one.name, one) for one in found)


@cache
def open_questions() -> tuple[OpenQuestion, ...]:
    """What is asked where words or codes leave something open."""
    return tuple(
        OpenQuestion(one["question"], tuple(one["icd"]), tuple(one["words"]), tuple(one.get("settled", ())))
        for one in _vocabulary()["ask"]
    )


@cache
def plain_words() -> Mapping[str, tuple[str, ...]]:
    """The lists of words.toml: words of a diagnosis beside its conditions, by the part they play."""
    return frozen(tomllib.loads(_text("words.toml")))


def of_kind(names: Iterable[str], *kinds: Kind) -> list[Condition]:
    """The conditions of these kinds among canonical names, in the order of the table; each once."""
    wanted = set(names)
    return [one for one in shipped_conditions().values() if one.name in wanted and one.kind in kinds]
