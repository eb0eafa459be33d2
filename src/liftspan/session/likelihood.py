"""Published numbers beside what the model says: on which scale, how far apart they may lie, and who deviates."""

from dataclasses import dataclass
from math import copysign, exp, inf, log, log1p, sqrt

from liftspan.acute.parameters import EVENTS
from liftspan.session.observations import AcuteRow, Bounds
from liftspan.session.predicted import PRESSURE_EVENTS, Levels, said_of

SMALLEST = 1e-4  # a share of none is held apart from 0 on the logit scale
UNSTATED_N = 346  # people of a rate that prints none: the label's pool of short trials, the smallest it can be of
ROUGH_LOG = 0.4  # SD of the log of a mean CADSS whose dose and time are not stated (assumed)
OF_ONE_SITE = 0.15  # SD of the log rise beside its site's: systolic and diastolic need not deviate together (assumed)
READY_MORE_POINTS = 1.0  # SD of a difference of two shares of one group (assumed)
QUIET_MMHG = 1.0  # SD of a mean of maxima on placebo, rounding and sampling (assumed)
# Studies that share their people, for the deviation of a site: the label's pool of short trials and its summary.
SHORT_TRIALS = "short nasal trials"
SITES = {"LABEL_US_T6": SHORT_TRIALS, "DOHERTY_2020": SHORT_TRIALS}


@dataclass(frozen=True)
class Comparison:
    """What the model says beside what was printed, on a scale on which the difference is about normal."""

    said: float
    low: float  # printed; low = high for a point, infinite where a bound is open
    high: float
    variance: float  # beside the study's own deviation
    of_study: bool = False  # whether the spread of rates between studies adds to it

    @property
    def is_point(self) -> bool:
        """A point says how far studies lie apart; a range does not."""
        return self.low == self.high

    def residual(self, between: float) -> float:
        """Signed root of twice the loss of log likelihood; `between`: variance between studies.

        A range or a bound is a censored observation: it draws less, and its middle most.
        """
        sd = sqrt(self.variance + between * self.of_study)
        if self.is_point:
            return (self.said - self.low) / sd
        low, high = (self.low - self.said) / sd, (self.high - self.said) / sd
        half = 0.5 * (high - low)  # infinite for a bound
        lost = max(_log_between(-half, half) - _log_between(low, high), 0.0)
        return copysign(sqrt(2.0 * lost), -low - high)


def _log_between(low: float, high: float) -> float:
    """Log probability that a standard normal number lies between two limits, also far out."""
    from scipy.special import log_ndtr

    if low > 0.0:  # the upper tail is that of the mirror, where the difference keeps its digits
        low, high = -high, -low
    upper = float(log_ndtr(high))
    return upper + log1p(-exp(float(log_ndtr(low)) - upper)) if low > -inf else upper


def logit(share: float) -> float:
    """Log odds, finite at 0 and 1."""
    held = min(max(share, SMALLEST), 1.0 - SMALLEST)
    return log(held / (1.0 - held))


def is_pressure(row: AcuteRow) -> bool:
    """Whether a number is of pressure or heart rate, which deviate by site."""
    kind, _, name = row.quantity.partition(":")
    return kind == "peak" or name in PRESSURE_EVENTS


def site_of(row: AcuteRow) -> str:
    """Where pressure was read; empty for a number that does not deviate by site."""
    return SITES.get(row.study_id, row.study_id) if is_pressure(row) else ""


def comparisons(row: AcuteRow, levels: tuple[Levels, ...], p: dict[str, float], site: float) -> list[Comparison]:
    """Of one published row and of its placebo. `site`: log factor of its site on rises of pressure."""
    kind, (said, beside) = row.quantity.partition(":")[0], said_of(row, levels, p, site)
    if kind in ("rate", "ready"):
        found = [_rate(said, row.value, row.n)]
        if kind == "rate" and row.placebo is not None:
            found.append(_rate(beside, row.placebo, row.n))
        return found
    if kind == "ready_more":  # between two times of one group, %
        return [Comparison(said, row.value.low, row.value.high, READY_MORE_POINTS**2)]
    if kind == "peak" and beside is not None:
        quiet, rise = row.placebo.middle, log(row.value.middle - row.placebo.middle)
        return [
            Comparison(beside, quiet, quiet, QUIET_MMHG**2),
            Comparison(log(said - beside), rise, rise, OF_ONE_SITE**2),
        ]
    if kind == "peak":
        return [_log(said, row.value.middle, row.value.middle, OF_ONE_SITE)]
    if kind == "cadss_over":
        return [_log(said, 0.0, row.value.high, ROUGH_LOG)]
    return [_log(said, row.value.middle, row.value.middle, ROUGH_LOG), _log(beside, row.sd, row.sd, ROUGH_LOG)]


def _log(said: float, low: float, high: float, sd: float) -> Comparison:
    return Comparison(log(said), log(low) if low > 0.0 else -inf, log(high), sd**2)


def _rate(percent: float, published: Bounds, n: int | None) -> Comparison:
    """On the logit scale; sampling of n people, and the study's own deviation."""
    n = n or UNSTATED_N
    low = logit(published.low / 100.0) if published.low is not None else -inf
    high = logit(published.high / 100.0) if published.high is not None else inf
    if published.high == 0.0:
        low = high = logit(0.5 / n)  # none of n: half of one, as a continuity correction
    held = min(max(published.middle / 100.0, 0.5 / n), 1.0 - 0.5 / n)
    return Comparison(logit(percent / 100.0), low, high, 1.0 / (n * held * (1.0 - held)), True)


def touches(name: str, row: AcuteRow) -> bool:
    """Whether a parameter, or the deviation of a site, can move what is said of a row: others need no derivative."""
    kind, _, event = row.quantity.partition(":")
    if name == site_of(row):
        return True
    if name in (f"c50_{event}", f"placebo_{event}"):
        return True
    if name.startswith(("c50_", "placebo_")):
        return name == "c50_moaas_below_5" and kind.startswith("ready")
    if name.startswith("cadss"):
        return kind.startswith("cadss") or event.startswith("cadss")
    if name in ("threshold_spread", "threshold_person", "habituation", "unconscious_spread", "ready_over_sedation"):
        return kind.startswith("ready") or event in EVENTS or event == "cadss_above_4"
    if name == "s_over_r":
        return row.route != "nasal"  # esketamine has no R
    return name in PRESSURE_PARAMETERS and is_pressure(row)


PRESSURE_PARAMETERS = frozenset((
    "systolic_max", "diastolic_max", "heart_rate_max", "pressure_c50", "pressure_person_spread", "systolic_noise",
    "diastolic_noise", "older_noise", "systolic_before", "diastolic_before",
))  # fmt: skip
