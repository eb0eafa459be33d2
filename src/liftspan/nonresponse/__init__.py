"""The clinic's first question: without response after 2, 4, 6 sessions, what is the chance of response by the end?

answer.py      START HERE: `nonresponse(treatment, ...)` -> NonResponse
published.py   what the tables hold of it, and what follows from them by arithmetic
record.py      NonResponse -> JSON
words.py       NonResponse -> text of at most 100 columns
"""

from liftspan.nonresponse.answer import AfterSessions, Chance, NonResponse, nonresponse
from liftspan.nonresponse.record import as_record
from liftspan.nonresponse.words import as_text

__all__ = ["AfterSessions", "Chance", "NonResponse", "as_record", "as_text", "nonresponse"]
