"""Write docs/model.md and docs/generated/*.md from the package: its parameters, its shipped posterior, its evidence.

    python docs/print_model.py            write the files, and draw the pictures of README and docs
    python docs/print_model.py --check    write nothing; exit 4 and name the files that are stale

The equations stand once, in model_template.md beside this file. There [[name]] becomes the symbol of a parameter,
{{name}} the value of a constant of the package, and each stage ends with the parameters that its equations used.
"""

import argparse
import sys
from pathlib import Path

import printed_pages as printed
import session_pages
from model_page import model_page
from printed_pages import DOCS, WRITTEN

from liftspan.figures.files import save_figure
from liftspan.figures.forecast import forecast_figure
from liftspan.figures.how_fast import draw
from liftspan.figures.session import draw as draw_session
from liftspan.figures.session_check import draw as draw_check
from liftspan.forecast import forecast, read_patient
from liftspan.how_fast import how_fast
from liftspan.session.answer import session_of
from liftspan.session.check import checked_rows
from liftspan.treatment import load_protocols

STALE = 4


def main(arguments: list[str] | None = None) -> int:
    """Write the pages, or compare them."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--check", action="store_true", help="write nothing; exit 4 when a file is stale")
    options = parser.parse_args(arguments)
    texts = pages()
    stale = [path for path, text in texts.items() if not path.exists() or path.read_text(encoding="utf-8") != text]
    for path in stale:
        name = path.relative_to(DOCS.parent)
        if options.check:
            print(f"{name} is stale; run: python docs/print_model.py", file=sys.stderr)
        else:
            path.parent.mkdir(exist_ok=True)
            path.write_text(texts[path], encoding="utf-8")
            print(f"wrote {name}", file=sys.stderr)
    for path, print_slowly in printed.slow_pages().items():
        if path.exists() and printed.posterior_digest() not in path.read_text(encoding="utf-8"):
            stale.append(path)
            if options.check:
                print(f"docs/generated/{path.name} is stale; run: python docs/print_model.py", file=sys.stderr)
            else:
                path.write_text(WRITTEN + print_slowly(), encoding="utf-8")
                print(f"wrote docs/generated/{path.name}", file=sys.stderr)
    if not options.check:  # not compared: another machine may round a pixel differently
        draw((how_fast(load_protocols()["iv-single"], smooth=True),), DOCS / "iv-single.png")
        example = forecast(read_patient(DOCS.parent / "examples" / "patient.toml"))
        save_figure(forecast_figure(example), DOCS / "forecast-example.png")
        draw_session((session_of(load_protocols()["nasal-84"]),), DOCS / "session-nasal-84.png")
        draw_check(checked_rows(), DOCS / "session-check.png")
    return STALE if options.check and stale else 0


def pages() -> dict[Path, str]:
    """Every written file and what should stand in it."""
    generated = DOCS / "generated"
    return {
        DOCS / "model.md": model_page(),
        generated / "fit_used.md": WRITTEN + printed.fit_used(),
        generated / "dose_limits.md": WRITTEN + printed.dose_limits(),
        generated / "protocols.md": WRITTEN + printed.protocols(),
        generated / "tables.md": WRITTEN + printed.table_sizes(),
        generated / "claims.md": WRITTEN + printed.claims_listed(),
        generated / "fold_errors.md": WRITTEN + printed.kinetics_checked(),
        generated / "held_out.md": WRITTEN + printed.held_out(),
        generated / "forecast.md": WRITTEN + printed.forecast(),
        generated / "structures.md": WRITTEN + printed.structures(),
        generated / "recovery.md": WRITTEN + printed.recovery(),
        generated / "scale_columns.md": WRITTEN + printed.scale_columns(),
        generated / "session_rates.md": WRITTEN + session_pages.session_rates(),
        generated / "session_check.md": WRITTEN + session_pages.session_check(),
        generated / "session_parameters.md": WRITTEN + session_pages.session_parameters(),
    } | ({generated / "performance.md": WRITTEN + printed.performance()} if printed.MEASURED.exists() else {})


if __name__ == "__main__":
    sys.exit(main())
