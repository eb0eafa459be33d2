"""Slips of a folder of trials: names in other capitals, headers with units, cuts of remission, silent fillings."""

import pytest
from typer.testing import CliRunner

from cases.small_trials import KET, PBO, folder, predicted, rows_of
from liftspan.cli.app import app
from liftspan.errors import InvalidInput
from liftspan.evidence import load_evidence
from liftspan.evidence.browse import make_filters
from liftspan.evidence.columns import COLUMNS, passed_over

REMISSION = {"statistic": "remission_rate", "value": "0.3", "sd": ""}


def problems(path, **cells):
    with pytest.raises(InvalidInput) as caught:
        load_evidence(folder(path, **cells))
    return caught.value.problems


@pytest.mark.parametrize("name", ["KET", "Ket"])
def test_two_arms_whose_names_differ_in_capitals_alone_are_asked_about(tmp_path, name):
    (problem,) = problems(tmp_path, more_arms=[KET | {"arm_id": name}])
    assert problem == f"arms.csv line 4, column arm_id: 't1 / {name}' is spelt 't1 / ket' on line 2; are they the same?"


def test_arms_whose_names_differ_in_more_are_two(tmp_path):
    assert len(load_evidence(folder(tmp_path, more_arms=[KET | {"arm_id": "ket2"}])).arms) == 3


@pytest.mark.parametrize("cut", ["0.5", "0.99"])
def test_a_share_as_the_cut_of_a_remission_is_asked_about(tmp_path, cut):
    (problem,) = problems(tmp_path, rows=rows_of(REMISSION | {"cut": cut}))
    assert "is it a share?" in problem


@pytest.mark.parametrize("cut", ["0", "10"])
def test_a_score_as_the_cut_of_a_remission_is_one(tmp_path, cut):
    assert load_evidence(folder(tmp_path, rows=rows_of(REMISSION | {"cut": cut}))).observations


def test_an_infusion_without_a_duration_says_which_was_taken(tmp_path):
    assert predicted(tmp_path, ket={"infusion_min": ""})["t1.001"].note == "infusion: 40 min"
    im = {"infusion_min": "", "route": "im"}
    assert "infusion" not in predicted(tmp_path / "im", ket=im)["t1.001"].note


@pytest.mark.parametrize("scale", ["HAMD17", "HAM-D 24"])
def test_a_first_score_on_another_scale_is_said_not_to_be_read(tmp_path, scale):
    found = predicted(tmp_path, ket={"baseline_scale": scale, "baseline_mean": "22"})
    assert "baseline 22 on " in found["t1.001"].note and "is not read" in found["t1.001"].note


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("dose (mg/kg)", "dose"),
        ("infusion_h", "infusion_min"),
        ("baseline", "baseline_mean"),
        ("session day", "session_days"),
    ],
)
def test_a_header_that_is_near_a_missing_column_is_named(tmp_path, written, meant):
    place = folder(tmp_path, ket=KET, pbo=PBO)
    head, rest = (place / "arms.csv").read_text(encoding="utf-8").split("\n", 1)
    head = ",".join(written if cell == meant else cell for cell in head.strip().split(","))
    (place / "arms.csv").write_text(f"{head}\n{rest}", encoding="utf-8")
    done = CliRunner().invoke(app, ["evidence", "predict", str(place), "--out", str(tmp_path / "o.csv")])
    assert done.exit_code == 0
    assert f"arms.csv: column '{written}' is not read; did you mean '{meant}'?" in done.stderr


@pytest.mark.parametrize("table", COLUMNS)
def test_columns_of_the_shipped_tables_pass_without_a_word(table):
    assert list(passed_over(table, [*(column.name for column in COLUMNS[table]), "doses", "remarks"])) == []


@pytest.mark.parametrize("year", ["2030-2010", "20_19", "２０１９", "19", "-", "2019.5", "2018-2020-2021", "2018 2020"])
def test_years_that_nothing_can_lie_in_are_refused(year):
    with pytest.raises(InvalidInput, match="is no year"):
        make_filters(load_evidence(), year=year)


@pytest.mark.parametrize(
    ("year", "years"),
    [("2019", (2019, 2019)), ("2018-2020", (2018, 2020)), ("2018 - 2020", (2018, 2020)),
     ("2018-", (2018, float("inf"))), ("-2010", (-float("inf"), 2010))],
)  # fmt: skip
def test_years_are_read_as_written(year, years):
    assert make_filters(load_evidence(), year=year).years == years
