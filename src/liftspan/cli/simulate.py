"""`liftspan simulate`: virtual populations of any size, written to a folder."""

from pathlib import Path

import typer

from liftspan.cli import EXIT_FAILED, EXIT_PARTIAL, options


def simulate_command(
    out: Path = typer.Option(..., "--out", "-o", help="Folder for the files; made if missing, gone on with if begun."),
    number: str = typer.Option(..., "-n", "--number", help="How many virtual people: 5000, 1e7."),
    protocol: str = options.PROTOCOL,
    treatment: str = options.TREATMENT,
    weight_kg: float = options.WEIGHT,
    age: float = options.AGE,
    baseline: float = options.BASELINE,
    people: Path = options.PEOPLE,
    control: str = options.CONTROL,
    background: str = options.BACKGROUND,
    setting: str = options.SETTING,
    condition: list[str] = options.CONDITION,
    at: list[float] = options.AT,
    readout_day: float = typer.Option(
        None,
        "--readout-day",
        parser=options.number,
        help="Day of a person's response and remission; default: the plan's end.",
    ),
    courses: bool = typer.Option(False, "--courses", help="Also every person's scores and concentrations over time."),
    float64: bool = typer.Option(False, "--float64", help="Numbers in the files with 64 bits instead of 32."),
    workers: int = typer.Option(None, "--workers", min=1, max=1024, help="Worker processes; default: threads."),
    cluster: str = typer.Option(None, "--cluster", help="Address of a Dask scheduler, or: local."),
    as_json: bool = options.AS_JSON,
    seed: int = options.SEED,
) -> None:
    """Simulate any number of virtual people into Parquet files; stopped, the same command finishes the rest.

    Example: liftspan simulate --protocol iv-induction -n 1e6 --out induction/
    """
    from liftspan.cli.asking import all_or_every_problem, people_file, treatment_asked
    from liftspan.files import refuse_folder
    from liftspan.how_fast.limits import check_circumstances
    from liftspan.population import usual_enrolment

    asked, count, given, *_ = all_or_every_problem(
        lambda: treatment_asked(protocol, treatment),
        lambda: _whole_number(number),
        lambda: people_file(people, {"--weight-kg": weight_kg, "--age": age, "--baseline": baseline}),
        lambda: usual_enrolment(weight_kg, age, baseline),
        lambda: check_circumstances(control, background, setting, tuple(condition or ()), tuple(at or ())),
        lambda: _one_way_of_working(workers, cluster),
        lambda: refuse_folder(out),
    )
    from liftspan.scale import plan_of

    plan = plan_of(
        asked,
        count,
        weight_kg=weight_kg,
        age_y=age,
        baseline=baseline,
        given=given,
        control=control,
        background=background,
        setting=setting,
        conditions=tuple(condition or ()),
        at_h=tuple(at or ()),
        readout_d=readout_day,
        courses=courses,
        floats="float64" if float64 else "float32",
        seed=seed,
    )
    _run(plan, out, workers, cluster, as_json)


def _run(plan, out: Path, workers: int | None, cluster: str | None, as_json: bool) -> None:
    import json
    import sys

    from liftspan.cli.progress import rate_bar
    from liftspan.scale import Stopped, simulate_to

    try:
        with rate_bar("simulating", "people") as done:
            written = simulate_to(plan, out, workers=workers, cluster=cluster, done=done)
    except Stopped as stopped:
        print(stopped, file=sys.stderr)
        raise typer.Exit(EXIT_PARTIAL if stopped.done else EXIT_FAILED) from None
    print(json.dumps(written.record, indent=1) if as_json else written.text, end="\n" if as_json else "")
    new = written.people - written.people_before
    if written.mended:
        print(f"lost or damaged, and made again: {_some(written.mended)}", file=sys.stderr)
    print(
        f"{out}: {written.people:,} people, {new:,} of them written now in {written.seconds:.1f} s"
        + (f" ({new / written.seconds:,.0f} people/s)" if new else "; it was complete"),
        file=sys.stderr,
    )


def _some(names: tuple[str, ...], most: int = 5) -> str:
    """The first of many names, and how many more there are."""
    return ", ".join(names[:most]) + (f" and {len(names) - most:,} more" if len(names) > most else "")


def _whole_number(text: str) -> int:
    """A number of people, as people write it: 5000, 1e7."""
    from liftspan.errors import InvalidInput
    from liftspan.numbers import NoNumber, finite, likely_cause, shortened
    from liftspan.scale.plan import MOST_PEOPLE

    limits = f"write a whole number from 1 to {MOST_PEOPLE:,}, such as 5000 or 1e7"
    try:
        value = finite(text)
    except NoNumber:
        raise InvalidInput([f"-n '{shortened(text)}' is no number of people: {likely_cause(text)}; {limits}"]) from None
    if value != int(value) or not 1 <= value <= MOST_PEOPLE:
        raise InvalidInput([f"-n '{shortened(text)}' is no number of people; {limits}"])
    return int(value)


def _one_way_of_working(workers: int | None, cluster: str | None) -> None:
    from liftspan.errors import InvalidInput
    from liftspan.scale.cluster import check_address

    check_address(cluster)
    if workers is not None and cluster not in (None, "local"):
        raise InvalidInput([f"--workers with --cluster {cluster}: the cluster has its own workers; give one of them"])
