"""Lists of trials and one trial as text of at most 100 columns, and as records for JSON."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import asdict
from textwrap import shorten, wrap

from liftspan.evidence.browse import Counts, arm_treatment, arms_of, people_of
from liftspan.evidence.contrasts import MISPRINTS
from liftspan.evidence.course import Band
from liftspan.evidence.records import Arm, Evidence, Observation, Trial

WIDTH = 100
RISKS = (
    "Benefit is one side: blood pressure, dissociation and sedation in a session, bladder and dependence over a "
    "course; liftspan how-fast prints the risks with their sources."
)
OFF_LABEL = (
    "Racemic ketamine is off label for depression. For research and licensed clinicians; supervised sessions only."
)
CAUTIONS = (RISKS, OFF_LABEL)
LIST_HEADER = ("trial", "year", "design", "treatment", "control", "people", "fitted")
ROW_HEADER = ("row", "hours", "arm", "statistic", "value", "error", "n", "source", "trap")


def cautions_text() -> str:
    """The lines that stand under every answer on benefit."""
    return "\n".join(wrapped(line) for line in CAUTIONS) + "\n"


def wrapped(text: str, indent: str = "") -> str:
    """Text in lines of at most 100 columns; addresses are not broken."""
    lines = wrap(text, WIDTH, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False)
    return "\n".join(lines)


def list_rows(evidence: Evidence, trials: Iterable[Trial], fitted_ids: Collection[str]) -> list[tuple[str, ...]]:
    """Cells of the list, one row a trial, under LIST_HEADER."""
    return [_list_row(evidence, trial, fitted_ids) for trial in trials]


def _list_row(evidence: Evidence, trial: Trial, fitted_ids: Collection[str]) -> tuple[str, ...]:
    arms = arms_of(evidence, trial.trial_id)
    people = people_of(evidence, trial)
    return (
        trial.trial_id,
        "" if trial.year is None else f"{trial.year:.0f}",
        trial.design.replace("_", " "),
        ", ".join(_given(arms)),
        ", ".join(_controls(arms)),
        "" if people is None else f"{people:.0f}",
        "yes" if trial.trial_id in fitted_ids else "no",
    )


def _given(arms: Sequence[Arm]) -> list[str]:
    """What was studied: everything that is no control, or the controls themselves where there is nothing else."""
    studied = [arm for arm in arms if arm.control in ("", "none")] or list(arms)
    named = (f"{arm.drug.replace('_', ' ')} {arm.route if arm.route != 'none' else ''}".strip() for arm in studied)
    return list(dict.fromkeys(named))


def _controls(arms: Sequence[Arm]) -> list[str]:
    return list(dict.fromkeys(arm.control.replace("_", " ") for arm in arms if arm.control not in ("", "none")))


def counts_text(counts: Counts) -> str:
    """How many trials, arms and people, and how they were counted."""
    if not counts.listed:
        return "No trial matches. Leave a filter out, or list all: liftspan evidence list"
    text = f"{counts.listed} {'trial' if counts.listed == 1 else 'trials'} listed."
    text += (
        f" Counted once where the tables say that people overlap, pooled reviews left out: {counts.trials} trials, "
        f"{counts.arms} arms, {counts.people:,} people"
    )
    if counts.without_people:
        text += f" ({counts.without_people} of them print no number of people)"
    return wrapped(text + ". One trial with all its numbers: liftspan evidence show TRIAL")


def list_record(evidence: Evidence, trials: Sequence[Trial], counts: Counts, fitted_ids: Collection[str]) -> dict:
    """`liftspan/evidence-list/1`."""
    return {
        "schema": "liftspan/evidence-list/1",
        "tables": evidence.version,
        "counts": asdict(counts),
        "trials": [
            {
                **trial_record(trial, fitted_ids),
                "people": people_of(evidence, trial),
                "treatments": _given(arms_of(evidence, trial.trial_id)),
                "controls": _controls(arms_of(evidence, trial.trial_id)),
                "arms": len(arms_of(evidence, trial.trial_id)),
            }
            for trial in trials
        ],
        "cautions": list(CAUTIONS),
    }


def trial_record(trial: Trial, fitted_ids: Collection[str]) -> dict:
    """Every cell of a trial, and whether the posterior was fitted to it."""
    return {**asdict(trial), "overlaps_with": list(trial.overlaps_with), "fitted": trial.trial_id in fitted_ids}


def show_record(evidence: Evidence, trial: Trial, fitted_ids: Collection[str], bands: Sequence[Band] = ()) -> dict:
    """`liftspan/evidence-trial/1`; `predicted` holds the bands of the picture, empty where none was asked for."""
    arms = arms_of(evidence, trial.trial_id, subgroups=True)
    return {
        "schema": "liftspan/evidence-trial/1",
        "tables": evidence.version,
        "trial": trial_record(trial, fitted_ids),
        "arms": [{**asdict(arm), "session_days": list(arm.session_days)} for arm in arms],
        "observations": [{**asdict(row), "trap": trap(row)} for row in rows_of_trial(evidence, trial)],
        "interval": {"level": 0.9, "kind": "equal-tailed"},
        "predicted": [asdict(band) for band in bands],
        "cautions": list(CAUTIONS),
    }


def rows_of_trial(evidence: Evidence, trial: Trial) -> list[Observation]:
    """Rows by scale in the order of the table, then time, statistic and arm; those without a time stand last."""
    own = [row for row in evidence.observations if row.trial_id == trial.trial_id]
    scales = list(dict.fromkeys(row.scale for row in own))
    arms = [arm.arm_id for arm in arms_of(evidence, trial.trial_id, subgroups=True)]
    return sorted(
        own,
        key=lambda row: (
            scales.index(row.scale), row.time_h is None, row.time_h or 0.0, row.statistic, arms.index(row.arm_id)
        ),
    )  # fmt: skip


def trap(row: Observation) -> str:
    """Why a row must not be counted like its neighbours; empty for a fact of its own."""
    said = []
    if row.same_as:
        said.append(f"repeats {_short_id(row.same_as, row.trial_id)}")
    if row.carry_over:
        said.append("second period or re-randomised")
    if row.part_of:
        said.append(f"subgroup of {row.part_of}")
    if row.change_from in ("phase", "screening") and not row.carry_over:
        said.append(f"change from {'a later phase' if row.change_from == 'phase' else 'screening'}")
    if row.event in ("by_time", "ever", "sustained"):
        said.append({"by_time": "by that time", "ever": "ever", "sustained": "sustained"}[row.event])
    if row.row_id in MISPRINTS:
        said.append("likely a misprint in the paper")
    return "; ".join(said)


def _short_id(row_id: str, trial_id: str) -> str:
    return row_id.removeprefix(f"{trial_id}.") or row_id


def head_text(evidence: Evidence, trial: Trial, fitted_ids: Collection[str]) -> str:
    """The trial and its arms."""
    people = people_of(evidence, trial)
    facts = (
        ("citation", ", ".join(part for part in (trial.citation, trial.journal) if part)),
        ("registry", trial.registry_id),
        ("doi", trial.doi),
        ("pubmed", trial.pmid),
        ("design", "; ".join(part for part in (trial.design.replace("_", " "), trial.blinding) if part)),
        ("people", f"{trial.population}{'' if people is None else f', {people:.0f}'}"),
        ("setting", ", ".join(part for part in (trial.setting, trial.region) if part)),
        ("medication", trial.medication or trial.concomitant_antidepressant),
        ("shares people with", ", ".join(trial.overlaps_with)),
        ("notes", trial.notes),
        ("address", trial.source_url),
        ("fitted", _fitted_text(trial.trial_id in fitted_ids)),
    )
    lines = [f"{trial.trial_id}"]
    lines += [wrapped(f"{name:<20}{text or 'not stated'}", " " * 20) for name, text in facts if text or name in _ALWAYS]
    lines += ["", "Arms"]
    lines += [wrapped(_arm_text(arm), " " * 20) for arm in arms_of(evidence, trial.trial_id, subgroups=True)]
    return "\n".join(lines)


_ALWAYS = ("registry", "doi", "pubmed", "setting", "medication")


def _fitted_text(fitted: bool) -> str:
    return (
        "the shipped posterior was fitted to rows of this trial" if fitted else "the shipped posterior has not seen it"
    )


def _arm_text(arm: Arm) -> str:
    parts = [
        arm_treatment(arm),
        arm.schedule,
        "n not stated" if arm.n is None else f"n {arm.n:.0f}",
        "" if arm.control in ("", "none") else f"control: {arm.control.replace('_', ' ')}",
        f"subgroup of {arm.part_of}" if arm.part_of else "",
        "" if arm.baseline_mean is None else f"baseline {arm.baseline_mean:g} {arm.baseline_scale}",
    ]
    return f"{arm.arm_id:<20}" + "; ".join(part for part in parts if part)


def course_rows(rows: Sequence[Observation], addresses: Sequence[str]) -> list[tuple[str, ...]]:
    """Cells of a time course under ROW_HEADER; sources as the number of their address."""
    return [
        (
            _short_id(row.row_id, row.trial_id),
            "-" if row.time_h is None else f"{row.time_h:g}",
            row.arm_id,
            row.statistic,
            "-" if row.value is None else f"{row.value:g}",
            _error(row),
            "-" if row.n is None else f"{row.n:.0f}",
            f"[{addresses.index(row.source_url) + 1}] {shorten(row.source_location, 26, placeholder=' ..')}",
            trap(row),
        )
        for row in rows
    ]


def _error(row: Observation) -> str:
    if row.se is not None:
        return f"SE {row.se:g}"
    if row.sd is not None:
        return f"SD {row.sd:g}"
    return "" if row.ci_low is None or row.ci_high is None else f"{row.ci_low:g} to {row.ci_high:g}"
