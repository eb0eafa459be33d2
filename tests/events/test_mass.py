"""The check of mass finds what it is there to find."""

from dataclasses import replace

import numpy as np
import pytest

from liftspan.body import concentration as body_concentration
from liftspan.events import MassLost, balance, schedule
from liftspan.events.mass import mg_by_row

HEAD = "ID,TIME,EVID,AMT,DUR,CMT,DRUG,II,ADDL\n"
TABLE = HEAD + "1,0,1,40,0.5,iv,ketamine,24,2\n1,30,0,,,,,,\nB,0,1,84,,nasal,esketamine,,\nB,3,1,10,,oral,ketamine,,\n"


def test_what_the_file_gives_is_found_again(read):
    events = read(TABLE)
    found = balance(events, schedule(events))
    assert found.given_mg.tolist() == [120.0, 94.0]
    assert found.largest() < 1e-12


def test_a_reset_stops_infusions_and_pending_doses_by_hand(read):
    # 60 mg over 3 h every 2 h, reset at 4.5 h: 60, 2.5/3 x 60, 0.5/3 x 60; the fourth at 6 h never comes.
    events = read(HEAD + "1,0,1,60,3,iv,ketamine,2,3\n1,4.5,3,,,,,,\n")
    assert mg_by_row(events.rows)[0] == pytest.approx(60 + 50 + 10)
    assert balance(events, schedule(events)).largest() < 1e-12


def test_devices_that_a_reset_leaves_unused_are_accounted_for(read):
    events = read(HEAD + "1,0,1,84,,nasal,esketamine,,\n1,0.1,3,,,,,,\n")
    doses = schedule(events)
    assert doses.cancelled.tolist() == [False, False, True]
    assert balance(events, doses).largest() < 1e-12


@pytest.mark.parametrize("spoil", ["dropped", "doubled", "smaller"])
def test_a_dose_lost_or_made_between_file_and_body_is_found(read, spoil):
    events = read(TABLE)
    doses = schedule(events)
    kept = np.arange(len(doses.row))
    kept = {"dropped": kept[1:], "doubled": np.append(kept, 0), "smaller": kept}[spoil]
    spoiled = replace(doses, **{name: getattr(doses, name)[kept] for name in doses.__dataclass_fields__})
    if spoil == "smaller":
        spoiled = replace(spoiled, amount_mg=spoiled.amount_mg * (1 - 1e-5))
    with pytest.raises(MassLost, match=r"mass balance: of .* mg given to ID"):
        balance(events, spoiled)


def test_an_algebra_that_loses_drug_is_found(read, monkeypatch):
    right = body_concentration.three_compartments
    monkeypatch.setattr(
        body_concentration, "three_compartments", lambda *given: right(*given).scaled(np.array([0.99999]))
    )
    events = read(TABLE)
    with pytest.raises(MassLost, match="fault of the program"):
        balance(events, schedule(events))
