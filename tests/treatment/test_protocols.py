"""Named protocols say what they are, where they come from and what was assumed."""

import subprocess
import sys

import pytest

from liftspan.errors import InvalidInput
from liftspan.treatment import find_protocol, load_protocols
from liftspan.treatment.protocols import BACKGROUNDS, CONTROLS, SETTINGS
from liftspan.units import HOURS_PER_DAY

PROMISED = {
    "iv-single", "iv-induction", "nasal-84", "nasal-label", "nasal-label-65", "oral-antidepressant", "placebo-visits",
}  # fmt: skip


def days_of(name: str) -> list[float]:
    return [session.start_h / HOURS_PER_DAY for session in load_protocols()[name].regimen.sessions]


def session_mg(name: str) -> list[float]:
    return [sum(dose.amount for dose in session.doses) for session in load_protocols()[name].regimen.sessions]


def test_the_promised_names_are_there():
    assert load_protocols().keys() >= PROMISED


@pytest.mark.parametrize("protocol", load_protocols().values(), ids=lambda protocol: protocol.name)
def test_each_protocol_has_a_source_and_words_of_the_tables(protocol):
    assert protocol.control in CONTROLS and protocol.background in BACKGROUNDS and protocol.setting in SETTINGS
    assert protocol.source and protocol.source_url.startswith("https://") and protocol.title and protocol.status
    assert "assumed" not in protocol.regimen.text  # a named protocol leaves nothing to be assumed
    assert protocol.regimen.background == protocol.background  # the sentence says all of the treatment


@pytest.mark.parametrize("protocol", load_protocols().values(), ids=lambda protocol: protocol.name)
def test_racemic_ketamine_is_named_off_label_and_nothing_is_for_the_home(protocol):
    drugs = {dose.drug for session in protocol.regimen.sessions for dose in session.doses}
    assert ("off label" in protocol.status) == ("ketamine" in drugs)
    assert "home" not in " ".join((protocol.title, protocol.treatment, protocol.notes)).lower()


def test_six_infusions_fall_on_the_days_of_murrough_2013():
    assert days_of("iv-induction") == [0, 2, 4, 7, 9, 11]


def test_label_protocols_begin_with_the_dose_of_the_label():
    # plans.csv: under 65 years 56 mg on day 1; from 65 years 28 mg, then 28 mg steps.
    assert session_mg("nasal-label")[:3] == [56, 84, 84]
    assert session_mg("nasal-label-65")[:4] == [28, 56, 84, 84]
    assert session_mg("nasal-84") == [56] + [84] * 7
    assert days_of("nasal-label")[:12] == [0, 3, 7, 10, 14, 17, 21, 24, 28, 35, 42, 49]


def test_a_misspelt_name_is_answered_with_the_nearest():
    assert find_protocol(" IV-Single ").name == "iv-single"
    with pytest.raises(InvalidInput, match="did you mean 'iv-induction'"):
        find_protocol("iv-inducton")


def test_importing_treatments_loads_no_heavy_library():
    heavy = "{'numpy', 'scipy', 'pandas', 'jax', 'matplotlib', 'xarray', 'pydantic'}"
    code = f"import sys, liftspan.treatment as t; t.load_protocols(); assert not {heavy} & set(sys.modules)"
    subprocess.run([sys.executable, "-c", code], check=True)
