"""Many patients in one call: one row for each, in parallel."""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from multiprocessing import active_children, get_context
from pathlib import Path

from liftspan.conditions.diagnosis import unquoted
from liftspan.errors import InvalidInput
from liftspan.forecast.answer import SEED, forecast
from liftspan.forecast.care import Care, parse_care
from liftspan.forecast.outcomes import FOUR_WEEKS_D
from liftspan.forecast.patient import Patient
from liftspan.forecast.reading import read_patients
from liftspan.forecast.standing import at_day
from liftspan.process import WorkersDied, begin_worker, ready_for_workers, unheard_by_workers, why_workers_died

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
    patients: Sequence[Patient] | Path | str,
    *,
    target: str | None = None,
    care: str = Care.ON,
    workers: int = 1,
    seed: int = SEED,
    done: Callable[[int, int], None] = lambda at, of: None,
) -> list[dict]:
    """One row of COLUMNS for each patient, in their order; what cannot be answered says why in `note`.

    Args:
        patients: records, or the folder that holds them.
        workers: processes. A script that asks for more than one stands in a file that can be imported without
            asking again, for each process reads that file first.

    Raises: InvalidInput for records that are wrong; WorkersDied, with the likely cause, where worker processes cannot
    begin or end early.
    """
    if isinstance(patients, (Path, str)):
        patients = read_patients(Path(patients))
    if not isinstance(workers, int) or workers < 1:
        raise InvalidInput([f"workers = {workers}: ask for 1 or more"])
    asked = [(patient, target, care, seed) for patient in patients]
    rows = []
    if workers == 1 or len(patients) <= 1:
        for one in asked:
            rows.append(_row(one))
            done(len(rows), len(asked))
        return rows
    ready_for_workers()
    try:
        with _workers(min(workers, len(asked))) as pool:
            with unheard_by_workers():
                found = pool.map(_row, asked)
            for row in found:
                rows.append(row)
                done(len(rows), len(asked))
    except BrokenProcessPool:
        died = WorkersDied("a worker process ended: is memory short? Ask for one worker")
        raise (why_workers_died() or died) from None
    return rows


@contextmanager
def _workers(count: int) -> Iterator[ProcessPoolExecutor]:
    """Processes for rows; stopped by anything, they are ended at once, for nobody needs the rest."""
    others = set(active_children())
    # Spawned, so that no worker inherits the threads of this process.
    pool = ProcessPoolExecutor(count, get_context("spawn"), begin_worker)
    try:
        yield pool
    except BaseException:
        for worker in set(active_children()) - others:
            worker.terminate()
        raise
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


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
        "note": unquoted("; ".join(proposal.reasons)) or f"bounded by {proposal.bounded_by}",
    }
