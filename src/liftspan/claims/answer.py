"""Every claim of the table with what the model says of it.

answers = claim_answers(("first-24-hours",))
answers[0].model.quantities[0]  # response 24 hours after one infusion, with its interval
"""

from dataclasses import dataclass

import numpy as np

from liftspan.claims.agreement import Agreement, agreement_of
from liftspan.claims.quantities import Effort, Engine, ModelAnswer, Quantity, Treated
from liftspan.claims.silent import SILENT
from liftspan.claims.spoken import SPOKEN
from liftspan.evidence.claims import Claim, find_claim, load_claims
from liftspan.evidence.risks import risks_of
from liftspan.how_fast.arguments import words_asked
from liftspan.population import draw_people, usual_enrolment
from liftspan.posterior import load_posterior
from liftspan.treatment import find_protocol

__all__ = ["ClaimAnswer", "Effort", "ModelAnswer", "Quantity", "Treated", "claim_answers"]


@dataclass(frozen=True)
class ClaimAnswer:
    """One claim: the row of the table, what the model says, and whether the two agree."""

    claim: Claim
    model: ModelAnswer
    agreement: Agreement
    effort: Effort
    manifest: dict


def claim_answers(claim_ids: str | tuple[str, ...] = (), effort: Effort | None = None) -> tuple[ClaimAnswer, ...]:
    """Claims of these ids, or all of them, with the model's answers computed now.

    Args:
        claim_ids: one, or several in any order; the answers keep it.
        effort: draws, people and seed; default those of `how_fast`.

    Raises InvalidInput for an id that is no claim, with the nearest one.
    """
    effort = effort or Effort()
    asked = tuple(find_claim(claim_id) for claim_id in words_asked(claim_ids)) if claim_ids else load_claims()
    engine, manifest = Engine(effort), load_posterior().manifest
    models = ((claim, _model(claim.claim_id, engine)) for claim in asked)
    return tuple(ClaimAnswer(claim, model, agreement_of(model.compared), effort, manifest) for claim, model in models)


def _model(claim_id: str, engine: Engine) -> ModelAnswer:
    if claim_id in SPOKEN:
        return SPOKEN[claim_id](engine)
    reason, names = SILENT[claim_id]
    return ModelAnswer(reason, False, (), tuple(_treated(name, engine.effort) for name in names), ())


def _treated(name: str, effort: Effort) -> Treated:
    """A named treatment of the people that the model is asked about."""
    protocol = find_protocol(name)
    people = draw_people(usual_enrolment(None, None, None), effort.seed, 1, effort.group_size)
    return Treated(protocol.regimen.text, protocol.status, risks_of(protocol.regimen, float(np.mean(people.weight_kg))))
