"""A treatment in plain words -> a Regimen. Clauses are joined by 'then'; each says what, when, or both."""

from dataclasses import dataclass, field
from itertools import pairwise

from liftspan.errors import InvalidInput
from liftspan.treatment.amounts import base_amount, session_doses
from liftspan.treatment.dose import Dose, Session
from liftspan.treatment.drug import Drug
from liftspan.treatment.regimen import Regimen
from liftspan.treatment.route import Route
from liftspan.treatment.schedule import MAX_SESSIONS, SCHEDULE_KINDS, Clause, Phase, has_schedule, read_phase
from liftspan.treatment.words import DRUG_WORDS, Token, plain_text, read_words
from liftspan.units import HOURS_PER_DAY, MINUTES_PER_HOUR

DEFAULT_INFUSION_H = 40.0 / MINUTES_PER_HOUR  # the commonest in trials: IV_STD in plans.csv, Andrade 2017
# Continuous infusions for depression ran up to 96 hours (Lenze 2016): beyond it the unit of time is a slip.
MAX_INFUSION_H = 96.0
SHORTEST_INFUSION_H = 1.0 / 3600.0  # a second: what is shorter is a bolus, or a slip of unit
MAX_CHARACTERS = 2000  # the longest named protocol has 150

EXAMPLE = "'0.5 mg/kg iv ketamine over 40 min, twice weekly for 3 weeks'"
SPREADABLE = (Route.IV, Route.SC, Route.NASAL)  # the routes by which a dose can be given 'over' a time


@dataclass
class Reading:
    """What has been understood so far; it lives only while one sentence is read."""

    problems: list[str] = field(default_factory=list)
    assumptions: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Given:
    """What a clause gives at each of its sessions; None = not said here, taken from a neighbouring clause."""

    drug: Drug | None
    salt: bool
    route: Route | None
    duration_h: float | None
    amount: Token | None


def parse_treatment(text: str) -> Regimen:
    """The plan that a sentence describes.

    Amounts are of base: an amount of hydrochloride is converted, a nasal amount of esketamine becomes devices. What was
    not said and had to be assumed stands in brackets at the end of the regimen's text.

    Args:
        text: such as "esketamine nasal 56 mg first, then 84 mg, twice weekly for 4 weeks"; any case, any order of words
            within a clause; days count from the first session, day 0.

    Raises: InvalidInput, with every problem found.
    """
    if not isinstance(text, str):
        raise InvalidInput([f"a treatment is words, as in {EXAMPLE}; this is of the type {type(text).__name__}"])
    reading = Reading()
    words = plain_text(text) if len(text) <= MAX_CHARACTERS else ""
    if not words:
        too_long = f"the text has {len(text)} characters, the most is {MAX_CHARACTERS}; describe one treatment"
        nothing = f"the text is empty; describe a treatment, as in {EXAMPLE}"
        raise InvalidInput([too_long if len(text) > MAX_CHARACTERS else nothing], subject="this treatment")
    tokens = read_words(words, reading.problems)
    _report_stray_words(tokens, reading.problems)
    background = _background(tokens, reading.problems)
    clauses = _clauses(tokens)
    givens = _fill([_given(clause, reading) for clause in clauses])
    if any(given.drug is Drug.ORAL_ANTIDEPRESSANT for given in givens):
        if background == "continued":
            reading.problems.append("is the oral antidepressant new or continued? taken alone it is new; keep one")
        sessions, end_d, background = (), _antidepressant_end(clauses, givens, reading), "new"
    else:
        sessions, end_d = _sessions(clauses, givens, reading)
    if reading.problems:
        raise InvalidInput(list(dict.fromkeys(reading.problems)), subject="this treatment")
    assumed = "; ".join(dict.fromkeys(reading.assumptions))
    said = " ".join(text.split("(assumed:")[0].split())
    said = f"{said} (assumed: {assumed})" if assumed else said
    return Regimen(said, sessions, background == "new", end_d * HOURS_PER_DAY, background == "continued")


def _report_stray_words(tokens: list[Token], problems: list[str]) -> None:
    """Words outside the grammar: never skipped, for a word not understood may be the one that matters."""
    unknown = list(dict.fromkeys(token.text for token in tokens if token.kind == "word"))
    if unknown:
        shown = ", ".join(f"'{word[:30]}'" for word in unknown[:8]) + (" and more" if len(unknown) > 8 else "")
        problems.append(f"not understood: {shown}; write it as in {EXAMPLE}")
    for token in tokens:
        if token.kind == "number":
            problems.append(f"'{token.text}' has no unit; write mg or mg/kg for a dose, min for an infusion")
        if token.kind == "comma":
            problems.append(f"'{token.text}': write a decimal point, and no comma between thousands")
        if token.kind == "range":
            problems.append(f"'{token.text}' is a range; write one amount, or steps: '56 mg first, then 84 mg'")


def _background(tokens: list[Token], problems: list[str]) -> str:
    """The oral antidepressant beside the sessions: new, continued, or none where nothing is said of it."""
    states = {token.value for token in tokens if token.kind == "background"}
    kinds = {"new" if state.startswith("new") else "continued" for state in states if state}
    if None in states or len(kinds) > 1:
        problems.append("is the oral antidepressant new or continued? write 'with a new oral antidepressant'")
    return "new" if "new" in kinds else "continued" if kinds else "none"


def _clauses(tokens: list[Token]) -> list[Clause]:
    clauses: list[Clause] = [{}]
    for token in tokens:
        if token.kind == "then":
            clauses.append({})
        elif token.kind not in ("filler", "word", "background"):
            clauses[-1].setdefault(token.kind, []).append(token)
    return [clause for clause in clauses if clause] or [{}]


def _only(clause: Clause, kind: str, what: str, problems: list[str]):
    """The one value of this kind in the clause; two different ones are a contradiction."""
    values = list(dict.fromkeys(token.value for token in clause.get(kind, [])))
    if len(values) > 1:
        said = " and ".join(f"'{token.text}'" for token in clause[kind])
        hint = "; for a background drug write 'with a new oral antidepressant'" if kind == "drug" else ""
        problems.append(f"{said}: one {what} in a clause; join two steps with 'then'{hint}")
    return values[0] if values else None


def _given(clause: Clause, reading: Reading) -> Given:
    problems = reading.problems
    drug = _only(clause, "drug", "drug", problems)
    route = _only(clause, "route", "route", problems)
    manners = {token.value for token in clause.get("manner", [])}
    duration_h = _only(clause, "duration", "duration", problems)
    if duration_h is not None and not SHORTEST_INFUSION_H <= duration_h <= MAX_INFUSION_H:
        problems.append(
            f"'{clause['duration'][0].text}': a duration lies between a second and {MAX_INFUSION_H:g} h; "
            "for one without duration write 'bolus'"
        )
    if "bolus" in manners and (duration_h is not None or "inf" in manners):
        problems.append("a bolus has no duration; write either 'bolus' or 'over 40 min'")
    if "salt" in clause and "base" in clause:
        problems.append("base and hydrochloride are both named; is the amount of base or of hydrochloride? keep one")
    if route is None and manners & {"inf", "bolus"} and drug is not Drug.PLACEBO:
        route = Route.IV
        reading.assumptions.append("intravenous")
    amounts = clause.get("amount", [])
    _only(clause, "amount", "amount", problems)
    return Given(drug, "salt" in clause, route, 0.0 if "bolus" in manners else duration_h, (amounts or [None])[0])


def _inherit(values: list, groups: list) -> list:
    """Blanks filled within their group: as said before, or, when nothing was said before, as said next."""
    filled: list = []
    for place, value in enumerate(values):
        alike = [at for at, group in enumerate(groups) if group == groups[place]]
        before = [filled[at] for at in reversed(alike) if at < place]
        after = [values[at] for at in alike if at > place]
        filled.append(value if value is not None else next((near for near in before + after if near is not None), None))
    return filled


def _fill(givens: list[Given]) -> list[Given]:
    """What a clause leaves out is as in its neighbours: a route only from the same drug, a duration from both."""
    drugs = _inherit([given.drug and (given.drug, given.salt) for given in givens], [0] * len(givens))
    salts = [bool(drug and drug[1]) or given.salt for drug, given in zip(drugs, givens, strict=True)]
    drugs = [drug and drug[0] for drug in drugs]
    routes = _inherit([given.route for given in givens], drugs)
    durations = _inherit([given.duration_h for given in givens], list(zip(drugs, routes, strict=True)))
    columns = zip(drugs, salts, routes, durations, givens, strict=True)
    return [Given(drug, salt, route, duration_h, given.amount) for drug, salt, route, duration_h, given in columns]


def _doses(given: Given, clause: Clause, reading: Reading) -> tuple[Dose, ...] | None:
    """The doses of one session; none for a placebo visit; None with reasons when they cannot be read."""
    problems, amount = reading.problems, given.amount
    where = f"'{amount.text}'" if amount else "this treatment"
    if given.drug is Drug.PLACEBO:
        if amount:
            problems.append(f"{where}: a placebo visit has no amount; leave it out or name the drug")
        return ()
    if given.drug is None:
        problems.append(f"{where}: no drug is named; valid: {', '.join(sorted(set(DRUG_WORDS.values())))}")
    if given.route is None:
        problems.append(f"{where}: no route is named; valid: {', '.join(Route)}")
    if amount is None and not {"range", "comma", "number"} & clause.keys():  # those have been reported
        problems.append("no amount is given; write it with its unit, such as 0.5 mg/kg or 84 mg")
    devices = given.drug is Drug.ESKETAMINE and given.route is Route.NASAL
    if given.duration_h and given.route and (given.route not in SPREADABLE or devices):
        minutes = f"{given.duration_h * MINUTES_PER_HOUR:g} min"
        problems.append(f"{where}: by this route ({given.route}) a dose is given at once; leave out 'over {minutes}'")
    if amount is None or given.drug is None or given.route is None:
        return None
    base = base_amount(*amount.value, given.drug, given.route, given.salt, where, problems)
    if base is None:
        return None
    if given.salt:
        reading.assumptions.append(f"{amount.text} hydrochloride = {base[0]:g} {'mg/kg' if base[1] else 'mg'} base")
    duration_h = given.duration_h
    if duration_h is None:
        duration_h = DEFAULT_INFUSION_H if given.route is Route.IV else 0.0
        if given.route is Route.IV:
            reading.assumptions.append("infusion over 40 min")
    return session_doses(given.drug, given.route, *base, duration_h, where, problems)


def _sessions(clauses: list[Clause], givens: list[Given], reading: Reading) -> tuple[tuple[Session, ...], int]:
    """Sessions in order, and the day on which the plan ends."""
    phases = _phases(clauses, givens, reading)
    if reading.problems:
        return (), 0
    sessions = tuple(
        Session(day * HOURS_PER_DAY, steps[min(number, len(steps) - 1)])
        for phase, steps in phases
        for number, day in enumerate(phase.days)
    )
    if len(sessions) > MAX_SESSIONS:
        reading.problems.append(f"{len(sessions)} sessions; the most answered is {MAX_SESSIONS}: check the frequency")
    reading.problems.extend(_mixed_units(sessions) + _overlaps(sessions))
    return sessions, phases[-1][0].end_d


def _phases(clauses: list[Clause], givens: list[Given], reading: Reading) -> list[tuple[Phase, list]]:
    """Each phase with its steps: the doses of its first session, of its second, and so on; the last step stays."""
    problems = reading.problems
    if len(clauses) == 1 and not has_schedule(clauses[0]):
        clauses = [clauses[0] | {"count": [Token("count", "once", 1.0, 0)]}]
        reading.assumptions.append("a single session")
    phases: list[tuple[Phase, list]] = []
    steps: list = []  # waiting for their schedule: '56 mg first, then 84 mg, twice weekly ...'
    previous, started = None, False
    for number, (clause, given) in enumerate(zip(clauses, givens, strict=True)):
        if number == 0 or _says_what(clause, given, givens[number - 1]):
            steps.append(_doses(given, clause, reading))
        if has_schedule(clause):
            previous = read_phase(clause, previous, problems)
            if previous is None:
                return phases  # what follows would be counted from an unknown day
            phases.append((previous, steps or phases[-1][1][-1:]))
            steps, started = [], "first" in clause and _schedule_stands_first(clause)
    if steps and started:  # 'twice weekly for 4 weeks, 56 mg first, then 84 mg'
        phases[-1][1].extend(steps)
    elif steps:
        last = next((f"'{given.amount.text}'" for given in givens[::-1] if given.amount), "this treatment")
        problems.append(f"{last}: no schedule is given; add 'twice weekly for 4 weeks', 'on days 0, 3' or 'once'")
    if "first" in clauses[-1]:
        problems.append("'first' promises a next step; add 'then' with the next amount, or leave it out")
    return phases


def _schedule_stands_first(clause: Clause) -> bool:
    """In '56 mg first, twice weekly for 1 week, then 84 mg' nobody knows for how long the 84 mg are given."""
    schedule = min(token.start for kind in SCHEDULE_KINDS for token in clause.get(kind, []))
    return all(schedule < token.start for token in clause.get("amount", []))


def _says_what(clause: Clause, given: Given, before: Given) -> bool:
    """Whether a clause begins a new step; one that only repeats the drug and the route goes on as before."""
    if given.amount or any(token.value is Drug.PLACEBO for token in clause.get("drug", [])):
        return True
    return (given.drug, given.salt, given.route, given.duration_h) != (
        before.drug, before.salt, before.route, before.duration_h,
    )  # fmt: skip


def _antidepressant_end(clauses: list[Clause], givens: list[Given], reading: Reading) -> int:
    """The day on which a course of oral antidepressant ends: it is taken daily, so it has no sessions."""
    problems = reading.problems
    if len(clauses) > 1 or givens[0].amount:
        problems.append(
            "an oral antidepressant alone is one clause without amount: 'oral antidepressant daily for 8 weeks'; "
            "beside another drug write 'with a new oral antidepressant'"
        )
        return 0
    phase = read_phase({"rhythm": [Token("rhythm", "daily", (1.0, 1.0), 0)]} | clauses[0], None, problems)
    if phase and len(phase.days) != phase.end_d:
        problems.append("an oral antidepressant is taken daily; write 'oral antidepressant daily for 8 weeks'")
    return phase.end_d if phase else 0


def _mixed_units(sessions: tuple[Session, ...]) -> list[str]:
    per_kg: dict[tuple, set[bool]] = {}
    for dose in (dose for session in sessions for dose in session.doses):
        per_kg.setdefault((dose.route, dose.drug), set()).add(dose.per_kg)
    return [
        f"{route} {drug} is given in mg and in mg/kg; use one unit in a treatment"
        for (route, drug), kinds in per_kg.items()
        if len(kinds) > 1
    ]


def _overlaps(sessions: tuple[Session, ...]) -> list[str]:
    for session, following in pairwise(sessions):
        length_h = max((dose.start_h + dose.duration_h for dose in session.doses), default=0.0)
        gap_h = following.start_h - session.start_h
        if length_h > gap_h:
            day = session.start_h / HOURS_PER_DAY
            return [f"day {day:g}: its {length_h:g} h are longer than the {gap_h:g} h to the next; h instead of min?"]
    return []
