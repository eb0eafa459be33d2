"""`liftspan evidence check` and `evidence structures`: how well the model predicts trials that it has not seen."""

from pathlib import Path

import typer


def check_command(
    by: str = typer.Option(None, "--by", help="Also in groups: route, drug, control or time."),
    as_json: bool = typer.Option(False, "--json", help="Machine-readable."),
    plot: Path = typer.Option(None, "--plot", help="Picture of predicted against published: .png, .svg or .pdf."),
    refit: bool = typer.Option(False, "--refit", help="Fit again without each trial (minutes), and store it in --out."),
    out: Path = typer.Option(Path("held-out"), "--out", help="Folder for the held-out stores with --refit."),
) -> None:
    """Each trial predicted by a fit that has not seen it, beside a table of averages.

    Example: liftspan evidence check --by route
    """
    from liftspan.errors import InvalidInput, nearest
    from liftspan.evidence import load_evidence
    from liftspan.evidence.check_said import GROUPS, check_record, check_text
    from liftspan.evidence.held_out import stored_scores
    from liftspan.figures.files import refuse_path
    from liftspan.posterior import FOLDER

    refuse_path(plot)
    if by is not None and by not in GROUPS:
        raise InvalidInput([f"--by {by}: {nearest(by, GROUPS)}"])
    evidence = load_evidence()
    rows = stored_scores(evidence, _predicted_again(evidence, out) if refit else FOLDER)
    if plot is not None:
        from liftspan.figures.held_out import draw

        draw(rows, plot)
    if as_json:
        import json

        print(json.dumps(check_record(rows, by), indent=1))
        return
    print(check_text(rows, by), end="")


def _predicted_again(evidence, folder: Path) -> Path:
    import json

    from liftspan.arrays import use_jax_64_bit
    from liftspan.cli.progress import bar
    from liftspan.evidence.held_out import BASIS, CONTRASTS, STORE, stored_text
    from liftspan.evidence.miss import write_scores
    from liftspan.evidence.predicted_contrasts import stored_contrasts_text
    from liftspan.files import make_folder, write_whole

    use_jax_64_bit()
    from liftspan.inference.check import checked_trials, held_out_predictions
    from liftspan.inference.hashes import hashes_of
    from liftspan.inference.likelihood import problem_of
    from liftspan.inference.rows import fit_rows

    make_folder(folder)
    trials = len(checked_trials(evidence))
    with bar("refitting without each trial") as done:
        finished: list[str] = []
        done(0, trials)

        def one_more(trial_id: str) -> None:
            finished.append(trial_id)
            done(len(finished), trials)

        found = tuple(held_out_predictions(evidence, problem_of(fit_rows(evidence)), one_more))
    texts = {
        STORE: stored_text(row for one in found for row in one.rows),
        CONTRASTS: stored_contrasts_text(contrast for one in found for contrast in one.contrasts),
        BASIS: json.dumps(hashes_of(evidence), indent=1) + "\n",
    }
    write_whole({folder / name: [text.encode()] for name, text in texts.items()})
    write_scores(folder)
    return folder


def structures_command(
    as_json: bool = typer.Option(False, "--json", help="Machine-readable."),
    refit: bool = typer.Option(
        False, "--refit", help="Judge again what the file in --out lacks (a minute or two each)."
    ),
    out: Path = typer.Option(Path("held-out"), "--out", help="Folder for structures.json when --refit is given."),
) -> None:
    """Alternative structures of the mood model, each one change of the base, by how they predict trials left out.

    Example: liftspan evidence structures
    """
    from liftspan.evidence.structures import STORE, beside_base, stored_structures
    from liftspan.evidence.structures_said import structures_record, structures_text
    from liftspan.posterior import FOLDER

    path = _judged_again(out) if refit else FOLDER / STORE
    found = beside_base(stored_structures(path))
    if as_json:
        import json

        print(json.dumps(structures_record(found), indent=1))
        return
    print(structures_text(found), end="")


def _judged_again(folder: Path) -> Path:
    from liftspan.arrays import use_jax_64_bit
    from liftspan.cli.progress import bar
    from liftspan.evidence import load_evidence
    from liftspan.evidence.structures import STORE
    from liftspan.files import make_folder, write_whole

    use_jax_64_bit()
    from liftspan.inference.choice import judged
    from liftspan.inference.hashes import is_current
    from liftspan.inference.structures import BASE, CANDIDATES
    from liftspan.stored import as_bytes, sealed

    make_folder(folder)
    path, evidence = folder / STORE, load_evidence()
    records = {one["name"]: one for one in _kept(path) if is_current(one, evidence)}
    for structure in (BASE, *CANDIDATES):
        if structure.name in records:
            continue
        with bar(structure.name) as done:
            records[structure.name] = judged(evidence, structure, done)
        # After each one: a run that is stopped goes on from here.
        write_whole({path: [as_bytes(sealed({"structures": list(records.values())}))]})
    return path


def _kept(path: Path) -> list[dict]:
    """The structures that were judged before; none where the file is missing, or damaged, which is said."""
    import sys

    from liftspan.stored import Damaged, read_stored, unsealed

    try:
        return unsealed(read_stored(path))["structures"]
    except FileNotFoundError:
        return []
    except (Damaged, OSError) as error:
        print(f"{path} {error}: all structures are judged again", file=sys.stderr)
        return []


def register(app: typer.Typer) -> None:
    """Add both commands."""
    app.command("check")(check_command)
    app.command("structures")(structures_command)
