"""Published outcomes behind every number: read, checked as one, and looked up by treatment.

tables.py    START HERE: `load_evidence()` reads the shipped folder, or any folder in its format
records.py   Trial, Arm, Observation, Evidence: one row each, units in the names
columns.py   which column fills which field, of which type and in which range
checks.py    every problem of the three tables at once, with file, line, column, value and likely cause
near.py      the arms that resemble a planned treatment, and how many people they hold
points.py    what those arms published over time, ready to plot
claims.py    common claims with their verdicts and sources, and those of their numbers that a model gives
miss.py      how far trials that the model had not seen were missed, from the stored check
predictors.py  published predictors of response, nulls as nulls; predictors_said.py writes them
browse.py    trials by filters, and people counted once; course.py: one trial beside what the model expects
visual.py    published numbers beside the quantiles predicted of them, trial by trial: arms and contrasts
forest.py    meta-analysis in groups; contrasts.py: active minus control of a trial, once; pooling.py: the arithmetic
"""

from liftspan.evidence.near import NearEvidence, near_treatment
from liftspan.evidence.points import PublishedPoint, published_points
from liftspan.evidence.records import Arm, Evidence, Observation, Trial, primary
from liftspan.evidence.tables import load_evidence, shipped_rows, shipped_version

__all__ = [
    "Arm",
    "Evidence",
    "NearEvidence",
    "Observation",
    "PublishedPoint",
    "Trial",
    "load_evidence",
    "near_treatment",
    "primary",
    "published_points",
    "shipped_rows",
    "shipped_version",
]
