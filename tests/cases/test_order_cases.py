"""The order of typing decides nothing: rows of a trial in another order are predicted alike."""

import pytest

from cases.small_trials import predicted, rows_of

OBSERVED = {"analysis_set": "observed"}
RATE = OBSERVED | {"statistic": "response_rate", "value": "0.3", "sd": ""}
CONTROL = {"arm_id": "pbo", "value": "-4", "n": "12"}
ROWS = {
    "who had left the control, of a contrast": rows_of(
        RATE | {"statistic": "risk_difference_response", "n": ""},
        RATE | {"arm_id": "pbo", "n": ""}, OBSERVED | CONTROL,
        OBSERVED | CONTROL | {"statistic": "mean", "value": "28", "n": "8"},
    ),
    "who was seen beside a score carried forward": rows_of(
        {"analysis_set": "locf"}, OBSERVED | {"n": "15"},
        OBSERVED | {"n": "9", "statistic": "mean", "value": "20"}, CONTROL,
    ),
}  # fmt: skip


def _told(found):
    return {name: (one.predicted, one.low, one.high, one.note) for name, one in found.items()}


@pytest.mark.parametrize("rows", ROWS.values(), ids=ROWS)
def test_rows_that_tell_different_numbers_of_people_do_not_compete_by_their_place(tmp_path, rows):
    one, other = (_told(predicted(tmp_path, rows=each)) for each in (rows, rows[::-1]))
    assert one == other and all(number is not None for number, *_ in one.values())
