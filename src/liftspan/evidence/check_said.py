"""The held-out check in words and as a record."""

from collections.abc import Callable, Sequence

from liftspan.evidence.held_out import worst
from liftspan.evidence.scores import BUCKETS_H, LEVELS, Score, Scored, bootstrap, score, table_of_averages

KIND_WORDS = {
    "change": "MADRS change, points",
    "response": "response, share",
    "remission": "remission, share",
    "contrast": "difference, points",
}
# Goals of the project on the shipped tables: interval score better than the table of averages by this share, and rows
# inside the 90 % interval between these shares.
GOAL_BETTER, GOAL_COVER = 0.20, (0.85, 0.95)
TIME_WORDS = ("to 6 h", "to 36 h", "to 5 days", "to 10 days", "to 3 weeks", "to 6 weeks", "later")
GROUPS: dict[str, Callable[[Scored], str]] = {
    "route": lambda row: row.route if row.active else "no ketamine",
    "drug": lambda row: row.drug,
    "control": lambda row: row.control,
    "time": lambda row: TIME_WORDS[sum(row.time_h > end for end in BUCKETS_H)],
}
HEAD = f"{'':26s}{'trials':>7s}{'rows':>6s}{'RMSE':>8s}{'bias':>8s}{'50 %':>6s}{'80 %':>6s}{'90 %':>6s}{'score':>8s}"


def check_text(rows: Sequence[Scored], by: str | None = None) -> str:
    """Every kind of number: the model, the table of averages, and how much better; groups; the worst trials."""
    lines = [
        "Each trial predicted by a fit without it, through the engine that answers users; each trial counts once.",
        "bias = published minus predicted; 50, 80, 90 % = share inside those intervals; score = interval score of the",
        "90 % interval (width plus penalty, lower is better). Table = mean of other trials' active or control arms at",
        "about that time. Brackets: 90 % bootstrap over trials.",
        "",
        HEAD,
    ]
    for kind in KIND_WORDS:
        mine = [row for row in rows if row.kind == kind]
        if mine:
            lines += _kind_lines(kind, mine, by)
    lines += ["Predicted worst (error in half-widths of the 90 % interval, MADRS change):"]
    for trial, its in worst([row for row in rows if row.kind == "change"]):
        values = "; ".join(f"{row.time_h:g} h {row.value:.1f} against {row.predicted:.1f}" for row in its[:4])
        lines.append(f"  {trial}: {values}{' ...' if len(its) > 4 else ''}")
    return "\n".join(lines) + "\n"


def _kind_lines(kind: str, rows: Sequence[Scored], by: str | None) -> list[str]:
    table = table_of_averages(rows)
    found, rival, spread = score(rows), score(table), bootstrap(rows, table)
    better = 1.0 - found.interval_score / rival.interval_score
    digits = 2 if kind in ("change", "contrast") else 3
    lines = [
        _line(KIND_WORDS[kind], found, digits),
        _line("  table of averages", rival, digits),
        f"  RMSE {_range(spread['rmse'], digits)}, score {_range(spread['interval_score'], digits)}; "
        f"score better than the table by {better:.0%} {_range(spread['better'], 0, percent=True)}",
        f"  rows inside 90 %: {found.cover_rows:.0%}",
    ]
    if by is not None:
        for name in dict.fromkeys(GROUPS[by](row) for row in sorted(rows, key=lambda row: row.time_h)):
            lines.append(_line(f"  {name}", score([row for row in rows if GROUPS[by](row) == name]), digits))
    return [*lines, ""]


def _line(words: str, found: Score, digits: int) -> str:
    cover = "".join(f"{share:6.0%}" for share in found.cover)
    return (
        f"{words:26s}{found.trials:7d}{found.rows:6d}{found.rmse:8.{digits}f}{found.bias:8.{digits}f}{cover}"
        f"{found.interval_score:8.{digits}f}"
    )


def _range(pair: tuple[float, float], digits: int, percent: bool = False) -> str:
    low, high = (f"{100 * value:.0f}" if percent else f"{value:.{digits}f}" for value in pair)
    return f"[{low} to {high}{' %' if percent else ''}]"


def check_record(rows: Sequence[Scored], by: str | None = None) -> dict:
    """The same as a record, `liftspan/evidence-check/1`."""
    kinds = {}
    for kind in KIND_WORDS:
        mine = [row for row in rows if row.kind == kind]
        if not mine:
            continue
        table = table_of_averages(mine)
        found, rival, spread = score(mine), score(table), bootstrap(mine, table)
        kinds[kind] = {
            "model": _score_record(found),
            "table": _score_record(rival),
            "better": {
                "mean": 1.0 - found.interval_score / rival.interval_score,
                "low": spread["better"][0],
                "high": spread["better"][1],
            },
            "rmse_interval": list(spread["rmse"]),
            "interval_score_interval": list(spread["interval_score"]),
        }
        if by is not None:
            names = dict.fromkeys(GROUPS[by](row) for row in mine)
            kinds[kind][by] = {
                name: _score_record(score([row for row in mine if GROUPS[by](row) == name])) for name in names
            }
    return {"schema": "liftspan/evidence-check/1", "interval": {"level": 0.9, "kind": "equal-tailed"}, "kinds": kinds}


def _score_record(found: Score) -> dict:
    return {
        "trials": found.trials,
        "rows": found.rows,
        "rmse": found.rmse,
        "bias": found.bias,
        "cover": {f"{level:.0%}": share for level, share in zip(LEVELS, found.cover, strict=True)},
        "cover_rows": found.cover_rows,
        "interval_score": found.interval_score,
    }
