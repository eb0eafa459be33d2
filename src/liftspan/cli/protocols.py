"""`liftspan protocols`: the named dosing protocols."""

from textwrap import wrap

import typer

app = typer.Typer(no_args_is_help=True, rich_markup_mode=None)


@app.command("list")
def list_command() -> None:
    """Names and titles.

    Example: liftspan protocols list
    """
    from liftspan.treatment import load_protocols

    for name, protocol in load_protocols().items():
        print(f"{name:<22}{protocol.title}")


def _blinding(control: str) -> str:
    return "open, control open" if control == "open" else f"blinded, control {control}"


@app.command("show")
def show_command(name: str = typer.Argument(help="Name of a protocol.")) -> None:
    """One protocol: sessions, circumstances, status, source.

    Example: liftspan protocols show iv-induction
    """
    from liftspan.treatment import find_protocol
    from liftspan.units import HOURS_PER_DAY

    protocol = find_protocol(name)
    days = [f"{session.start_h / HOURS_PER_DAY:g}" for session in protocol.regimen.sessions]
    rows = (
        ("protocol", protocol.name),
        ("title", protocol.title),
        ("treatment", protocol.treatment),
        ("session days", ", ".join(days) or "none (taken daily)"),
        ("status", protocol.status),
        ("people", f"{protocol.setting}" + (f", {protocol.age_y:g} years" if protocol.age_y is not None else "")),
        ("antidepressant", protocol.background),
        ("its trial", f"{_blinding(protocol.control)}; answers are of open care, unless --control asks for the trial"),
        ("source", protocol.source),
        ("address", protocol.source_url),
        ("notes", protocol.notes),
    )
    for label, text in rows:
        lines = wrap(text, 82, break_long_words=False, break_on_hyphens=False) or [""]
        print("\n".join(f"{label if i == 0 else '':<16}{line}" for i, line in enumerate(lines)))
    print("\nFor supervised sessions; no guide to unsupervised use.")
