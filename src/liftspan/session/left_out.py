"""Each study predicted by a fit without it: 90 % intervals of what such a study would print.

    python -m liftspan.session.left_out

Writes data/acute_left_out.json with the hash of what it rests on; `liftspan session check` prints from there. A minute
or two on one core. Studies that share people with a study leave the fit with it, so that nobody predicts themselves.
"""

import json
from importlib.resources import files
from pathlib import Path

import numpy as np

from liftspan.acute.parameters import natural
from liftspan.files import write_whole
from liftspan.session.beside import usable
from liftspan.session.fit import Fit, fit, inputs_hash
from liftspan.session.likelihood import OF_ONE_SITE, ROUGH_LOG, UNSTATED_N, is_pressure, logit
from liftspan.session.observations import AcuteRow, shipped_acute
from liftspan.session.predicted import levels_of_row, said_of
from liftspan.session.store import LEFT_OUT

DRAWS, SEED, LEVEL = 200, 1, 0.9
# The label's pools hold the short nasal trials of Doherty and of the sponsor's summaries (REMS is other people).
NASAL_PROGRAMME = frozenset((
    "LABEL_US_T6", "LABEL_US_5.6", "LABEL_US_AE", "LABEL_US_SED", "LABEL_US_SED2", "JNJ_DISSOC", "JNJ_DISCHARGE",
    "DOHERTY_2020",
))  # fmt: skip
ASPIRE = frozenset(("ASPIRE_POOLED", "ASPIRE_PMC7816667"))  # the second trial is half of the pool
# The meta-analysis pools cohorts of these tables: predicted without them. Each cohort is predicted with the others.
META, POOLED = "VANKAWALA_2021_META", frozenset(("RIVAPOSSE_2018", "CV_741_INFUSIONS", "DOHERTY_2020"))


def leaving(study_id: str) -> frozenset[str]:
    """The studies that leave the fit when this one is predicted."""
    for family in (NASAL_PROGRAMME, ASPIRE):
        if study_id in family:
            return family
    return POOLED | {META} if study_id == META else frozenset((study_id,))


def left_out(rows: tuple[AcuteRow, ...]) -> list[dict]:
    """Every usable row, predicted by a fit without its study: unit of the row; one record a row, by line."""
    wanted, found = [row for row in rows if usable(row)], []
    for family in dict.fromkeys(leaving(row.study_id) for row in wanted):
        fitted = fit(tuple(row for row in rows if row.study_id not in family))
        found += [_record(row, fitted) for row in wanted if leaving(row.study_id) == family]
    return sorted(found, key=lambda one: one["line"])


def _record(row: AcuteRow, fitted: Fit) -> dict:
    rng = np.random.default_rng([SEED, row.line])
    levels = levels_of_row(row)
    draws = rng.multivariate_normal(fitted.mode, fitted.covariance, DRAWS)
    printed = [_as_printed(row, levels, natural(draw), rng) for draw in draws]
    low, high = np.quantile(printed, [0.5 - LEVEL / 2, 0.5 + LEVEL / 2])
    values = (said_of(row, levels, natural(fitted.mode))[0], low, high)
    return {"line": row.line} | {
        name: round(float(value), 2) for name, value in zip(("predicted", "low", "high"), values, strict=True)
    }


def _as_printed(row: AcuteRow, levels, p: dict[str, float], rng: np.random.Generator) -> float:
    """What a new study would print: its site, its own deviation, and sampling of its people."""
    kind = row.quantity.partition(":")[0]
    site = p["site_spread"] * rng.standard_normal() if is_pressure(row) else 0.0
    said, quiet = said_of(row, levels, p, site)
    luck = rng.standard_normal()
    if (
        kind == "peak"
    ):  # a site's systolic and diastolic rises need not deviate together; the noise of readings does not
        quiet = quiet or 0.0
        return quiet + (said - quiet) * float(np.exp(OF_ONE_SITE * luck))
    if kind.startswith("cadss"):
        return said * float(np.exp(ROUGH_LOG * luck))
    if kind not in ("rate", "ready"):
        return said
    share = 1.0 / (1.0 + np.exp(-(logit(said / 100.0) + p["rate_spread"] * luck)))
    n = row.n or UNSTATED_N
    return 100.0 * float(rng.binomial(n, share)) / n


def main() -> None:
    """Fit without each family and store."""
    record = {"inputs_sha256": inputs_hash(), "draws": DRAWS, "level": LEVEL, "rows": left_out(shipped_acute())}
    path = Path(str(files("liftspan.session") / "data" / LEFT_OUT))
    write_whole({path: [(json.dumps(record) + "\n").encode()]})


if __name__ == "__main__":
    main()
