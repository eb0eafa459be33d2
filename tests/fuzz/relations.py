"""What must hold between two answers whatever the numbers are: the list by which nonsense is found.

Each relation takes luck (and a folder) and returns "" or the sentence that says how it was broken.
"""

import random
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np

from fuzz.readers import EXAMPLES, TABLES, parted, trials_of_the_package


def _events(rows: list[tuple], header: str) -> list[float]:
    from liftspan.events import predict, read_events, schedule

    text = "\n".join([header, *(",".join(map(str, row)) for row in rows)]) + "\n"
    events = read_events("t.csv", text.encode())
    return list(predict(events, schedule(events, "locf")))


HEADER = "ID,TIME,EVID,AMT,DUR,CMT,DRUG,WT"


def _people(luck: random.Random) -> list[tuple]:
    """Rows of one to three people: doses, then observations, in time."""
    rows = []
    for person in range(1, luck.randint(2, 4)):
        route, drug = luck.choice((("iv", "ketamine"), ("im", "ketamine"), ("sc", "ketamine"), ("nasal", "ketamine")))
        weight, hours = luck.randint(45, 120), sorted(luck.sample(range(1, 96), luck.randint(2, 6)))
        rows.append((person, 0, 1, luck.randint(10, 90), 0.667 if route == "iv" else "", route, drug, weight))
        for hour in hours:
            if luck.random() < 0.2:
                rows.append((person, hour, 1, luck.randint(10, 90), 0.5 if route == "iv" else "", route, drug, ""))
            else:
                rows.append((person, hour, 0, "", "", "", "", ""))
    return rows


def double_dose_doubles_concentration(luck: random.Random, _: Path) -> str:
    """The body is linear."""
    rows = _people(luck)
    once = np.array(_events(rows, HEADER))
    twice = np.array(_events([(*r[:3], 2 * r[3] if r[3] != "" else "", *r[4:]) for r in rows], HEADER))
    return "" if np.allclose(2.0 * once, twice, rtol=1e-9, equal_nan=True) else f"{rows}: {once} doubled is {twice}"


def a_heavier_person_has_no_higher_level_after_a_fixed_dose(luck: random.Random, _: Path) -> str:
    """Soon after the dose: clearance and volume rise with weight."""
    amount, light = luck.randint(10, 90), luck.randint(45, 90)
    rows = [(1, 0, 1, amount, 0.667, "iv", "ketamine", light), (1, 0.667, 0, "", "", "", "", "")]
    heavy = [(*rows[0][:-1], light + luck.randint(1, 40)), rows[1]]
    one, other = (_events(each, HEADER)[-1] for each in (rows, heavy))
    return "" if other <= one * (1 + 1e-9) else f"{rows}: {one} at {light} kg, {other} heavier"


def a_duration_twin_gives_the_same_level(luck: random.Random, _: Path) -> str:
    """RATE = AMT / DUR says the same as DUR."""
    amount, hours = luck.randint(10, 90), luck.choice((0.5, 0.667, 1.0))
    seen = [(1, hour, 0, "", "", "", "", "") for hour in (0.5, 1, 2, 8)]
    by_dur = _events([(1, 0, 1, amount, hours, "iv", "ketamine", 70), *seen], HEADER)
    by_rate = _events([(1, 0, 1, amount, amount / hours, "iv", "ketamine", 70), *seen], HEADER.replace("DUR", "RATE"))
    return (
        ""
        if np.allclose(by_dur, by_rate, rtol=1e-9, equal_nan=True)
        else f"{amount} mg over {hours} h: {by_dur}, {by_rate}"
    )


def people_in_another_order_have_the_same_levels(luck: random.Random, _: Path) -> str:
    """Blocks of people shuffled."""
    rows = _people(luck)
    known = dict(zip([(row[0], row[1], row[2]) for row in rows], _events(rows, HEADER), strict=True))
    ids = sorted({row[0] for row in rows}, key=lambda _: luck.random())
    mixed = [row for one in ids for row in rows if row[0] == one]
    for row, level in zip(mixed, _events(mixed, HEADER), strict=True):
        if not np.isclose(level, known[row[0], row[1], row[2]], rtol=1e-9, equal_nan=True):
            return f"{row}: {level} in another order, {known[row[0], row[1], row[2]]} before"
    return ""


def entries_of_a_patient_in_another_order_are_the_same_patient(luck: random.Random, folder: Path) -> str:
    """Sessions and scores shuffled in the file."""
    from liftspan.forecast.reading import read_patient

    text = (EXAMPLES / "patient.toml").read_text(encoding="utf-8")
    head, *entries = text.replace("\n[[", "\0[[").split("\0")
    mixed = sorted(entries, key=lambda _: luck.random())
    (folder / "a.toml").write_text(text, encoding="utf-8")
    (folder / "b.toml").write_text("\n".join([head, *mixed]) + "\n", encoding="utf-8")
    one, other = (_bare(read_patient(folder / name)) for name in ("a.toml", "b.toml"))
    return "" if one == other else "the order of the entries changes the patient"


def _bare(patient):
    """A patient without the name of the file and the places in it."""
    return replace(
        patient,
        id="",
        **{
            name: tuple(replace(one, where="") for one in getattr(patient, name))
            for name in ("sessions", "planned", "scores")
        },
    )


def _predicted(folder: Path, rows: list[str], tables: dict[str, str], draws: int = 60) -> dict[str, tuple]:
    from liftspan.evidence import load_evidence
    from liftspan.evidence.predict import predict_trials
    from liftspan.posterior import load_posterior

    for name, text in {**tables, "observations.csv": "\n".join(rows) + "\n"}.items():
        (folder / name).write_text(text, encoding="utf-8")
    found = predict_trials(load_evidence(folder, outcomes=False), load_posterior().first(draws))
    return {one.row_id: (one.predicted, one.low, one.high) for one in found}


def _tables(luck: random.Random, folder: Path) -> tuple[list[str], dict[str, str]]:
    parted(luck.choice(trials_of_the_package()).encode(), TABLES, folder)
    texts = {name: (folder / name).read_text(encoding="utf-8") for name in TABLES}
    return texts.pop("observations.csv").splitlines(), texts


def rows_of_a_trial_in_another_order_are_predicted_alike(luck: random.Random, folder: Path) -> str:
    """Rows of observations shuffled; each is found by its row_id."""
    rows, tables = _tables(luck, folder)
    before = _predicted(folder, rows, tables)
    after = _predicted(folder, [rows[0], *sorted(rows[1:], key=lambda _: luck.random())], tables)
    return "" if before == after else f"{sorted(set(before.items()) ^ set(after.items()))[:2]}"


ARMS = "trial_id,arm_id,drug,route,dose,dose_unit,infusion_min,session_days,n,control"
ARMS += ",baseline_scale,baseline_mean,baseline_sd"
TRIALS = "trial_id,short_citation,year,design,n_randomised\nmade,Made,2020,parallel_rct,{n}\n"


def _made(folder: Path, dose: str, unit: str, n: int, row_n: str = "", statistic: str = "response_rate", **other):
    drug, route, control = other.get("drug", "ketamine"), other.get("route", "iv"), other.get("control", "none")
    arms = [
        ARMS,
        f"made,a,{drug},{route},{dose},{unit},40,{other.get('days', '0')},{n},{control},MADRS,33,6",
        f"made,b,midazolam,iv,0.045,mg/kg,40,0,{n},{other.get('midazolam', 'midazolam')},MADRS,33,6",
    ]
    rows = [
        "trial_id,arm_id,row_id,hours_since_first_session,scale,statistic,value,n",
        f"made,a,a1,24,{other.get('scale', 'MADRS')},{statistic},,{row_n}",
    ]
    return _predicted(folder, rows, {"trials.csv": TRIALS.format(n=2 * n), "arms.csv": "\n".join(arms) + "\n"})["a1"]


def a_unit_twin_gives_the_same_prediction(luck: random.Random, folder: Path) -> str:
    """mg/kg, MG/KG and ug/kg of the same dose."""
    dose = luck.choice((0.2, 0.3, 0.4, 0.5))
    plain = _made(folder, f"{dose:g}", "mg/kg", 30)
    for cell, unit in ((f"{dose:g}", "MG/KG"), (f"{dose * 1000:g}", "ug/kg"), (f"{dose:.3f}", " mg / kg ")):
        twin = _made(folder, cell, unit, 30)
        if not np.allclose(twin, plain, rtol=1e-9):
            return f"{dose:g} mg/kg gives {plain}, {cell} {unit} {twin}"
    return ""


def a_spelling_twin_gives_the_same_prediction(luck: random.Random, folder: Path) -> str:
    """Coded words in other capitals and with blanks."""
    plain = _made(folder, "0.5", "mg/kg", 30)
    change = luck.choice((str.upper, str.title, lambda word: f" {word} "))
    twin = _made(
        folder, "0.5", "mg/kg", 30, drug=change("ketamine"), route=change("iv"), midazolam=change("midazolam"),
        scale=change("MADRS"), statistic=change("response_rate"),
    )  # fmt: skip
    return "" if np.allclose(twin, plain, rtol=1e-9) else f"{plain} in small letters, {twin} otherwise"


def width_falls_with_n(luck: random.Random, folder: Path) -> str:
    """More people behind a share: a narrower interval."""
    few = luck.choice((3, 6, 12))
    widths = [high - low for _, low, high in (_made(folder, "0.5", "mg/kg", 400, str(n)) for n in (few, 8 * few, 400))]
    return "" if widths[0] > widths[1] > widths[2] * 0.98 else f"widths {widths} for n = {few}, {8 * few}, 400"


MEASURED = {
    "systolic_mmhg": (80, 200), "diastolic_mmhg": (40, 120), "heart_rate_per_min": (35, 150), "cadss": (0, 20),
    "moaas": (0, 5),
    "oxygen_saturation_percent": (80, 100), "minutes_since_dose": (0, 200), "systolic_rise_mmhg": (0, 60),
    "diastolic_rise_mmhg": (0, 40), "respiratory_rate_per_min": (5, 30),
}  # fmt: skip
CALM = {
    "systolic_mmhg": 122, "diastolic_mmhg": 78, "heart_rate_per_min": 72, "cadss": 0, "moaas": 5,
    "minutes_since_dose": 150,
    "oxygen_saturation_percent": 98, "systolic_rise_mmhg": 2, "diastolic_rise_mmhg": 1, "respiratory_rate_per_min": 14,
}  # fmt: skip


def _judged(readings: dict[str, int], before: bool, rules: str) -> int:
    """Exit code of the command."""
    from typer.testing import CliRunner

    from liftspan.cli.app import app
    from liftspan.monitoring import MEASURES

    words = [word for name, value in readings.items() if name in MEASURES for word in ("--reading", f"{name}={value}")]
    words += ["--judged", "oxygen_saturation_percent=Dr A. Example"]  # no threshold at discharge: a named person judges
    asked = ["monitoring", "judge", rules, "--age", "50", *words, *(["--before-dose"] if before else [])]
    done = CliRunner().invoke(app, asked)
    assert done.exit_code in (0, 4), (asked, done.output, done.exception)
    return done.exit_code


def calm_readings_are_a_go(luck: random.Random, _: Path) -> str:
    """Without this the two relations below hold of rules that never let anybody go."""
    rules, before = luck.choice(("nasal-esketamine", "ketamine-infusion-injection")), luck.random() < 0.4
    return "" if _judged(CALM, before, rules) == 0 else f"{rules}, before the dose: {before}: calm readings are no go"


def a_blank_is_never_better_than_a_reading(luck: random.Random, _: Path) -> str:
    """A reading that is taken away never turns a held dose or a refused discharge into a go."""
    rules, before = luck.choice(("nasal-esketamine", "ketamine-infusion-injection")), luck.random() < 0.4
    readings = {n: luck.randint(*MEASURED[n]) if luck.random() < 0.15 else CALM[n] for n in MEASURED}
    left = {name: value for name, value in readings.items() if luck.random() < 0.8}
    if _judged(readings, before, rules) != 0 and _judged(left, before, rules) == 0:
        gone = sorted(set(readings) - set(left))
        return f"{rules}, before the dose: {before}: {readings} is no go, and without {gone} it is one"
    return ""


def a_worse_reading_is_never_better(luck: random.Random, _: Path) -> str:
    """Higher pressure, lower saturation, deeper sedation, more dissociation: never a go where there was none."""
    rules, before = luck.choice(("nasal-esketamine", "ketamine-infusion-injection")), luck.random() < 0.4
    worse = {"systolic_mmhg": 1, "diastolic_mmhg": 1, "cadss": 1, "systolic_rise_mmhg": 1, "diastolic_rise_mmhg": 1}
    worse |= {"oxygen_saturation_percent": -1, "moaas": -1, "minutes_since_dose": -1}
    readings = {**CALM, "systolic_mmhg": luck.randint(110, 200), "oxygen_saturation_percent": luck.randint(85, 99)}
    name = luck.choice(sorted(worse))
    low, high = MEASURED[name]
    moved = {**readings, name: min(max(readings[name] + worse[name] * luck.randint(1, 60), low), high)}
    if (
        (moved[name] - readings[name]) * worse[name] > 0
        and _judged(readings, before, rules)
        and not _judged(moved, before, rules)
    ):
        return f"{rules}, before the dose: {before}: {readings} is no go, with {name} = {moved[name]} it is one"
    return ""


def no_item_means_no_proposal(luck: random.Random, folder: Path) -> str:
    """A suicide item that is taken out of the last score never leaves a proposal."""
    from liftspan.forecast.answer import forecast
    from liftspan.forecast.reading import read_patient

    lines = (EXAMPLES / "patient.toml").read_text(encoding="utf-8").splitlines()
    spots = [i for i, line in enumerate(lines) if line.startswith(("item10", "item9"))]
    drop = {*spots[-1:], *luck.sample(spots, luck.randint(0, len(spots)))}
    (folder / "p.toml").write_text("\n".join(one for i, one in enumerate(lines) if i not in drop), encoding="utf-8")
    proposal = forecast(read_patient(folder / "p.toml")).proposal
    return "" if proposal.from_d is None and proposal.reasons else f"a window without an item: {proposal}"


def shares_and_intervals_are_in_order(luck: random.Random, _: Path) -> str:
    """Low, median and high ascend; shares lie within 0 and 1; with the drug is visits alone and the difference."""
    from liftspan.how_fast import how_fast
    from liftspan.how_fast.record import as_record
    from liftspan.treatment import find_protocol

    name = luck.choice(("iv-single", "iv-induction", "nasal-84", "im-single", "placebo-visits", "sc-titration"))
    answer = how_fast(
        find_protocol(name), weight_kg=luck.uniform(45, 120), age_y=luck.uniform(18, 80), baseline=luck.uniform(15, 50),
        seed=luck.randrange(1000), draws=40, group_size=30,
    )  # fmt: skip
    record = as_record(answer)
    for point in record["timeline"]:
        for what in ("madrs_change", "response", "remission"):
            for of in ("group", "person"):
                value = point[what][of]
                if not value["low"] <= value["median"] <= value["high"]:
                    return f"{name} {what} {of} at {point['hours']} h: {value}"
                if what != "madrs_change" and not 0.0 <= value["low"] <= value["high"] <= 1.0:
                    return f"{name} {what} {of} at {point['hours']} h is no share: {value}"
    for each in record["of_100"]:
        parts = [each[key]["mean"] for key in ("with_drug", "visits_only", "difference")]
        if abs(parts[0] - parts[1] - parts[2]) > 0.02:
            return f"{name} of 100 at {each['hours']} h: {parts}"
    return ""


RELATIONS: tuple[tuple[Callable[[random.Random, Path], str], int], ...] = (  # with how many times off CI
    (double_dose_doubles_concentration, 2000),
    (a_heavier_person_has_no_higher_level_after_a_fixed_dose, 2000),
    (a_duration_twin_gives_the_same_level, 1000),
    (people_in_another_order_have_the_same_levels, 1000),
    (entries_of_a_patient_in_another_order_are_the_same_patient, 1000),
    (rows_of_a_trial_in_another_order_are_predicted_alike, 60),
    (a_unit_twin_gives_the_same_prediction, 20),
    (a_spelling_twin_gives_the_same_prediction, 20),
    (width_falls_with_n, 20),
    (calm_readings_are_a_go, 20),
    (a_blank_is_never_better_than_a_reading, 3000),
    (a_worse_reading_is_never_better, 3000),
    (no_item_means_no_proposal, 30),
    (shares_and_intervals_are_in_order, 40),
)
