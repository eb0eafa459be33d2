"""Answers that several tests look at, computed once."""

from functools import cache

import pytest

from liftspan.how_fast import how_fast
from liftspan.treatment import find_protocol, parse_treatment


@cache
def _asked(text, **options):
    treatment = parse_treatment(text) if " " in text else find_protocol(text)
    return how_fast(treatment, **options)


@pytest.fixture(scope="session")
def whole():
    """The answer of the README's first command: all draws, 200 people."""
    return _asked("iv-single")


@pytest.fixture(scope="session")
def small():
    """An answer with few draws and people, for what does not depend on their number."""

    def asked(text, **options):
        return _asked(text, **{"draws": 30, "group_size": 25, **options})

    return asked
