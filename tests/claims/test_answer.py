"""What the model says of claims, beside how_fast asked again, and by the sense of each number."""

import numpy as np
import pytest

from liftspan.claims import claim_answers
from liftspan.claims.answer import Effort
from liftspan.claims.quantities import DAYS, SHARE
from liftspan.claims.silent import SILENT
from liftspan.claims.spoken import SPOKEN
from liftspan.errors import InvalidInput
from liftspan.evidence.claims import load_claims
from liftspan.how_fast import how_fast
from liftspan.treatment import find_protocol, parse_treatment

FEW = {"draws": 20, "group_size": 20}


def quantity(answer, start):
    return next(one for one in answer.model.quantities if one.name.startswith(start))


def test_every_claim_is_spoken_to_or_silent_with_a_reason():
    ids = [claim.claim_id for claim in load_claims()]
    assert sorted([*SPOKEN, *SILENT]) == sorted(ids)
    assert all(len(reason) > 60 for reason, _ in SILENT.values())


def test_answers_keep_the_order_of_the_table(answers):
    assert list(answers) == [claim.claim_id for claim in load_claims()]


def test_the_first_day_is_what_how_fast_says(answers):
    # The published trials were blinded, so the claim is asked of such a trial; open care stands beside it.
    trial, care = (how_fast("iv-single", control=control, **FEW) for control in ("midazolam", "open"))
    point, of_care = (next(one for one in answer.timeline if one.hours == 24.0) for answer in (trial, care))
    found = quantity(answers["first-24-hours"], "one infusion, 24 hours: response")
    group = point.response.group
    assert (found.mean, found.low, found.high) == (group.mean, group.low, group.high)
    said = quantity(answers["first-24-hours"], "one infusion in open care, 24 hours: response")
    assert said.mean == of_care.response.group.mean
    assert "blinded against midazolam" in answers["first-24-hours"].model.says


def test_what_is_beyond_the_visits_is_the_difference_of_two_answers_draw_by_draw(answers):
    drug = how_fast(find_protocol("iv-single"), control="midazolam", **FEW)
    visits = how_fast(parse_treatment("placebo visits once"), control="midazolam", **FEW)
    hours = [point.hours for point in drug.course_points]
    other = [point.hours for point in visits.course_points]
    gap = drug.group_response[:, hours.index(24.0)] - visits.group_response[:, other.index(24.0)]
    found = quantity(answers["first-24-hours"], "one infusion, 24 hours, beyond")
    assert found.mean == pytest.approx(gap.mean())
    assert found.low == pytest.approx(np.quantile(gap, 0.05))
    assert found.difference


def test_durations_are_those_of_how_fast(answers):
    said = how_fast(find_protocol("iv-induction"), **FEW).duration_of_response
    found = quantity(answers["window-of-relief"], "duration of response, six")
    # The claims ask at a few more visits, so a loss can be seen some days earlier, and never much later.
    assert found.median == pytest.approx(said.median, abs=7.0)
    assert found.unit == DAYS and found.of == "people"


def test_more_sessions_hold_more_response_and_six_bring_more_than_one(answers):
    assert quantity(answers["several-sessions"], "six infusions instead of one, day 14: response").low > 0.0
    assert quantity(answers["series-then-maintenance"], "weekly infusions instead").mean > 0.0


def test_six_infusions_over_three_weeks_are_behind_at_first_and_ahead_later(answers):
    # On day 7 the slower plan has given 2 sessions instead of 3, on day 21 its last is 4 days old instead of 10.
    spacing = answers["spacing"]
    assert quantity(spacing, "over three weeks instead of two, day 7").mean < 0.0
    assert quantity(spacing, "over three weeks instead of two, day 21").mean > 0.0


def test_an_antidepressant_alone_takes_weeks(answers):
    claim = answers["antidepressants-take-weeks"]
    early, late = (quantity(claim, f"new oral antidepressant beyond placebo tablets, week {week}") for week in (1, 6))
    assert late.median < early.median < 0.0  # negative: further down
    assert 0.0 < quantity(claim, "part of its effect").median < 1.0


def test_shares_are_shares_and_limits_are_in_order(answers):
    for answer in answers.values():
        for one in answer.model.quantities:
            known = [value for value in (one.low, one.median, one.high) if value is not None]
            assert known == sorted(known)
            if one.unit == SHARE:
                assert (-1.0 if one.difference else 0.0) <= one.low <= one.high <= 1.0


def test_every_answer_stands_beside_the_risks_of_its_treatments(answers):
    for answer in answers.values():
        assert answer.model.treatments
        for one in answer.model.treatments:
            given = "antidepressant" not in one.text or "ketamine" in one.text
            assert bool(one.risks.session) == given
            assert one.status


def test_an_unknown_claim_is_refused_with_the_nearest_id():
    with pytest.raises(InvalidInput, match="did you mean 'first-24-hours'"):
        claim_answers(("first-24",), Effort(**FEW))
