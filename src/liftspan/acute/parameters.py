"""Parameters of the session: what the fit estimates, with priors and sources, and what is fixed by assumption."""

from dataclasses import dataclass
from math import exp, log

ASSUMED = "assumption of this project"
OLOFSEN = "Olofsen 2022, Anesthesiology 136:792-801 (0.38-0.66 nmol/mL)"
LANGSJO = "order of size from Langsjo 2005 (mean pressure +27 % at 1959 ng/mL)"
SIGTERMANS = "between 40 and 320 ng/mL cardiac output rises 40-50 % (Sigtermans 2009); no C50 was readable"
NO_VALUE = "no value was readable; "


@dataclass(frozen=True)
class AcutePrior:
    """Normal(centre, spread) of the log or logit, or of the value itself ("plain")."""

    name: str
    centre: float  # on the natural scale
    spread: float  # SD on the transformed scale
    scale: str  # "log", "logit" or "plain"
    unit: str
    meaning: str
    source: str
    assumed: bool = True


# The published names of adverse events, and where each of them is expected, in log units of the placebo rate.
EVENTS = (
    "moaas_below_5",
    "loss_of_consciousness",
    "dissociation",
    "dizziness",
    "nausea",
    "vomiting",
    "headache",
    "anxiety",
    "vertigo",
    "dysgeusia",
    "sedation_reported",
    "hypertension_reported",
)
HABITUATING = ("dissociation", "dizziness", "nausea", "vertigo", "sedation_reported", "dysgeusia")
HABITUATES_UNTIL = 6  # sessions; SC dissociation reached its plateau by day 22 of weekly sessions (del Sant 2023)
WEEKS_OF_RATES, SESSIONS_OF_RATES = 4, 8  # placebo rates are of four weeks, twice a week (label)

_P = AcutePrior
PRIORS = (
    _P("systolic_max", 35.0, 0.5, "log", "mmHg", "mean largest systolic rise", LANGSJO),
    _P("diastolic_max", 22.0, 0.5, "log", "mmHg", "mean largest diastolic rise", LANGSJO),
    _P("heart_rate_max", 8.0, 0.8, "log", "1/min", "mean largest rise of heart rate", NO_VALUE + ASSUMED),
    _P("pressure_c50", 200.0, 0.5, "log", "ng/mL", "half of the largest rise", SIGTERMANS + "; " + ASSUMED),
    _P("pressure_person_spread", 0.5, 0.3, "log", "1", "SD of log sensitivity between people", NO_VALUE + ASSUMED),
    _P("systolic_noise", 6.0, 0.3, "log", "mmHg", "SD of one reading", NO_VALUE + ASSUMED),
    _P("diastolic_noise", 5.0, 0.3, "log", "mmHg", "SD of one reading", NO_VALUE + ASSUMED),
    _P("older_noise", 1.5, 0.3, "log", "1", "noise from 65 years, beside younger adults", NO_VALUE + ASSUMED),
    _P("systolic_before", 124.0, 4.0, "plain", "mmHg", "mean before a session", NO_VALUE + ASSUMED),
    _P("diastolic_before", 78.0, 3.0, "plain", "mmHg", "mean before a session", NO_VALUE + ASSUMED),
    _P("site_spread", 0.6, 0.3, "log", "1", "SD of log rise between sites and studies", "the cohorts; " + ASSUMED),
    _P("cadss_max", 20.0, 0.7, "log", "points", "median largest CADSS", NO_VALUE + ASSUMED),
    _P("cadss_c50", 121.0, 0.17, "log", "ng/mL", "half of it: change of perception", OLOFSEN, False),
    _P("cadss_hill", 2.0, 0.25, "log", "1", "steepness", NO_VALUE + ASSUMED),
    _P("cadss_spread", 0.9, 0.3, "log", "1", "SD of log CADSS between people and sessions", NO_VALUE + ASSUMED),
    _P("cadss_placebo", 0.1, 0.7, "logit", "1", "CADSS > 4 on placebo in four weeks", NO_VALUE + ASSUMED),
    _P("threshold_spread", 0.9, 0.3, "log", "1", "SD of log thresholds of events", NO_VALUE + ASSUMED),
    _P("threshold_person", 0.5, 0.7, "logit", "1", "share of it that stays with a person", NO_VALUE + ASSUMED),
    _P("habituation", 0.1, 0.7, "log", "1", "log units a session", "direction published, size an " + ASSUMED),
    _P("rate_spread", 0.3, 0.3, "log", "logit", "SD of event rates between studies", NO_VALUE + ASSUMED),
    _P("s_over_r", 2.4, 0.35, "log", "1", "potency of S over R", "1.2 (Temme, third party) to 4.7 (Ebert 1997)", False),
    *(
        _P(f"c50_{name}", 250.0, 1.5, "log", "ng/mL", f"median threshold: {name}", NO_VALUE + ASSUMED)
        for name in EVENTS
    ),
    *(
        _P(f"placebo_{name}", 0.05, 1.5, "logit", "1", f"four weeks of placebo: {name}", NO_VALUE + ASSUMED)
        for name in EVENTS
    ),
)
NAMES = tuple(prior.name for prior in PRIORS)

# Fixed by assumption: no readable source gives them.
NOISE_SPREAD = 0.3  # SD of the log of reading noise between people
SYSTOLIC_BEFORE_SD, DIASTOLIC_BEFORE_SD = 12.0, 9.0  # mmHg between people
OLDER_SYSTOLIC = 8.0  # mmHg higher before a session from 65 years
OLDER_Y = 65.0
READINGS_MIN = (40.0, 60.0, 90.0, 120.0)  # when pressure is read after a session in the trials


def centre_of(prior: AcutePrior) -> float:
    """Centre of a prior on its transformed scale."""
    return to_scale(prior.centre, prior.scale)


def to_scale(value: float, scale: str) -> float:
    """Natural to transformed scale."""
    if scale == "log":
        return log(value)
    return log(value / (1.0 - value)) if scale == "logit" else value


def natural(values) -> dict[str, float]:
    """Values of all parameters by name from their transformed vector, shape (parameter,)."""
    return {prior.name: _back(float(value), prior.scale) for prior, value in zip(PRIORS, values, strict=True)}


def _back(value: float, scale: str) -> float:
    if scale == "log":
        return exp(value)
    return 1.0 / (1.0 + exp(-value)) if scale == "logit" else value
