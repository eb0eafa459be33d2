"""Many patients in one call: one row for each, in parallel."""

from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

from liftspan.errors import InvalidInput
from liftspan.forecast.answer import SEED, forecast
from liftspan.forecast.care import Care, parse_care
from liftspan.forecast.outcomes import FOUR_WEEKS_D
from liftspan.forecast.patient import Patient
from liftspan.forecast.standing import at_day

COLUMNS = (
    "patient",
    "day",
    "sessions",
    "scale",
    "last_score",
    "in_response_so_far",
    "ahead_28_mean",
    "ahead_28_low",
    "ahead_28_high",
    "ahead_28_response",
    "ahead_28_relapsed",
    "moved_from_population_points",
    "effective_people",
    "next_from_day",
    "next_to_day",
    "note",
    "care",
)


def table_of(
    patients: Sequence[Patient],
    *,
    target: str | None = None,
    care: str = Care.ON,
    workers: int = 1,
    seed: int = SEED,
    done: Callable[[int, int], None] = lambda at, of: None,
) -> list[dict]:
    """One row of COLUMNS for each patient, in their order; what cannot be answered says why in `note`."""
    asked = [(patient, target, care, seed) for patient in patients]
    rows = []
    if workers == 1 or len(patients) == 1:
        for one in asked:
            rows.append(_row(one))
            done(len(rows), len(asked))
        return rows
    # Spawned, so that no worker inherits the threads of this process.
    with ProcessPoolExecutor(min(workers, len(asked)), mp_context=get_context("spawn")) as pool:
        for row in pool.map(_row, asked):
            rows.append(row)
            done(len(rows), len(asked))
    return rows


def _row(asked: tuple[Patient, str | None, str, int]) -> dict:
    patient, target, care, seed = asked
    own = [score for score in patient.scores if score.scale == patient.primary]
    known = {
        "patient": patient.id,
        "day": round(patient.today_d, 4),
        "sessions": len(patient.sessions),
        "scale": patient.primary,
        "last_score": own[-1].value,
        "care": str(parse_care(care)),
    }
    try:
        answer = forecast(patient, target=target, care=care, seed=seed)
    except InvalidInput as error:
        return dict.fromkeys(COLUMNS, "") | known | {"note": "; ".join(error.problems)}
    later = at_day(answer.days, patient.today_d + FOUR_WEEKS_D)
    proposal = answer.proposal
    return known | {
        "in_response_so_far": "yes" if answer.known.course.responded else "no",
        "ahead_28_mean": round(later.mean, 1),
        "ahead_28_low": later.low,
        "ahead_28_high": later.high,
        "ahead_28_response": round(later.response, 3),
        "ahead_28_relapsed": round(later.relapsed, 3),
        "moved_from_population_points": round(answer.moved.points, 1) + 0.0,  # never -0.0
        "effective_people": round(answer.known.effective),
        "next_from_day": "" if proposal.from_d is None else round(proposal.from_d, 2),
        "next_to_day": "" if proposal.to_d is None else round(proposal.to_d, 2),
        "note": "; ".join(proposal.reasons) or f"bounded by {proposal.bounded_by}",
    }
