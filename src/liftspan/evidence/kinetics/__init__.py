"""Published kinetics beside the body: read a table of observations, predict it, check it.

scenario.py  a row's words -> dose, people, analyte, matrix
metrics.py   a concentration curve -> Cmax, Tmax, AUC, half-life, F, ...
predict.py   START HERE: rows -> predictions with a note where none is possible
check.py     fold errors by route and analyte, each study once
tune.py      the few parameters that were chosen on these data, and what they are without each study
"""

from liftspan.evidence.kinetics.predict import Prediction, predict_rows, shipped_observations

__all__ = ["Prediction", "predict_rows", "shipped_observations"]
