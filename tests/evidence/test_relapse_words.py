"""What the checks of relapse say of themselves: inside or not, too good or too bad, by phase."""

from dataclasses import replace

from liftspan.evidence import load_evidence
from liftspan.evidence.relapse import STOPPED, VISITS, Check
from liftspan.evidence.relapse_words import as_record, assumed, summary, table_rows
from liftspan.evidence.withdrawal_rules import rule_of

ROWS = {row.row_id: row for row in load_evidence().observations}


def check(row_id, phase, predicted, low, high):
    row = ROWS[row_id]
    return Check(row, rule_of(row), phase, predicted, low, high, "note")


FRACTION = check("daly2019_sustain1.002", VISITS, 0.9, 0.8, 1.0)  # published 0.5465
CHANGE = check("daly2019_sustain1.011", VISITS, 2.0, 1.0, 13.0)  # published 12.5
RATIO = check("daly2019_sustain1.005", VISITS, 1.0, 0.4, 2.0)  # published 0.49
SHORT = check("murrough2013bp.003", STOPPED, 10.0, 8.0, 12.0)  # published 18
SILENT = check("daly2019_sustain1.001", VISITS, None, None, None)


def test_more_relapse_free_less_worsening_and_a_longer_median_are_too_good():
    assert FRACTION.too_good and CHANGE.too_good and not SHORT.too_good
    assert RATIO.too_good is None and SILENT.too_good is None


def test_the_summary_counts_what_has_a_number():
    said = summary([FRACTION, CHANGE, RATIO, SHORT, SILENT])
    assert len(said) == 2
    assert "2 of 3 published numbers" in said[0] and "fare better in the model than in print in 2 of 2" in said[0]
    assert "0 of 1 published numbers" in said[1] and "fare worse in the model than in print in 1 of 1" in said[1]
    assert all("Likely cause" in one for one in said)


def test_a_row_without_prediction_has_dashes_and_null():
    assert table_rows([SILENT])[0][-3:] == ("-", "-", "-")
    (row,) = as_record([SILENT], "1", {"status": "x", "rows": 1})["rows"]
    assert row["predicted"] is None and row["inside"] is None and row["published"] == 0.7333


def test_assumptions_of_a_rule_stand_once():
    assert len(assumed([FRACTION, replace(FRACTION, predicted=0.5), CHANGE])) == 1
