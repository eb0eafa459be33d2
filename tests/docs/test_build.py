"""The documentation builds without a warning and without network, and what it shows runs."""

import html
import re
import subprocess
import sys
from pathlib import Path

import pytest

import liftspan
from liftspan.how_fast import as_record, how_fast
from liftspan.how_fast.answer import LEVEL
from liftspan.how_fast.limits import FEW_TRIALS, FITTED_UNTIL_H, OLDER_Y
from liftspan.how_fast.question import ALWAYS_H, FOLLOW_UP_H
from liftspan.mood.scales import MADRS, RESPONSE_FRACTION
from liftspan.parameters import ENROLMENT_SD_BELOW_MEAN, FLUCTUATION_DAYS, RATING_NOISE_POINTS
from liftspan.population import LIMITS
from liftspan.treatment import find_protocol

ROOT = Path(__file__).resolve().parents[2]
DOCS, EXAMPLE = ROOT / "docs", ROOT / "examples" / "how_fast.py"
BUILD = "python -m sphinx -W --keep-going -b html docs docs/_build/html"


def _page(name: str) -> str:
    return " ".join((DOCS / name).read_text(encoding="utf-8").split())


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    """The finished process, and the pages by name."""
    folder = tmp_path_factory.mktemp("docs")
    command = [sys.executable, "-m", *BUILD.split()[2:-2], "-q", "-E", "-d", str(folder / "trees")]
    done = subprocess.run(
        [*command, str(DOCS), str(folder / "html")], capture_output=True, text=True, check=False, cwd=ROOT
    )
    return done, {path.name: path.read_text(encoding="utf-8") for path in (folder / "html").glob("*.html")}


def test_docs_build_without_warnings_and_load_nothing_from_elsewhere(built):
    done, pages = built
    assert done.returncode == 0, done.stderr
    assert {"index.html", "how_fast.html", "model.html", "evidence.html", "limits.html", "api.html"} <= set(pages)
    for name, page in pages.items():
        fetched = re.findall(r"<(?:script|link|img)[^>]*(?:src|href)=\"(https?:[^\"]*)", page)
        assert not fetched, f"{name} loads {fetched}"


def test_the_command_that_builds_the_pages_stands_on_the_first_one():
    assert f"```sh\n{BUILD}\n```" in (DOCS / "index.md").read_text(encoding="utf-8")


# What Markdown and roles leave behind where they were not understood.
LEFT_OVER = (
    r":::", r"\{[a-z][a-z-]*\}", r"\|\s*:?-+", r"^\s*\|", r"\*\*", r"`", r"\]\(", r"\$", r"^#+ ", r"\[\^",
    r"(?<!\w)_\w+_(?!\w)",
)  # fmt: skip
QUOTED = re.compile(r"<(pre|code|script|style|math|svg)\b.*?</\1>", re.DOTALL)


def left_over(page: str) -> list[str]:
    """Markup that a reader of the page would see as letters, with what stands around it."""
    body = re.search(r"<article[^>]*>(.*?)</article>", page, re.DOTALL)
    words = html.unescape(re.sub(r"<[^>]+>", "", QUOTED.sub("", body[1] if body else page)))
    found = (one for pattern in LEFT_OVER for one in re.finditer(pattern, words, re.MULTILINE))
    return [words[max(0, one.start() - 20) : one.end() + 20] for one in found]


def test_no_page_shows_its_markup(built):
    _, pages = built
    for name, page in pages.items():
        assert left_over(page) == [], name


def test_markup_that_was_left_over_would_be_seen():
    for text in (":::{note}", "|---|", "a **word**", "[words](page.md)", "{ref}`x`", "| a | b |", "$x$", "## A", "_x_"):
        assert left_over(f"<article><p>{text}</p></article>"), text
    assert not left_over("<article><p>a - b | c, 5 % of a_b_c</p><pre>**a** | `b`</pre></article>")


def test_every_box_of_the_sources_is_a_box_of_the_pages(built):
    # `:::{important}` stood on the page as three colons: colon fences were not switched on.
    _, pages = built
    boxes = 0
    for source in sorted(DOCS.glob("*.md")):
        wanted = re.findall(r"^:::+\{(\w+)\}", source.read_text(encoding="utf-8"), re.MULTILINE)
        shown = pages.get(f"{source.stem}.html", "").count('class="admonition')
        assert shown >= len(wanted), source.name
        boxes += len(wanted)
    assert boxes >= 3


def test_the_example_runs_and_is_short():
    assert len(EXAMPLE.read_text(encoding="utf-8").splitlines()) <= 12
    ran = subprocess.run([sys.executable, str(EXAMPLE)], capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr
    assert "MADRS points after 24 h" in ran.stdout


def test_every_field_of_the_json_is_explained():
    record = as_record(how_fast(find_protocol("iv-single"), draws=5, group_size=5))
    page = (DOCS / "how_fast.md").read_text(encoding="utf-8")
    inner = {key for name in ("treatment", "people", "interval", "scale", "risks", "evidence", "model",
                              "time_to_response_d", "duration_of_response_d") for key in record[name]}  # fmt: skip
    words = set(re.findall(r"\w+", page))
    missing = ({*record, *record["timeline"][0], *inner}) - words
    assert not missing


def test_every_public_name_stands_on_the_page_of_python():
    page = (DOCS / "api.md").read_text(encoding="utf-8")
    missing = [f"{module}.{name}" for module, names in liftspan.PUBLIC.items() for name in names
               if f":: {module}.{name}\n" not in page]  # fmt: skip
    assert not missing


def test_numbers_in_the_prose_are_those_of_the_code():
    how, limits = _page("how_fast.md"), _page("limits.md")
    assert LEVEL == 0.9 and "equal-tailed 90 % intervals" in how
    assert RESPONSE_FRACTION == 0.5 and "at most half of the first score" in how
    assert f"a MADRS score of at most {MADRS.remission_at_most:g}" in how
    assert f"look {FOLLOW_UP_H / 168:g} weeks beyond the end of the plan" in how
    assert f"no row later than {FITTED_UNTIL_H / 168:g} weeks" in how
    assert f"{', '.join(f'{hours:g}' for hours in ALWAYS_H[:-1])} and {ALWAYS_H[-1]:g} `hours`" in how
    assert FEW_TRIALS == 3 and "fewer than three trials" in limits
    assert f"people from {OLDER_Y:g} years" in limits
    assert f"an SD of {RATING_NOISE_POINTS:g} points" in limits
    assert f"time constant of {FLUCTUATION_DAYS:g} days" in limits
    assert f"{ENROLMENT_SD_BELOW_MEAN:g} SD below their mean" in limits
    edges = {name: (low, high) for name, low, high, _, _ in LIMITS}
    assert "a baseline below {:g} or above {:g} on MADRS".format(*edges["baseline"]) in limits
    assert "a weight outside {:g} to {:g} kg".format(*edges["weight"]) in limits
    assert f"people under {edges['age'][0]:g}" in limits
