"""The table of claims: ids, sources that are addresses of papers where one is known."""

import re

import pytest

from liftspan.errors import InvalidInput
from liftspan.evidence.claims import find_claim, load_claims, source_of


def test_every_claim_has_a_short_id_of_its_own_and_every_cell():
    claims = load_claims()
    ids = [claim.claim_id for claim in claims]
    assert len(set(ids)) == len(claims) == 15
    for claim in claims:
        assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", claim.claim_id)
        assert claim.claim and claim.evidence and claim.numbers and claim.verdict and claim.sources


def test_a_source_is_words_and_an_address():
    found = source_of("Daly 2019 https://doi.org/10.1001/jamapsychiatry.2019.1189")
    assert (found.words, found.address) == ("Daly 2019", "https://doi.org/10.1001/jamapsychiatry.2019.1189")
    assert source_of("J&J pages").address == ""


def test_an_unknown_id_is_answered_with_the_nearest():
    assert find_claim(" Spacing ").claim_id == "spacing"
    with pytest.raises(InvalidInput, match="did you mean 'inflammation'"):
        find_claim("inflamation")
