"""What is taken for an arm that does not state it: the drug's commonest protocol, and how the filling is said."""

from dataclasses import replace

from liftspan.evidence.records import Arm
from liftspan.evidence.schedule_words import days_in_words

# (dose, unit) of a session by drug and route: the commonest in the shipped arms.
USUAL_DOSE = {
    ("ketamine", "iv"): (0.5, "mg/kg"),
    ("ketamine", "im"): (0.5, "mg/kg"),
    ("ketamine", "sc"): (0.5, "mg/kg"),
    ("ketamine", "oral"): (1.0, "mg/kg"),
    ("ketamine", "sublingual"): (100.0, "mg"),
    ("ketamine", "nasal"): (50.0, "mg"),
    ("ketamine", ""): (0.5, "mg/kg"),
    ("esketamine", "nasal"): (70.0, "mg"),  # midway between 56 and 84 mg
    ("esketamine", "iv"): (0.4, "mg/kg"),
    ("arketamine", "iv"): (0.5, "mg/kg"),
}
TWICE_WEEKLY_D = (0.0, 3.0, 7.0, 10.0, 14.0, 17.0, 21.0, 24.0)
# What an unstated course of nasal esketamine goes on with, as the label has it (weekly, then every week or two).
LABEL_COURSE = "twice weekly for 4 weeks, then weekly for 4 weeks, then weekly, every 2 or every 4 weeks"
ALONE = ("placebo", "midazolam")


def filled(arm: Arm, until_d: float = 0.0) -> tuple[Arm, tuple[str, ...]]:
    """The arm with dose, route and days of sessions filled where blank, and what was filled.

    A course that its words continue beyond the listed days goes on until day `until_d`, by its mean frequency.
    """
    said = []
    if arm.drug not in ALONE and not arm.route:
        arm = replace(arm, route="nasal" if arm.drug == "esketamine" else "iv")
        said.append(f"route: {arm.route}")
    if arm.dose is None and arm.dose_max is None and (usual := USUAL_DOSE.get((arm.drug, arm.route))):
        arm = replace(arm, dose=usual[0], dose_unit=usual[1])
        said.append(f"dose: {usual[0]:g} {usual[1]}")
    if not arm.session_days:
        course = _usual_course(arm)
        arm = replace(arm, session_days=course)
        said.append(f"sessions on {len(course)} days")
    later = _later_days(arm, until_d)
    if later:
        arm = replace(arm, session_days=(*arm.session_days, *later))
        said.append(f"sessions after day {later[0]:g}: mean frequency of the course in words")
    return arm, tuple(said)


def _usual_course(arm: Arm) -> tuple[float, ...]:
    """Days of an arm that lists none: the first part of its course in words, else what its route usually gets."""
    in_words = days_in_words(arm.schedule.split(", then ")[0], TWICE_WEEKLY_D[-1] + 1.0)
    if in_words:
        return in_words
    return TWICE_WEEKLY_D if arm.drug == "esketamine" or arm.route == "nasal" else (0.0,)


def _later_days(arm: Arm, until_d: float) -> tuple[float, ...]:
    """Days that the course in words adds after the listed ones, up to `until_d`."""
    words = arm.schedule
    if not words and arm.drug == "esketamine" and arm.route == "nasal":
        words = LABEL_COURSE
    if ", then " not in words:
        return ()
    return tuple(day for day in days_in_words(words, until_d) if day > arm.session_days[-1])
