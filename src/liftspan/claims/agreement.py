"""Whether model and evidence agree on a claim: by rule, on every published number of a quantity that the model gives.

A number disagrees where it lies outside the model's 90 % interval, where it runs the other way over time, or where it
is further than a stated size from the model's. Intervals that are wide hide a difference; the third rule shows it.
"""

from dataclasses import dataclass

from liftspan.claims.quantities import PART, POINTS, SHARE, Compared, Quantity

# Ours, for what is said: differences from which model and evidence are called apart, in each unit.
STATED_SIZE = {SHARE: 0.10, POINTS: 3.0, PART: 0.20}
SIZE_WORDS = {SHARE: "10 in 100", POINTS: "3 points", PART: "20 %"}
OUTSIDE, OPPOSITE, APART = "outside the interval", "opposite over time", "apart by the stated size"
RULE = (
    "a published number disagrees where it lies outside the model's 90 % interval, runs the other way over time, or is "
    f"apart from the model by {', '.join(SIZE_WORDS.values())} or more (shares, MADRS, parts of an effect)"
)
AGREE, DISAGREE, NOT_COMPARED = "agree", "disagree", "not compared"


@dataclass(frozen=True)
class Agreement:
    """The verdict of the rules on one claim."""

    verdict: str  # AGREE, DISAGREE or NOT_COMPARED
    says: str  # in one sentence
    compared: tuple[Compared, ...]


def rules_of(compared: Compared) -> tuple[str, ...]:
    """The rules by which a number disagrees; none where it agrees."""
    one, found = compared.quantity, []
    value = _middle(one)
    if compared.high < one.low or compared.low > one.high:
        found.append(OUTSIDE)
    if compared.over_time and (compared.high < 0.0 < value or value < 0.0 < compared.low):
        found.append(OPPOSITE)
    # Rounding of floats must not decide where the size is met exactly.
    if max(compared.low - value, value - compared.high) >= STATED_SIZE[one.unit] - 1e-9:
        found.append(APART)
    return tuple(found)


def agreement_of(compared: tuple[Compared, ...]) -> Agreement:
    """What the rules say of all the numbers that both give."""
    if not compared:
        return Agreement(NOT_COMPARED, "no published number here is of a quantity that the model gives", ())
    wrong = [one for one in compared if rules_of(one)]
    if wrong:
        said = "; ".join(map(_said, wrong))
        count = f"{len(wrong)} of {len(compared)} numbers" if len(compared) > 1 else "the one number that both give"
        return Agreement(DISAGREE, f"model and evidence disagree on {count}: {said}", compared)
    many = "the one number" if len(compared) == 1 else f"all {len(compared)} numbers"
    return Agreement(AGREE, f"model and evidence agree on {many} that both give", compared)


def _middle(one: Quantity) -> float:
    """The value that is shown of a quantity: the mean of a share, the median of anything else."""
    return one.mean if one.unit == SHARE else one.median


def _said(compared: Compared) -> str:
    one = compared.quantity
    published = _shown(compared.low, one)
    if compared.high != compared.low:
        published += f" to {_shown(compared.high, one)}"
    words = (f"{SIZE_WORDS[one.unit]} or more apart" if rule == APART else rule for rule in rules_of(compared))
    model = f"{_shown(_middle(one), one)} ({_shown(one.low, one)} to {_shown(one.high, one)})"
    return f"{one.name}: published {published}, model {model}, {' and '.join(words)}"


def _shown(value: float, one: Quantity) -> str:
    sign = "+" if one.difference else ""
    if one.unit == POINTS:
        return f"{value:{sign}z.1f}"
    return f"{100.0 * value:{sign}z.0f}"
