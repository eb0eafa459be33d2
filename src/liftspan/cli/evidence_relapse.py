"""`liftspan evidence relapse`: predicted beside published relapse."""

import typer

from liftspan.cli.asking import LARGEST_SEED


def relapse_command(
    trial: str = typer.Argument(None, help="Identifier of one trial; without it all of them, half a minute."),
    as_json: bool = typer.Option(False, "--json", help="Machine-readable answer."),
    seed: int = typer.Option(1, "--seed", min=0, max=LARGEST_SEED, help="The same seed gives the same answer."),
) -> None:
    """Maintenance and stopping: published relapse beside the model, as checks; nothing of it is fitted.

    Example: liftspan evidence relapse daly2019_sustain1
    """
    import sys

    from liftspan.cli.plain_table import print_table
    from liftspan.evidence import load_evidence
    from liftspan.evidence.browse import find_trial
    from liftspan.evidence.relapse import relapse_checks
    from liftspan.evidence.relapse_words import ALL_CHECKS, HEADER, as_record, assumed, summary, table_rows
    from liftspan.how_fast.words import CLINICAL, wrapped
    from liftspan.posterior import load_posterior

    evidence, posterior = load_evidence(), load_posterior()
    wanted = () if trial is None else (find_trial(evidence, trial).trial_id,)
    if not wanted:
        print("simulating every maintenance and stopping trial; this takes about half a minute", file=sys.stderr)
    checks = relapse_checks(evidence, posterior, trial_ids=wanted, seed=seed)
    if as_json:
        import json

        print(json.dumps(as_record(checks, evidence.version, posterior.manifest), indent=1))
        return
    if not checks:
        print("This trial has no number of people selected by an earlier score.")
        return
    print_table(HEADER, table_rows(checks), right=("published", "predicted", "90 %"), whole=("row",))
    silent = [one for one in checks if one.predicted is None]
    for reason in dict.fromkeys(one.note for one in silent):
        print(wrapped(f"Without a prediction: {reason} ({sum(one.note == reason for one in silent)} rows)"))
    print("\n" + wrapped(ALL_CHECKS))
    for said in summary(checks):
        print("\n" + wrapped(said))
    print("\nAssumed, and where the rules were read:")
    for group, text, source in assumed(checks):
        print(wrapped(f"{group}: {text}. [{source}]"))
    print("\n" + wrapped(CLINICAL))
