"""Ways to go on: as before, less often, a taper, a missed session, a new induction, none, or another treatment."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from liftspan.errors import InvalidInput
from liftspan.forecast.outcomes import FOUR_WEEKS_D, HORIZON_D
from liftspan.forecast.patient import GivenSession
from liftspan.forecast.person import Known
from liftspan.forecast.plans import amount_mg, every, usual_gap_d
from liftspan.forecast.rules import Rulebook, reasons_against_plan
from liftspan.forecast.what_if import WhatIf, what_if, without_drug
from liftspan.treatment import parse_treatment
from liftspan.units import HOURS_PER_DAY

JUDGED_D = (FOUR_WEEKS_D, HORIZON_D)  # from today
TAPER_GAPS_D = (7.0, 7.0, 14.0, 14.0, 28.0, 28.0)  # weekly, every 2, every 4 weeks, as in SUSTAIN-3
GAPS_D = {"weekly": 7.0, "every 2 weeks": 14.0, "every 4 weeks": 28.0}  # as maintenance is given in SUSTAIN-1 and -3
INDUCTION_GAP_D, INDUCTION_D = 3.5, 28.0  # twice weekly for four weeks (labels, KADS)
# A gap is what these are about: a break before them is no plan. How often and how much is held against trials anyway.
WITHOUT_GAPS = ("as planned", "stop", "miss one", "new induction", "switch")


@dataclass(frozen=True)
class Judged:
    """One plan at one time from today."""

    ahead_d: float
    mean_score: float
    response: float
    relapsed: float
    difference: float  # of the same people from the first scenario: mean
    difference_low: float  # central 90 % of people
    difference_high: float
    by_drug: float  # mean score minus that of the same visits with nothing given


@dataclass(frozen=True)
class Scenario:
    """One way to go on."""

    name: str
    text: str
    sessions: int  # in the next twelve weeks
    dose_mg: float  # of base in them
    judged: tuple[Judged, ...]
    refused: tuple[str, ...]  # rules against it; then nothing is judged


def scenarios_of(known: Known, rules: Rulebook, switch: str | None) -> tuple[Scenario, ...]:
    """Every way to go on; those against a rule are named with it. Others are compared with the first."""
    plans = list(_plans(known, switch))
    first = what_if(known, plans[0][2])
    return tuple(_scenario(known, rules, first, *plan) for plan in plans)


def _plans(known: Known, switch: str | None) -> Iterator[tuple[str, str, tuple[GivenSession, ...]]]:
    """Name, words and sessions of each way to go on: first as planned, or none where nothing is planned."""
    patient, gap_d = known.patient, usual_gap_d(known.patient)
    like, today_d = patient.sessions[-1], patient.today_d
    end_d = today_d + HORIZON_D

    def at_gap(gap: float, skipped: int = 0) -> tuple[GivenSession, ...]:
        return every(like, max(like.day + gap, today_d) + skipped * gap, gap, end_d)

    if patient.planned:
        yield "as planned", "the sessions planned in the record", patient.planned
    yield "stop", "no further session", ()
    if len(patient.sessions) > 1:
        yield "as now", f"every {gap_d:.3g} days", at_gap(gap_d)
        yield "miss one", f"the next session left out, then every {gap_d:.3g} days", at_gap(gap_d, skipped=1)
    for name, gap in GAPS_D.items():
        if abs(gap - gap_d) > 1.0:
            yield name, f"every {gap:g} days", at_gap(gap)
    yield "taper", "after 7, 7, 14, 14, 28 and 28 days, then none", tuple(_taper(like, today_d))
    induced = every(
        like, max(like.day + INDUCTION_GAP_D, today_d), INDUCTION_GAP_D, today_d + INDUCTION_D - INDUCTION_GAP_D
    )
    yield "new induction", "twice weekly for four weeks, then none", induced
    if switch is not None:
        yield "switch", switch, _switched(patient, switch)


def _taper(like: GivenSession, today_d: float) -> Iterator[GivenSession]:
    day = like.day
    for gap_d in TAPER_GAPS_D:
        day = max(day + gap_d, today_d)
        yield replace(like, day=day)


def _switched(patient, text: str) -> tuple[GivenSession, ...]:
    """The sessions of another treatment in words, from the usual gap after the last session on."""
    regimen = parse_treatment(text)
    if not any(session.doses for session in regimen.sessions):
        raise InvalidInput([f"switch '{text}': it gives no drug; to stop stands among the scenarios"], "this question")
    start_d = max(patient.sessions[-1].day + usual_gap_d(patient), patient.today_d)
    days = [(start_d + session.start_h / HOURS_PER_DAY, session.doses) for session in regimen.sessions]
    return tuple(
        GivenSession(day, text, doses, "--switch") for day, doses in days if day <= patient.today_d + HORIZON_D
    )


def _scenario(known: Known, rules: Rulebook, first: WhatIf, name: str, text: str, coming) -> Scenario:
    refused = tuple(reasons_against_plan(known.patient, rules, coming, gaps=name not in WITHOUT_GAPS))
    dose_mg = sum(amount_mg(session.doses, known.patient.person.weight_kg) for session in coming)
    if refused:
        return Scenario(name, text, len(coming), dose_mg, (), refused)
    tried, bare = what_if(known, coming), what_if(known, without_drug(coming))
    return Scenario(name, text, len(coming), dose_mg, tuple(_judged(tried, bare, first, d) for d in JUDGED_D), ())


def _judged(tried: WhatIf, bare: WhatIf, first: WhatIf, ahead_d: float) -> Judged:
    at = tried.at(ahead_d)
    change = tried.outlook.score[:, at] - first.outlook.score[:, at]
    low, high = np.quantile(change, [0.05, 0.95])
    return Judged(
        ahead_d=ahead_d,
        mean_score=float(tried.outlook.score[:, at].mean()),
        response=float(tried.outcomes.response[:, at].mean()),
        relapsed=float(tried.outcomes.relapsed[:, at].mean()),
        difference=float(change.mean()),
        difference_low=float(low),
        difference_high=float(high),
        by_drug=float((tried.outlook.score[:, at] - bare.outlook.score[:, at]).mean()),
    )
