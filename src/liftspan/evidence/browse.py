"""Which trials answer a question about the tables, and how many people stand behind them, each counted once."""

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from liftspan.errors import InvalidInput, nearest
from liftspan.evidence.columns import ARMS, TRIALS
from liftspan.evidence.records import Arm, Evidence, Trial
from liftspan.evidence.vocabularies import read_word
from liftspan.numbers import shortened
from liftspan.vocabulary import NotAWord

REVIEW = "meta_analysis"  # pooled reviews hold other trials: shown, never counted
PARALLEL = "parallel_rct"  # the one design whose arms hold different people
NO_CONTROL = ("", "none")


@dataclass(frozen=True)
class Filters:
    """What a trial must be; empty asks for nothing. Drug and route must meet in one arm."""

    drugs: tuple[str, ...] = ()
    routes: tuple[str, ...] = ()
    controls: tuple[str, ...] = ()
    designs: tuple[str, ...] = ()
    years: tuple[float, float] | None = None  # first and last, both included
    fitted: bool | None = None  # None = either
    words: tuple[str, ...] = ()  # each must stand somewhere in the trial or its arms


@dataclass(frozen=True)
class Counts:
    """Trials, arms and people of a selection; trials that share people count as the largest of them."""

    listed: int
    trials: int
    arms: int  # without subgroups
    people: int  # randomised, or of the arms where that is not printed
    without_people: int  # counted trials that print neither


def make_filters(
    evidence: Evidence,
    drugs: Iterable[str] = (),
    routes: Iterable[str] = (),
    controls: Iterable[str] = (),
    designs: Iterable[str] = (),
    year: str | None = None,
    fitted: bool | None = None,
    text: str = "",
) -> Filters:
    """Filters from words as typed. Raises InvalidInput with every word that no row of the tables knows."""
    known = {
        "--drug": {arm.drug for arm in evidence.arms.values()},
        "--route": {arm.route for arm in evidence.arms.values() if arm.route},
        "--control": {arm.control for arm in evidence.arms.values()} - set(NO_CONTROL),
        "--design": {trial.design for trial in evidence.trials.values()},
    }
    given = dict(zip(known, (tuple(drugs), tuple(routes), tuple(controls), tuple(designs)), strict=True))
    given = {option: tuple(_as_written(option, word) for word in words) for option, words in given.items()}
    problems = [
        f"{option}: '{word}' is in no row of the tables; {nearest(word, known[option])}"
        for option, words in given.items()
        for word in words
        if word not in known[option]
    ]
    years = None
    try:
        years = _years(year)
    except (ValueError, OverflowError):  # a year of 400 digits is beyond every number
        problems.append(f"--year: '{shortened(year)}' is no year; write 2019, 2018-2020, 2018- or -2010")
    if problems:
        raise InvalidInput(problems, "the filters")
    return Filters(*given.values(), years, fitted, tuple(text.lower().split()))


def _as_written(option: str, word: str) -> str:
    """A word as typed in the spelling of the tables: `Intranasal` is nasal."""
    file, column = (TRIALS if option == "--design" else ARMS), option.removeprefix("--")
    try:
        return read_word(file, column, word.strip())
    except NotAWord:
        return word


def _years(text: str | None) -> tuple[float, float] | None:
    if text is None:
        return None
    found = re.fullmatch(r"([0-9]{4})?\s*(-)?\s*([0-9]{4})?", text.strip())
    if not found or not (found[1] or found[3]) or (found[3] and not found[2]):
        raise ValueError(text)
    if not found[2]:
        return float(found[1]), float(found[1])
    first, last = float(found[1] or "-inf"), float(found[3] or "inf")
    if first > last:
        raise ValueError(text)  # no year lies in it: an empty table would look like an answer
    return first, last


def matching_trials(evidence: Evidence, filters: Filters, fitted_ids: Collection[str]) -> tuple[Trial, ...]:
    """The trials that match, in order of year and citation; those without a year stand last."""
    found = [trial for trial in evidence.trials.values() if _matches(evidence, trial, filters, fitted_ids)]
    return tuple(sorted(found, key=lambda trial: (trial.year or float("inf"), trial.citation.lower())))


def _matches(evidence: Evidence, trial: Trial, filters: Filters, fitted_ids: Collection[str]) -> bool:
    arms = arms_of(evidence, trial.trial_id, subgroups=True)
    return (
        any(is_given(arm, filters) for arm in arms)
        and (not filters.controls or any(arm.control in filters.controls for arm in arms))
        and (not filters.designs or trial.design in filters.designs)
        and (filters.years is None or _within(trial.year, filters.years))
        and filters.fitted in (None, trial.trial_id in fitted_ids)
        and all(word in _text_of(trial, arms) for word in filters.words)
    )


def is_given(arm: Arm, filters: Filters) -> bool:
    """Whether an arm got one of the drugs, by one of the routes, that the filters ask for."""
    return (not filters.drugs or arm.drug in filters.drugs) and (not filters.routes or arm.route in filters.routes)


def _within(year: float | None, years: tuple[float, float]) -> bool:
    return year is not None and years[0] <= year <= years[1]


def _text_of(trial: Trial, arms: Iterable[Arm]) -> str:
    cells = (trial.trial_id, trial.citation, trial.journal, trial.doi, trial.pmid, trial.registry_id)
    more = (trial.design, trial.population, trial.notes, trial.setting, trial.region, trial.medication)
    given = (part for arm in arms for part in (arm.arm_id, arm.label, arm.drug, arm.route, arm.schedule, arm.notes))
    return " ".join((*cells, *more, *given)).lower()


def arms_of(evidence: Evidence, trial_id: str, subgroups: bool = False) -> tuple[Arm, ...]:
    """Arms of a trial in the order of the table."""
    return tuple(arm for arm in evidence.arms.values() if arm.trial_id == trial_id and (subgroups or not arm.part_of))


def arm_treatment(arm: Arm) -> str:
    """`esketamine nasal 84 mg`, `placebo nasal`: what an arm was given, as far as stated."""
    dose = ""
    if arm.dose_min is not None and arm.dose_max is not None and arm.dose_min != arm.dose_max:
        dose = f"{arm.dose_min:g}-{arm.dose_max:g} {arm.dose_unit}"
    elif arm.dose is not None:
        dose = f"{arm.dose:g} {arm.dose_unit}"
    return " ".join(part for part in (arm.drug.replace("_", " "), arm.route, dose) if part)


def people_of(evidence: Evidence, trial: Trial) -> float | None:
    """People of a trial: randomised, else the sum of parallel arms, else the largest arm; None where none is printed.

    Arms of other designs may hold the same people one after the other, so their sum would count them twice.
    """
    if trial.n_randomised is not None:
        return trial.n_randomised
    sizes = [arm.n for arm in arms_of(evidence, trial.trial_id) if arm.n is not None]
    if not sizes:
        return None
    return sum(sizes) if trial.design == PARALLEL else max(sizes)


def count_once(evidence: Evidence, trials: Sequence[Trial]) -> Counts:
    """Counts in which no person stands twice where the tables say who overlaps; pooled reviews are left out."""
    counted = []
    for group in _sharing_people([trial for trial in trials if trial.design != REVIEW]):
        counted.append(max(group, key=lambda trial: people_of(evidence, trial) or 0.0))
    people = [people_of(evidence, trial) for trial in counted]
    return Counts(
        listed=len(trials),
        trials=len(counted),
        arms=sum(len(arms_of(evidence, trial.trial_id)) for trial in counted),
        people=round(sum(number for number in people if number is not None)),
        without_people=people.count(None),
    )


def _sharing_people(trials: Sequence[Trial]) -> list[list[Trial]]:
    """Trials in groups: two are together when one names the other, or when a third joins them."""
    groups: list[list[Trial]] = []
    for trial in trials:
        joined = [group for group in groups if any(_overlap(trial, other) for other in group)]
        groups = [group for group in groups if group not in joined]
        groups.append([*(other for group in joined for other in group), trial])
    return groups


def _overlap(one: Trial, other: Trial) -> bool:
    return one.trial_id in other.overlaps_with or other.trial_id in one.overlaps_with


def find_trial(evidence: Evidence, name: str) -> Trial:
    """The trial of that identifier, whatever its case. Raises InvalidInput with near names."""
    by_name = {trial_id.lower(): trial for trial_id, trial in evidence.trials.items()}
    wanted = name.strip().lower()
    if wanted in by_name:
        return by_name[wanted]
    within = sorted(trial_id for trial_id in evidence.trials if wanted and wanted in trial_id.lower())
    if within:
        hint = f"did you mean {' or '.join(within[:5])}?"
    else:
        hint = nearest(wanted, by_name) if _is_near(wanted, by_name) else "list them with: liftspan evidence list"
    raise InvalidInput([f"'{name}': no such trial in the tables; {hint}"])


def _is_near(wanted: str, names: Iterable[str]) -> bool:
    return nearest(wanted, names).startswith("did you mean")
