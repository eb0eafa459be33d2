"""The claims of which the model can say something: a few quantities each, asked of the engine when the answer is."""

import numpy as np

from liftspan.claims.quantities import (
    DAYS,
    PART,
    POINTS,
    SHARE,
    Compared,
    Engine,
    ModelAnswer,
    Quantity,
    beside,
    beside_change,
    change_draws,
    circumstances,
    of_group,
    of_people,
    remission_draws,
    response_draws,
    treated,
)
from liftspan.evidence.claims import claim_values
from liftspan.how_fast.answer import HowFast
from liftspan.how_fast.question import blinding_words
from liftspan.nonresponse import nonresponse
from liftspan.treatment import find_protocol

DAY_1, DAY_3, WEEK_1, WEEK_2 = 24.0, 72.0, 168.0, 336.0
WEEK_3, DAY_28, WEEK_6, WEEK_8 = 504.0, 648.0, 1008.0, 1344.0
AFTER_SIX = "six infusions in two weeks, a day after the sixth"
AFTER_SIXTH_OF_TWO, AFTER_SIXTH_OF_THREE = 288.0, 432.0  # a day after the sixth infusion, within two or three weeks
NO_DIRECT_TRIAL = "no trial of the tables compared the two directly; the difference is one of two predictions"
AFTER_STOPPING = (
    "what follows after the last session rests on the fade seen within 8 weeks: no relapse row is in the fit"
)
IV_MAINTAINED = "0.5 mg/kg iv ketamine over 40 min, thrice weekly for 2 weeks, then weekly for 4 weeks"
IV_3_WEEKS = "0.5 mg/kg iv ketamine over 40 min, twice weekly for 3 weeks"
IV_8 = "0.5 mg/kg iv ketamine over 40 min, twice weekly for 4 weeks"
NASAL_8 = "56 mg nasal esketamine first, then 84 mg nasal esketamine, twice weekly for 4 weeks"
NASAL_NEW = f"{NASAL_8}, with a new oral antidepressant"
ORAL_9 = "1 mg/kg oral ketamine, thrice weekly for 3 weeks"
CONTINUED = {"background": "continued"}
TABLETS_TRIAL, SPRAY_TRIAL = {"control": "placebo_oral"}, {"control": "placebo_spray", "background": "new"}


def first_24_hours(engine: Engine) -> ModelAnswer:
    """Response and remission after one infusion in a blinded trial, as published, and what is beyond the visit."""
    blinded = {"control": find_protocol("iv-single").control}
    one, none, care = (
        engine.ask("iv-single", **blinded),
        engine.without_drug("iv-single", **blinded),
        engine.ask("iv-single"),
    )
    quantities = (
        _response("one infusion, 24 hours", one, DAY_1),
        _beyond("one infusion, 24 hours, beyond the same visit without the drug", one, none, DAY_1),
        _response("one infusion, 72 hours", one, DAY_3),
        _response("one infusion, day 7", one, WEEK_1),
        _change("one infusion, 24 hours", one, DAY_1),
        _remission("one infusion, 24 hours", one, DAY_1),
        _remission("one infusion, 72 hours", one, DAY_3),
        _remission("one infusion, day 7", one, WEEK_1),
        _response("one infusion in open care, 24 hours", care, DAY_1),
        _later("one infusion, from 24 hours to day 7: response", response_draws, one),
        _later("one infusion, from 24 hours to day 7: remission", remission_draws, one),
    )
    printed = claim_values("first-24-hours")
    pairs = {"response_24h": 0, "response_72h": 2, "response_day7": 3, "remission_24h": 5, "remission_72h": 6,
             "remission_day7": 7}  # fmt: skip
    compared = (
        *(beside(printed[key], quantities[at]) for key, at in pairs.items()),
        beside_change(printed["response_24h"], printed["response_day7"], quantities[9]),
        beside_change(printed["remission_24h"], printed["remission_day7"], quantities[10]),
    )
    trial = blinding_words(blinded["control"])  # "in a trial blinded against ..."
    says = (
        f"{trial[:1].upper()}{trial[1:]}, as those published were blinded, {_of_100(quantities[0])} are in response "
        f"24 hours after one infusion, {_more(quantities[1])} than at the same visit without the drug; on day 7 it is "
        f"{_of_100(quantities[3])}. In open care it is {_of_100(quantities[8])} after 24 hours."
    )
    why = ("what counts as remission differs between the published trials; here it is a MADRS score of at most 12",)
    return _answer(says, quantities, (one, care), why, compared)


def series_then_maintenance(engine: Engine) -> ModelAnswer:
    """Weekly infusions after a series of six, beside the series alone."""
    alone = engine.ask("iv-induction")
    held = engine.ask(IV_MAINTAINED)
    quantities = (
        _response("six infusions in two weeks, day 14", alone, WEEK_2),
        _response("six infusions, then none, week 6", alone, WEEK_6),
        _response("six infusions, then weekly, week 6", held, WEEK_6),
        _beyond("weekly infusions instead of none, week 6", held, alone, WEEK_6),
        _response(AFTER_SIX, alone, AFTER_SIXTH_OF_TWO),
    )
    compared = (beside(claim_values("series-then-maintenance")["response_after_six"], quantities[4]),)
    says = (
        f"At the end of the series {_of_100(quantities[0])} are in response. Four weeks later it is "
        f"{_of_100(quantities[1])} without further sessions and {_of_100(quantities[2])} with weekly ones, "
        f"{_more(quantities[3])}."
    )
    why = (
        NO_DIRECT_TRIAL,
        AFTER_STOPPING,
        "people who respond and those who do not go on alike here; trials continued responders only",
        "maintenance of nasal esketamine by randomised withdrawal is not modelled yet",
    )
    return _answer(says, quantities, (alone, held), why, compared)


def several_sessions(engine: Engine) -> ModelAnswer:
    """One infusion against six, and late response after a first infusion without one."""
    one, six = engine.ask("iv-single"), engine.ask("iv-induction")
    effort = engine.effort
    late = nonresponse(
        find_protocol("iv-induction"),
        at_sessions=(1,),
        seed=effort.seed,
        draws=effort.draws,
        group_size=effort.group_size,
    )
    step = late.late.group
    printed = [fact.late_low for fact in late.published if fact.late_low is not None]
    more = sum(low > step.high for low in printed)
    quantities = (
        _response("one infusion, day 14", one, WEEK_2),
        _response("six infusions, day 14", six, WEEK_2),
        _beyond("six infusions instead of one, day 14", six, one, WEEK_2),
        of_group(
            "six infusions instead of one, day 14: change of MADRS",
            POINTS,
            change_draws(six, WEEK_2) - change_draws(one, WEEK_2),
            difference=True,
        ),
        Quantity(
            "no response after the first infusion: in response after the sixth",
            SHARE, "group", step.mean, step.median, step.low, step.high,
        ),
        _response(AFTER_SIX, six, AFTER_SIXTH_OF_TWO),
    )  # fmt: skip
    compared = (
        beside(claim_values("several-sessions")["response_after_six"], quantities[5]),
        *(
            Compared(fact.late_low, fact.late_high, quantities[4])
            for fact in late.published
            if fact.late_low is not None and fact.late_high is not None
        ),
    )
    says = (
        f"On day 14 {_of_100(quantities[0])} are in response after one infusion and {_of_100(quantities[1])} after "
        f"six, {_more(quantities[2])}. Of those without response after the first, {_of_100(quantities[4])} are in "
        f"response after the sixth; {more} of {len(printed)} open series of the tables found more than that range (see "
        "liftspan nonresponse)."
    )
    why = ("no part of the model makes severe or long-standing depression need more sessions than other depression",)
    return _answer(says, quantities, (one, six), why, compared)


def iv_faster(engine: Engine) -> ModelAnswer:
    """Eight infusions, eight sprays and oral doses, open and beside a continued antidepressant."""
    iv, nasal, oral = (engine.ask(text, **CONTINUED) for text in (IV_8, NASAL_8, ORAL_9))
    quantities = (
        of_people("time to response, IV ketamine twice weekly", iv.time_to_response),
        of_people("time to response, nasal esketamine twice weekly", nasal.time_to_response),
        of_people("time to response, oral ketamine thrice weekly", oral.time_to_response),
        _beyond("IV instead of nasal, 24 hours", iv, nasal, DAY_1),
        _beyond("IV instead of nasal, day 7", iv, nasal, WEEK_1),
        _beyond("IV instead of nasal, day 28", iv, nasal, DAY_28),
        _beyond("IV instead of oral, 24 hours", iv, oral, DAY_1),
    )
    says = (
        f"Half of all people have a first response after {_days(quantities[0])} of IV, {_days(quantities[1])} of nasal "
        f"and {_days(quantities[2])} of oral treatment. In response after 24 hours are {_more(quantities[3])} with IV "
        f"than with nasal, on day 28 {_more(quantities[5])}."
    )
    why = (
        NO_DIRECT_TRIAL,
        "the potency of a route beside its exposure comes from different trial programmes: formulation, people and "
        "blinding are in it as well as pharmacology",
    )
    return _answer(says, quantities, (iv, nasal, oral), why)


def antidepressants_take_weeks(engine: Engine) -> ModelAnswer:
    """A conventional antidepressant over its weeks, alone and beside nasal esketamine."""
    tablets, dummies = (ask("oral-antidepressant", **TABLETS_TRIAL) for ask in (engine.ask, engine.without_drug))
    both, alone = (ask(NASAL_NEW, **SPRAY_TRIAL) for ask in (engine.ask, engine.without_drug))
    beyond = {hours: change_draws(tablets, hours) - change_draws(dummies, hours) for hours in (WEEK_1, WEEK_6)}
    quantities = (
        _response("new oral antidepressant, week 1", tablets, WEEK_1),
        _response("new oral antidepressant, week 8", tablets, WEEK_8),
        of_group("new oral antidepressant beyond placebo tablets, week 1", POINTS, beyond[WEEK_1], True),
        of_group("new oral antidepressant beyond placebo tablets, week 6", POINTS, beyond[WEEK_6], True),
        of_group("part of its effect at week 6 that is there at week 1", PART, beyond[WEEK_1] / _away(beyond[WEEK_6])),
        _response("new antidepressant with placebo spray, week 1", alone, WEEK_1),
        _response("new antidepressant with nasal esketamine, week 1", both, WEEK_1),
        _beyond("nasal esketamine added, week 1", both, alone, WEEK_1),
        _response("new antidepressant with placebo spray, day 28", alone, DAY_28),
        _response("new antidepressant with nasal esketamine, day 28", both, DAY_28),
        _beyond("nasal esketamine added, day 28", both, alone, DAY_28),
    )
    compared = (beside(claim_values("antidepressants-take-weeks")["part_at_week_1"], quantities[4]),)
    says = (
        "In trials blinded against placebo, as those published were: a new antidepressant adds "
        f"{_points(quantities[2])} to placebo tablets at week 1 and {_points(quantities[3])} "
        f"at week 6: {quantities[4].median * 100.0:.0f} % of it is there at week 1 ({quantities[4].low * 100.0:.0f} to "
        f"{quantities[4].high * 100.0:.0f}). In response at week 1 are {_of_100(quantities[5])} on it with placebo "
        f"spray and {_of_100(quantities[6])} with nasal esketamine, {_more(quantities[7])}; on day 28 "
        f"{_more(quantities[10])}."
    )
    why = (
        "one effect stands for all conventional antidepressants, in people who start a new one; its course is a "
        "delayed rise, so almost nothing of it is there in the first days",
        "control arms of esketamine trials and of antidepressant trials differ in visits and in hope",
    )
    return _answer(says, quantities, (tablets, both), why, compared)


def window_of_relief(engine: Engine) -> ModelAnswer:
    """How long response lasts after one infusion and after six."""
    one, six = engine.ask("iv-single"), engine.ask("iv-induction")
    quantities = (
        of_people("duration of response, one infusion", one.duration_of_response),
        of_people("duration of response, six infusions in two weeks", six.duration_of_response),
        _response("six infusions, day 14", six, WEEK_2),
        _response("six infusions, day 28", six, DAY_28),
        _response("six infusions, week 6", six, WEEK_6),
        _response(AFTER_SIX, six, AFTER_SIXTH_OF_TWO),
    )
    compared = (beside(claim_values("window-of-relief")["response_after_six"], quantities[5]),)
    says = (
        f"Half of those who respond have lost the response {_days(quantities[0])} after it began with one infusion, "
        f"{_days(quantities[1])} with six. After the series {_of_100(quantities[2])} are in response on day 14, "
        f"{_of_100(quantities[3])} on day 28 and {_of_100(quantities[4])} in week 6, without further sessions."
    )
    why = (
        "duration counts from the first response, through the series, until the score is above half of the first at "
        "two visits; published days to relapse count from the last infusion, or from stopping, by other rules",
        AFTER_STOPPING,
        "relapse after months of treatment, as in the withdrawal trials, is not modelled yet",
    )
    return _answer(says, quantities, (one, six), why, compared)


def spacing(engine: Engine) -> ModelAnswer:
    """The same six infusions within two weeks and within three."""
    two = engine.ask("iv-induction")
    three = engine.ask(IV_3_WEEKS)
    quantities = (
        _beyond("over three weeks instead of two, day 7", three, two, WEEK_1),
        _beyond("over three weeks instead of two, day 14", three, two, WEEK_2),
        _beyond("over three weeks instead of two, day 21", three, two, WEEK_3),
        of_group(
            "over three weeks instead of two, a day after the sixth infusion: response",
            SHARE,
            response_draws(three, AFTER_SIXTH_OF_THREE) - response_draws(two, AFTER_SIXTH_OF_TWO),
            difference=True,
        ),
        of_group(
            "over three weeks instead of two, a day after the sixth infusion: change of MADRS",
            POINTS,
            change_draws(three, AFTER_SIXTH_OF_THREE) - change_draws(two, AFTER_SIXTH_OF_TWO),
            difference=True,
        ),
    )
    says = (
        f"Six infusions over three weeks instead of two: in response on day 14 are {_more(quantities[1])}, on day 21 "
        f"{_more(quantities[2])}, and a day after the sixth infusion of either plan {_more(quantities[3])}."
    )
    why = (
        "the model adds sessions up and lets them fade; tolerance or sensitisation between sessions is not in it, so "
        "it cannot show that spacing itself makes results better or more consistent",
    )
    return _answer(says, quantities, (two, three), why)


SPOKEN = {
    "series-then-maintenance": series_then_maintenance,
    "several-sessions": several_sessions,
    "first-24-hours": first_24_hours,
    "iv-faster": iv_faster,
    "antidepressants-take-weeks": antidepressants_take_weeks,
    "window-of-relief": window_of_relief,
    "spacing": spacing,
}


def _answer(
    says: str,
    quantities: tuple[Quantity, ...],
    answers: tuple[HowFast, ...],
    why: tuple[str, ...],
    compared: tuple[Compared, ...] = (),
) -> ModelAnswer:
    stretched = [f"{answer.question.regimen.text}: {text}" for answer in answers for text in answer.extrapolated
                 if text.startswith(("no trial", "1 trial", "2 trials"))]  # fmt: skip
    open_care = [text for answer in answers for text in answer.extrapolated if text.startswith("open care")]
    people = (circumstances(answer) for answer in answers)
    cautions = (caution for answer in answers for caution in answer.cautions)
    treatments = tuple(dict.fromkeys(treated(answer) for answer in answers))
    limits = dict.fromkeys((*why, *stretched, *cautions, *people, *open_care))
    return ModelAnswer(says, True, quantities, treatments, tuple(limits), compared)


def _remission(name: str, answer: HowFast, hours: float) -> Quantity:
    return of_group(f"{name}: remission", SHARE, remission_draws(answer, hours))


def _later(name: str, draws, answer: HowFast) -> Quantity:
    """What a share has changed by from a day to a week after the first session, draw by draw."""
    return of_group(name, SHARE, draws(answer, WEEK_1) - draws(answer, DAY_1), True)


def _response(name: str, answer: HowFast, hours: float) -> Quantity:
    return of_group(f"{name}: response", SHARE, response_draws(answer, hours))


def _change(name: str, answer: HowFast, hours: float) -> Quantity:
    return of_group(f"{name}: change of MADRS", POINTS, change_draws(answer, hours))


def _beyond(name: str, answer: HowFast, other: HowFast, hours: float) -> Quantity:
    """Difference of the shares in response, draw by draw: both share trial, people and luck."""
    return of_group(f"{name}: response", SHARE, response_draws(answer, hours) - response_draws(other, hours), True)


def _away(values: np.ndarray) -> np.ndarray:
    """Effects kept a thousandth of a point away from zero, so that a part of them is a number."""
    return np.where(np.abs(values) < 1e-3, np.copysign(1e-3, values), values)


def _of_100(one: Quantity) -> str:
    return f"{one.mean * 100.0:.0f} in 100 ({one.low * 100.0:.0f} to {one.high * 100.0:.0f})"


def _more(one: Quantity) -> str:
    """A difference of shares in words."""
    word = "more" if one.mean >= 0.0 else "fewer"
    sign = 1.0 if one.mean >= 0.0 else -1.0
    low, high = sorted((sign * one.low * 100.0, sign * one.high * 100.0))
    return f"{abs(one.mean) * 100.0:.0f} in 100 {word} ({low:z.0f} to {high:z.0f})"


def _points(one: Quantity) -> str:
    return f"{-one.median:z.1f} points ({-one.high:z.1f} to {-one.low:z.1f})"


def _days(one: Quantity) -> str:
    if one.unit != DAYS:
        raise ValueError(one.unit)
    return "more time than was watched" if one.median is None else f"{one.median:.3g} days"
