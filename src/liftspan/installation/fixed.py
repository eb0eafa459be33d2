"""Four fixed questions whose answers are stored: the body, how fast, one patient, one block of virtual people.

Every circumstance is spelled out, so that no default decides. Values are unrounded: another processor may change their
last digits, and nothing more.
"""

from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np

from liftspan.events import predict, read_events, schedule
from liftspan.forecast import forecast, read_patient
from liftspan.how_fast import how_fast
from liftspan.scale.block import simulate_block
from liftspan.scale.plan import plan_of
from liftspan.treatment import parse_treatment

PATIENT = Path(__file__).parent / "data" / "patient.toml"
TREATMENT = "0.5 mg/kg iv ketamine over 40 min, twice weekly for 2 weeks"
IN_A_TRIAL = {"control": "saline", "background": "none", "setting": "outpatient"}
WHO = {"weight_kg": 80.0, "age_y": 45.0, "baseline": 32.0}
SEED, FEW_DRAWS, FEW_PEOPLE = 1, 40, 40
HOURS = (0.25, 0.5, 2 / 3, 1.0, 2.0, 4.0, 8.0, 24.0)
ASKED_D = (35.0, 42.0, 56.0)


def body() -> dict[str, float]:
    """Ketamine in venous plasma of a typical adult of 80 kg, ng/mL: 40 mg over 40 min."""
    rows = ["1,0,1,40,iv,ketamine,0.6666667,80", *(f"1,{hours:.6f},0,,,,,80" for hours in HOURS)]
    events = read_events("fixed.csv", ("ID,TIME,EVID,AMT,CMT,DRUG,DUR,WT\n" + "\n".join(rows) + "\n").encode())
    levels = predict(events, schedule(events, "locf"))[1:]
    return {f"{hours:g} h": float(level) for hours, level in zip(HOURS, levels, strict=True)}


def group() -> dict[str, float]:
    """Change of MADRS in a group, medians; response at the end."""
    answer = how_fast(
        parse_treatment(TREATMENT), **WHO, **IN_A_TRIAL, seed=SEED, draws=FEW_DRAWS, group_size=FEW_PEOPLE
    )
    found = {f"change, {point.hours:g} h": point.change.group.median for point in answer.timeline}
    return found | {"response, end": answer.timeline[-1].response.group.mean}


def patient() -> dict[str, float]:
    """Expected score of one invented patient in the coming weeks."""
    answer = forecast(read_patient(PATIENT), at_d=ASKED_D, seed=SEED)
    found = {day.day: day for day in answer.days}
    return {f"score, day {day_d:g}": found[day_d].mean for day_d in ASKED_D} | {
        f"response, day {day_d:g}": found[day_d].response for day_d in ASKED_D
    }


def block() -> dict[str, float]:
    """Sums over the people of one simulated trial."""
    plan = plan_of(parse_treatment(TREATMENT), 512, **WHO, **IN_A_TRIAL, seed=SEED, block_size=512, readout_d=14.0)
    people = simulate_block(plan, 0).people
    names = ("clearance_s_l_per_h", "sensitivity", "baseline_madrs", "readout_madrs", "response", "remission")
    return {f"mean of {name}": float(np.mean(people[name])) for name in names}


# Name -> (what is asked, in words; how it is answered).
QUESTIONS: Mapping[str, tuple[str, Callable[[], dict[str, float]]]] = {
    "body": ("ketamine in plasma after 40 mg over 40 min, 80 kg", body),
    "how-fast": (f"{TREATMENT}: group medians", group),
    "forecast": ("one invented patient, four weeks ahead", patient),
    "simulate": ("one block of 512 virtual people", block),
}
