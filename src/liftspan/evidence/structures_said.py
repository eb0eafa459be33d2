"""The table of structures in words and as a record."""

from collections.abc import Sequence
from dataclasses import asdict

from liftspan.evidence.structures import STANDARD_ERRORS, Judged


def structures_text(found: Sequence[Judged]) -> str:
    """One line for each alternative, and the rule by which a candidate would replace the base."""
    lines = [
        "Each alternative is one change of the base, refitted without each trial in turn (normal approximation).",
        "difference = log predictive density of the trials left out, candidate minus base; SE over trials. RMSE, 90 %",
        "and score are of rows in MADRS points, each trial counting once; score = interval score, lower is better.",
        "",
        f"{'structure':22s}{'difference':>11s}{'SE':>7s}  {'verdict':13s}{'RMSE':>6s}{'90 %':>6s}{'score':>7s}  change",
    ]
    for one in found:
        gap = f"{one.difference:+11.2f}{one.error:7.2f}" if one.verdict else f"{'':18s}"
        lines.append(
            f"{one.name:22s}{gap}  {one.verdict:13s}{one.rmse_points:6.2f}{one.cover_90:6.0%}"
            f"{one.interval_score_points:7.2f}  {one.change}"
        )
    lines += [
        "",
        f"A candidate replaces the base when its difference is above {STANDARD_ERRORS:g} SE. {_counted(found)}",
    ]
    return "\n".join(lines) + "\n"


def _counted(found: Sequence[Judged]) -> str:
    verdicts = [one.verdict for one in found if one.verdict]
    return "; ".join(f"{word}: {verdicts.count(word)}" for word in ("better", "cannot tell", "worse")) + "."


def structures_record(found: Sequence[Judged]) -> dict:
    """The same as a record, `liftspan/evidence-structures/1`."""
    return {
        "schema": "liftspan/evidence-structures/1",
        "rule": f"replaces the base when better by {STANDARD_ERRORS:g} standard errors over trials",
        "structures": [asdict(one) | {"verdict": one.verdict} for one in found],
    }
