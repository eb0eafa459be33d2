"""`evidence list`, `show`, `forest`: what a person sees, what a machine reads, and what is refused."""

import io
import json
import re
import sys

import pytest

from liftspan.cli.plain_table import plain_table, print_table
from liftspan.evidence import load_evidence

RISKS, OFF_LABEL = "dissociation", "off label for depression"


def test_the_list_names_every_trial_and_counts_people(liftspan_says):
    found = liftspan_says("evidence", "list")
    assert (found.code, found.err) == (0, "")
    names = [line.split()[0] for line in found.out.splitlines() if line.strip()]
    assert set(load_evidence().trials) <= set(names)
    assert "78 trials listed." in found.out


def test_a_filter_that_nothing_matches_says_so(liftspan_says):
    found = liftspan_says("evidence", "list", "no such words anywhere")
    assert found.code == 0
    assert "No trial matches" in found.out


def test_a_list_for_machines_holds_the_same_trials(liftspan_says):
    record = json.loads(liftspan_says("evidence", "list", "--drug", "arketamine", "--json").out)
    assert next(iter(record)) == "schema"
    assert record["schema"] == "liftspan/evidence-list/1"
    assert {one["trial_id"] for one in record["trials"]} == {"leal2021_arketamine_open", "leal2023_arketamine_rct"}
    # 7 people in the open pilot, 10 in the crossover.
    assert (record["counts"]["trials"], record["counts"]["people"]) == (2, 17)
    assert {one["fitted"] for one in record["trials"]} == {True, False}


@pytest.mark.parametrize(
    "words",
    [
        ("list", "--drug", "esketamine"),
        ("show", "canuso2018_persevere"),
        ("show", "levomilnacipran_jpn"),
        ("forest", "--outcome", "response"),
    ],
)
def test_risks_and_status_stand_under_every_answer(words, liftspan_says):
    text = " ".join(liftspan_says("evidence", *words).out.split())
    assert RISKS in text and OFF_LABEL in text and "supervised sessions only" in text
    record = json.loads(liftspan_says("evidence", *words, "--json").out)
    assert RISKS in record["cautions"][0] and OFF_LABEL in record["cautions"][1]


def test_a_trial_shows_each_of_its_rows_with_source_and_address(liftspan_says):
    found = liftspan_says("evidence", "show", "murrough2013")
    assert found.code == 0
    rows = [row for row in load_evidence().observations if row.trial_id == "murrough2013"]
    for row in rows:
        number, value = row.row_id.removeprefix("murrough2013."), f"{row.value:g}"
        (line,) = [line for line in found.out.splitlines() if line.startswith(f"{number} ")]
        assert value in line.split()
        assert row.source_url in found.out
    for words in (
        "NCT00768430",
        "PMID 23982301",
        "the shipped posterior was fitted",
        "midazolam iv 0.045 mg/kg",
        "n 47",
    ):
        assert words in found.out


def test_a_trial_for_machines_keeps_cells_and_traps(liftspan_says):
    record = json.loads(liftspan_says("evidence", "show", "lii2023", "--json").out)
    assert record["schema"] == "liftspan/evidence-trial/1"
    assert record["trial"]["fitted"] is True
    assert {arm["arm_id"] for arm in record["arms"]} == {"ket", "pbo"}
    rows = {row["row_id"]: row for row in record["observations"]}
    assert (rows["lii2023.003"]["value"], rows["lii2023.003"]["trap"]) == (12.7, "")
    assert "misprint" in rows["lii2023.036"]["trap"]
    assert record["predicted"] == []


@pytest.mark.parametrize("suffix", ["png", "svg", "pdf"])
def test_a_trial_is_drawn_beside_what_the_model_expects(suffix, liftspan_says, tmp_path):
    target = tmp_path / f"trial.{suffix}"
    record = json.loads(liftspan_says("evidence", "show", "murrough2013", "--plot", target, "--json").out)
    assert target.stat().st_size > 5000
    assert {(band["kind"], band["arm_id"]) for band in record["predicted"]} == {
        ("madrs_change", "ket"),
        ("madrs_change", "mdz"),
        ("response", "ket"),
    }


def test_a_forest_for_machines_holds_groups_and_what_is_left_out(liftspan_says):
    record = json.loads(liftspan_says("evidence", "forest", "--by", "time", "--json").out)
    assert record["schema"] == "liftspan/evidence-forest/1"
    assert record["interval"] == {"level": 0.9, "kind": "equal-tailed"}
    day = next(group for group in record["groups"] if group["group"].startswith("24 h"))
    assert day["studies"] == len(day["contrasts"]) >= 3
    assert day["new_study"]["low"] < day["pooled"]["low"] < day["pooled"]["estimate"] < day["pooled"]["high"]
    assert sum(one["weight"] for one in day["contrasts"]) == pytest.approx(1.0)
    few = [group for group in record["groups"] if group["studies"] < 3]
    assert few and all(group["new_study"] is None and group["new_study_note"] for group in few)
    assert record["left_out"]


def test_odds_ratios_are_shown_as_ratios(liftspan_says):
    record = json.loads(liftspan_says("evidence", "forest", "--outcome", "response", "--json").out)
    assert record["measure"] == "odds ratio"
    for group in record["groups"]:
        assert 0.0 < group["pooled"]["low"] < group["pooled"]["estimate"] < group["pooled"]["high"]


@pytest.mark.parametrize("outcome", ["madrs", "response", "remission"])
def test_a_forest_is_drawn(outcome, liftspan_says, tmp_path):
    target = tmp_path / "forest.svg"
    assert liftspan_says("evidence", "forest", "--outcome", outcome, "--plot", target).code == 0
    assert target.stat().st_size > 5000


@pytest.mark.parametrize(
    "words, told",
    [
        (("list", "--drug", "ketamin"), "did you mean 'ketamine'?"),
        (("list", "--year", "soon"), "is no year"),
        (("show", "popova"), "did you mean popova2019_transform2?"),
        (("show", "lii2023", "--plot", "lii.gif"), "no format of a figure"),
        (("show", "daly2019_sustain1", "--plot", "one.png"), "leave --plot out"),
        (("forest", "--outcome", "sleep"), "is not known"),
        (("forest", "--by", "time", "--at", "24"), "the groups are the times"),
        (("forest", "--at", "nan"), "not after the first session"),
        (("forest", "--drug", "midazolam", "--plot", "one.png"), "nothing to draw"),
    ],
)
def test_what_cannot_be_answered_is_refused_in_words(words, told, liftspan_says, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    found = liftspan_says("evidence", *words)
    assert (found.code, found.out) == (3, "")
    assert told in found.err
    assert list(tmp_path.iterdir()) == []


def test_problems_of_filters_and_question_are_said_together(liftspan_says):
    found = liftspan_says("evidence", "forest", "--drug", "ketamin", "--by", "drgu", "--plot", "x.gif")
    assert found.code == 3
    assert found.err.startswith("3 problems")


def test_a_piped_table_cuts_nothing():
    text = plain_table(("name", "n"), [("a rather long name", "7"), ("b", "1200")], right=("n",))
    assert text == "name                   n\na rather long name     7\nb                   1200"


def test_a_table_fits_the_terminal_and_keeps_identifiers_whole(monkeypatch):
    class Terminal(io.StringIO):
        def isatty(self):
            return True

    screen = Terminal()
    monkeypatch.setattr(sys, "stdout", screen)
    monkeypatch.setenv("COLUMNS", "60")
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("NO_COLOR", "1")
    print_table(("trial", "notes"), [("popova2019_transform2", "[bold] " + "many words " * 20)], whole=["trial"])
    lines = re.sub(r"\x1b\[[0-9;]*m", "", screen.getvalue()).splitlines()  # without the marks of bold type
    assert max(map(len, lines)) <= 60
    assert any("popova2019_transform2" in line for line in lines)
    assert "[bold]" in screen.getvalue()  # cells are no markup
