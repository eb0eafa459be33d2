"""What stands against a session or a proposal: the safety of the person, and the limits of the evidence."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from math import ceil

from liftspan.evidence import Evidence, load_evidence
from liftspan.evidence.tables import shipped_rows
from liftspan.forecast.day_words import age_text, day_text
from liftspan.forecast.patient import GivenSession, Patient
from liftspan.forecast.person import STRANGER_THAN, Known, first_score
from liftspan.forecast.plans import HALF_DAY, regimen_of
from liftspan.forecast.safety import against_any_plan, not_known
from liftspan.frozen import frozen_record
from liftspan.treatment import Drug, Route, evidence_limits, outside_evidence
from liftspan.treatment.limits import EvidenceLimit
from liftspan.treatment.route import route_of
from liftspan.units import DAYS_PER_WEEK

OLDEST_SCORE_D = 14.0  # interface of the forecast: no proposal when the last score is older
FEWEST_TRUSTED = 100.0  # effective people
# What a refused gap leaves: said with each such refusal, so that none is a dead end.
ASK_INSTEAD = (
    "ask instead how a course goes in a group of new patients (liftspan how-fast); to stop, with and without visits, "
    "stands among the ways to go on"
)


@dataclass(frozen=True)
class Maintenance:
    """Gaps between sessions of a drug and route in the maintenance trials of the tables, one after the other."""

    gaps_d: tuple[float, ...]  # ascending
    what: str
    source: str

    @property
    def longest_gap_d(self) -> float:
        """The longest gap that has been shown."""
        return self.gaps_d[-1]

    def next_gap_d(self, gap_d: float) -> float:
        """The step after a gap: trials lengthened gaps one by one, by how people were."""
        return next((step for step in self.gaps_d if step > gap_d + HALF_DAY), self.longest_gap_d)


@dataclass(frozen=True)
class Rulebook:
    """What trials of the tables have done, by drug and route."""

    limits: Mapping[tuple[Drug, Route], EvidenceLimit]
    longest_course_d: Mapping[tuple[Drug, Route], float]  # of sessions less than a week apart, first to last
    doses: Mapping[tuple[Drug, Route, bool], tuple[float, ...]]  # given in any arm, ascending; True = per kg
    maintenance: Mapping[tuple[Drug, Route], Maintenance]

    def maintenance_of(self, session: GivenSession) -> Maintenance | None:
        """What maintenance trials have shown for the drug and route of a session; None = nothing."""
        kinds = {(dose.drug, dose.route) for dose in session.doses}
        return self.maintenance.get(kinds.pop()) if len(kinds) == 1 else None


@cache
def shipped_rules() -> Rulebook:
    """Those of the shipped tables, computed once."""
    return frozen_record(rulebook_of(load_evidence()))


def rulebook_of(evidence: Evidence) -> Rulebook:
    """The limits of the evidence, computed from its arms."""
    longest: dict[tuple[Drug, Route], float] = {}
    doses: dict[tuple[Drug, Route, bool], set[float]] = {}
    rows = evidence.arm_rows.values()
    for row in (row for row in rows if row["drug"] in set(Drug) and row["route"] in set(Route)):
        kind = (Drug(row["drug"]), route_of(row["route"], f"{row['label']} {row['notes']}"))
        days = [float(day) for day in row["session_days"].split(";") if day]
        longest[kind] = max([longest.get(kind, 0.0), *(last - first for first, last in dense_courses(days))])
        given = doses.setdefault((*kind, row["dose_unit"] == "mg/kg"), set())
        given.update(float(row[name]) for name in ("dose", "dose_min", "dose_max") if row[name])
    ordered = {kind: tuple(sorted(found)) for kind, found in doses.items()}
    return Rulebook(evidence_limits(rows), longest, ordered, _maintenance())


def _maintenance() -> dict[tuple[Drug, Route], Maintenance]:
    """The rows of maintenance.csv."""
    return {
        (Drug(row["drug"]), Route(row["route"])): Maintenance(
            tuple(float(gap) for gap in row["gaps_d"].split(";")), row["what"], row["source"]
        )
        for row in shipped_rows("maintenance.csv")
    }


def dense_courses(days: Sequence[float]) -> list[tuple[float, float]]:
    """First and last day of each run of sessions less than a week apart."""
    runs: list[list[float]] = []
    for day in days:
        if runs and day - runs[-1][1] < DAYS_PER_WEEK - HALF_DAY:
            runs[-1][1] = day
        else:
            runs.append([day, day])
    return [(first, last) for first, last in runs]


def reasons_against_plan(patient: Patient, rules: Rulebook, coming: tuple[GivenSession, ...]) -> list[str]:
    """Why these coming sessions are refused: the safety of the person, or else the limits of trials.

    Empty when all lies inside, and for no session.
    """
    if not coming:
        return []
    unsafe = against_any_plan(patient)
    if unsafe:
        return list(unsafe)
    reasons = outside_evidence(regimen_of(patient, coming), rules.limits, patient.person.weight_kg)
    reasons += _course_reasons(patient, rules, coming)
    reasons += _gap_reasons(patient, rules, coming)
    return list(dict.fromkeys(reasons))


def _gap_reasons(patient: Patient, rules: Rulebook, coming: tuple[GivenSession, ...]) -> list[str]:
    """Every gap against the longest that a trial has shown; that until today first, since it is in every plan."""
    last = patient.sessions[-1]
    for before, session in pairwise((last, *coming)):
        shown = rules.maintenance_of(session)
        if shown is None:
            none = f"no maintenance trial of {session.text} is in the tables: no gap of it has been shown"
            return [f"{none}; {ASK_INSTEAD}"]
        longest = (
            f"the longest gap between sessions shown is {shown.longest_gap_d:g} days ({shown.what}; {shown.source})"
        )
        waited_d, gap_d = patient.today_d - last.day, session.day - before.day
        if waited_d > shown.longest_gap_d + HALF_DAY:
            return [f"the last session was {age_text(waited_d)} ago already, and {longest}; {ASK_INSTEAD}"]
        if gap_d > shown.longest_gap_d + HALF_DAY:
            return [f"{longest}; plans with shorter gaps can be asked"]  # the same for every day and plan
    return []


def _course_reasons(patient: Patient, rules: Rulebook, coming: tuple[GivenSession, ...]) -> list[str]:
    """Sessions less than a week apart for longer than any trial gave them."""
    kinds = {(dose.drug, dose.route) for session in (*patient.sessions, *coming) for dose in session.doses}
    known = [rules.longest_course_d[kind] for kind in kinds if kind in rules.longest_course_d]
    days = [session.day for session in (*patient.sessions, *coming) if session.doses]
    first, last = max(dense_courses(days), key=lambda run: run[1] - run[0])
    if not known or last - first <= max(known) + HALF_DAY or last < coming[0].day:
        return []
    return [
        f"sessions less than a week apart for {day_text(last - first)} days; no trial in the tables gave them for "
        f"longer than {max(known):g} days; a week or more between sessions can be asked"
    ]


def _rounded_up(days: float) -> float:
    """To a tenth of a day, so that what is older than a limit never reads as the limit."""
    return ceil(10.0 * days - 1e-6) / 10.0


def reasons_against_proposal(known: Known) -> list[str]:
    """Why nothing is proposed for this person now; empty when nothing stands against it."""
    patient, first = known.patient, first_score(known.patient)
    own = [score for score in patient.scores if score.scale == patient.primary]
    last, newest = own[-1], patient.scores[-1]
    reasons = [*against_any_plan(patient), *not_known(patient)]
    if last.value > first.value:
        said = f"the last {last.scale} ({last.value:g}, day {day_text(last.day)})"
        reasons.append(f"{said} is worse than the first ({first.value:g})")
    age_d = patient.today_d - newest.day
    if newest.day <= patient.sessions[0].day:
        reasons.append("no score after the first session: nobody knows how this person answers; rate first")
    if age_d > OLDEST_SCORE_D:
        reasons.append(
            f"the last score, of day {day_text(newest.day)}, is {_rounded_up(age_d):g} days old; older than "
            f"{OLDEST_SCORE_D:g} days: rate again first"
        )
    if known.is_strange:
        reasons.append(
            f"these scores are stranger than those of all but {STRANGER_THAN:.1%} of the population or fewer: the "
            "person lies outside what the model was fitted to. Is a score or a day mistyped?"
        )
    elif known.effective < FEWEST_TRUSTED:
        reasons.append(f"only {known.effective:.0f} people of the population would have written these scores")
    return reasons
