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


def test_the_example_is_read_as_it_is_told(answer):
    found = answer(re.search(r"```text\n(.*?)```", PAGE, re.S)[1])
    assert found.doses.start_h.tolist()[:3] == [0, 24, 48]
    assert found.doses.amount_mg.tolist()[3:] == [28, 28, 28]
    assert (found.seen > 0).all()
