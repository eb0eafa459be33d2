"""Summary as text of at most 100 columns: what was simulated, a table, days, risks, basis, what is not known."""

from liftspan.how_fast.words import (
    CLINICAL,
    WIDTH,
    basis_text,
    not_known_text,
    risks_text,
    spans_text,
    title_text,
    when,
    wrapped,
)
from liftspan.mood.scales import MADRS
from liftspan.scale.summary import TRIALS_FOR_AN_INTERVAL, Point, Summary, Wide


def as_text(summary: Summary) -> str:
    """The summary as a person reads it in a terminal."""
    parts = [
        title_text(summary.question),
        _simulated(summary),
        _table(summary),
        spans_text(summary),
        risks_text(summary),
        basis_text(summary),
        not_known_text(summary),
        wrapped(CLINICAL),
    ]
    return "\n\n".join(parts) + "\n"


def _simulated(summary: Summary) -> str:
    plan = summary.plan
    text = (
        f"{plan.people:,} virtual people in {_counted(summary.trials, 'simulated trial')} of at most "
        f"{plan.block_size:,}, each trial with its own posterior draw and deviations; response and remission of a "
        f"person are read at {when(plan.readout_h)}."
    )
    if summary.trials < TRIALS_FOR_AN_INTERVAL:
        text += (
            f" So few trials tell of these draws alone: with another seed every number moves as far as trials differ. "
            f"Simulate at least {TRIALS_FOR_AN_INTERVAL * plan.block_size:,} people, or ask liftspan how-fast."
        )
    return wrapped(text + "".join(f" Caution: {caution}." for caution in summary.cautions))


def _table(summary: Summary) -> str:
    head = (
        f"{'after first':<15}{'MADRS change, group':>22}{'one person':>19}"
        f"{'response, group':>21}{'remission, group':>21}",
        f"{'session':<15}{'mean (90 %)':>22}{'90 %':>19}{'mean (90 %)':>21}{'mean (90 %)':>21}",
    )
    rows = [_row(point, summary) for point in summary.timeline]
    note = (
        f"Remission: MADRS <= {MADRS.remission_at_most:g}. Group: the people of one trial, its interval over trials. "
        "One person: what would be written down, rating noise included."
    )
    if summary.timeline[0].change_group.low is None:
        note += f" The interval of a group needs {TRIALS_FOR_AN_INTERVAL} whole trials: simulate more people."
    note += " What the same visits would bring without the drug: liftspan how-fast."
    return "\n".join([*head, "-" * (WIDTH - 2), *rows, wrapped(note)])


def _row(point: Point, summary: Summary) -> str:
    name = when(point.hours)
    if point.hours == summary.question.regimen.end_h:
        name = f"end ({point.hours:g} h)" if name.endswith("h)") else f"{name} end"
    person = point.change_person
    return (
        f"{name:<15}{_change(point.change_group):>22}{f'{person.low:z.0f} to {person.high:+.0f}':>19}"
        f"{_share(point.response):>21}{_share(point.remission):>21}"
    )


def _change(wide: Wide) -> str:
    return f"{wide.mean:z.1f}" + ("" if wide.low is None else f" ({wide.low:z.1f} to {wide.high:z.1f})")


def _share(wide: Wide) -> str:
    return f"{wide.mean:.0%}" + ("" if wide.low is None else f" ({100 * wide.low:.0f} to {100 * wide.high:.0f})")


def _counted(count: int, thing: str) -> str:
    return f"{count:,} {thing}{'' if count == 1 else 's'}"
