"""Courses in words against days counted by hand."""

from dataclasses import replace

import pytest

from liftspan.evidence import load_evidence
from liftspan.evidence.schedule_words import days_in_words
from liftspan.evidence.usual import filled


@pytest.mark.parametrize(
    ("words", "until_d", "days"),
    [
        ("twice weekly for 2 weeks", 100.0, (0, 3, 7, 10)),
        ("thrice weekly for 1 weeks", 100.0, (0, 2, 4)),
        ("twice weekly for 1 weeks, then weekly for 3 weeks", 100.0, (0, 3, 7, 14, 21)),
        ("weekly for 2 weeks, then every 10 days until week 6", 100.0, (0, 7, 14, 24, 34)),
        ("weekly for 1 weeks, then weekly, every 2 or every 4 weeks until week 56", 40.0, (0, 7, 21, 35)),
        ("weekly for 2 weeks, then none for 8 weeks", 100.0, (0, 7)),
        ("weekly for 8 weeks", 15.0, (0, 7, 14)),
        ("once", 100.0, ()),
    ],
)
def test_words_become_days(words, until_d, days):
    assert days_in_words(words, until_d) == tuple(float(day) for day in days)


def arm(trial_id, arm_id):
    return load_evidence().arms[trial_id, arm_id]


def test_a_course_goes_on_as_its_words_say_and_the_note_says_so():
    listed = arm("ellipse_france", "esk")
    same, nothing = filled(listed, 40.0)
    assert same.session_days == listed.session_days and nothing == ()
    longer, said = filled(listed, 100.0)
    # Listed to day 49; then less than weekly: every 10 days from week 8 (day 56) on, before day 100.
    assert longer.session_days[len(listed.session_days) :] == (56.0, 66.0, 76.0, 86.0, 96.0)
    assert "after day 56" in said[0] and "mean frequency" in said[0]


def test_a_single_session_stays_one_and_an_unstated_spray_follows_the_label():
    assert filled(arm("murrough2013", "ket"), 200.0)[0].session_days == (0.0,)
    unstated = replace(arm("realesk_italy", "esk"), session_days=(), schedule="")
    days = filled(unstated, 60.0)[0].session_days
    assert days[:8] == (0.0, 3.0, 7.0, 10.0, 14.0, 17.0, 21.0, 24.0)
    assert days[8:] == (28.0, 35.0, 42.0, 49.0, 56.0)
