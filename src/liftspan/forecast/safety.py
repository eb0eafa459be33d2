"""The person before the plan: what in a record stands against every plan, and what must be known before a proposal.

What stands against every plan (suicidal thoughts, a contraindication) leaves no plan, window or date in the answer.
What is not known (an item that was not entered, a diagnosis that was not understood) leaves no proposal: it is never
read as harmless.
"""

from collections.abc import Iterator

from liftspan.conditions import against_plan, to_judge
from liftspan.forecast.day_words import day_text
from liftspan.forecast.patient import GivenSession, Patient, Score
from liftspan.forecast.scales import SCALES

# Interface of the forecast: no plan and no proposal at or above these, or when an item has risen.
SUICIDAL_AT_LEAST = {"MADRS": 4, "PHQ-9": 1}
# Items on suicide of scales whose records hold the total only.
TOTAL_ONLY = {"HAMD17": "item 3", "QIDS": "item 12"}
SAME_DAY_D = 0.5  # two ratings of one day, whatever the hour
OLDEST_ITEM_D = 14.0  # as old as a score may be (rules.OLDEST_SCORE_D)


def against_any_plan(patient: Patient) -> tuple[str, ...]:
    """Why no plan of sessions is shown for this person; empty when nothing stands against one."""
    return (*_suicidal(patient), *against_plan(patient.person.conditions))


def not_known(patient: Patient) -> tuple[str, ...]:
    """What must be entered or judged before anything is proposed; empty when all is known."""
    return (*_missing_items(patient), *patient.person.questions, *to_judge(patient.person.conditions))


def planned_of(patient: Patient) -> tuple[GivenSession, ...]:
    """The sessions planned in the record, under which the coming weeks are shown; none where none may be."""
    return () if against_any_plan(patient) else patient.planned


def _suicidal(patient: Patient) -> Iterator[str]:
    for scale, least in SUICIDAL_AT_LEAST.items():
        items = [one for one in patient.scores if one.scale == scale and one.suicidal_item is not None]
        if not items:
            continue
        last, name = items[-1], SCALES[scale].suicidal_item
        if last.suicidal_item >= least:
            said = f"{scale} {name} is {last.suicidal_item} on day {day_text(last.day)} ({least} or more)"
            yield f"{said}: see the person first"
        elif before := [one for one in (items[0], *items[-2:-1]) if last.suicidal_item > one.suicidal_item]:
            # The one before it, else the first: an item that rose and stayed there has not become harmless.
            risen = f"has risen from {before[-1].suicidal_item} to {last.suicidal_item} on day {day_text(last.day)}"
            yield f"{scale} {name} {risen}: see the person first"


def _missing_items(patient: Patient) -> Iterator[str]:
    """Each scale whose last score does not say how the person stands towards suicide."""
    last = {score.scale: score for score in patient.scores}
    entered = [score for score in patient.scores if score.suicidal_item is not None]
    for scale, score in last.items():
        item, when = SCALES[scale].suicidal_item, f"the {scale} of day {day_text(score.day)}"
        if item and score.suicidal_item is None:
            yield f"item {item.removeprefix('item')} was not entered with {when}: enter it first"
        elif not item and not _covered(score, entered, patient.today_d):
            known = f"entered as its total ({TOTAL_ONLY.get(scale, 'its item on suicide')} is not read)"
            yield (
                f"no item on suicide is known with {when}, {known}: enter a MADRS with item 10 or a PHQ-9 with item 9 "
                f"of that day or later, at most {OLDEST_ITEM_D:g} days old"
            )


def _covered(score: Score, entered: list[Score], today_d: float) -> bool:
    """Whether an item of another scale was entered on that day or later, and lately."""
    newest_d = max((one.day for one in entered), default=None)
    return newest_d is not None and newest_d >= score.day - SAME_DAY_D and today_d - newest_d <= OLDEST_ITEM_D
