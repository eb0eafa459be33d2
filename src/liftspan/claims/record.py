"""Claims as JSON: fields are added, never changed."""

from liftspan.claims.agreement import RULE, Agreement, rules_of
from liftspan.claims.answer import ClaimAnswer
from liftspan.claims.quantities import ModelAnswer, Quantity
from liftspan.how_fast.answer import LEVEL
from liftspan.how_fast.record import risks_record, tidy

SCHEMA = "liftspan/evidence-claims/1"


def as_record(answers: tuple[ClaimAnswer, ...]) -> dict:
    """Plain data of claims, in the order in which it is written."""
    effort, manifest = answers[0].effort, answers[0].manifest
    return {
        "schema": SCHEMA,
        "interval": {"level": LEVEL, "kind": "equal-tailed"},
        "people": {"group_size": effort.group_size, "posterior_draws": effort.draws, "seed": effort.seed},
        "claims": [_claim(answer) for answer in answers],
        "model": {name: manifest[name] for name in ("status", "method", "rows", "evidence_sha256", "versions")},
    }


def _claim(answer: ClaimAnswer) -> dict:
    claim = answer.claim
    return {
        "id": claim.claim_id,
        "claim": claim.claim,
        "evidence": claim.evidence,
        "numbers": claim.numbers,
        "model": _model(answer.model),
        "verdict": claim.verdict,
        "agreement": _agreement(answer.agreement),
        "risks": [
            {"treatment": one.text, "status": one.status, **risks_record(one.risks)} for one in answer.model.treatments
        ],
        "sources": [{"text": source.words, "address": source.address} for source in claim.sources],
    }


def _agreement(found: Agreement) -> dict:
    return {
        "verdict": found.verdict,
        "says": found.says,
        "rule": RULE,
        "compared": [
            {
                "quantity": one.quantity.name,
                "published": {"low": tidy(one.low), "high": tidy(one.high)},
                "disagrees": list(rules_of(one)),
            }
            for one in found.compared
        ],
    }


def _model(model: ModelAnswer) -> dict:
    return {
        "speaks": model.speaks,
        "says": model.says,
        "quantities": [_quantity(one) for one in model.quantities],
        "limits": list(model.limits),
    }


def _quantity(one: Quantity) -> dict:
    values = {name: tidy(getattr(one, name)) for name in ("mean", "median", "low", "high")}
    record = {"name": one.name, "unit": one.unit, "of": one.of, "difference": one.difference, **values}
    return record if one.unfinished is None else {**record, "unfinished": tidy(one.unfinished)}
