"""Event tables as text, and what becomes of them."""

import csv
from types import SimpleNamespace

import numpy as np
import pytest

from liftspan.errors import InvalidInput
from liftspan.events import balance, explained_lines, predict, predicted_lines, read_events, schedule


@pytest.fixture(scope="session")
def read():
    """Text of a table -> Events."""
    return lambda text: read_events("t.csv", text.encode())


@pytest.fixture(scope="session")
def problems(read):
    """Text of a table -> the problems that refuse it."""

    def of(text) -> tuple[str, ...]:
        with pytest.raises(InvalidInput) as refused:
            read(text)
        return refused.value.problems

    return of


@pytest.fixture(scope="session")
def answer(read):
    """Text of a table -> predicted levels by row (nan where none), doses, and both tables written, as dicts."""

    def of(text, carry="locf"):
        events = read(text)
        doses = schedule(events, carry)
        mass = balance(events, doses)
        levels = predict(events, doses)
        return SimpleNamespace(
            events=events,
            doses=doses,
            levels=levels,
            seen=levels[~np.isnan(levels)],
            gap=mass.largest(),
            rows=list(csv.DictReader(predicted_lines(events, doses, levels))),
            explained=list(csv.DictReader(explained_lines(events, doses, carry))),
        )

    return of
