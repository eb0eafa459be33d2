"""The model page: its template with the symbols filled in, and the tables of parameters and constants."""

import re
from math import exp, sqrt

import numpy as np
from printed_pages import DOCS, WRITTEN

from liftspan.brain.engagement import MERGE_WITHIN_H, WINDOW_H
from liftspan.how_fast.answer import DRAWS, GROUP_SIZE, LEVEL
from liftspan.how_fast.question import FOLLOW_UP_H
from liftspan.mood.scales import MADRS, RESPONSE_FRACTION
from liftspan.mood.severity import RECALL_AT_MOST_H
from liftspan.mood_model import DRUG_SHIFT_HALF_LOGIT, illness_variance, prior_centre, to_natural
from liftspan.parameters import (
    BODY,
    BODY_TABLE,
    ENROLMENT_SD_BELOW_MEAN,
    FLUCTUATION_DAYS,
    INSTABILITY_DAYS,
    LEAVING_PER_POINT,
    MOOD,
    MOOD_TABLE,
    OLDER_Y,
    RATING_NOISE_POINTS,
    TRIAL_EARLY_FADE_H,
    TRIAL_TAIL,
    USUAL_BASELINE_MEAN,
    USUAL_BASELINE_MEAN_SPREAD,
    USUAL_BASELINE_SD,
    USUAL_BASELINE_SD_SPREAD,
)
from liftspan.person import typical_body
from liftspan.population import before_selection
from liftspan.posterior import load_posterior
from liftspan.units import HOURS_PER_DAY, HOURS_PER_WEEK

NORMAL_95 = 1.6448536269514722  # 95 % point of a standard normal: the priors are normal on their own scale
TYPESET = {
    "WT0": "W_0", "WT0a": "W_{0a}", "aCL": "a_{CL}", "aV": "a_V", "Qh": "Q_h", "Qh age": r"\lambda_{age}",
    "CLint,S": "CL_{int,S}", "CL,R/CL,S": r"\rho_{CL}", "Fgut": "F_{gut}", "V1": "V_1", "V2": "V_2", "V3": "V_3",
    "Q2": "Q_2", "Q3": "Q_3", "V1a": "V_{1a}", "V2a": "V_{2a}", "V3a": "V_{3a}", "CLa,S": "CL_{a,S}", "Q2a": "Q_{2a}",
    "Q3a": "Q_{3a}", "CLnk": "CL_{nk}", "Vnk": "V_{nk}", "Vpnk": "V_{p,nk}", "Qnk": "Q_{nk}", "fpnk": "f_{pnk}",
    "fhnk": "f_{hnk}", "Vhnk": "V_{hnk}", "Vphnk": "V_{p,hnk}", "Qhnk": "Q_{hnk}", "CLhnk,S": "CL_{hnk,S}",
    "CLhnk,R": "CL_{hnk,R}", "Fn1": "F_{n1}", "Fn2/Fn1": r"\rho_n", "ka,n": "k_{a,n}", "Dsw": "D_{sw}",
    "ka,sw": "k_{a,sw}", "ke0": "k_{e0}", "WT": "W", "EC50": "EC_{50}", "S/R": r"\rho_{SR}", "kr": "k_r",
    "phi": r"\varphi", "kf": "k_f", "km": "k_m", "p1": "p_1", "p2": "p_2", "p3": "p_3", "x1": "x_1", "x2": "x_2",
    "x3": "x_3", "x4": "x_4", "x5": "x_5", "x6": "x_6", "xr": "x_r", "xf": "x_f", "xk": "x_k", "cr": "c_r", "ar": "a_r",
    "ir": "i_r", "ss": "s_s", "sr": "s_r", "rho": r"\rho", "sf": "s_f", "tc": r"\tau_c", "td": r"\tau_d",
    "te": r"\tau_e", "tm": r"\tau_m", "tt": r"\tau_t", "si": "s_i", "o": "o",
}  # fmt: skip

# What no table holds: constants of the code, with where they live. (symbol, value, unit, meaning, file)
CONSTANTS = {
    "maximum": ("M", MADRS.maximum, "points", "maximum of MADRS", "mood/scales.py"),
    "remission": ("", MADRS.remission_at_most, "points", "remission: a score of at most this", "mood/scales.py"),
    "response": ("", RESPONSE_FRACTION, "1", "response: at most this share of the first score", "mood/scales.py"),
    "rating_noise": (r"\sigma", RATING_NOISE_POINTS, "points", "SD of one rating (assumption)", "parameters.py"),
    "fluctuation": (
        r"\theta", FLUCTUATION_DAYS, "days", "time constant of slow fluctuation (assumption)", "parameters.py"
    ),
    "instability_days": (
        "", INSTABILITY_DAYS, "days", "time constant of the slow course of illness (assumption)", "parameters.py"
    ),
    "leaving": ("", LEAVING_PER_POINT, "1/point", "log odds of leaving by last score (assumption)", "parameters.py"),
    "enrolment": (
        "q", ENROLMENT_SD_BELOW_MEAN, "SD", "enrolment threshold below the enrolled mean (assumption)", "parameters.py"
    ),
    "half_shift": (
        "b", DRUG_SHIFT_HALF_LOGIT, "logit", "lift at which half of a trial's drug deviation shows (assumption)",
        "mood_model.py",
    ),
    "tail": ("", TRIAL_TAIL, "1", "SD of the log variance of trials (assumption)", "parameters.py"),
    "early_fade": (
        "", TRIAL_EARLY_FADE_H, "h", "fade of a trial's deviation of its first days (assumption)", "parameters.py"
    ),
    "older": ("", OLDER_Y, "years", "age from which people count as older", "parameters.py"),
    "recall": ("", RECALL_AT_MOST_H, "h", "longest look back of a rating (assumption)", "mood/severity.py"),
    "merge": ("", MERGE_WITHIN_H, "h", "sessions closer than this share one engagement curve", "brain/engagement.py"),
    "window": ("", WINDOW_H, "h", "engagement is followed so long after the last dose", "brain/engagement.py"),
    "usual_baseline": (
        "", USUAL_BASELINE_MEAN, "points", "usual baseline: median over the shipped arms", "parameters.py"
    ),
    "usual_sd": ("", USUAL_BASELINE_SD, "points", "usual SD of it: median over the shipped arms", "parameters.py"),
    "usual_mean_spread": ("", USUAL_BASELINE_MEAN_SPREAD, "points", "SD between arms of the baseline", "parameters.py"),
    "usual_sd_spread": ("", USUAL_BASELINE_SD_SPREAD, "1", "SD between arms of the log SD of it", "parameters.py"),
    "draws": ("", DRAWS, "1", "posterior draws of one answer", "how_fast/answer.py"),
    "group": ("", GROUP_SIZE, "1", "people in each draw", "how_fast/answer.py"),
    "level": ("", LEVEL, "1", "level of every interval, equal-tailed", "how_fast/answer.py"),
    "week": ("", HOURS_PER_WEEK, "h", "contact goes on so long after the last visit", "mood/context.py"),
    "follow_up": (
        "", FOLLOW_UP_H / HOURS_PER_DAY, "days", "an answer looks so far beyond the plan's end", "how_fast/answer.py"
    ),
}  # fmt: skip


def model_page() -> str:
    """The model page: the template with its symbols, and the tables."""
    template = (DOCS / "model_template.md").read_text(encoding="utf-8")
    filled = "\n".join(_with_symbols(stage) for stage in re.split(r"(?m)^(?=## )", template))
    tables = {
        "body_table": body_table(),
        "mood_table": mood_table(),
        "constants": constants_table(),
        "ways": ways_table(),
        "ways_parameters": _ways_parameters(template),
    }
    for name, value in {**tables, **_constants(), **_manifest_words()}.items():
        filled = filled.replace(f"{{{{{name}}}}}", value)
    left = re.findall(r"\{\{\w+\}\}", filled)
    if left:
        raise KeyError(f"model_template.md asks for {', '.join(left)}, which nothing gives")
    return WRITTEN + "\n" + re.sub(r"\n{3,}", "\n\n", filled).strip() + "\n"


def _with_symbols(stage: str) -> str:
    """One stage with symbols in place of names, and the list of the parameters that it used."""
    used = list(dict.fromkeys(re.findall(r"\[\[(\w+)\]\]", stage)))
    text = re.sub(r"\[\[(\w+)\]\]", lambda found: symbol(found[1]), stage)
    where = "\n".join(f"- ${symbol(name)}$: `{name}`, {_in_short(name)}" for name in used)
    return text.replace("{{where}}", f"where\n\n{where}") if used else text


def symbol(name: str) -> str:
    """The symbol of a parameter, typeset."""
    if name not in BODY and name not in MOOD:
        raise KeyError(f"model_template.md names [[{name}]], which parameters.py does not hold")
    plain = (BODY.get(name) or MOOD[name]).symbol
    if plain in TYPESET or len(plain) == 1:
        return TYPESET.get(plain, plain)
    # One letter with the rest as its index, as in ka,sl; a word stays a word.
    return rf"{plain[0]}_{{{plain[1:]}}}" if plain[0] in "aDfFkQV" and plain != "age" else rf"\mathrm{{{plain}}}"


def _in_short(name: str) -> str:
    if name in BODY:
        return f"{BODY[name].value:g} {_unit(BODY[name].unit)}".strip()
    return f"{MOOD[name].meaning} ({MOOD[name].unit})" if MOOD[name].unit != "1" else MOOD[name].meaning


def _unit(unit: str) -> str:
    return "" if unit == "1" else unit


def ways_table() -> str:
    """How each form of dose gets in, for a typical adult of 70 kg, read off the code."""
    lines = [
        "| way in | $f_d$ | $k_d$, 1/h | $D_d$, h | $f_m$ | $f_w$ | $k_w$, 1/h | $D_w$, h | $f_p$ |",
        "|---|---|---|---|---|---|---|---|---|",
    ]
    for name, way in _ways().items():
        cells = [
            way.direct_share, way.direct_rate_per_h, way.direct_supply_h, way.direct_metabolised_share,
            way.swallowed_share, way.swallowed_rate_per_h, way.swallowed_supply_h, way.first_pass_to_norketamine,
        ]  # fmt: skip
        shown = [f"{float(np.squeeze(cell)):.3g}" for cell in cells]
        if shown[0] == shown[3] == "0":
            shown[1] = shown[2] = "-"
        if shown[4] == "0":
            shown[5] = shown[6] = shown[7] = "-"
        lines.append(f"| `{name}` | {' | '.join(shown)} |")
    return "\n".join(lines)


def _ways() -> dict:
    return dict(typical_body().ways)


def _ways_parameters(template: str) -> str:
    """Parameters of the body that no equation names: those of the ways in, and of the usual person."""
    named = set(re.findall(r"\[\[(\w+)\]\]", template))
    rest = [one.name for one in BODY_TABLE if one.name not in named and not one.name.startswith("population_")]
    return "\n".join(f"- ${symbol(name)}$: `{name}`, {_in_short(name)}" for name in rest)


def body_table() -> str:
    """Kinetics: one line each."""
    lines = ["| symbol | name | value | unit | spread between people | source |", "|---|---|---|---|---|---|"]
    for one in BODY_TABLE:
        source = f"**assumption**: {one.source}" if one.assumed else one.source
        lines.append(
            f"| ${symbol(one.name)}$ | `{one.name}` | {one.value:g} | {one.unit} | {_spread(one)} | {source} |"
        )
    return "\n".join(lines)


def _spread(one) -> str:
    if one.spread == 0.0:
        return "none"
    if "_share" in one.name:  # fractions vary on the logit
        return f"SD of logit {one.spread:.3g}"
    return f"SD of log {one.spread:.3g} (CV {100.0 * sqrt(exp(one.spread**2) - 1.0):.3g} %)"


def mood_table() -> str:
    """Mood: prior and posterior side by side."""
    draws = load_posterior().draws
    lines = [
        "| symbol | name | meaning | unit | prior, median (90 %) | posterior, median (90 %) | source of the prior |",
        "|---|---|---|---|---|---|---|",
    ]
    for one in MOOD_TABLE:
        centre = prior_centre(one)
        before = to_natural(one.scale, centre + one.spread * NORMAL_95 * np.array([-1.0, 0.0, 1.0]))
        after = np.quantile(draws[one.name], [0.05, 0.5, 0.95])
        source = one.source.replace("assumption of this project", "**assumption**")
        lines.append(
            f"| ${symbol(one.name)}$ | `{one.name}` | {one.meaning} | {one.unit} | {_three(before)} | {_three(after)} "
            f"| {source} |"
        )
    return "\n".join(lines)


def _three(values: np.ndarray) -> str:
    low, middle, high = (f"{value:.3g}" for value in values)
    return f"{middle} ({low} to {high})"


def constants_table() -> str:
    """Constants that no table of parameters holds."""
    lines = ["| symbol | value | unit | meaning | file under `src/liftspan/` |", "|---|---|---|---|---|"]
    lines += [
        f"| {f'${letter}$' if letter else ''} | {value:g} | {unit} | {meaning} | `{file}` |"
        for letter, value, unit, meaning, file in CONSTANTS.values()
    ]
    return "\n".join(lines)


def _constants() -> dict[str, str]:
    _, _, cut = before_selection(USUAL_BASELINE_MEAN, USUAL_BASELINE_SD)
    at_28_d, at_half_a_year = (illness_variance(np.array(days * HOURS_PER_DAY)) for days in (28.0, 182.0))
    return {
        **{name: f"{row[1]:g}" for name, row in CONSTANTS.items()},
        "cut": f"{cut:.3g}",
        "illness_at_28_d": f"{at_28_d:.2f}",
        "illness_at_half_a_year": f"{at_half_a_year:.2f}",
    }


def _manifest_words() -> dict[str, str]:
    manifest = load_posterior().manifest
    return {
        "fit_method": manifest["method"],
        "fit_rows": str(manifest["rows"]),
        "fit_trials": str(len(manifest["trials"])),
        "fit_draws": str(manifest["draws"]),
        "fit_tables": manifest["evidence_version"],
    }
