"""The main answer: how fast, how far, for how long and in how many a treatment lifts depression.

answer.py   START HERE: `how_fast(treatment, ...)` -> HowFast
question.py what is asked: plan, people, circumstances (open care by default), times; arguments.py: what callers write
spans.py    time to response, duration of response: two ratings in a row
limits.py   what is refused, stretched, assumed; stretched.py puts the sentences under "not known" together
beside_print.py  on which side of the answer the published values near the treatment lie
record.py   HowFast -> the JSON that others rely on
dataset.py  HowFast -> xarray.Dataset
beside_risk.py  the risks of a session beside its benefit; what one treatment buys and costs more
words.py    HowFast -> text of at most 100 columns
"""

from liftspan.how_fast.answer import HowFast, Interval, OfHundred, TimePoint, Twice, how_fast
from liftspan.how_fast.beside_risk import exchange_record
from liftspan.how_fast.dataset import as_dataset
from liftspan.how_fast.question import Question
from liftspan.how_fast.record import as_record
from liftspan.how_fast.words import as_text, versus_text

__all__ = [
    "HowFast",
    "Interval",
    "OfHundred",
    "Question",
    "TimePoint",
    "Twice",
    "as_dataset",
    "as_record",
    "as_text",
    "exchange_record",
    "how_fast",
    "versus_text",
]
