"""Write docs/model.md and docs/generated/*.md from the package: its parameters, its shipped posterior, its evidence.

    python docs/print_model.py            write the files, and draw the picture of the README
    python docs/print_model.py --check    write nothing; exit 4 and name the files that are stale

The equations stand once, in model_template.md beside this file. There [[name]] becomes the symbol of a parameter,
{{name}} the value of a constant of the package, and each stage ends with the parameters that its equations used.
"""

import argparse
import hashlib
import json
import re
import sys
from collections.abc import Callable
from math import exp, sqrt
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from liftspan.brain.engagement import MERGE_WITHIN_H, WINDOW_H
from liftspan.claims.spoken import SPOKEN
from liftspan.evidence import load_evidence
from liftspan.evidence.check_said import check_text
from liftspan.evidence.claims import load_claims
from liftspan.evidence.held_out import stored_scores
from liftspan.evidence.kinetics import shipped_observations
from liftspan.evidence.kinetics.check import compare, fold_errors, table_text
from liftspan.evidence.kinetics.interactions import interactions, interactions_text
from liftspan.evidence.predictors import load_predictors
from liftspan.evidence.recovery_said import recovery_text, stored_recovery
from liftspan.evidence.relapse import relapse_checks
from liftspan.evidence.relapse_words import as_markdown
from liftspan.evidence.structures import beside_base, stored_structures
from liftspan.evidence.structures_said import structures_text
from liftspan.figures.how_fast import draw
from liftspan.how_fast import how_fast
from liftspan.how_fast.answer import DRAWS, FOLLOW_UP_H, GROUP_SIZE, LEVEL
from liftspan.inference.rows import LAST_H, MEANS, RATES
from liftspan.mood.scales import MADRS, RESPONSE_FRACTION
from liftspan.mood.severity import RECALL_AT_MOST_H
from liftspan.mood_model import DRUG_SHIFT_HALF_LOGIT, prior_centre, to_natural
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
from liftspan.posterior import FOLDER, load_posterior
from liftspan.scale import plan_of, simulate_to
from liftspan.scale.columns import COURSE, EVERY_PEOPLE_COLUMN
from liftspan.treatment import evidence_limits, load_protocols
from liftspan.units import HOURS_PER_DAY, HOURS_PER_WEEK

DOCS = Path(__file__).resolve().parent
MEASURED = DOCS.parent / "benchmarks" / "measured.json"
STALE = 4
SCALE_EXAMPLE = 90_112  # 22 trials: enough for an interval over trials
NORMAL_95 = 1.6448536269514722  # 95 % point of a standard normal: the priors are normal on their own scale
WRITTEN = "<!-- Written by docs/print_model.py; change the tables or the template, not this file. -->\n"
# Symbols of parameters.py that need more than an upright word to be read in a formula.
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


def main(arguments: list[str] | None = None) -> int:
    """Write the pages, or compare them."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--check", action="store_true", help="write nothing; exit 4 when a file is stale")
    options = parser.parse_args(arguments)
    stale = [path for path, text in pages().items() if not path.exists() or path.read_text(encoding="utf-8") != text]
    for path in stale:
        name = path.relative_to(DOCS.parent)
        if options.check:
            print(f"{name} is stale; run: python docs/print_model.py", file=sys.stderr)
        else:
            path.parent.mkdir(exist_ok=True)
            path.write_text(pages()[path], encoding="utf-8")
            print(f"wrote {name}", file=sys.stderr)
    for path, printed in slow_pages().items():
        if path.exists() and posterior_digest() not in path.read_text(encoding="utf-8"):
            stale.append(path)
            if options.check:
                print(f"docs/generated/{path.name} is stale; run: python docs/print_model.py", file=sys.stderr)
            else:
                path.write_text(WRITTEN + printed(), encoding="utf-8")
                print(f"wrote docs/generated/{path.name}", file=sys.stderr)
    if not options.check:  # not compared: another machine may round a pixel differently
        draw((how_fast(load_protocols()["iv-single"], smooth=True),), DOCS / "iv-single.png")
    return STALE if options.check and stale else 0


def pages() -> dict[Path, str]:
    """Every written file and what should stand in it."""
    generated = DOCS / "generated"
    return {
        DOCS / "model.md": model_page(),
        generated / "fit_used.md": WRITTEN + fit_used(),
        generated / "dose_limits.md": WRITTEN + dose_limits(),
        generated / "protocols.md": WRITTEN + protocols(),
        generated / "tables.md": WRITTEN + table_sizes(),
        generated / "claims.md": WRITTEN + claims_listed(),
        generated / "fold_errors.md": WRITTEN + kinetics_checked(),
        generated / "held_out.md": WRITTEN + held_out(),
        generated / "structures.md": WRITTEN + structures(),
        generated / "recovery.md": WRITTEN + recovery(),
        generated / "scale_columns.md": WRITTEN + scale_columns(),
    } | ({generated / "performance.md": WRITTEN + performance()} if MEASURED.exists() else {})


def held_out() -> str:
    """Trials predicted by fits that have not seen them, as `liftspan evidence check` prints it."""
    rows = stored_scores(load_evidence(), FOLDER)
    return "```text\n" + check_text(rows, "time") + "```\n"


def structures() -> str:
    """The alternatives of the mood model, as `liftspan evidence structures` prints them."""
    return "```text\n" + structures_text(beside_base(stored_structures(FOLDER / "structures.json"))) + "```\n"


def recovery() -> str:
    """Truths put into simulated evidence and found again, as `benchmarks/recover_truth.py` prints it."""
    return "```text\n" + recovery_text(stored_recovery(FOLDER / "recovery.json")) + "```\n"


def performance() -> str:
    """Speed and accuracy as `benchmarks/record.py` measured and stored them."""
    sys.path.insert(0, str(MEASURED.parent))
    from said import accuracy_text, cold_start_text, device_text, machine_text, throughput_text

    record = json.loads(MEASURED.read_text(encoding="utf-8"))
    parts = (machine_text(record["machine"]), throughput_text(record), accuracy_text(record["accuracy"]),
             device_text(record["device"]), cold_start_text(record["cold_start"]))  # fmt: skip
    return "\n".join(f"```text\n{part.rstrip()}\n```\n" for part in parts)


def posterior_digest() -> str:
    """Twelve digits that change with any draw of the shipped posterior."""
    stacked = np.stack(list(load_posterior().draws.values())).astype(np.float32)
    return hashlib.sha256(stacked.tobytes()).hexdigest()[:12]


def slow_pages() -> dict[Path, Callable[[], str]]:
    """What takes half a minute: written anew only for another posterior, whose digits stand in the file."""
    generated = DOCS / "generated"
    return {generated / "relapse.md": relapse_checked, generated / "scale_json.md": scale_example}


def relapse_checked() -> str:
    """Published relapse beside the model."""
    return as_markdown(relapse_checks(load_evidence(), load_posterior()), posterior_digest())


def scale_columns() -> str:
    """Columns of the files of `liftspan simulate`."""
    lines = []
    for name, columns in (("people.parquet", EVERY_PEOPLE_COLUMN), ("courses.parquet", COURSE)):
        lines += [f"**{name}**", "", "| column | type | unit | meaning |", "|---|---|---|---|"]
        kinds = {"float": "float32, float64 when asked"}
        lines += [f"| `{one.name}` | {kinds.get(one.kind, one.kind)} | {one.unit} | {one.meaning} |" for one in columns]
        lines.append("")
    return "\n".join(lines)


def scale_example() -> str:
    """A summary as `liftspan simulate --json` prints it, its timeline cut to one time."""
    with TemporaryDirectory() as folder:
        written = simulate_to(plan_of(load_protocols()["iv-single"], SCALE_EXAMPLE), Path(folder) / "run")
    record = {**written.record, "timeline": written.record["timeline"][2:3]}
    said = json.dumps(record, indent=1, ensure_ascii=False)
    command = f"liftspan simulate --protocol iv-single -n {SCALE_EXAMPLE} --out DIR --json"
    return (
        f"<!-- posterior {posterior_digest()} -->\n`{command}`, its timeline cut to one time:\n\n```json\n{said}\n```\n"
    )


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
    return {**{name: f"{row[1]:g}" for name, row in CONSTANTS.items()}, "cut": f"{cut:.3g}"}


def _manifest_words() -> dict[str, str]:
    manifest = load_posterior().manifest
    return {
        "fit_method": manifest["method"],
        "fit_rows": str(manifest["rows"]),
        "fit_trials": str(len(manifest["trials"])),
        "fit_draws": str(manifest["draws"]),
        "fit_tables": manifest["evidence_version"],
    }


def fit_used() -> str:
    """Which rows the fit used and left out, and its trials with their identifiers."""
    manifest = load_posterior().manifest
    citations = load_evidence().trials
    weeks = LAST_H / HOURS_PER_WEEK
    lines = [
        f"The shipped parameters of mood: {manifest['method']}, {manifest['draws']} draws of "
        f"{manifest['chains']} chains x {manifest['draws_per_chain']} (R-hat at most {manifest['r_hat_max']}, "
        f"effective sample size at least {min(manifest['bulk_ess_min'], manifest['tail_ess_min'])}, "
        f"{manifest['divergent']} divergent paths), fitted to "
        f"{manifest['rows']} rows of {len(manifest['trials'])} trials (tables version "
        f"{manifest['evidence_version']}). Used are {', '.join(f'`{name}`' for name in MEANS)} of MADRS, and "
        f"{', '.join(f'`{name}`' for name in RATES)} where no mean stands at that time, up to {weeks:g} weeks.",
        "",
        "| rows left out because | rows |",
        "|---|---|",
    ]
    left = sorted(manifest["rows_left_out"].items(), key=lambda item: (-item[1], item[0]))
    lines += [f"| {reason} | {count} |" for reason, count in left]
    lines += [f"| **all rows left out** | **{sum(count for _, count in left)}** |", ""]
    lines += _imputed(manifest)
    lines += ["| trial of the fit | identifiers |", "|---|---|"]
    for trial in manifest["trials"]:
        numbers = [trial["registry_id"], trial["doi"] and f"doi {trial['doi']}", trial["pmid"]]
        known = "; ".join(number for number in numbers if number)
        address = citations[trial["trial_id"]].source_url
        lines.append(f"| {citations[trial['trial_id']].citation} | {known or f'<{address.split()[0]}>'} |")
    return "\n".join(lines) + "\n"


def _imputed(manifest) -> list[str]:
    """Baselines that no trial prints, as the fit imputes them."""
    lines = []
    for what, words in (("mean", "mean baseline"), ("sd", "SD of the baseline")):
        arms = manifest["assumed_baselines"][what]
        lines += [f"No {words} was readable for {len(arms)} fitted arms: {', '.join(f'`{arm}`' for arm in arms)}.", ""]
    lines += [
        "Another arm of the trial stands in where it has one. Else the baseline is a parameter of the fit, shared by "
        "the arms of the trial. SDs of changes are not needed: the spread of people comes from the model, and a "
        "printed one is data about it.",
        "",
        "| imputed, MADRS points | mean (90 %) | SD (90 %) |",
        "|---|---|---|",
    ]
    for trial, found in manifest["imputed_baselines"].items():
        cells = [found.get(name) for name in ("mean", "sd")]
        words = ["printed" if cell is None else f"{cell[0]:.1f} ({cell[1]:.1f} to {cell[2]:.1f})" for cell in cells]
        lines.append(f"| {trial} | {words[0]} | {words[1]} |")
    return [*lines, ""]


def dose_limits() -> str:
    """The most that trials have given, by drug and route: the edge of an answer on mood."""
    lines = [
        "| drug | route | highest dose of a session | most sessions in 7 days |",
        "|---|---|---|---|",
    ]
    for (drug, route), limit in sorted(evidence_limits(load_evidence().arm_rows.values()).items()):
        doses = [(limit.max_mg, "mg"), (limit.max_mg_per_kg, "mg/kg")]
        highest = " or ".join(f"{most:g} {unit}" for most, unit in doses if most is not None) or "not printed"
        sessions = "not printed" if limit.max_sessions_in_7_days is None else f"{limit.max_sessions_in_7_days:g}"
        lines.append(f"| {drug} | {route} | {highest} | {sessions} |")
    return "\n".join(lines) + "\n"


def protocols() -> str:
    """Named protocols: what each says, and its source."""
    lines = ["| name | treatment | status | source |", "|---|---|---|---|"]
    lines += [f"| `{name}` | {one.treatment} | {one.status} | {one.source} |" for name, one in load_protocols().items()]
    return "\n".join(lines) + "\n"


def kinetics_checked() -> str:
    """Fold errors and interactions, as `liftspan body check` prints them."""
    errors = fold_errors(compare(shipped_observations()))
    return f"```text\n{table_text(errors)}```\n\n```text\n{interactions_text(interactions())}```\n"


def claims_listed() -> str:
    """Claims with their ids and verdicts, and whether the model says something of them; its numbers are not here."""
    lines = ["| id | claim | verdict on the published numbers | model |", "|---|---|---|---|"]
    lines += [
        f"| `{one.claim_id}` | {one.claim} | {one.verdict} | {'answers' if one.claim_id in SPOKEN else 'silent'} |"
        for one in load_claims()
    ]
    found = load_predictors()
    tail = f"Predictors: {len(found)} rows, of which {sum(one.is_null for one in found)} found no relation."
    return "\n".join([*lines, "", tail]) + "\n"


def table_sizes() -> str:
    """How many trials, arms and rows the shipped tables hold."""
    evidence = load_evidence()
    return (
        f"The shipped tables (version {evidence.version}) hold {len(evidence.trials)} trials, {len(evidence.arms)} "
        f"arms and {len(evidence.observations)} published numbers.\n"
    )


if __name__ == "__main__":
    sys.exit(main())
