"""Published values near a treatment beside the line of the answer: on which side they lie, and of which trials."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from liftspan.evidence import Evidence, NearEvidence, PublishedPoint
from liftspan.evidence.design import trial_control
from liftspan.evidence.points import MADRS_CHANGE, REMISSION, RESPONSE, points_of_arms
from liftspan.how_fast.spans import in_response
from liftspan.mood.context import Control
from liftspan.mood.scales import MADRS
from liftspan.simulate import Course

# Ours, for what is said: fewer values, or fewer of them on one side, are not called one-sided.
LEAST_VALUES, ONE_SIDED = 5, 0.9
SHARES = (RESPONSE, REMISSION)


@dataclass(frozen=True)
class Sides:
    """How many published values lie above and below the mean of a group at their time, and the trials they are of."""

    above: int
    below: int
    trials: int
    of_one: int = 0  # the most values of a single trial: they are readings of the same people

    @property
    def values(self) -> int:
        """How many in all."""
        return self.above + self.below

    @property
    def side(self) -> str:
        """The side on which nearly all lie: "above", "below", or "" where they lie on both or are few."""
        most = max(self.above, self.below)
        if self.values < LEAST_VALUES or most < ONE_SIDED * self.values:
            return ""
        return "above" if most == self.above else "below"


@dataclass(frozen=True)
class BesidePrint:
    """Published shares (response and remission) and changes of MADRS near a treatment, beside its answer."""

    shares: Sides
    changes: Sides
    trials: int  # of all these values
    blinded: int  # of them, trials in which people did not know what they got

    def sentences(self, in_open_care: bool) -> tuple[str, ...]:
        """What is one-sided, in words; empty where nothing is."""
        found = []
        for sides, what in ((self.shares, "shares with response or remission"), (self.changes, "changes of MADRS")):
            if sides.side:
                most = max(sides.above, sides.below)
                many = f"All {most}" if most == sides.values else f"{most} of {sides.values}"
                trials = "one trial" if sides.trials == 1 else f"{sides.trials} trials"
                if sides.trials > 1 and 2 * sides.of_one > sides.values:
                    trials += f", {sides.of_one} of the values from one of them"
                better = (sides.side == "above") == (sides is self.shares)
                found.append(
                    f"{many} published {what} near this treatment ({trials}) lie {sides.side} the line of this answer: "
                    f"these trials saw {'more' if better else 'less'} improvement than the answer gives."
                )
        if found and in_open_care and self.blinded:
            found.append(
                f"Of the {self.trials} trials behind these values {self.blinded} were blinded; the line is open care."
            )
        return tuple(found)


def beside_print(evidence: Evidence, near: NearEvidence, course: Course) -> BesidePrint:
    """Values of the arms near a treatment beside the means of a course, straight between its times."""
    points = [one for one in points_of_arms(evidence, near.arm_list) if one.hours <= course.times_h[-1]]
    lines = {
        MADRS_CHANGE: course.change.mean(axis=(0, 1)),
        RESPONSE: in_response(course).mean(axis=(0, 1)),
        REMISSION: (course.score <= MADRS.remission_at_most).mean(axis=(0, 1)),
    }
    hours = np.append(0.0, course.times_h)

    def over(point: PublishedPoint) -> float:
        return point.value - float(np.interp(point.hours, hours, np.append(0.0, lines[point.kind])))

    trials = {point.trial_id for point in points}
    blinded = sum(trial_control(evidence, evidence.trials[one]) is not Control.OPEN for one in trials)
    shares, changes = (
        _sides([point for point in points if (point.kind in SHARES) == wanted], over) for wanted in (True, False)
    )
    return BesidePrint(shares, changes, len(trials), blinded)


def _sides(points: Sequence[PublishedPoint], over) -> Sides:
    gaps = [over(point) for point in points]
    of_trial = Counter(point.trial_id for point in points)
    above, below = sum(gap > 0.0 for gap in gaps), sum(gap < 0.0 for gap in gaps)
    return Sides(above, below, len(of_trial), max(of_trial.values(), default=0))
