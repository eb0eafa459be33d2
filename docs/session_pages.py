"""Pages of docs/generated on sessions: rates by dose beside placebo, the check, and the fitted parameters."""

import numpy as np

from liftspan.acute.parameters import PRIORS, centre_of, natural, to_scale
from liftspan.session.answer import session_of
from liftspan.session.check import checked_rows
from liftspan.session.check_words import check_text
from liftspan.session.store import load_acute_posterior
from liftspan.session.words import SAID, serious_words, share_text
from liftspan.treatment import parse_treatment

SHOWN = (
    "28 mg nasal esketamine, once",
    "56 mg nasal esketamine, once",
    "84 mg nasal esketamine, once",
    "0.5 mg/kg iv ketamine over 40 min, once",
)


def session_rates() -> str:
    """One session of usual doses: means at their peaks, people of 100 with each event, readiness."""
    answers = [session_of(parse_treatment(words)) for words in SHOWN]
    lines = [
        "| one session, median (90 % of clinics) | placebo | " + " | ".join(one.dose for one in answers) + " |",
        "|---" * (len(answers) + 2) + "|",
    ]
    means = {"systolic": "systolic rise at its peak, mmHg", "diastolic": "diastolic rise at its peak, mmHg",
             "heart_rate": "heart rate at its peak, more per minute", "cadss": "CADSS at its peak, points"}  # fmt: skip
    for name, words in means.items():
        cells = [f"{one.median:.1f} ({one.low:.1f} to {one.high:.1f})" for one in (a.peaks[name][0] for a in answers)]
        lines.append(f"| {words} | 0 | " + " | ".join(cells) + " |")
    for name, words in SAID.items():
        cells = [share_text(answer.probabilities[name]) for answer in answers]
        placebo = share_text(answers[0].placebo_probabilities[name])
        lines.append(f"| {words}, of 100 | {placebo} | " + " | ".join(cells) + " |")
    for minutes in (90.0, 120.0):
        ready = [next(one for one in answer.ready if one.minutes == minutes) for answer in answers]
        cells = [f"{100 * one.judged.median:.0f} ({100 * one.judged.low:.0f} to {100 * one.judged.high:.0f})"
                 for one in ready]  # fmt: skip
        lines.append(f"| judged ready at {minutes:g} minutes, of 100 | | " + " | ".join(cells) + " |")
        cells = [f"{100 * one.by_rules:.0f}" for one in ready]
        lines.append(
            f"| ready by the rule file, as far as simulated, at {minutes:g} minutes, of 100 | | "
            + " | ".join(cells)
            + " |"
        )
    return "\n".join([*lines, "", serious_words(answers[0].serious)]) + "\n"


def session_check() -> str:
    """What `liftspan session check` prints."""
    return f"```text\n{check_text(checked_rows())}```\n"


def session_parameters() -> str:
    """Every parameter: prior, fit, what it rests on."""
    posterior = load_acute_posterior()
    draws = {prior.name: np.quantile([one[prior.name] for one in posterior.draws], [0.05, 0.95]) for prior in PRIORS}
    lines = ["| parameter | unit | prior, median (90 %) | fit, mode (90 %) | rests on |", "|---|---|---|---|---|"]
    for i, prior in enumerate(PRIORS):
        ends = []
        for sds in (-1.645, 1.645):
            at = [centre_of(one) for one in PRIORS]
            at[i] = to_scale(prior.centre, prior.scale) + sds * prior.spread
            ends.append(natural(at)[prior.name])
        low, high = draws[prior.name]
        source = prior.source if "assumption" in prior.source or not prior.assumed else f"{prior.source}; assumption"
        before = f"{_number(prior.centre)} ({_number(ends[0])} to {_number(ends[1])})"
        lines.append(
            f"| `{prior.name}`: {prior.meaning} | {prior.unit} | {before} | "
            f"{_number(posterior.mode[prior.name])} ({_number(low)} to {_number(high)}) | {source} |"
        )
    return "\n".join(lines) + "\n"


def _number(value: float) -> str:
    """Two digits, and never a power of ten."""
    return f"{value:.0f}" if value >= 100.0 else f"{value:.2g}"
