"""Qualification report: the edges of its use, and the data behind it."""

from collections import Counter

from liftspan.evidence.held_out import checkable
from liftspan.evidence.records import Trial
from liftspan.inference.hashes import evidence_hash
from liftspan.report.basis import Basis
from liftspan.report.markup import Html, bullets, joined, pairs, table, tag
from liftspan.report.trials import identifiers, named
from liftspan.treatment import evidence_limits

WITHDRAWAL = "randomised_withdrawal"


def edges(basis: Basis) -> Html:
    """The most that trials have given: beyond it mood is not answered."""
    rows = []
    for (drug, route), limit in sorted(evidence_limits(basis.evidence.arm_rows.values()).items()):
        doses = ((limit.max_mg, "mg"), (limit.max_mg_per_kg, "mg/kg"))
        highest = " or ".join(f"{most:g} {unit}" for most, unit in doses if most is not None) or "not printed"
        week = limit.max_sessions_in_7_days
        rows.append((f"{drug} {route}", highest, "not printed" if week is None else f"{week:g}"))
    caption = "The most that a trial of the tables gave, by drug and route. Beyond it the answer on mood is refused."
    return table(caption, ("Drug and route", "Highest dose of a session", "Most sessions in 7 days"), rows, "said")


def data(basis: Basis) -> Html:
    """Tables, what the fit used and left out, and every trial."""
    return joined([_tables(basis), _left_out(basis), _trials(basis)])


def _tables(basis: Basis) -> Html:
    evidence, manifest = basis.evidence, basis.posterior.manifest
    wanted = checkable(evidence)
    return pairs({
        "Tables": Html(tag("span", f"version {evidence.version}, SHA-256 ") + tag("code", evidence_hash(evidence))),
        "They hold": f"{len(evidence.trials)} trials, {len(evidence.arms)} arms and {len(evidence.observations)} "
                     "published numbers",
        "The fit used": f"{manifest['rows']} numbers of {len(manifest['trials'])} trials (tables version "
                        f"{manifest['evidence_version']})",
        "The check wants": f"{len(wanted)} numbers of {len({row.trial_id for row in wanted})} trials: MADRS changes, "
                           "response and remission after the first session, each fact once",
        "Relapse": _relapse(basis),
    })  # fmt: skip


def _relapse(basis: Basis) -> str:
    """What the tables hold on relapse."""
    trials = {name for name, trial in basis.evidence.trials.items() if trial.design == WITHDRAWAL}
    numbers = sum(row.trial_id in trials for row in basis.evidence.observations)
    used = trials & set(basis.posterior.trial_ids)
    return (
        f"{numbers} numbers of withdrawal trials ({len(trials)}), whose people were selected by their response. Of "
        f"these trials {len(used) or 'none'} in the fit, each checked below"
    )


def _left_out(basis: Basis) -> Html:
    reasons = sorted(basis.posterior.manifest["rows_left_out"].items(), key=lambda item: (-item[1], item[0]))
    rows = [(reason[:1].upper() + reason[1:], str(count)) for reason, count in reasons]
    rows.append(("All left out", str(sum(count for _, count in reasons))))
    return table("Numbers that the fit left out, and why.", ("Reason", "Numbers"), rows, "said")


def _trials(basis: Basis) -> Html:
    held = Counter(row.trial_id for row in basis.evidence.observations)
    used = Counter(row.observation.trial_id for row in basis.fit.rows)
    seen = Counter(row.trial_id for row in basis.held_out)
    ordered = sorted(basis.evidence.trials.values(), key=lambda one: (one.citation or one.trial_id, one.trial_id))
    fitted = set(basis.posterior.trial_ids)
    rows = [_trial(one, held, used, seen, fitted) for one in ordered]
    head = ("Trial", "Design", "Numbers in the tables", "In the fit", "Identifiers", "Checked held out")
    caption = (
        f"All {len(rows)} trials of the tables. In the fit: numbers used, as these tables give them; 'no' where the "
        "posterior was not fitted to the trial."
    )
    return table(caption, head, rows, "trials")


def _trial(one: Trial, held: Counter, used: Counter, seen: Counter, fitted: set[str]) -> tuple[str, ...]:
    people = "" if one.n_randomised is None else f", n = {one.n_randomised:.0f}"
    return (
        named(one),
        f"{one.design.replace('_', ' ').replace('rct', 'RCT')}{people}",
        str(held[one.trial_id]),
        str(used[one.trial_id]) if one.trial_id in fitted else "no",
        identifiers(one, page=not (one.doi or one.pmid)),
        str(seen[one.trial_id] or "no"),
    )


def remarks(basis: Basis) -> Html:
    """What a reader must know before the numbers; or that all of it is current."""
    if basis.remarks:
        said = bullets(_with_commands(remark) for remark in basis.remarks)
    else:
        said = tag("p", "Nothing: tables, posterior and stores belong together and to this model.")
    return tag("div", tag("h3", "Missing, stale or provisional in this report"), said, class_="card")


def _with_commands(said: str) -> Html:
    """Words between backticks as commands."""
    return joined(Html(tag("code", part).rstrip()) if at % 2 else part for at, part in enumerate(said.split("`")))
