"""Closed lists of words: spellings fold, strangers are refused with the nearest word."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from liftspan.vocabulary import NotAWord, Vocabulary

DESIGN = Vocabulary(
    "design", ("open_label", "parallel"), {"rct": "parallel"}, {"crossover trial": "say which period is meant"}
)


@pytest.mark.parametrize("text", ["open_label", "Open_label", " OPEN-LABEL ", "open  label"])
def test_case_blanks_and_hyphens_are_folded(text):
    assert DESIGN.read(text) == "open_label"


def test_a_synonym_means_its_word():
    assert DESIGN.read("RCT") == "parallel"


def test_an_unknown_word_is_refused_with_the_nearest():
    with pytest.raises(NotAWord, match="design 'paralel' is not known; did you mean 'parallel'"):
        DESIGN.read("paralel")


def test_a_word_that_only_looks_like_one_says_why_it_is_none():
    with pytest.raises(NotAWord, match="say which period is meant"):
        DESIGN.read("Crossover-Trial")


@given(st.text(max_size=80))
def test_any_text_is_one_of_the_words_or_refused_in_one_printable_line(text):
    try:
        assert DESIGN.read(text) in DESIGN.words
    except NotAWord as error:
        assert str(error).isprintable()
