"""Every parameter of the cascade: name, symbol, value, unit, spread, source. `docs/model.md` is printed from here.

Two tables. `BODY` holds published kinetics, one value and the spread between people. `MOOD` holds priors of what the
fit estimates on the published arms; the posterior that ships was drawn by `liftspan.inference.fit`.
"""

from dataclasses import dataclass
from math import log, sqrt

OTTO = "Otto 2021 (doi 10.1007/s00228-021-03104-1), disposition fixed to Fanta 2015; read in an open transcription"
PEREZ = "Perez-Ruixo 2021 (doi 10.1007/s40262-020-00953-4), Table 3; read in an open transcription"
SIMONS = "Simons 2022 (doi 10.3389/fpain.2022.946486), Table 4; read in an open transcription"
ASHRAF = "Ashraf 2018 (doi 10.1002/psp4.12346)"
WANG = "Wang 2019 (PMC6902860)"
OLOFSEN = "Olofsen 2022, Anesthesiology 136:792-801"
ASSUMED = "assumption of this project"
TUNED_FROM = "tuned on pk_observations.csv from "  # by evidence.kinetics.tune, prior as named


@dataclass(frozen=True)
class BodyParameter:
    """One published number; `spread` is the SD between people on the log (or logit) scale, 0 = everyone alike."""

    name: str
    symbol: str
    value: float
    unit: str
    spread: float
    source: str
    assumed: bool = False


def cv(percent: float) -> float:
    """SD of the log of a log-normal quantity with this coefficient of variation, in percent."""
    return sqrt(log(1.0 + (percent / 100.0) ** 2))


BODY_TABLE = (
    BodyParameter("reference_weight_kg", "WT0", 70.0, "kg", 0.0, OTTO),
    BodyParameter("arterial_reference_weight_kg", "WT0a", 73.0, "kg", 0.0, SIMONS),
    BodyParameter("clearance_exponent", "aCL", 0.75, "1", 0.0, "allometry; " + ASSUMED, True),
    BodyParameter("volume_exponent", "aV", 1.0, "1", 0.0, "allometry; " + ASSUMED, True),
    BodyParameter(
        "hepatic_flow_l_per_h", "Qh", 131.9, "L/h at 70 kg", 0.0, "apparent: S-ketamine CL is then 95.2; " + PEREZ
    ),
    BodyParameter(
        "flow_loss_per_year_over_60", "Qh age", 0.0145, "1/year", 0.0, "-2.19 of 151 L/h per year over 60; " + PEREZ
    ),
    BodyParameter("intrinsic_clearance_s_l_per_h", "CLint,S", 342.0, "L/h at 70 kg", cv(53.0), ASHRAF + " (spread)"),
    BodyParameter("clearance_ratio_r_over_s", "CL,R/CL,S", 0.859, "1", 0.0, WANG),
    BodyParameter("gut_share", "Fgut", 0.58954, "1", 0.0, TUNED_FROM + PEREZ),
    BodyParameter("venous_central_l", "V1", 133.0, "L at 70 kg", cv(30.0), OTTO),
    BodyParameter("venous_peripheral_1_l", "V2", 187.0, "L at 70 kg", 0.0, OTTO),
    BodyParameter("venous_peripheral_2_l", "V3", 98.8, "L at 70 kg", 0.0, OTTO),
    BodyParameter("venous_flow_1_l_per_h", "Q2", 23.2, "L/h at 70 kg", 0.0, OTTO),
    BodyParameter("venous_flow_2_l_per_h", "Q3", 157.0, "L/h at 70 kg", 0.0, OTTO),
    BodyParameter("arterial_central_l", "V1a", 11.6, "L at 73 kg", cv(24.0), SIMONS),
    BodyParameter("arterial_peripheral_1_l", "V2a", 39.0, "L at 73 kg", 0.0, SIMONS),
    BodyParameter("arterial_peripheral_2_l", "V3a", 174.0, "L at 73 kg", 0.0, SIMONS),
    BodyParameter("arterial_clearance_s_l_per_h", "CLa,S", 88.8, "L/h at 73 kg", 0.0, SIMONS),
    BodyParameter("arterial_flow_1_l_per_h", "Q2a", 145.8, "L/h at 73 kg", 0.0, SIMONS),
    BodyParameter("arterial_flow_2_l_per_h", "Q3a", 72.6, "L/h at 73 kg", 0.0, SIMONS),
    BodyParameter("norketamine_clearance_l_per_h", "CLnk", 57.7, "L/h at 70 kg", cv(33.0), OTTO),
    BodyParameter("norketamine_central_l", "Vnk", 98.6, "L at 70 kg", cv(20.0), OTTO),
    BodyParameter("norketamine_peripheral_l", "Vpnk", 160.0, "L at 70 kg", 0.0, OTTO),
    BodyParameter("norketamine_flow_l_per_h", "Qnk", 42.8, "L/h at 70 kg", 0.0, OTTO),
    BodyParameter("hydroxynorketamine_share", "fhnk", 0.56, "1", 0.0, "of norketamine elimination; " + SIMONS),
    BodyParameter("hydroxynorketamine_central_l", "Vhnk", 4.4, "L at 70 kg", 0.0, SIMONS),
    BodyParameter("hydroxynorketamine_peripheral_l", "Vphnk", 87.5, "L at 70 kg", 0.0, SIMONS),
    BodyParameter("hydroxynorketamine_flow_l_per_h", "Qhnk", 102.0, "L/h at 70 kg", 0.0, SIMONS),
    BodyParameter(
        "hydroxynorketamine_clearance_s_l_per_h", "CLhnk,S", 50.7506, "L/h at 70 kg", cv(33.0), TUNED_FROM + SIMONS
    ),
    BodyParameter(
        "hydroxynorketamine_clearance_r_l_per_h",
        "CLhnk,R",
        39.4078,
        "L/h at 70 kg",
        0.0,
        TUNED_FROM + "Hasan 2021 ratio",
        True,
    ),
    BodyParameter("nasal_share_first", "Fn1", 0.48822, "1", 0.708, TUNED_FROM + "label F(84 mg) = 0.48; " + PEREZ),
    BodyParameter("nasal_share_ratio_next", "Fn2/Fn1", 0.62, "1", 0.0, PEREZ),
    BodyParameter("nasal_rate_per_h", "ka,n", 2.92109, "1/h", cv(61.5), TUNED_FROM + PEREZ),
    BodyParameter("nasal_swallowing_h", "Dsw", 0.53, "h", 0.0, PEREZ),
    BodyParameter("nasal_swallowed_rate_per_h", "ka,sw", 1.45, "1/h", cv(132.0), PEREZ),
    BodyParameter("nasal_first_pass_to_norketamine", "fpnk,n", 0.48988, "1", 0.0, TUNED_FROM + ASSUMED, True),
    BodyParameter("nasal_other_share", "Fno", 0.27869, "1", 0.708, TUNED_FROM + "F 0.45, Yanagihara 2003", True),
    BodyParameter("nasal_other_rate_per_h", "ka,no", 2.93079, "1/h", cv(61.5), TUNED_FROM + PEREZ, True),
    BodyParameter("oral_rate_per_h", "ka,o", 2.70872, "1/h", cv(72.0), TUNED_FROM + ASHRAF),
    BodyParameter("oral_first_pass_to_norketamine", "fpnk,o", 1.0, "1", 0.0, "best of 1, 0.9, 0.8, 0.7", True),
    BodyParameter(
        "extended_rate_per_h", "ka,xr", 0.0866, "1/h", cv(30.0), "half-life 8 h, Glue 2020; spread assumed", True
    ),
    BodyParameter("sublingual_share", "Fsl", 0.11002, "1", 0.5, TUNED_FROM + "F 0.30, Yanagihara 2003", True),
    BodyParameter("sublingual_rate_per_h", "ka,sl", 2.40074, "1/h", cv(50.0), TUNED_FROM + SIMONS),
    BodyParameter("sublingual_supply_h", "Dsl", 0.218, "h", 0.0, "13.1 min; " + SIMONS),
    BodyParameter("rectal_share", "Frec", 0.30, "1", 0.5, "Yanagihara 2003, n = 3; spread assumed", True),
    BodyParameter("rectal_rate_per_h", "ka,rec", 1.0, "1/h", cv(50.0), ASSUMED, True),
    BodyParameter("intramuscular_share", "Fim", 0.93, "1", 0.5, "secondary source; spread assumed", True),
    BodyParameter("intramuscular_rate_per_h", "ka,im", 5.13603, "1/h", cv(50.0), TUNED_FROM + ASSUMED, True),
    BodyParameter("subcutaneous_share", "Fsc", 0.93, "1", 0.5, "as intramuscular, " + ASSUMED, True),
    BodyParameter("subcutaneous_rate_per_h", "ka,sc", 2.5, "1/h", cv(50.0), ASSUMED, True),
    BodyParameter("effect_site_rate_per_h", "ke0", 5.01, "1/h", cv(30.0), "ln 2 / 8.3 min, spread assumed; " + OLOFSEN),
    BodyParameter("population_weight_kg", "WT", 74.0, "kg", cv(20.0), "median, spread assumed; " + PEREZ),
    BodyParameter("population_age_y", "age", 45.0, "year", 0.0, "median of 820 people, " + PEREZ),
)

BODY = {parameter.name: parameter for parameter in BODY_TABLE}


def body_value(name: str) -> float:
    """The published value of a body parameter."""
    return BODY[name].value


@dataclass(frozen=True)
class TunedPrior:
    """Prior of a body parameter that was chosen on published kinetics: log or logit normal."""

    centre: float
    spread: float
    scale: str  # "log" or "logit"
    source: str


# Chosen on `evidence/data/pk_observations.csv` by `liftspan.evidence.kinetics.tune`; `liftspan body check` leaves each
# study out. Their values stand in BODY_TABLE.
TUNED = {
    "gut_share": TunedPrior(0.64, 0.25, "logit", PEREZ),
    "oral_rate_per_h": TunedPrior(1.76, 0.5, "log", ASHRAF),
    "nasal_share_first": TunedPrior(0.492, 0.1, "logit", "label F(84 mg) = 0.48; " + PEREZ),
    "nasal_rate_per_h": TunedPrior(2.93, 0.2, "log", PEREZ),
    "nasal_first_pass_to_norketamine": TunedPrior(0.5, 1.5, "logit", ASSUMED),
    "nasal_other_rate_per_h": TunedPrior(2.93, 0.5, "log", PEREZ),
    "nasal_other_share": TunedPrior(0.30, 0.3, "logit", "Yanagihara 2003"),
    "sublingual_share": TunedPrior(0.114, 0.3, "logit", "Yanagihara 2003"),
    "sublingual_rate_per_h": TunedPrior(2.4, 0.3, "log", SIMONS),
    "intramuscular_rate_per_h": TunedPrior(4.0, 0.5, "log", ASSUMED),
    "hydroxynorketamine_clearance_s_l_per_h": TunedPrior(56.0, 0.4, "log", SIMONS),
    "hydroxynorketamine_clearance_r_l_per_h": TunedPrior(26.8, 0.4, "log", "Hasan 2021 ratio"),
}


@dataclass(frozen=True)
class Prior:
    """Prior of one mood parameter: Normal(centre, spread) of its log, logit or atanh, as `scale` says."""

    name: str
    symbol: str
    centre: float  # on the natural scale
    spread: float  # SD on the transformed scale
    scale: str  # "log", "logit" or "correlation"
    unit: str
    meaning: str
    source: str


def _weak(name, symbol, centre, spread, scale, unit, meaning) -> Prior:
    return Prior(name, symbol, centre, spread, scale, unit, meaning, "weak prior; " + ASSUMED)


RELAPSE_ROWS = "chosen on the rows on relapse of the shipped tables (`liftspan evidence relapse`): " + ASSUMED

MOOD_TABLE = (
    Prior(
        "ec50_ng_per_ml",
        "EC50",
        100.0,
        0.4,
        "log",
        "ng/mL S-ketamine, arterial effect site",
        "half engagement",
        "between 71 (Simons 2022, drug high) and 121 (" + OLOFSEN + ", perception); used for mood by assumption",
    ),
    Prior("hill", "h", 1.5, 0.25, "log", "1", "steepness of engagement", "no mood value was readable; " + ASSUMED),
    Prior(
        "s_over_r",
        "S/R",
        2.4,
        0.35,
        "log",
        "1",
        "potency of S- over R-ketamine",
        "1.2 (Temme, third party) to 4.7 (Ebert 1997, doi of Eur J Pharmacol 333:99)",
    ),
    _weak("lift_per_h", "A", 1.0, 1.0, "log", "logit per engaged hour", "size of the drug effect, IV racemic ketamine"),
    _weak("rise_per_h", "kr", 2.5, 0.5, "log", "1/h", "rise of plasticity"),
    _weak("fast_share", "phi", 0.5, 1.0, "logit", "1", "share of the kernel that fades fast"),
    _weak("fast_fade_per_h", "kf", 0.03, 0.6, "log", "1/h", "fade of the fast term, about a day"),
    _weak("middle_fade_per_h", "km", 0.0035, 0.5, "log", "1/h", "fade of the middle term, about a week"),
    _weak("potency_esketamine_nasal", "p1", 1.0, 0.6, "log", "1", "beside exposure; IV racemic = 1"),
    _weak("potency_esketamine_iv", "p2", 1.0, 0.6, "log", "1", "beside exposure; IV racemic = 1"),
    _weak("potency_arketamine_iv", "p3", 1.0, 0.6, "log", "1", "beside exposure; IV racemic = 1"),
    _weak("potency_ketamine_nasal", "p4", 1.0, 0.6, "log", "1", "beside exposure; IV racemic = 1"),
    _weak("potency_ketamine_oral", "p5", 1.0, 0.6, "log", "1", "beside exposure; IV racemic = 1"),
    _weak("potency_ketamine_oral_extended", "p6", 1.0, 0.6, "log", "1", "beside exposure; IV racemic = 1"),
    _weak("potency_ketamine_im", "p7", 1.0, 0.6, "log", "1", "beside exposure; IV racemic = 1"),
    _weak("potency_ketamine_sc", "p8", 1.0, 0.6, "log", "1", "beside exposure; IV racemic = 1"),
    _weak("potency_ketamine_sublingual", "p9", 1.0, 0.6, "log", "1", "beside exposure; IV racemic = 1"),
    _weak("expectancy_saline", "x1", 0.15, 0.8, "log", "logit", "expectancy when saline is the control"),
    _weak("expectancy_midazolam", "x2", 0.5, 0.6, "log", "logit", "expectancy when midazolam is the control"),
    _weak("expectancy_placebo_spray", "x3", 0.5, 0.6, "log", "logit", "expectancy when a placebo spray is the control"),
    _weak("expectancy_placebo_oral", "x4", 0.2, 0.8, "log", "logit", "expectancy when an oral placebo is the control"),
    _weak("expectancy_anaesthesia", "x5", 0.8, 0.6, "log", "logit", "expectancy under surgical anaesthesia"),
    _weak("expectancy_open", "x6", 0.5, 0.6, "log", "logit", "expectancy when the treatment is open"),
    _weak("expectancy_rise_per_h", "xr", 1.0, 0.4, "log", "1/h", "rise of expectancy"),
    _weak("expectancy_fade_per_h", "xf", 0.03, 0.7, "log", "1/h", "fade of the part of expectancy that fades"),
    _weak("expectancy_kept", "xk", 0.5, 1.0, "logit", "1", "share of expectancy that stays"),
    _weak("contact", "c", 0.5, 0.7, "log", "logit", "contact with care while visits go on"),
    _weak("contact_rise_per_h", "cr", 0.006, 0.5, "log", "1/h", "rise of contact, about two weeks"),
    _weak("antidepressant", "a", 0.5, 0.7, "log", "logit", "a new oral antidepressant"),
    _weak("antidepressant_rise_per_h", "ar", 0.006, 0.5, "log", "1/h", "its rise over weeks"),
    _weak("crisis", "i", 0.4, 0.7, "log", "logit", "an inpatient crisis that resolves"),
    _weak("crisis_rise_per_h", "ir", 0.03, 0.5, "log", "1/h", "its resolution, in days"),
    _weak("older_share", "o", 1.0, 0.4, "log", "1", "all lift at 65 years and over, beside younger adults"),
    _weak("sensitivity_spread", "ss", 0.9, 0.4, "log", "1", "SD of sensitivity to the drug, mean 1"),
    _weak("responsiveness_spread", "sr", 0.8, 0.4, "log", "1", "SD of responsiveness to context, mean 1"),
    Prior(
        "trait_correlation",
        "rho",
        0.2,
        0.3,
        "correlation",
        "1",
        "between sensitivity and responsiveness",
        "weak prior; " + ASSUMED,
    ),
    _weak("fluctuation_logit", "sf", 0.25, 0.4, "log", "logit", "SD of a person's slow fluctuation"),
    Prior(
        "instability_logit",
        "si",
        1.8,
        0.15,
        "log",
        "logit",
        "SD of the slow course of a person's illness",
        RELAPSE_ROWS,
    ),
    _weak("trial_context", "tc", 0.2, 0.5, "log", "logit", "SD between trials of context, one per trial"),
    _weak("trial_drug", "td", 0.3, 0.5, "log", "logit", "SD between trials of the drug effect, one per trial"),
    _weak("trial_early", "te", 0.25, 0.5, "log", "logit", "SD between trials of the first days, beside context"),
    Prior(
        "trial_course",
        "tm",
        0.8,
        0.3,
        "log",
        "logit",
        "SD between trials of the slow course of illness of their people",
        RELAPSE_ROWS,
    ),
    _weak("trial_time", "tt", 0.2, 0.5, "log", "logit", "SD between trials of each time, shared by the arms"),
)

MOOD = {prior.name: prior for prior in MOOD_TABLE}

# Trials differ with heavy tails: the variance of a trial's deviations is log-normal between trials, with this SD of
# its log; and the deviation of the first days fades with this time constant. Both assumed, and judged by prediction.
TRIAL_TAIL = 0.7
TRIAL_EARLY_FADE_H = 48.0

OLDER_Y = 65.0  # age from which trials of older adults enrol (TRANSFORM-3)

# Fixed by assumption: no readable source gives them for MADRS under these conditions.
RATING_NOISE_POINTS = 2.5  # SD of one MADRS rating around the severity it rates
FLUCTUATION_DAYS = 14.0  # time constant of a person's slow fluctuation
# Of the slow course of a person's illness: two equal stages in series, at rest at the first session. Chosen with the
# prior of its SD: one stage of any length moves people more within four weeks than printed SDs allow.
INSTABILITY_DAYS = 90.0
# People who leave a trial are worse off: the odds of leaving rise by half for every ten MADRS points of the last score.
# No readable source gives the size.
LEAVING_PER_POINT = 0.04
# A trial's threshold lies this many SDs below its mean baseline (TRANSFORM-2: 28 against 37, SD 5.6).
ENROLMENT_SD_BELOW_MEAN = 1.5
# First MADRS over the shipped arms (a test recomputes all four): the median mean with the SD between arms, and the
# median SD with the SD of its log. They stand for trials that do not print them, and for people not described.
USUAL_BASELINE_MEAN, USUAL_BASELINE_MEAN_SPREAD = 34.9, 3.6
USUAL_BASELINE_SD, USUAL_BASELINE_SD_SPREAD = 5.79, 0.23
