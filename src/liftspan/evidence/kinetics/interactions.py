"""Published interactions and covariates beside what the body does with them at gut and liver."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from liftspan.evidence.kinetics.predict import predict_rows
from liftspan.evidence.tables import shipped_rows

# Words of the table -> population words of a pair of scenarios (with, without), and the weights to compare.
PAIRS = (
    ("ticlopidine", "adults, ticlopidine", "adults"),
    ("itraconazole", "", ""),
    ("clarithromycin", "adults, clarithromycin", "adults"),
    ("grapefruit", "adults, grapefruit", "adults"),
    ("rifampicin", "adults, rifampicin", "adults"),
    ("asian race", "Asian non-Japanese adults", "adults"),
    ("japanese", "Japanese adults", "adults"),
    ("age 70", "adults >60 y", "adults"),
    ("body weight +30", "adults, mean 100 kg", "adults, mean 70 kg"),
)
DOSES = {"oral": ("oral", "20", "mg", ""), "intravenous": ("IV infusion", "10", "mg", "40")}
SPRAY = ("intranasal (Spravato device)", "84", "mg", "")
NO_MODEL = "no model, no number that was readable, or sources in conflict"
METRICS = ("Cmax", "t_half", "AUC24", "AUCinf")
NOT_COMPARED = "a metric that is not compared"


@dataclass(frozen=True)
class Interaction:
    """One published fold change and what the body predicts; None with the reason."""

    perpetrator: str
    route: str
    analyte: str
    metric: str
    published: float | None
    predicted: float | None
    note: str


def interactions() -> tuple[Interaction, ...]:
    """Every row of the shipped table of interactions, answered or with the reason why not."""
    return tuple(_interaction(row) for row in shipped_rows("interactions.csv"))


def _interaction(row: Mapping[str, str]) -> Interaction:
    published = float(row["fold_change"]) if row["fold_change"] else None
    said = (row["perpetrator"], row["route"], row["analyte"], row["metric"], published)
    words = row["perpetrator"].lower()
    pair = next(((with_, without) for word, with_, without in PAIRS if word in words), ("", ""))
    metric = _metric(row["metric"])
    if metric is None or "/" in row["analyte"]:
        return Interaction(*said, None, NOT_COMPARED)
    if not pair[0]:
        return Interaction(*said, None, NO_MODEL)
    route, dose, unit, minutes = DOSES.get(row["route"], SPRAY)
    analyte = "noresketamine" if "nor" in row["analyte"].lower() else "esketamine"
    scenarios = [
        {
            "analyte": analyte,
            "drug_given": "esketamine",
            "route": route,
            "dose": dose,
            "dose_unit": unit,
            "infusion_min": minutes,
            "population": population,
            "metric": metric,
            "unit": "h" if metric == "t_half" else "ng/mL" if metric == "Cmax" else "ng*h/mL",
        }
        for population in pair
    ]
    with_, without = (one.predicted for one in predict_rows(scenarios))
    return Interaction(*said, with_ / without, "")


def _metric(text: str) -> str | None:
    """The first word decides: AUC24 to 24 h; AUCinf and a bare AUC to infinity; exposure to 24 h, as its source."""
    first = text.split()[0]
    return {"AUC": "AUCinf", "exposure": "AUC24"}.get(first, first if first in METRICS else None)


def interactions_text(found: tuple[Interaction, ...]) -> str:
    """The table as text, at most 100 columns; rows without a prediction are counted, not hidden."""
    head = f"{'interaction or covariate':<44}{'route':<14}{'analyte':<14}{'metric':<10}{'published':>9}{'here':>7}"
    lines = [head, "-" * len(head)]
    for one in found:
        if one.predicted is not None and one.published is not None:
            lines.append(
                f"{one.perpetrator[:42]:<44}{one.route[:13]:<14}{one.analyte[:13]:<14}{one.metric.split()[0][:9]:<10}"
                f"{one.published:>9.2f}{one.predicted:>7.2f}"
            )
    left = Counter(one.note for one in found if one.predicted is None)
    lines.append(f"{left.total()} of {len(found)} rows are not compared")
    lines += [f"  {count:>2}: {reason}" for reason, count in sorted(left.items())]
    return "\n".join(lines) + "\n"
