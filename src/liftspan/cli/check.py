"""`liftspan check`: whether this installation answers as it did when it was made."""

import typer

from liftspan.cli import EXIT_CHECK_FAILED, options


def check_command(as_json: bool = options.AS_JSON) -> None:
    """Compare this installation with what was stored: libraries, tables, four fixed answers. Ends with 0 or 4.

    Example: liftspan check
    """
    from liftspan.installation import check_installation
    from liftspan.installation.words import as_record, as_text

    found = check_installation()
    if as_json:
        import json

        print(json.dumps(as_record(found), indent=1))
    else:
        print(as_text(found), end="")
    if not found.passed:
        raise typer.Exit(EXIT_CHECK_FAILED)
