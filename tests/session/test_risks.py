"""Risks that stand beside benefit: the same numbers as the session's own answer, monotone, placebo without drug."""

from itertools import pairwise

import numpy as np
import pytest

from liftspan.session.answer import session_of
from liftspan.session.risks import COUNTED_SESSIONS, session_risks
from liftspan.treatment import find_protocol, parse_treatment


def test_risks_beside_benefit_are_those_of_the_session():
    protocol = find_protocol("nasal-84")
    risks, answer = session_risks(protocol.regimen), session_of(protocol)
    assert risks.dose == answer.dose and risks.sessions == 8
    for name, values in risks.once.items():
        assert np.median(values) == pytest.approx(answer.probabilities[name].median), name
        assert np.median(risks.once_placebo[name]) == pytest.approx(answer.placebo_probabilities[name].median), name
    # The mean over 150 people here, and over their even spread there.
    assert np.median(risks.peaks["systolic_mmhg"]) == pytest.approx(answer.peaks["systolic"][0].median, rel=0.05)
    assert np.median(risks.peaks["cadss"]) == pytest.approx(answer.peaks["cadss"][0].median, rel=0.1)


def test_a_course_is_at_least_one_session_and_at_most_their_sum():
    risks = session_risks(find_protocol("iv-induction").regimen)
    assert risks.sessions > 1
    for name in risks.once:
        assert np.all(risks.course[name] >= risks.once[name] - 1e-12), name
        assert np.all(risks.course[name] <= risks.sessions * risks.once[name] * 1.35 + 1e-9), name
        assert np.all(risks.course_placebo[name] <= risks.course[name] + 1e-12), name


def test_more_dose_never_risks_less_in_any_clinic():
    doses = [session_risks(parse_treatment(f"{mg} mg nasal esketamine, once")) for mg in (28, 56, 84)]
    for less, more in pairwise(doses):
        for name in less.once:
            assert np.all(more.once[name] >= less.once[name] - 1e-12), name
        assert np.all(more.peaks["systolic_mmhg"] > less.peaks["systolic_mmhg"])


def test_long_courses_are_told_as_far_as_trials_counted():
    assert session_risks(find_protocol("nasal-label").regimen).sessions == COUNTED_SESSIONS


def test_no_drug_and_no_published_session_have_no_numbers():
    assert session_risks(find_protocol("placebo-visits").regimen) is None
    assert session_risks(find_protocol("oral-solution").regimen) is None
