"""docs/tables.md says what the code does."""

import re
from pathlib import Path

from liftspan.events.checks import LARGEST_PLAUSIBLE_MG
from liftspan.events.columns import COLUMNS, ROUTES
from liftspan.events.doses import CARRY, SITTING_H
from liftspan.events.mass import LARGEST_GAP
from liftspan.parameters import body_value

PAGE = (Path(__file__).parents[2] / "docs" / "tables.md").read_text(encoding="utf-8")


def test_every_column_and_every_route_has_its_place():
    table = " ".join(re.findall(r"^\| ([A-Z, ]+) \|", PAGE, re.M))
    assert set(re.findall(r"[A-Z]+", table)) == set(COLUMNS)
    assert [f"`{route}`" for route in ROUTES if f"`{route}`" not in PAGE] == []


def test_numbers_are_those_of_the_code():
    assert f"{body_value('population_weight_kg'):g} kg and {body_value('population_age_y'):g} years" in PAGE
    assert f"within {SITTING_H:g} hours" in PAGE
    assert f"More than {LARGEST_PLAUSIBLE_MG:g} mg in a day" in PAGE
    assert LARGEST_GAP == 1e-6
    assert all(f"`--carry {rule}`" in PAGE for rule in CARRY)


def test_cautions_and_clocks_are_those_of_the_code():
    from math import exp

    from liftspan.events.cautions import ROUND_MINUTES, SPREADSHEET_DAYS, YEAR_H, longest_infusion_h
    from liftspan.events.columns import DAYS, OCCASIONS
    from liftspan.parameters import BODY
    from liftspan.population import SPREADS_SUSPECTED
    from liftspan.treatment.amounts import (
        MG_PER_KG_SUSPECTED_BELOW_MG,
        MG_SUSPECTED_ABOVE_MG_PER_KG,
        MG_SUSPECTED_ABOVE_MG_PER_KG_IV,
    )

    clocks, cautions = (PAGE.split(f"## {name}\n")[1].split("\n## ")[0] for name in (
        "A clock that starts again", "Cautions"))  # fmt: skip
    assert [name for name in OCCASIONS if not re.search(rf"\b{name}\b", clocks)] == []
    assert f"Days ({', '.join(DAYS)})" in clocks
    assert f"length the evidence tables print ({longest_infusion_h():g} h)" in cautions
    assert f"AMT below {MG_PER_KG_SUSPECTED_BELOW_MG:g} mg" in cautions
    limits = MG_SUSPECTED_ABOVE_MG_PER_KG_IV, MG_SUSPECTED_ABOVE_MG_PER_KG
    assert "more than {:g} mg/kg iv or {:g} mg/kg by another route".format(*limits) in cautions
    assert f"first record at hour {YEAR_H:g} or later" in cautions
    assert "{} to {}".format(*SPREADSHEET_DAYS) in cautions
    assert f"multiple of {ROUND_MINUTES:g}" in cautions
    usual = BODY["population_weight_kg"]
    assert f"({usual.value * exp(SPREADS_SUSPECTED * usual.spread):.0f} kg)" in cautions


def test_the_limits_of_people_are_those_of_the_code():
    from liftspan.cli.people import COLUMNS, MOST_PEOPLE
    from liftspan.population import LIMITS

    people = PAGE.split("## A file of people\n")[1]
    assert all(f"`{column}`" in people for column in COLUMNS) and f"at most {MOST_PEOPLE}" in people
    said = "Weights are {:g} to {:g} kg, ages {:g} to {:g} years, baselines {:g} to {:g} points"
    assert said.format(*(bound for _, low, high, _, _ in LIMITS for bound in (low, high))) in people


def test_the_example_is_read_as_it_is_told(answer):
    found = answer(re.search(r"```text\n(.*?)```", PAGE, re.S)[1])
    assert found.doses.start_h.tolist()[:3] == [0, 24, 48]
    assert found.doses.amount_mg.tolist()[3:] == [28, 28, 28]
    assert (found.seen > 0).all()
