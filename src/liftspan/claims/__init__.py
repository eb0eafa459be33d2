"""Each common claim about ketamine beside the published numbers, what the model says of it, and the verdict.

answer.py   START HERE: `claim_answers(...)`; what an answer holds
spoken.py   the claims of which the model can say something, each as a few quantities
silent.py   the claims of which it says nothing, and why
agreement.py  whether model and evidence agree, by rule
record.py   answers -> JSON
words.py    answers -> text of at most 100 columns
"""

from liftspan.claims.answer import ClaimAnswer, ModelAnswer, Quantity, Treated, claim_answers
from liftspan.claims.record import as_record
from liftspan.claims.words import as_text

__all__ = ["ClaimAnswer", "ModelAnswer", "Quantity", "Treated", "as_record", "as_text", "claim_answers"]
