"""The main answer: how fast, how far, for how long and in how many a treatment lifts depression.

answer.py   START HERE: `how_fast(treatment, ...)` -> HowFast
spans.py    time to response, duration of response
limits.py   what is refused, stretched, assumed
record.py   HowFast -> the JSON that others rely on
dataset.py  HowFast -> xarray.Dataset
beside_risk.py  the risks of a session beside its benefit; what one treatment buys and costs more
words.py    HowFast -> text of at most 100 columns
"""

from liftspan.how_fast.answer import HowFast, Interval, Question, TimePoint, Twice, how_fast
from liftspan.how_fast.beside_risk import exchange_record
from liftspan.how_fast.dataset import as_dataset
from liftspan.how_fast.record import as_record
from liftspan.how_fast.words import as_text, versus_text

__all__ = [
    "HowFast",
    "Interval",
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
