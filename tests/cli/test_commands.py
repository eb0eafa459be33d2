"""The other commands, and the command as a process: pipes, version, start."""

import json
import os
import subprocess
import sys
import time

import pytest

from liftspan.treatment import load_protocols

COMMAND = [sys.executable, "-c", "from liftspan.cli import main; main()"]


def test_protocols_are_listed_with_their_titles(liftspan_says):
    found = liftspan_says("protocols", "list")
    lines = found.out.splitlines()
    assert found.code == 0
    assert [line.split()[0] for line in lines] == list(load_protocols())
    for line, protocol in zip(lines, load_protocols().values(), strict=True):
        assert protocol.title in line


@pytest.mark.parametrize("name", list(load_protocols()))
def test_a_protocol_is_shown_with_its_source(name, liftspan_says):
    found = liftspan_says("protocols", "show", name)
    words = " ".join(found.out.split())
    assert found.code == 0
    assert load_protocols()[name].treatment in words
    for label in ("source", "status", "session days", "supervised"):
        assert label in found.out
    assert max(map(len, found.out.splitlines())) <= 100 or "http" in found.out  # an address is not broken


def test_the_days_of_the_induction_are_shown(liftspan_says):
    assert "0, 2, 4, 7, 9, 11" in liftspan_says("protocols", "show", "iv-induction").out


def test_concentrations_fit_a_hundred_columns_and_name_what_is_measured(liftspan_says):
    found = liftspan_says("body", "show", "-p", "iv-single")
    assert (found.code, found.err) == (0, "")
    assert max(map(len, found.out.splitlines())) <= 100
    for name in ("ketamine, venous", "norketamine, venous", "hydroxynorketamine, venous", "ketamine, effect-site"):
        assert name in found.out


def test_concentrations_as_json_agree_with_the_published_infusion(liftspan_says):
    record = json.loads(liftspan_says("body", "show", "-p", "iv-single", "--weight-kg", 70, "--json").out)
    assert next(iter(record)) == "schema"
    assert record["schema"] == "liftspan/exposure/1"
    found = {(one["analyte"], one["matrix"]): one for one in record["exposure"]}
    # pk/README.md: at the end of 0.5 mg/kg over 40 min venous 160, arterial 309 ng/mL in the typical adult; a median
    # of 200 people with CV 24 to 53 % stands within 10 % of it.
    assert found["ketamine", "venous"]["peak_ng_per_ml"]["median"] == pytest.approx(160.0, rel=0.1)
    assert found["ketamine", "arterial"]["peak_ng_per_ml"]["median"] == pytest.approx(309.0, rel=0.1)
    # The peak is the end of the infusion, printed to four decimals.
    assert found["ketamine", "venous"]["peak_at_h"]["median"] == pytest.approx(2 / 3, abs=1e-4)
    for one in record["exposure"]:
        assert one["peak_ng_per_ml"]["low"] <= one["peak_ng_per_ml"]["median"] <= one["peak_ng_per_ml"]["high"]
        assert one["timeline"][0]["hours"] == 0.25


def test_the_body_answers_above_the_doses_of_trials_and_in_proportion(liftspan_says):
    one, two = (
        json.loads(liftspan_says("body", "show", "-t", f"{dose} mg/kg iv ketamine over 40 min", "--json").out)
        for dose in (1, 2)
    )
    peaks = [record["exposure"][0]["peak_ng_per_ml"]["median"] for record in (one, two)]
    assert peaks[1] == pytest.approx(2.0 * peaks[0], rel=1e-5)  # linear; printed to four decimals


@pytest.mark.parametrize("route", ["im", "sc", "oral", "sublingual", "rectal"])
def test_the_body_answers_or_refuses_every_route_without_a_traceback(route, liftspan_says):
    found = liftspan_says("body", "show", "-t", f"50 mg {route} ketamine once")
    assert found.code in (0, 3)
    assert bool(found.out) == (found.code == 0)


def test_the_version_names_package_and_tables(liftspan_says):
    from importlib.metadata import version

    from liftspan.evidence import shipped_version

    found = liftspan_says("--version")
    assert (found.code, found.err) == (0, "")
    assert found.out.strip() == f"liftspan {version('liftspan')}, evidence tables {shipped_version()}"


def test_nothing_asked_shows_the_help(liftspan_says):
    found = liftspan_says()
    assert "how-fast" in found.out + found.err
    assert "no guide to unsupervised use" in " ".join((found.out + found.err).split())


def test_a_reader_who_leaves_early_sees_no_traceback():
    reader, writer = os.pipe()
    os.close(reader)
    try:
        done = subprocess.run([*COMMAND, "protocols", "list"], stdout=writer, stderr=subprocess.PIPE, timeout=60)
    finally:
        os.close(writer)
    assert done.returncode in (0, 1)
    assert done.stderr == b""


def test_a_process_refuses_with_exit_code_3_and_keeps_stdout_clean(tmp_path):
    target = tmp_path / "lift.png"
    started = time.perf_counter()
    done = subprocess.run(
        [*COMMAND, "how-fast", "-p", "iv-single", "--baseline", "70", "--plot", str(target)],
        capture_output=True,
        timeout=60,
    )
    print(f"seconds to refuse: {time.perf_counter() - started:.2f}")
    assert (done.returncode, done.stdout) == (3, b"")
    assert b"baseline 70" in done.stderr and b"Traceback" not in done.stderr
    assert not target.exists()
