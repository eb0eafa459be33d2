"""`liftspan calibrate`: fit the mood parameters to published arms, and write the posterior."""

from pathlib import Path

import typer

from liftspan.cli import EXIT_CHECK_FAILED, EXIT_PARTIAL


def calibrate_command(
    out: Path = typer.Option(
        Path("calibrated"), "--out", help="Folder for draws.npz and manifest.json; made if missing."
    ),
    evidence: Path = typer.Option(None, "--evidence", help="Folder of evidence tables; default: those of the package."),
    quick: bool = typer.Option(
        False, "--quick", help="Short chains, to see that everything works: no answer from them."
    ),
    rows: bool = typer.Option(False, "--rows", help="Also print every row of the fit beside what it should be."),
) -> None:
    """Fit the mood parameters to the published arms (NUTS) and print what was found: minutes on two cores.

    Finished chunks are kept under the output folder: the same command goes on where it was stopped.

    Example: liftspan calibrate --out calibrated/
    """
    import shutil
    import sys

    from liftspan.cli.asking import all_or_every_problem
    from liftspan.cli.progress import bar
    from liftspan.evidence import load_evidence
    from liftspan.files import make_folder, refuse_folder
    from liftspan.inference.calibrate import calibrate
    from liftspan.posterior import save_posterior

    tables, _ = all_or_every_problem(lambda: load_evidence(evidence), lambda: refuse_folder(out))
    make_folder(out)
    try:
        with bar("sampling") as done:
            found = calibrate(tables, out / "unfinished", quick=quick, done=done)
    except KeyboardInterrupt:
        print(f"stopped; the same command goes on from {out / 'unfinished'}", file=sys.stderr)
        raise typer.Exit(EXIT_PARTIAL) from None
    if found.mended:
        print(f"lost or damaged, and sampled again: {', '.join(found.mended)}", file=sys.stderr)
    save_posterior(out, found.posterior)
    shutil.rmtree(out / "unfinished", ignore_errors=True)
    parts = [found.summary, found.parameters, found.trials, *([found.rows] if rows else [])]
    print("\n\n".join(parts))
    print(f"wrote {found.posterior.size} draws to {out}", file=sys.stderr)
    if not found.mixed and not quick:
        raise typer.Exit(EXIT_CHECK_FAILED)
