"""What the other pages print: checks from their stores, what the fit used, limits, protocols, speed and scale."""

import hashlib
import json
import sys
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

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
from liftspan.forecast.calibration_said import speed_text, stored_study, study_text
from liftspan.inference.rows import LAST_H, MEANS, RATES
from liftspan.posterior import FOLDER, load_posterior
from liftspan.scale import plan_of, simulate_to
from liftspan.scale.columns import COURSE, EVERY_PEOPLE_COLUMN
from liftspan.treatment import evidence_limits, load_protocols
from liftspan.units import HOURS_PER_WEEK

DOCS = Path(__file__).resolve().parent
WRITTEN = "<!-- Written by docs/print_model.py; change the tables or the template, not this file. -->\n"
MEASURED = DOCS.parent / "benchmarks" / "measured.json"
SCALE_EXAMPLE = 90_112  # 22 trials: enough for an interval over trials


def held_out() -> str:
    """Trials predicted by fits that have not seen them, as `liftspan evidence check` prints it."""
    rows = stored_scores(load_evidence(), FOLDER)
    return "```text\n" + check_text(rows, "time") + "```\n"


def forecast() -> str:
    """Calibration and speed of the forecast, as `benchmarks/forecast.py` stored and prints them."""
    study = stored_study()
    speed = f"\n```text\n{speed_text(study['speed'])}```\n" if study["speed"] else ""
    return "```text\n" + study_text(study) + "```\n" + speed


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
