"""Words of a rule file that have a closed list of meanings: one vocabulary for each."""

from liftspan.monitoring.records import MEASURES, Basis, Kind
from liftspan.treatment.drug import Drug
from liftspan.treatment.route import Route
from liftspan.vocabulary import Vocabulary

MEASURE = Vocabulary(
    "measure",
    tuple(MEASURES),
    {
        "systolic": "systolic_mmhg",
        "diastolic": "diastolic_mmhg",
        "pulse": "heart_rate_per_min",
        "heart_rate": "heart_rate_per_min",
        "spo2": "oxygen_saturation_percent",
        "oxygen_saturation": "oxygen_saturation_percent",
        "respiratory_rate": "respiratory_rate_per_min",
        "respiration_rate": "respiratory_rate_per_min",
        # without these the nearest word of a breathing rate would be the heart's
        "breathing": "respiratory_rate_per_min",
        "breathing_rate": "respiratory_rate_per_min",
        "breathing_per_min": "respiratory_rate_per_min",
        "breathing_rate_per_min": "respiratory_rate_per_min",
        "breaths_per_min": "respiratory_rate_per_min",
        "rr": "respiratory_rate_per_min",
        "hr": "heart_rate_per_min",
        "pulse_per_min": "heart_rate_per_min",
        "sbp": "systolic_mmhg",
        "dbp": "diastolic_mmhg",
        "moaa/s": "moaas",
    },
    {"age_y": "age is no reading; a limit has age_from_y and age_below_y, and the person has --age"},
)
KIND = Vocabulary("kind", tuple(Kind))
BASIS = Vocabulary("basis", tuple(Basis))
NAMED = {
    "drugs": Vocabulary("drugs:", tuple(one.value for one in Drug)),
    "routes": Vocabulary("routes:", tuple(one.value for one in Route)),
}
