"""All claims answered once, with few draws and people."""

import pytest

from liftspan.claims import claim_answers
from liftspan.claims.answer import Effort


@pytest.fixture(scope="session")
def answers():
    return {answer.claim.claim_id: answer for answer in claim_answers((), Effort(draws=20, group_size=20))}
