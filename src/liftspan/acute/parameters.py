"""Parameters of the session: what the fit estimates, with priors and sources, and what is fixed by assumption."""

from dataclasses import dataclass
from math import exp, log

ASSUMED = "assumption of this project"
OLOFSEN = "Olofsen 2022, Anesthesiology 136:792-801 (0.38-0.66 nmol/mL)"
LANGSJO = "order of size from Langsjo 2005 (mean pressure +27 % at 1959 ng/mL)"
SIGTERMANS = "between 40 and 320 ng/mL cardiac output rises 40-50 % (Sigtermans 2009); no C50 was readable"
IDVALL = "recovery at 640 and anaesthesia at 2210 ng/mL of racemate (Idvall 1979)"
NO_VALUE = "no value was readable; "
# Racemate counts as half S and half R: 1 ng/mL drives as 0.71 ng/mL of S at the prior's potency ratio of 2.4. Loss of
# consciousness lies between recovery (454) and anaesthesia (1566 ng/mL): their geometric middle, both at 1.6 SD.
UNCONSCIOUS = "loss_of_consciousness"
UNCONSCIOUS_C50_NG_PER_ML, UNCONSCIOUS_SD = 840.0, 0.38


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
    "sedation_or_somnolence",
    "hypertension_reported",
)
HABITUATING = (
    "dissociation", "dizziness", "nausea", "vertigo", "sedation_reported", "sedation_or_somnolence", "dysgeusia",
)  # fmt: skip
HABITUATES_UNTIL = 6  # sessions; SC dissociation reached its plateau by day 22 of weekly sessions (del Sant 2023)
WEEKS_OF_RATES, SESSIONS_OF_RATES = 4, 8  # placebo rates are of four weeks, twice a week (label)

_P = AcutePrior


def _threshold(name: str) -> AcutePrior:
    said = f"median threshold: {name}"
    if name == UNCONSCIOUS:
        return _P(f"c50_{name}", UNCONSCIOUS_C50_NG_PER_ML, UNCONSCIOUS_SD, "log", "ng/mL", said, IDVALL, False)
    return _P(f"c50_{name}", 250.0, 1.5, "log", "ng/mL", said, NO_VALUE + ASSUMED)


def _quiet(name: str) -> AcutePrior:
    # Nobody is expected to stop responding on placebo: no count was printed, so it is held far below the drug's rate.
    centre, spread = (0.0003, 0.5) if name == UNCONSCIOUS else (0.05, 1.5)
    return _P(f"placebo_{name}", centre, spread, "logit", "1", f"four weeks of placebo: {name}", NO_VALUE + ASSUMED)


PRIORS = (
    _P("systolic_max", 35.0, 0.5, "log", "mmHg", "mean largest systolic rise", LANGSJO),
    _P("diastolic_max", 22.0, 0.5, "log", "mmHg", "mean largest diastolic rise", LANGSJO),
    _P("heart_rate_max", 8.0, 0.8, "log", "1/min", "mean largest rise of heart rate", NO_VALUE + ASSUMED),
    _P("pressure_c50", 200.0, 0.5, "log", "ng/mL", "half of the largest rise", SIGTERMANS + "; " + ASSUMED),
    _P("pressure_person_spread", 0.5, 0.3, "log", "1", "SD of log sensitivity between people", NO_VALUE + ASSUMED),
    _P("systolic_noise", 6.0, 0.3, "log", "mmHg", "SD of one reading", NO_VALUE + ASSUMED),
    _P("diastolic_noise", 5.0, 0.3, "log", "mmHg", "SD of one reading", NO_VALUE + ASSUMED),
    _P("older_noise", 1.0, 0.3, "log", "1", "noise from 65 years, beside younger adults", "none expected; " + ASSUMED),
    _P("systolic_before", 124.0, 4.0, "plain", "mmHg", "mean before a session", NO_VALUE + ASSUMED),
    _P("diastolic_before", 78.0, 3.0, "plain", "mmHg", "mean before a session", NO_VALUE + ASSUMED),
    _P("site_spread", 0.6, 0.3, "log", "1", "SD of log rise between sites", "estimated; prior: " + ASSUMED),
    _P("cadss_max", 20.0, 0.7, "log", "points", "median largest CADSS", NO_VALUE + ASSUMED),
    _P("cadss_c50", 121.0, 0.17, "log", "ng/mL", "half of it: change of perception", OLOFSEN, False),
    _P("cadss_hill", 2.0, 0.4, "log", "1", "steepness", NO_VALUE + ASSUMED),
    _P("cadss_spread", 0.9, 0.3, "log", "1", "SD of log CADSS between people and sessions", NO_VALUE + ASSUMED),
    _P("cadss_placebo", 0.1, 0.7, "logit", "1", "CADSS > 4 on placebo in four weeks", NO_VALUE + ASSUMED),
    _P("threshold_spread", 0.9, 0.3, "log", "1", "SD of log thresholds of events", NO_VALUE + ASSUMED),
    _P("threshold_person", 0.5, 0.7, "logit", "1", "share of it that stays with a person", NO_VALUE + ASSUMED),
    _P("habituation", 0.1, 0.7, "log", "1", "log units a session", "direction published, size an " + ASSUMED),
    _P("rate_spread", 0.3, 0.3, "log", "logit", "SD of event rates between studies", "estimated; prior: " + ASSUMED),
    _P("s_over_r", 2.4, 0.35, "log", "1", "potency of S over R", "1.2 (Temme, third party) to 4.7 (Ebert 1997)", False),
    _P(
        "unconscious_spread", 0.33, 0.2, "log", "1", "SD of log thresholds: no response", IDVALL + ": 2.7 SD 0.9", False
    ),
    _P("ready_over_sedation", 1.0, 0.5, "log", "1", "threshold: judged ready, of that of sedation", ASSUMED),
    *(_threshold(name) for name in EVENTS),
    *(_quiet(name) for name in EVENTS),
)
NAMES = tuple(prior.name for prior in PRIORS)
BETWEEN_STUDIES = ("site_spread", "rate_spread")  # estimated from how far studies lie apart

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
