"""From doses to concentrations: against an ODE model written from scratch, conserved mass, and published tables."""

from dataclasses import fields, is_dataclass
from functools import cache
from itertools import pairwise

import numpy as np
import pytest

from liftspan.body.absorption import swallowed_share
from liftspan.body.concentration import Analyte, Matrix, concentration, effect_site_levels
from liftspan.parameters import BODY
from liftspan.person import body_of, typical_body
from liftspan.treatment import Dose, Drug, Regimen, Route, Session, parse_treatment
from reference.witness import body_path

KETAMINE, NORKETAMINE, HYDROXYNORKETAMINE = Analyte.KETAMINE, Analyte.NORKETAMINE, Analyte.HYDROXYNORKETAMINE
VENOUS, ARTERIAL, EFFECT_SITE = Matrix.VENOUS, Matrix.ARTERIAL, Matrix.EFFECT_SITE
MEASURED = {  # witness' level: what the package calls it
    "venous": (KETAMINE, VENOUS),
    "arterial": (KETAMINE, ARTERIAL),
    "effect_site": (KETAMINE, EFFECT_SITE),
    "norketamine": (NORKETAMINE, VENOUS),
    "hydroxynorketamine": (HYDROXYNORKETAMINE, VENOUS),
}
INFUSION = "0.5 mg/kg iv ketamine over 40 min"


def spray(drug, amounts_mg, apart_h=5 / 60):
    doses = tuple(Dose(drug, Route.NASAL, mg, False, i * apart_h, 0.0) for i, mg in enumerate(amounts_mg))
    return Regimen("", (Session(0.0, doses),), False, 0.0)


def one_dose(route, mg, duration_h=0.0):
    return Regimen("", (Session(0.0, (Dose(Drug.KETAMINE, route, mg, False, 0.0, duration_h),)),), False, 0.0)


TREATMENTS = {
    "infusion": parse_treatment(INFUSION),
    "bolus": parse_treatment("0.2 mg/kg iv ketamine bolus"),
    "arketamine": parse_treatment("0.3 mg/kg iv arketamine over 40 min"),
    "three devices": spray(Drug.ESKETAMINE, (28.0, 28.0, 28.0)),
    "racemic spray": spray(Drug.KETAMINE, (25.0, 25.0)),
    "im": one_dose(Route.IM, 35.0),
    "slow sc": one_dose(Route.SC, 35.0, 0.25),
    "oral": one_dose(Route.ORAL, 100.0),
    "oral, extended": one_dose(Route.ORAL_EXTENDED, 120.0),
    "sublingual": one_dose(Route.SUBLINGUAL, 50.0),
    "rectal": one_dose(Route.RECTAL, 50.0),
}
CASES = [(name, side) for name in TREATMENTS for side in "sr"]
CASES.remove(("arketamine", "s"))
CASES.remove(("three devices", "r"))

# Typical; light; heavy; old; two whose every varied parameter is drawn, 1.5 times as far out as people are.
WEIGHTS_KG = np.array([70.0, 45.0, 140.0, 70.0, 62.0, 90.0])
AGES_Y = np.array([45.0, 30.0, 50.0, 80.0, 70.0, 35.0])
RANDOM = np.random.default_rng(7)
DEVIATES = {
    name: np.concatenate([np.zeros(4), 1.5 * RANDOM.normal(size=2)])
    for name, parameter in BODY.items()
    if parameter.spread > 0.0
}
PEOPLE = body_of(WEIGHTS_KG, AGES_Y, DEVIATES)
TIMES_H = np.unique(
    np.concatenate([[0.0, 1 / 12, 1 / 6, 2 / 3], np.geomspace(0.01, 72.0, 50), np.arange(0.05, 4, 0.15)])
)


@cache
def witnessed(treatment, side):
    sessions = TREATMENTS[treatment].sessions
    return [body_path(sessions, PEOPLE, side, i, weight, TIMES_H) for i, weight in enumerate(WEIGHTS_KG)]


def single_precision(record):
    """A Body whose arrays are float32; plain numbers stay, as they do in use."""
    if is_dataclass(record):
        return type(record)(*(single_precision(getattr(record, field.name)) for field in fields(record)))
    if isinstance(record, tuple):
        return tuple(map(single_precision, record))
    if isinstance(record, dict):
        return {name: single_precision(value) for name, value in record.items()}
    return record.astype(np.float32) if isinstance(record, np.ndarray) else record


def adult(text, times_h, *, side="s", what="venous", weight_kg=70.0, age_y=45.0):
    """Concentration in one typical adult, (time,)."""
    regimen = parse_treatment(text) if isinstance(text, str) else text
    analyte, matrix = MEASURED[what]
    body, weight = typical_body(weight_kg, age_y), np.array([weight_kg])
    times_h = np.asarray(times_h, dtype=float)
    return concentration(regimen, body, weight, times_h, enantiomer=side, analyte=analyte, matrix=matrix)[0]


def panels(breaks_h, until_h):
    """Gauss-Legendre nodes and weights, 12 a panel, panels widening after each break."""
    steps = np.geomspace(0.02, 600.0, 12)
    edges = sorted({*breaks_h, until_h} | {b + step for b in breaks_h for step in steps if b + step < until_h})
    nodes, weights = np.polynomial.legendre.leggauss(12)
    parts = [(0.5 * (a + b) + 0.5 * (b - a) * nodes, 0.5 * (b - a) * weights) for a, b in pairwise(edges)]
    return tuple(np.concatenate(part) for part in zip(*parts, strict=True))


def areas(regimen, body, weight_kg, side, what, until_h=600.0):
    """AUC, ng h/mL, (person,); 600 h are many half-lives of the slowest phase of these people."""
    # Where a supply ends: a dose's own duration, the swallowing of a spray, the melting of a tablet.
    lasting_h = {BODY["nasal_swallowing_h"].value, BODY["sublingual_supply_h"].value}
    doses = [(session.start_h + dose.start_h, dose) for session in regimen.sessions for dose in session.doses]
    ends = {at + hours for at, dose in doses for hours in (lasting_h | {dose.duration_h})}
    nodes_h, weights_h = panels({at for at, _ in doses} | ends, until_h)
    analyte, matrix = MEASURED[what]
    return concentration(regimen, body, weight_kg, nodes_h, enantiomer=side, analyte=analyte, matrix=matrix) @ weights_h


def dose_mg(regimen, side, weight_kg):
    """Given of this enantiomer, (person,)."""
    share = {Drug.KETAMINE: 0.5, Drug.ESKETAMINE: float(side == "s"), Drug.ARKETAMINE: float(side == "r")}
    doses = [dose for session in regimen.sessions for dose in session.doses]
    return sum(dose.amount * (weight_kg if dose.per_kg else weight_kg**0) * share[dose.drug] for dose in doses)


# --- against the ODE --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("what", MEASURED)
@pytest.mark.parametrize(("treatment", "side"), CASES)
def test_the_closed_form_is_what_an_ode_solver_finds(treatment, side, what):
    want = np.stack([path.levels[what] for path in witnessed(treatment, side)])
    analyte, matrix = MEASURED[what]
    asked = {"enantiomer": side, "analyte": analyte, "matrix": matrix}
    share_of_peak = want / want.max(axis=1, keepdims=True)

    got = concentration(TREATMENTS[treatment], PEOPLE, WEIGHTS_KG, TIMES_H, **asked)
    seen = share_of_peak > 1e-6
    # The goal of design.md; 2e-9 was measured, and is the solver's.
    np.testing.assert_allclose(got[seen], want[seen], rtol=1e-6)

    weights_kg, times_h = WEIGHTS_KG.astype(np.float32), TIMES_H.astype(np.float32)
    single = concentration(TREATMENTS[treatment], single_precision(PEOPLE), weights_kg, times_h, **asked)
    assert single.dtype == np.float32
    seen = share_of_peak > 1e-3
    # The goal of design.md; 2e-6 was measured.
    np.testing.assert_allclose(single[seen], want[seen], rtol=1e-4)


def test_the_witness_loses_no_drug():
    # Dose = what is in depots, blood and tissue as ketamine or metabolite + what has left for good.
    for treatment, side in CASES:
        given = dose_mg(TREATMENTS[treatment], side, WEIGHTS_KG)
        for mg, path in zip(given, witnessed(treatment, side), strict=True):
            assert path.total_mg()[-1] == pytest.approx(mg, rel=1e-9)
            assert (np.diff(path.total_mg()) > -1e-9 * mg).all()  # rises while drug comes in, then stays
    infused = witnessed("infusion", "s")[0].total_mg()
    np.testing.assert_allclose(infused, 17.5 * np.minimum(TIMES_H * 1.5, 1.0), rtol=1e-9)  # 0.25 mg/kg over 2/3 h


# --- conserved mass, without the ODE ----------------------------------------------------------------------------------


def shares_by_hand(regimen, kinetics):
    """Share of the dose that reaches the blood as ketamine, and share that is norketamine sooner or later."""
    passed, absorbed, formed = 0.58954 * (1.0 - kinetics.hepatic_extraction), [], []
    for i, dose in enumerate(regimen.sessions[0].doses):
        if dose.route is Route.IV:
            absorbed.append(1.0)
            formed.append(1.0)
            continue
        name = dose.route.value
        if dose.route is Route.NASAL:
            name = ("nasal-next" if i else "nasal") if dose.drug is Drug.ESKETAMINE else "nasal-other"
        way = PEOPLE.ways[name]
        absorbed.append(way.direct_share + way.swallowed_share * passed)
        taken = way.swallowed_share * (1.0 - passed) * way.first_pass_to_norketamine
        formed.append(absorbed[-1] + way.direct_metabolised_share + taken)
    return sum(absorbed) / len(absorbed), sum(formed) / len(formed)


@pytest.mark.parametrize(("treatment", "side"), CASES)
def test_what_is_absorbed_is_cleared(treatment, side):
    """AUC x CL is the mass that passes through each compartment, by paper and pencil from the scheme in the README."""
    regimen, kinetics = TREATMENTS[treatment], getattr(PEOPLE, side)
    given = dose_mg(regimen, side, WEIGHTS_KG)
    absorbed, formed = shares_by_hand(regimen, kinetics)

    def cleared_mg(what, clearance):
        return areas(regimen, PEOPLE, WEIGHTS_KG, side, what) * clearance / 1000.0  # ng/mL x L = 0.001 mg

    # 1e-7: the quadrature's, at the ramp of an effect site.
    np.testing.assert_allclose(cleared_mg("venous", kinetics.clearance_l_per_h), given * absorbed, rtol=1e-7)
    arterial = kinetics.arterial_clearance_l_per_h
    np.testing.assert_allclose(cleared_mg("arterial", arterial), given * absorbed, rtol=1e-7)
    np.testing.assert_allclose(cleared_mg("effect_site", arterial), given * absorbed, rtol=1e-7)
    # All ketamine becomes norketamine, first-pass loss as each way says; 0.56 of that becomes hydroxynorketamine.
    norketamine = cleared_mg("norketamine", PEOPLE.norketamine_clearance_l_per_h)
    np.testing.assert_allclose(norketamine, given * formed, rtol=1e-7)
    hydroxy = cleared_mg("hydroxynorketamine", kinetics.hydroxynorketamine_clearance_l_per_h)
    np.testing.assert_allclose(hydroxy, 0.56 * given * formed, rtol=1e-7)


def test_norketamine_formed_up_to_any_hour_is_what_is_left_of_it_and_what_is_gone():
    # The witness' counters: formed = amounts + eliminated, at every time, for both metabolites.
    for treatment, side in CASES:
        for path in witnessed(treatment, side):
            mg = path.amounts_mg
            gone = mg["norketamine_gone"] + mg["hydroxynorketamine_formed"]
            np.testing.assert_allclose(
                mg["norketamine"] + mg["norketamine_1"] + gone, mg["norketamine_formed"], rtol=1e-8, atol=1e-10
            )
            inside = mg["hydroxynorketamine"] + mg["hydroxynorketamine_1"] + mg["hydroxynorketamine_gone"]
            np.testing.assert_allclose(inside, mg["hydroxynorketamine_formed"], rtol=1e-8, atol=1e-10)


def test_area_is_dose_times_bioavailability_over_clearance():
    # 84 mg by spray: F = 0.48 on the label (pk/README.md). 95.2 L/h is Fanta's clearance.
    regimen = parse_treatment("84 mg nasal esketamine")
    bioavailable = areas(regimen, typical_body(), np.array([70.0]), "s", "venous")[0] * 95.2 / 1000.0 / 84.0
    # 0.015: the gut's share is tuned to all oral studies (0.64 in the spray's model, 0.59 here), which swallows 0.01.
    assert bioavailable == pytest.approx(0.48, abs=0.015)
    # Extraction 0.722 of S and 0.62 of R (pk/README.md): 0.58954 x 0.278 and 0.58954 x 0.38.
    assert swallowed_share(typical_body(), typical_body().s)[0] == pytest.approx(0.164, abs=0.0005)
    assert swallowed_share(typical_body(), typical_body().r)[0] == pytest.approx(0.224, abs=0.002)


@pytest.mark.parametrize(
    ("treatment", "published"),
    # Racemic F of pk/README.md: nasal and sublingual after Yanagihara, oral "about 0.21", two digits each.
    [("racemic spray", 0.45), ("oral", 0.21), ("sublingual", 0.30), ("rectal", 0.30), ("im", 0.93), ("slow sc", 0.93)],
)
def test_each_route_has_its_published_bioavailability(treatment, published):
    regimen, body = TREATMENTS[treatment], typical_body()
    mg = sum(dose.amount for dose in regimen.sessions[0].doses)
    reached = sum(
        areas(regimen, body, np.array([70.0]), side, "venous")[0] * getattr(body, side).clearance_l_per_h[0]
        for side in "sr"
    )
    # Shares that were tuned on several studies may leave one study's number by a few hundredths.
    assert reached / 1000.0 / mg == pytest.approx(published, abs=0.04)


# --- one after another ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("what", MEASURED)
def test_sessions_add(what):
    once = parse_treatment(INFUSION)
    doses = once.sessions[0].doses
    thrice = Regimen("", tuple(Session(start, doses) for start in (0.0, 3.0, 50.0)), False, 50.0)
    times_h = np.array([0.0, 0.5, 3.2, 10.0, 49.9, 50.3, 80.0])
    want = sum(adult(once, times_h - start, what=what) for start in (0.0, 3.0, 50.0))
    np.testing.assert_allclose(adult(thrice, times_h, what=what), want, rtol=1e-12)


def test_the_order_of_the_times_does_not_matter():
    times_h = np.array([5.0, 0.1, 24.0, 0.1])
    want = [adult(INFUSION, [t])[0] for t in times_h]
    np.testing.assert_allclose(adult(INFUSION, times_h), want, rtol=1e-14)


def test_effect_site_levels_of_two_sessions_are_those_of_their_regimen():
    doses = parse_treatment(INFUSION).sessions[0].doses
    sessions = (Session(0.0, doses), Session(10.0, doses))
    times_h = np.array([0.3, 9.0, 11.0])
    levels = effect_site_levels(sessions, PEOPLE, WEIGHTS_KG, times_h)
    for side, level in zip("sr", levels, strict=True):
        asked = {"enantiomer": side, "analyte": KETAMINE, "matrix": EFFECT_SITE}
        want = concentration(Regimen("", sessions, False, 10.0), PEOPLE, WEIGHTS_KG, times_h, **asked)
        # Modes against cascades: partial fractions lose a few digits, 5e-13 was measured.
        np.testing.assert_allclose(level, want, rtol=1e-11)


def test_nothing_is_there_before_the_dose_nor_of_the_other_enantiomer():
    for name, regimen in TREATMENTS.items():
        for what in MEASURED:
            assert not adult(regimen, [-24.0, -0.1], what=what).any()
            if name in ("infusion", "three devices"):
                assert adult(regimen, [0.0], what=what)[0] == 0.0
    assert not adult("84 mg nasal esketamine", [0.5, 3.0], side="r").any()
    assert not adult("0.3 mg/kg iv arketamine over 40 min", [0.5, 3.0], side="s").any()


def test_an_arterial_metabolite_is_refused_and_says_why():
    for analyte in (NORKETAMINE, HYDROXYNORKETAMINE):
        for matrix in (ARTERIAL, EFFECT_SITE):
            with pytest.raises(ValueError, match=f"{analyte.value} has a venous model only"):
                concentration(
                    TREATMENTS["bolus"], PEOPLE, WEIGHTS_KG, TIMES_H, enantiomer="s", analyte=analyte, matrix=matrix
                )


# --- published numbers ------------------------------------------------------------------------------------------------

# Otto 2021, doi 10.1007/s00228-021-03104-1: 10 mg S-ketamine over 30 min, 17 adults of 68 kg, venous; medians
# digitised from Figs 3b/4b, +/- 10 % (pk/pk_observations.csv). hours: ng/mL.
OTTO_KETAMINE = {0.5: 56.0, 1: 27.0, 2: 15.5, 3: 11.5, 5: 6.0, 6: 4.2, 8: 2.5, 10: 1.8}
OTTO_NORKETAMINE = {0.5: 10.0, 1: 23.0, 2: 20.0, 3: 16.0, 5: 12.0, 6: 11.0, 8: 8.0, 10: 6.5}
# Hasan 2021, Anesthesiology 135:326-339: 5 mg racemate over 30 min, 15 adults, venous serum; figure digitised by a
# third party. Left out: its rows from 12 h on ("near baseline, unreliable").
HASAN_S = {0.5: 11.139, 1: 6.519, 2: 3.291, 4: 1.646, 6: 0.886, 8: 0.506}
HASAN_R = {0.5: 12.563, 1: 6.519, 2: 3.544, 4: 1.835, 6: 0.949, 8: 0.57}
HASAN_PEAKS = {"s": 15.6, "r": 16.5}  # Table 1
HASAN_AREA = 52.3  # S + R, ng h/mL
OTTO, HASAN = "10 mg iv esketamine over 30 min", "5 mg iv ketamine over 30 min"


def log_ratios(text, observed, **asked):
    return np.log(adult(text, list(observed), **asked) / np.array(list(observed.values())))


def gmfe(ratios):
    """Geometric mean fold error: 1.3 = wrong by 30 % either way, on average."""
    return np.exp(np.abs(np.concatenate(list(ratios))).mean())


def venous_parent():
    return {
        "Otto S": log_ratios(OTTO, OTTO_KETAMINE, weight_kg=68.0),
        "Hasan S": np.append(log_ratios(HASAN, HASAN_S), log_ratios(HASAN, {0.5: HASAN_PEAKS["s"]})),
        "Hasan R": np.append(
            log_ratios(HASAN, HASAN_R, side="r"), log_ratios(HASAN, {0.5: HASAN_PEAKS["r"]}, side="r")
        ),
    }


def test_venous_ketamine_is_near_the_published_curves():
    # Goals of design.md: 1.30 over all, 1.20 for IV alone; 1.13 was measured (Otto 1.11, Hasan S 1.10, R 1.18).
    assert gmfe(venous_parent().values()) < 1.20
    for study, ratios in venous_parent().items():
        assert gmfe([ratios]) < 1.30, study
        assert (np.abs(ratios) < np.log(2.0)).all(), study  # every row within two-fold


def test_norketamine_is_near_the_curve_it_was_fitted_to():
    # Otto's norketamine; 1.09 was measured. The pk set's own check reached 1.34 on all studies.
    assert gmfe([log_ratios(OTTO, OTTO_NORKETAMINE, weight_kg=68.0, what="norketamine")]) < 1.20


def test_the_area_after_iv_is_the_published_one():
    # 52.3 ng h/mL, SD 12.2, 15 people: standard error 3.15; three of them, and 57 is predicted.
    area = sum(areas(parse_treatment(HASAN), typical_body(), np.array([70.0]), side, "venous")[0] for side in "sr")
    assert area == pytest.approx(HASAN_AREA, abs=3 * 12.2 / 15**0.5)


def test_arteries_hold_twice_the_venous_level_at_the_end_of_an_infusion():
    # pk/README.md, 0.5 mg/kg racemate over 40 min in 70 kg: venous 160, arterial 309 ng/mL.
    venous, arterial = (
        sum(adult(INFUSION, [2 / 3], side=side, what=what)[0] for side in "sr") for what in ("venous", "arterial")
    )
    assert (venous, arterial) == (pytest.approx(160.0, abs=0.5), pytest.approx(309.0, abs=0.5))  # printed whole


# Perez-Ruixo 2021, doi 10.1007/s40262-020-00953-4, Table 4 (read in an open transcription; the model's exposures, not
# raw data), esketamine in Caucasians of 18-60 and over 60 years: mg: (Cmax ng/mL, AUC24 ng h/mL).
PEREZ_RUIXO = {
    45.0: {28: (43.8, 147.3), 56: (72.5, 254.7), 84: (101.0, 362.2)},
    68.0: {28: (44.6, 160.4), 56: (73.8, 275.8), 84: (102.7, 391.2)},
}


@pytest.mark.parametrize("age_y", PEREZ_RUIXO)
@pytest.mark.parametrize("mg", [28, 56, 84])
def test_nasal_exposure_is_near_the_published_table(age_y, mg):
    times_h = np.linspace(0.0, 24.0, 4801)
    level = adult(f"{mg} mg nasal esketamine", times_h, age_y=age_y)
    peak, area = PEREZ_RUIXO[age_y][mg]
    # 1.3-fold, the goal for venous ketamine; 1.22 (Cmax) and 1.21 (AUC) were measured, all of them above the table.
    assert abs(np.log(level.max() / peak)) < np.log(1.3)
    assert abs(np.log(np.trapezoid(level, times_h) / area)) < np.log(1.3)


# --- who is slower ----------------------------------------------------------------------------------------------------


def test_r_is_cleared_slower_than_s():
    body = typical_body()
    assert body.r.clearance_l_per_h[0] == pytest.approx(0.859 * 95.2, rel=1e-3)  # Wang 2019; README's 95.2 is rounded
    later_h = [1.0, 4.0, 12.0, 24.0]
    for what in ("venous", "arterial", "effect_site"):
        assert (adult(INFUSION, later_h, side="r", what=what) > adult(INFUSION, later_h, side="s", what=what)).all()


def test_people_over_60_have_higher_levels():
    later_h = [0.66, 2.0, 8.0, 24.0]
    for treatment in (INFUSION, "84 mg nasal esketamine"):
        at_45, at_60, at_80 = (adult(treatment, later_h, age_y=age) for age in (45.0, 60.0, 80.0))
        np.testing.assert_array_equal(at_45, at_60)
        assert (at_80 > at_60).all()
    # Flow 131.9 x (1 - 0.0145 x 20), then the well-stirred liver: 72.9 of 95.2 L/h.
    flow = 131.9 * (1.0 - 0.0145 * 20.0)
    assert typical_body(70.0, 80.0).s.clearance_l_per_h[0] == pytest.approx(flow * 342 / (flow + 342), rel=1e-12)


def test_the_same_milligrams_reach_lower_levels_in_heavier_people():
    for treatment in ("84 mg nasal esketamine", "28 mg iv esketamine over 40 min"):
        light, middle, heavy = (adult(treatment, [0.5, 1.0, 2.0], weight_kg=kg) for kg in (45.0, 70.0, 140.0))
        assert (light > middle).all()
        assert (middle > heavy).all()


def test_clearance_grows_with_weight_to_three_quarters():
    light, heavy = typical_body(50.0), typical_body(100.0)
    for side in "sr":
        for name in ("clearance_l_per_h", "arterial_clearance_l_per_h", "hydroxynorketamine_clearance_l_per_h"):
            ratio = getattr(getattr(heavy, side), name) / getattr(getattr(light, side), name)
            assert ratio == pytest.approx(2.0**0.75, rel=1e-12)
    for name in ("venous_volumes_l", "arterial_volumes_l", "norketamine_volumes_l", "hydroxynorketamine_volumes_l"):
        for small, large in zip(getattr(light, name), getattr(heavy, name), strict=True):
            assert large / small == pytest.approx(2.0, rel=1e-12)


def test_the_arterial_numbers_are_those_of_a_person_of_73_kg():
    body = typical_body(73.0)
    # Simons 2022, Table 4 as in pk/README.md.
    assert [float(v[0]) for v in body.arterial_volumes_l] == pytest.approx([11.6, 39.0, 174.0], rel=1e-12)
    assert [float(q[0]) for q in body.arterial_flows_l_per_h] == pytest.approx([145.8, 72.6], rel=1e-12)
    assert body.s.arterial_clearance_l_per_h[0] == pytest.approx(88.8, rel=1e-12)
    assert body.r.arterial_clearance_l_per_h[0] == pytest.approx(0.859 * 88.8, rel=1e-12)
