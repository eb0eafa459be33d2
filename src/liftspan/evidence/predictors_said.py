"""Predictors as text of at most 100 columns and as JSON; a null stands as a null, an unknown factor as unknown."""

from textwrap import wrap

from liftspan.evidence.predictors import Predictor

SCHEMA = "liftspan/evidence-predictors/1"
WIDTH = 100
WEAK = (
    "Prediction of who responds is weak: most factors are null or inconsistent between studies. Apart from age and "
    "weight in the concentrations, no row here enters the model of mood. An association is no reason to treat "
    "or not to treat."
)
NO_NUMBER = "size not read"


def as_text(found: tuple[Predictor, ...], factor: str | None) -> str:
    """One block for each row, then how to read them."""
    if not found:
        return _wrapped(unknown(factor)) + "\n"
    nulls = sum(one.is_null for one in found)
    tail = f"{len(found)} rows, of which {nulls} found no relation. {WEAK}"
    return "\n\n".join([*(_block(one) for one in found), _wrapped(tail)]) + "\n"


def unknown(factor: str | None) -> str:
    """What is said of a factor that no row names."""
    return (
        f"'{factor}': no study of this factor is in the tables. That is no evidence for it and none against it; the "
        "model does not use it."
    )


def effect_text(one: Predictor) -> str:
    """Effect, interval and p as printed: "0.58 (0.44 to 0.72), p <0.0001"."""
    said = one.effect or ("as stated" if any(sign.isdigit() for sign in one.measure) else NO_NUMBER)
    if one.ci_low is not None:
        said += f" ({one.ci_low:g} to {one.ci_high:g})"
    if one.p_value:
        said += f", p {one.p_value}"
    return said


def as_record(found: tuple[Predictor, ...], factor: str | None) -> dict:
    """Plain data, in the order in which it is written."""
    return {
        "schema": SCHEMA,
        "factor": factor,
        "interval": {"level": 0.95, "kind": "as printed"},
        "predictors": [_record(one) for one in found],
        "note": WEAK if found else unknown(factor),
    }


def _record(one: Predictor) -> dict:
    return {
        "factor": one.factor,
        "finding": finding(one),
        "direction": one.direction,
        "measure": one.measure,
        "effect": one.effect,
        "low": one.ci_low,
        "high": one.ci_high,
        "p_value": one.p_value,
        "n": one.n,
        "outcome": one.outcome,
        "treatment": one.treatment,
        "source": one.citation,
        "address": one.address,
        "notes": one.notes,
    }


def finding(one: Predictor) -> str:
    """null where a relation was looked for and not found; mixed; relation; or relation, size not read."""
    if one.is_null or one.is_mixed:
        return "null" if one.is_null else "mixed"
    return "relation" if one.is_numbered else f"relation, {NO_NUMBER}"


def _block(one: Predictor) -> str:
    lines = [
        f"{one.factor}: {'NULL: ' if one.is_null and not one.direction.startswith('null') else ''}{one.direction}",
        f"{one.measure or 'no measure read'}: {effect_text(one)}; n = {one.n or 'not printed'}",
        f"of {one.outcome}; {one.treatment}",
        *([one.notes] if one.notes else []),
        f"{one.citation} {one.address}",
    ]
    return "\n".join(
        "\n".join(wrap(line, WIDTH, initial_indent="" if i == 0 else "  ", subsequent_indent="  " if i == 0 else "    ",
                       break_long_words=False, break_on_hyphens=False))
        for i, line in enumerate(lines)
    )  # fmt: skip


def _wrapped(text: str) -> str:
    return "\n".join(wrap(text, WIDTH, break_long_words=False))
