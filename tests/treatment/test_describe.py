"""Words and regimens go into each other without loss."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from liftspan.treatment import Dose, Drug, Regimen, Route, Session, describe, load_protocols, parse_treatment
from liftspan.units import HOURS_PER_DAY

ONCE_AND_AGAIN = [
    "0.5 mg/kg iv ketamine over 40 min, twice weekly for 3 weeks",
    "0.5 mg/kg iv ketamine over 40 min, once",
    "0.5 mg/kg iv arketamine bolus, every 2 weeks for 8 weeks",
    "60 mg oral ketamine, daily for 5 days",
    "28 mg nasal esketamine first, then 56 mg nasal esketamine, thrice weekly for 2 weeks, then weekly for 4 weeks",
    "0.1 mg/kg sc ketamine, weekly for 2 weeks, then 0.2 mg/kg sc ketamine, weekly for 2 weeks",
    "placebo visits, twice weekly for 4 weeks, with a new oral antidepressant",
    "oral antidepressant daily for 8 weeks",
    "84 mg nasal esketamine, twice weekly for 4 weeks, with a continued oral antidepressant",
    "100 mg sublingual ketamine, on days 0, 1, 5, 20",
]


@pytest.mark.parametrize("sentence", ONCE_AND_AGAIN)
def test_a_canonical_sentence_is_a_fixed_point(sentence):
    assert describe(parse_treatment(sentence)) == sentence


@st.composite
def whats(draw, per_kg: bool):
    """The doses of one session, of any drug by any route, as the grammar can say them."""
    drug = draw(st.sampled_from([Drug.KETAMINE, Drug.ESKETAMINE, Drug.ARKETAMINE, Drug.PLACEBO]))
    route = draw(st.sampled_from(list(Route)))
    if drug is Drug.PLACEBO:
        return ()
    if drug is Drug.ESKETAMINE and route is Route.NASAL:
        count = draw(st.integers(1, 4))
        return tuple(Dose(drug, route, 28.0, False, n * 5.0 / 60.0, 0.0) for n in range(count))
    amount = draw(st.integers(10, 4000)) / 1000 if per_kg else draw(st.integers(50, 5000)) / 10
    minutes = draw(st.integers(1, 240)) if route in (Route.IV, Route.SC, Route.NASAL) else 0
    return (Dose(drug, route, amount, per_kg, 0.0, draw(st.sampled_from([0.0, minutes / 60.0]))),)


@st.composite
def regimens(draw):
    """Any sessions on whole days, some in a rhythm and some not."""
    gaps = draw(st.lists(st.sampled_from([1, 2, 3, 4, 7, 14]), max_size=20) | st.just([3, 4] * 4 + [7] * 3))
    days = [sum(gaps[:n]) for n in range(len(gaps) + 1)]
    choices = draw(st.lists(whats(draw(st.booleans())), min_size=1, max_size=3))
    sessions = tuple(Session(day * HOURS_PER_DAY, draw(st.sampled_from(choices))) for day in days)
    end_h = (days[-1] + draw(st.integers(0, 14))) * HOURS_PER_DAY
    return Regimen("", sessions, draw(st.booleans()), end_h)


@settings(deadline=None, max_examples=300)
@given(regimens())
def test_a_described_regimen_reads_back_to_the_same_plan(regimen):
    again = parse_treatment(describe(regimen))
    assert again.sessions == regimen.sessions
    assert again.end_h == regimen.end_h
    assert again.daily_oral_antidepressant == regimen.daily_oral_antidepressant


@pytest.mark.parametrize("protocol", load_protocols().values(), ids=lambda protocol: protocol.name)
def test_named_protocols_are_written_in_canonical_words_or_mean_the_same(protocol):
    again = parse_treatment(describe(protocol.regimen))
    assert (again.sessions, again.background) == (protocol.regimen.sessions, protocol.background)
