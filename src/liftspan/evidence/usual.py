"""What is taken for an arm that does not state it: the drug's commonest protocol, and how the filling is said."""

from dataclasses import replace

from liftspan.evidence.records import Arm

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
ALONE = ("placebo", "midazolam")


def filled(arm: Arm) -> tuple[Arm, tuple[str, ...]]:
    """The arm with dose, route and days of sessions filled where blank, and what was filled."""
    said = []
    if arm.drug not in ALONE and not arm.route:
        arm = replace(arm, route="nasal" if arm.drug == "esketamine" else "iv")
        said.append(f"route: {arm.route}")
    if arm.dose is None and arm.dose_max is None and (usual := USUAL_DOSE.get((arm.drug, arm.route))):
        arm = replace(arm, dose=usual[0], dose_unit=usual[1])
        said.append(f"dose: {usual[0]:g} {usual[1]}")
    if not arm.session_days:
        course = TWICE_WEEKLY_D if arm.drug == "esketamine" or arm.route == "nasal" else (0.0,)
        arm = replace(arm, session_days=course)
        said.append(f"sessions on {len(course)} days")
    return arm, tuple(said)
