"""A patient's file, read from text."""

import pytest

from liftspan.errors import InvalidInput
from liftspan.forecast.patient import Patient
from liftspan.forecast.reading import read_patient


@pytest.fixture
def read(tmp_path):
    def reading(text: str, **options) -> Patient:
        path = tmp_path / "patient.toml"
        path.write_text(text, encoding="utf-8")
        return read_patient(path, **options)

    return reading


@pytest.fixture
def refused(read):
    def refusing(text: str, **options) -> tuple[str, ...]:
        with pytest.raises(InvalidInput) as error:
            read(text, **options)
        return error.value.problems

    return refusing
