"""`liftspan body predict`: a good table comes back answered, each kind of bad one is refused and nothing is written."""

import csv
import io

import pytest

HEADER = "study_id,analyte,drug_given,route,dose,dose_unit,infusion_min,metric,time_h,unit,value"
GOOD = f"""{HEADER}
x,S-ketamine,esketamine,IV infusion,35,mg,40,AUCinf,,ng*h/mL,735.29
x,"S-ketamine",esketamine,epidural,35,mg,,Cmax,,ng/mL,5
x,ketamine,ketamine,IV infusion,0.5,mg/kg,40,conc,0.6667,ng/mL,
x,ketamine,ketamine,IV infusion,0.5,mg/kg,40,conc,0.6667,ng/mL,about 160
x,ketamine,,,,,,,,,
"""


@pytest.fixture
def asked(liftspan_says, tmp_path):
    def answer(content, out="out.csv"):
        path = tmp_path / "in.csv"
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return liftspan_says("body", "predict", path, "--out", tmp_path / out)

    return answer


@pytest.mark.parametrize("content", [GOOD, "\ufeff" + GOOD, GOOD.replace("\n", "\r\n")])
def test_every_row_comes_back_in_order_with_a_number_or_a_note(content, asked, tmp_path):
    found = asked(content)
    assert (found.code, found.out) == (0, "")
    assert "3 of 5 rows predicted" in found.err
    reader = csv.DictReader(io.StringIO((tmp_path / "out.csv").read_text(encoding="utf-8"), newline=""))
    rows = list(reader)
    assert reader.fieldnames == [*HEADER.split(","), "predicted", "fold_error", "predicted_note"]
    assert [row["value"] for row in rows] == ["735.29", "5", "", "about 160", ""]
    # 35 mg over 95.2 L/h is 367.65 ng h/mL: half of the made-up value; 160 is the figure of pk/README.md.
    assert float(rows[0]["predicted"]) == pytest.approx(367.65, rel=1e-3)
    assert float(rows[0]["fold_error"]) == pytest.approx(0.5, rel=1e-3)
    assert float(rows[2]["predicted"]) == pytest.approx(160.0, rel=5e-3)
    assert [row["fold_error"] for row in rows[1:]] == ["", "", "", ""]
    assert "no fold error: value 'about 160' is no number" in rows[3]["predicted_note"]
    assert [bool(row["predicted"]) for row in rows] == [True, False, True, True, False]
    assert "epidural" in rows[1]["predicted_note"]
    assert "route '' has no model" in rows[4]["predicted_note"]


def test_a_table_that_was_answered_before_is_answered_again(asked, tmp_path):
    asked(GOOD)
    first = (tmp_path / "out.csv").read_bytes()
    assert asked(first).code == 0
    assert (tmp_path / "out.csv").read_bytes() == first


@pytest.mark.parametrize(
    ("content", "messages"),
    [
        ("", ["the file is empty"]),
        (HEADER + "\n", ["no rows"]),
        (b"\x89PNG\r\n\x1a\n\xff\xfe", ["no UTF-8 text"]),
        (GOOD.encode("utf-16"), ["in.csv", "UTF-16"]),
        (GOOD.replace("esketamine", "esket\0amine", 1), ["a binary file"]),
        (GOOD.replace('"S-ketamine"', '"S-ketamine'), ["no CSV", "left open"]),
        ('"' + GOOD, ["no CSV"]),
        (GOOD.replace("about 160", "1" * 200_000), ["line 5", "a cell is longer than"]),
        (GOOD.replace("drug_given", "drug"), ["column 'drug_given' is missing"]),
        (GOOD.replace("analyte,", "analite,"), ["column 'analyte' is missing; is it 'analite'?"]),
        (GOOD.replace(",", ";"), ["the cells are separated by ';'"]),
        (GOOD.replace("value", "unit"), ["column unit appears twice"]),
        (GOOD.replace("infusion,35,mg", "infusion,35,5,mg").replace("value", "unit"),
         ["2 problems in in.csv", "twice", "line 2: 12 cells under 11 columns"]),
        # Lines as an editor counts them.
        (HEADER + '\n"x\ny",ketamine' + "," * 9 + "\n\n" + "," * 10 + ",x\n", ["line 5: 12 cells"]),
        (GOOD.replace("x,ketamine,,,,,,,,,", "x,ketamine"), ["line 6: 2 cells under 11 columns; was the line cut"]),
    ],
)  # fmt: skip
def test_a_bad_file_is_refused_and_nothing_is_written(content, messages, asked, tmp_path):
    found = asked(content)
    assert (found.code, found.out) == (3, "")
    for message in messages:
        assert message in found.err
    assert [path.name for path in tmp_path.iterdir()] == ["in.csv"]


@pytest.mark.parametrize("out", [".", "no/such/folder.csv", "in.csv/x.csv"])
def test_a_place_that_cannot_be_written_is_said(out, asked, tmp_path):
    assert asked(GOOD, out).code == 3
    assert [path.name for path in tmp_path.iterdir()] == ["in.csv"]


def test_a_file_that_is_not_there(liftspan_says, tmp_path):
    found = liftspan_says("body", "predict", tmp_path / "none.csv", "--out", tmp_path / "out.csv")
    assert found.code == 3
    assert "there is no such file" in found.err
    assert list(tmp_path.iterdir()) == []


def test_the_table_itself_is_never_written_over(asked, tmp_path):
    found = asked(GOOD, "in.csv")
    assert found.code == 3 and "--out" in found.err and "is an input of this run" in found.err
    assert (tmp_path / "in.csv").read_text(encoding="utf-8") == GOOD
