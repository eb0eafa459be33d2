"""Every reader of the product, with valid inputs to damage and what makes an answer nonsense."""

import csv
import io
import json
import random
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path

import numpy as np

from fuzz.mutate import NUMBERS, WORDS, mutated

EXAMPLES = Path(__file__).parents[2] / "examples"
Ask = Callable[[bytes], str]  # damaged bytes -> "" or what is nonsense about the answer


@dataclass(frozen=True)
class Reader:
    """One way in: its valid inputs, and how bytes are asked about in a folder."""

    name: str
    share: float  # of all inputs tried
    seeds: Callable[[], tuple[str, ...]]
    prepare: Callable[[Path], Ask]

    def damaged(self, luck: random.Random) -> bytes:
        """One damaged input."""
        return mutated(luck.choice(self.seeds()), luck)


SENTENCES = (
    "0.5 mg/kg iv ketamine over 40 min, twice weekly for 3 weeks",
    "esketamine 84 mg nasal on days 0, 3, 7, 10",
    "esketamine 56 mg nasal twice weekly for 4 weeks, then weekly until week 8, then every 2 weeks until week 24",
    "0.5 mg/kg ketamine sc, 3x/week for 2 weeks",
    "0.5 mg/kg racemic ketamine hydrochloride im",
    "oral ketamine 1 mg/kg daily for 21 days",
)
EVENTS = (
    "ID,TIME,EVID,AMT,RATE,CMT,DRUG,WT,AGE,DV,MDV\n1,0,1,35,52.5,iv,ketamine,70,40,.,1\n1,1,0,.,.,.,.,.,.,120,0\n"
    "1,24,0,.,.,.,.,.,.,.,1\n2,0,1,84,.,nasal,esketamine,80,50,.,1\n2,0.5,0,.,.,.,.,.,.,60,0\n",
    "ID,TIME,AMT,DUR,CMT,DRUG,ADDL,II\nA,2026-03-28T09:00:00+01:00,40,0.667,iv,ketamine,3,72\n"
    "A,2026-03-30T10:00:00+02:00,,,,,,\n# note\nB,2026-03-28T09:00:00+01:00,40,0,im,ketamine,,\n"
    "B,2026-03-28T10:00:00+01:00,,,,,,\n",
    "ID,TIME,EVID,AMT,CMT,DRUG,SALT\n1,0,1,50,sc,ketamine,hydrochloride\n1,2,0,,,,\n1,3,3,,,,\n1,4,1,50,sc,ketamine,base\n"
    "1,5,0,,,,\n",
)
PEOPLE = ("weight_kg,age,baseline\n70,40,32\n80.5,55,28\n\n62,71,36\n",)
DIAGNOSES = (
    "major depressive disorder, recurrent, severe, without psychotic features", "F33.2", "bipolar II disorder",
    "MDD; family history of bipolar I; bipolar disorder ruled out", "schwere depressive Episode ohne Psychose (F32.2)",
)  # fmt: skip


def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8")


@cache
def _patients() -> tuple[str, ...]:
    plain = _text(EXAMPLES / "patient.toml")
    dated = (
        "[person]\nweight_kg = 82\nage = 52\nbackground = 'none'\ndiagnosis = 'MDD'\n"
        "[[session]]\ndate = 2026-11-02T09:00:00+01:00\ntreatment = 'ketamine 0.5 mg/kg iv over 40 min'\n"
        "[[score]]\ndate = 2026-11-02T08:00:00+01:00\nscale = 'PHQ-9'\nvalue = 20\nitem9 = 0\n"
        "[[score]]\ndate = 2026-11-09T08:00:00+01:00\nscale = 'PHQ-9'\nvalue = 12\nitem9 = 0\n"
    )
    return (
        plain,
        dated,
        *(f'[person]\ndiagnosis = "{one}"\n{dated.split("diagnosis", 1)[1].split(chr(10), 1)[1]}' for one in DIAGNOSES),
    )


@cache
def _rules() -> tuple[str, ...]:
    folder = files("liftspan.monitoring") / "data"
    return tuple(one.read_text(encoding="utf-8") for one in folder.iterdir() if one.name.endswith(".toml"))


MARK = "=====8<===== "


@cache
def _folders() -> tuple[str, ...]:
    names = ("persons.csv", "sessions.csv", "scores.csv")
    return (joined({name: _text(EXAMPLES / "patients" / name) for name in names}),)


@cache
def trials_of_the_package() -> tuple[str, ...]:
    data = files("liftspan.evidence") / "data"
    tables = {name: list(csv.reader(io.StringIO((data / name).read_text("utf-8-sig")))) for name in TABLES}
    ids = [row[0] for row in tables["trials.csv"][1:]]
    return tuple(joined({name: _few(rows, {one}) for name, rows in tables.items()}) for one in (*ids[:6], *ids[20:26]))


TABLES = ("trials.csv", "arms.csv", "observations.csv")


def _few(rows: list[list[str]], wanted: set[str]) -> str:
    at = rows[0].index("trial_id")
    out = io.StringIO(newline="")
    csv.writer(out, lineterminator="\n").writerows([rows[0], *[row for row in rows[1:] if row[at] in wanted]])
    return out.getvalue()


@cache
def _kinetics() -> tuple[str, ...]:
    rows = list(
        csv.reader(io.StringIO((files("liftspan.evidence") / "data" / "pk_observations.csv").read_text("utf-8-sig")))
    )
    found = []
    for at in (1, 40, 90, 150):
        out = io.StringIO(newline="")
        csv.writer(out, lineterminator="\n").writerows([rows[0], *rows[at : at + 5]])
        found.append(out.getvalue())
    return tuple(found)


def joined(tables: dict[str, str]) -> str:
    """Several files as one text, so that one mutation may hit any of them."""
    return "".join(f"{MARK}{name}\n{text}" for name, text in tables.items())


def parted(raw: bytes, names: tuple[str, ...], folder: Path) -> None:
    """The files again; a damaged mark leaves a file as it was or away."""
    for name in names:
        (folder / name).unlink(missing_ok=True)
    for part in raw.split(MARK.encode())[1:]:
        head, _, text = part.partition(b"\n")
        name = head.decode("utf-8", "replace").strip()
        if name in names:
            (folder / name).write_bytes(text)


def _sentence(_: Path) -> Ask:
    from liftspan.treatment import parse_treatment
    from liftspan.treatment.describe import describe

    def ask(raw: bytes) -> str:
        regimen = parse_treatment(raw.decode("utf-8", "replace"))
        amounts = [dose.amount for session in regimen.sessions for dose in session.doses]
        if not all(0.0 < amount < 1e6 for amount in amounts):
            return "an amount that nobody can give"
        again = parse_treatment(describe(regimen)) if amounts else regimen
        return "" if len(again.sessions) == len(regimen.sessions) else "what is printed back is read as another plan"

    return ask


def _events(_: Path) -> Ask:
    from liftspan.events import balance, predict, predicted_lines, read_events, schedule, summary

    def ask(raw: bytes) -> str:
        events = read_events("t.csv", raw)
        doses = schedule(events, "locf")
        mass = balance(events, doses)
        levels = predict(events, doses)
        lines = list(predicted_lines(events, doses, levels))
        summary(events, doses, "locf", mass)
        written = {line.rsplit(",", 3)[-3] for line in lines[1:] if line.count(",") > 2}
        return "a level that is no number" if written & {"nan", "inf", "-inf"} else ""

    return ask


def _people(folder: Path) -> Ask:
    from liftspan.cli.people import people_and_notes

    def ask(raw: bytes) -> str:
        (folder / "people.csv").write_bytes(raw)
        people, _ = people_and_notes(folder / "people.csv")
        return "" if np.isfinite([people.weight_kg, people.age_y, people.baseline]).all() else "a person of no number"

    return ask


def _patient(folder: Path) -> Ask:
    from liftspan.forecast.reading import read_patient

    def ask(raw: bytes) -> str:
        (folder / "p.toml").write_bytes(raw)
        patient = read_patient(folder / "p.toml")
        days = [one.day for one in (*patient.sessions, *patient.scores)]
        return "" if np.isfinite(days).all() and patient.sessions and patient.scores else "a record without days"

    return ask


def _patients_folder(folder: Path) -> Ask:
    from liftspan.forecast.reading import read_patients

    def ask(raw: bytes) -> str:
        parted(raw, ("persons.csv", "sessions.csv", "scores.csv"), folder)
        read_patients(folder)
        return ""

    return ask


def _evidence(folder: Path) -> Ask:
    from liftspan.evidence import load_evidence
    from liftspan.evidence.predict import predict_trials
    from liftspan.posterior import load_posterior

    few, luck = load_posterior().first(20), random.Random(1)

    def ask(raw: bytes) -> str:
        parted(raw, TABLES, folder)
        evidence = load_evidence(folder, outcomes=False)
        if luck.random() > 0.15:  # a prediction takes a second, a reading a thousandth
            return ""
        for one in predict_trials(evidence, few):
            if one.predicted is None:
                if not one.note:
                    return "no prediction and no reason"
            elif not (np.isfinite([one.low, one.predicted, one.high]).all() and one.low <= one.high):
                return "an interval that is none"
        return ""

    return ask


def _kinetics_table(folder: Path) -> Ask:
    from liftspan.cli.body_table import read_observations
    from liftspan.evidence.kinetics import predict_rows

    def ask(raw: bytes) -> str:
        (folder / "k.csv").write_bytes(raw)
        _, rows = read_observations(folder / "k.csv")
        for one in predict_rows(rows):
            if one.predicted is None and not one.note:
                return "no prediction and no reason"
            if one.predicted is not None and not 0.0 <= one.predicted < 1e12:
                return "a level that cannot be"
        return ""

    return ask


def _monitoring(folder: Path) -> Ask:
    from liftspan.monitoring import Kind, judged, load_rules
    from liftspan.monitoring.words import rules_record, rules_text

    def ask(raw: bytes) -> str:
        (folder / "r.toml").write_bytes(raw)
        rules = load_rules(folder / "r.toml")
        rules_text(rules)
        json.dumps(rules_record(rules), allow_nan=False)
        for kind in Kind:
            judged(rules, kind, {"systolic_mmhg": 200.0, "moaas": 5.0}, 50.0)
        return ""

    return ask


READINGS = (
    "systolic_mmhg=125\ndiastolic_mmhg=80\nmoaas=5\ncadss=2\nminutes_since_dose=125\noxygen_saturation_percent=97",
    "systolic_mmhg=185\nheart_rate_per_min=70\nsystolic_rise_mmhg=45",
)


def _readings(_: Path) -> Ask:
    from liftspan.monitoring import Kind, find_rules, judged
    from liftspan.monitoring.readings import readings_of

    rules = find_rules("nasal-esketamine")

    def ask(raw: bytes) -> str:
        found = readings_of(raw.decode("utf-8", "replace").split("\n"), 50.0)
        for kind in (Kind.HOLD, Kind.ALERT, Kind.DISCHARGE):
            judged(rules, kind, found, 50.0)
        return "" if np.isfinite(list(found.values())).all() else "a reading of no number"

    return ask


QUICK = (
    ("how-fast", "-p", "{w}"), ("how-fast", "-p", "iv-single", "--weight-kg", "{n}"), ("how-fast", "-t", "{w}"),
    ("how-fast", "-p", "iv-single", "--at", "{n}"), ("how-fast", "-p", "iv-single", "--age", "{n}"),
    ("how-fast", "-p", "iv-single", "--baseline", "{n}"), ("how-fast", "-p", "iv-single", "--control", "{w}"),
    ("how-fast", "-p", "iv-single", "--condition", "{w}"), ("how-fast", "-p", "iv-single", "--seed", "{n}"),
    ("evidence", "list", "--drug", "{w}"), ("evidence", "list", "--year", "{n}"), ("evidence", "show", "{w}"),
    ("evidence", "forest", "--by", "{w}"), ("evidence", "forest", "--at", "{n}"), ("evidence", "predictors", "{w}"),
    ("evidence", "claims", "{w}"), ("protocols", "show", "{w}"), ("monitoring", "show", "{w}"),
    ("monitoring", "judge", "nasal-esketamine", "--age", "{n}"), ("session", "--protocol", "{w}"),
    ("session", "-p", "nasal-84", "--weight-kg", "{n}"), ("session", "-p", "nasal-84", "--age", "{n}"),
    ("body", "show", "-p", "{w}"), ("body", "show", "-p", "iv-single", "--weight-kg", "{n}"),
    ("simulate", "-p", "iv-single", "-n", "{n}", "--out", "{f}"), ("simulate", "-p", "{w}", "-n", "10", "--out", "{f}"),
    ("nonresponse", "-p", "{w}"), ("forecast", "{w}"), ("forecast", "{p}", "--target", "{w}"),
    ("forecast", "{p}", "--today", "{n}"), ("forecast", "{p}", "--at", "{n}"), ("forecast", "{p}", "--switch", "{w}"),
    ("forecast", "{p}", "--why", "{n}"), ("forecast", "{f}", "--workers", "{n}"),
    ("how-fast", "-p", "iv-single", "--people", "{w}"),
)  # fmt: skip


@cache
def _command_lines() -> tuple[str, ...]:
    return tuple("\n".join(words) for words in QUICK)


def _options(folder: Path) -> Ask:
    from typer.testing import CliRunner

    from liftspan.cli.app import app

    luck, runner = random.Random(2), CliRunner()

    def ask(raw: bytes) -> str:
        words = raw.decode("utf-8", "replace").split("\n")
        values = {"{n}": luck.choice(NUMBERS), "{w}": luck.choice(WORDS), "{f}": str(folder / "out")}
        if "-n" in words and values["{n}"] == "1e9":
            values["{n}"] = "7_0"  # a thousand million people are answered: in an hour
        values["{p}"] = str(EXAMPLES / "patient.toml")
        done = runner.invoke(app, [values.get(word, word) for word in words])
        if done.exception is not None and not isinstance(done.exception, SystemExit):
            raise done.exception
        return "" if done.exit_code in range(6) else f"exit code {done.exit_code}"

    return ask


@dataclass(frozen=True)
class Options(Reader):
    """Command lines: their words are not damaged, the values in them are hostile."""

    def damaged(self, luck: random.Random) -> bytes:
        """One command line, with the places of its values."""
        return luck.choice(self.seeds()).encode()


READERS = (
    Reader("sentences", 20, lambda: SENTENCES, _sentence),
    Reader("event tables", 12, lambda: EVENTS, _events),
    Reader("people", 12, lambda: PEOPLE, _people),
    Reader("patient files", 20, _patients, _patient),
    Reader("patient folders", 8, _folders, _patients_folder),
    Reader("trials", 6, trials_of_the_package, _evidence),
    Reader("kinetics", 4, _kinetics, _kinetics_table),
    Reader("rule files", 12, _rules, _monitoring),
    Reader("readings", 6, lambda: READINGS, _readings),
    Options("command lines", 0.6, _command_lines, _options),
)
