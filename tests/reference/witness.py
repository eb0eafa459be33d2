"""The body a second time, from the words of `pk/README.md`: amounts in compartments, stepped by an ODE solver.

Nothing of the package's algebra is used, only the parameter values of a `Body` record and the doses of a `Session`.
Drug enters, stays, moves and leaves as mg; each amount is followed until it is eliminated, so mass can be counted.
"""

from dataclasses import dataclass
from decimal import Decimal, localcontext
from itertools import pairwise

import numpy as np
from scipy.integrate import solve_ivp

RTOL = 1e-11  # one step's error; the paths are compared to 1e-6
# One pair of depots for each way in: what passes directly (nose, mouth, muscle, skin, rectum), and what was swallowed.
WAYS = ("nasal", "nasal-next", "nasal-other", "oral", "oral-extended", "sublingual", "rectal", "im", "sc")
STATES = (
    *(f"{way} direct" for way in WAYS), *(f"{way} gut" for way in WAYS), "lost",
    "venous", "venous_1", "venous_2",
    "norketamine", "norketamine_1", "norketamine_gone",
    "hydroxynorketamine", "hydroxynorketamine_1", "hydroxynorketamine_gone",
    "arterial", "arterial_1", "arterial_2", "arterial_gone", "effect_site",
    "parent_formed", "norketamine_formed", "hydroxynorketamine_formed",
)  # fmt: skip
AT = {name: i for i, name in enumerate(STATES)}
# What is still in the body or has left it for good; the `_formed` states are counters beside them.
EVERYWHERE = STATES[: AT["arterial"]]


@dataclass(frozen=True)
class Path:
    """Amounts, mg, and levels, ng/mL, of one enantiomer in one person, by name; each of shape (time,)."""

    amounts_mg: dict
    levels: dict

    def total_mg(self) -> np.ndarray:
        return sum(self.amounts_mg[name] for name in EVERYWHERE)


def body_path(sessions, body, enantiomer: str, person: int, weight_kg: float, times_h) -> Path:
    """One person's course after doses by any route; `times_h` ascending, the first one 0."""
    v = _numbers(body, getattr(body, enantiomer), person)
    doses = _supplies(sessions, v, enantiomer, weight_kg)
    given_mg = sum(mg for _, _, _, mg in doses)
    matrix, state = _matrix(v), np.zeros(len(STATES))
    found = np.zeros((len(times_h), len(STATES)))
    for begin, end in _stretches(doses, times_h[-1]):
        at_once, per_h = _entering(doses, begin)
        looks, inside = _looks(times_h, begin, end)
        # LSODA's error control is per step; 1e-16 of the dose keeps a millionth of a peak correct to 1e-6.
        run = solve_ivp(
            lambda _, y, supply=per_h: matrix @ y + supply, (begin, end), state + at_once, "LSODA", looks,
            rtol=RTOL, atol=1e-16 * given_mg, jac=lambda _t, _y: matrix,
        )  # fmt: skip
        assert run.success, run.message
        # A bolus at `begin` overwrites what the stretch before left there: the answer holds the dose just given.
        found[inside] = run.y.T[np.searchsorted(looks, times_h[inside])]
        state = run.y[:, -1]
    amounts = {name: found[:, i] for name, i in AT.items()}
    volumes = {
        "venous": v["v1"], "norketamine": v["nk1"], "hydroxynorketamine": v["hnk1"],
        "arterial": v["a1"], "effect_site": 1.0,
    }  # fmt: skip
    return Path(amounts, {name: 1000.0 * amounts[name] / litres for name, litres in volumes.items()})


def lift_path(sessions, body, person, weight_kg, times_h, *, ec50, hill, s_over_r, kernel, until_h=np.inf):
    """Lift at each of `times_h` (ascending, the first one 0), stepped from dose to plasticity as one system.

    Engagement E of the two effect sites drives two chains, each with a rise and a fade:

        risen' = E - rise x risen;    term' = (rise - fade) x risen - fade x term

    whose answer to one unit of E is exp(-fade t) - exp(-rise t). `kernel` holds lift_per_h, rise_per_h, fast_share,
    fast_fade_per_h, middle_fade_per_h. E is not counted after `until_h`.
    """
    size, sides = len(STATES), ("s", "r")
    values = [_numbers(body, getattr(body, side), person) for side in sides]
    doses = [_supplies(sessions, v, side, weight_kg) for v, side in zip(values, sides, strict=True)]
    matrices = [_matrix(v) for v in values]
    state = np.zeros(2 * size + 3)
    rise, fades = kernel["rise_per_h"], np.array([kernel["fast_fade_per_h"], kernel["middle_fade_per_h"]])
    found = np.zeros((len(times_h), 2))
    for begin, end in _stretches([*doses[0], *doses[1]], times_h[-1], until_h):
        entering = [_entering(some, begin) for some in doses]
        state[: 2 * size] += np.concatenate([at_once for at_once, _ in entering])
        counted = float(begin < until_h)

        def change(_, y, entering=entering, counted=counted):
            amounts, risen, terms = y[: 2 * size].reshape(2, size), y[2 * size], y[2 * size + 1 :]
            moved = [m @ mg + per_h for m, mg, (_, per_h) in zip(matrices, amounts, entering, strict=True)]
            s, r = 1000.0 * amounts[:, AT["effect_site"]]
            drive = max((s + r / s_over_r) / ec50, 0.0) ** hill
            engaged = counted * drive / (1.0 + drive)
            return np.concatenate([*moved, [engaged - rise * risen], (rise - fades) * risen - fades * terms])

        looks, inside = _looks(times_h, begin, end)
        run = solve_ivp(change, (begin, end), state, "LSODA", looks, rtol=1e-10, atol=1e-13)
        assert run.success, run.message
        found[inside] = run.y[2 * size + 1 :].T[np.searchsorted(looks, times_h[inside])]
        state = run.y[:, -1]
    share = kernel["fast_share"]
    return kernel["lift_per_h"] * (share * found[:, 0] + (1.0 - share) * found[:, 1])


def lift_by_sitting(sittings, body, person, weight_kg, times_h, values):
    """Lift of the drug for sensitivity 1 at `times_h`, as docs/model.md defines it: each sitting for itself.

    `sittings` are (sessions since the first of them, when it takes place, end of its window), `values` one draw's.
    """
    terms = ("lift_per_h", "rise_per_h", "fast_share", "fast_fade_per_h", "middle_fade_per_h")
    curve = {"ec50": values["ec50_ng_per_ml"], "hill": values["hill"], "s_over_r": values["s_over_r"]}
    total = np.zeros(len(times_h))
    for sessions, starts_h, end_h in sittings:
        since_h = np.asarray(times_h)[:, None] - np.array(starts_h)
        asked_h = np.unique(np.concatenate([[0.0], since_h[since_h > 0.0]]))
        kernel = {name: values[name] for name in terms}
        path = lift_path(sessions, body, person, weight_kg, asked_h, **curve, kernel=kernel, until_h=end_h)
        total += np.where(since_h > 0.0, path[np.searchsorted(asked_h, np.maximum(since_h, 0.0))], 0.0).sum(axis=1)
    return total


def _supplies(sessions, v, enantiomer, weight_kg) -> list:
    """What enters, as (start, end, state, mg); end = start is at once."""
    doses = []
    for session in sessions:
        devices = 0
        for dose in session.doses:
            share = {"ketamine": 0.5, "esketamine": float(enantiomer == "s"), "arketamine": float(enantiomer == "r")}
            mg = dose.amount * (weight_kg if dose.per_kg else 1.0) * share[dose.drug.value]
            start, name = session.start_h + dose.start_h, dose.route.value
            if name == "iv":
                doses.append((start, start + dose.duration_h, "venous", mg))
                continue
            if name == "nasal" and dose.drug.value != "esketamine":
                name = "nasal-other"
            elif name == "nasal":
                name, devices = ("nasal-next" if devices else "nasal"), devices + 1
            way = v[name]
            direct = mg * (way["direct"] + way["direct as norketamine"])
            takes_h = max(way["direct takes"], dose.duration_h)  # an injection may be given slowly
            doses.append((start, start + takes_h, f"{name} direct", direct))
            doses.append((start, start + way["swallowing takes"], f"{name} gut", mg * way["swallowed"]))
            doses.append((start, start, "lost", mg - direct - mg * way["swallowed"]))
    return doses


# IV drug enters the venous and the arterial description alike, and counts as absorbed parent.
ENTERS = {name: (name,) for name in STATES} | {"venous": ("venous", "arterial", "parent_formed")}


def _entering(doses, begin_h):
    """Amounts added at `begin_h`, mg, and rates from then on, mg/h, each of shape (state,)."""
    at_once, per_h = np.zeros(len(STATES)), np.zeros(len(STATES))
    for start, end, name, mg in doses:
        for target in ENTERS[name]:
            if start == end == begin_h:
                at_once[AT[target]] += mg
            elif start <= begin_h < end:
                per_h[AT[target]] += mg / (end - start)
    return at_once, per_h


def _stretches(doses, last_h, *also_h):
    """Pairs of times between which nothing starts or ends."""
    breaks = {0.0, last_h, *also_h} | {at for start, end, _, _ in doses for at in (start, end)}
    return pairwise(sorted(at for at in breaks if at <= last_h))


def _looks(times_h, begin_h, end_h):
    """Times to stop at within a stretch, its end among them, and which of `times_h` they answer."""
    inside = (times_h >= begin_h) & (times_h <= end_h)
    return np.unique(np.concatenate([times_h[inside], [end_h]])), inside


def _numbers(body, kinetics, person) -> dict:
    def of(value):  # a field is one number, or one for each person
        return float(value if np.ndim(value) == 0 else value[person])

    return {
        "cl": of(kinetics.clearance_l_per_h),
        "cla": of(kinetics.arterial_clearance_l_per_h),
        "extraction": of(kinetics.hepatic_extraction),
        "fgut": of(body.gut_share),
        **dict(zip(("v1", "v2", "v3"), map(of, body.venous_volumes_l), strict=True)),
        **dict(zip(("q2", "q3"), map(of, body.venous_flows_l_per_h), strict=True)),
        **dict(zip(("a1", "a2", "a3"), map(of, body.arterial_volumes_l), strict=True)),
        **dict(zip(("qa2", "qa3"), map(of, body.arterial_flows_l_per_h), strict=True)),
        "clnk": of(body.norketamine_clearance_l_per_h),
        **dict(zip(("nk1", "nk2"), map(of, body.norketamine_volumes_l), strict=True)),
        "qnk": of(body.norketamine_flow_l_per_h),
        "fhnk": of(body.hydroxynorketamine_share),
        "clhnk": of(kinetics.hydroxynorketamine_clearance_l_per_h),
        **dict(zip(("hnk1", "hnk2"), map(of, body.hydroxynorketamine_volumes_l), strict=True)),
        "qhnk": of(body.hydroxynorketamine_flow_l_per_h),
        "ke0": of(body.effect_site_rate_per_h),
        **{name: {word: of(getattr(body.ways[name], field)) for word, field in WORDS.items()} for name in WAYS},
    }


WORDS = {
    "direct": "direct_share",
    "direct as norketamine": "direct_metabolised_share",
    "direct per h": "direct_rate_per_h",
    "direct takes": "direct_supply_h",
    "swallowed": "swallowed_share",
    "swallowed per h": "swallowed_rate_per_h",
    "swallowing takes": "swallowed_supply_h",
    "first pass to norketamine": "first_pass_to_norketamine",
}


def _matrix(v) -> np.ndarray:
    """d(amount)/dt = matrix @ amount: each line below is one arrow of the scheme in the README."""
    m = np.zeros((len(STATES), len(STATES)))

    def moves(source, target, per_h):
        m[AT[source], AT[source]] -= per_h
        m[AT[target], AT[source]] += per_h

    def counts(counter, source, per_h):  # a copy: leaves the source untouched
        m[AT[counter], AT[source]] += per_h

    # Depot -> blood; gut -> wall and liver: what passes is ketamine, what does not is norketamine or lost.
    passed = v["fgut"] * (1.0 - v["extraction"])
    for name in WAYS:
        way = v[name]
        direct, unchanged = way["direct"] + way["direct as norketamine"], 1.0
        if direct > 0.0:
            unchanged = way["direct"] / direct
        taken = (1.0 - passed) * way["first pass to norketamine"]
        for depot, per_h, as_ketamine, as_norketamine in (
            (f"{name} direct", way["direct per h"], unchanged, 1.0 - unchanged),
            (f"{name} gut", way["swallowed per h"], passed, taken),
        ):
            moves(depot, "venous", per_h * as_ketamine)
            moves(depot, "norketamine", per_h * as_norketamine)
            moves(depot, "lost", per_h * (1.0 - as_ketamine - as_norketamine))
            counts("arterial", depot, per_h * as_ketamine)
            counts("parent_formed", depot, per_h * as_ketamine)
            counts("norketamine_formed", depot, per_h * as_norketamine)
    # Ketamine, venous scale: three compartments; all that is cleared is norketamine.
    moves("venous", "venous_1", v["q2"] / v["v1"])
    moves("venous_1", "venous", v["q2"] / v["v2"])
    moves("venous", "venous_2", v["q3"] / v["v1"])
    moves("venous_2", "venous", v["q3"] / v["v3"])
    moves("venous", "norketamine", v["cl"] / v["v1"])
    counts("norketamine_formed", "venous", v["cl"] / v["v1"])
    # Norketamine: two compartments; 0.56 of what is cleared is hydroxynorketamine.
    moves("norketamine", "norketamine_1", v["qnk"] / v["nk1"])
    moves("norketamine_1", "norketamine", v["qnk"] / v["nk2"])
    moves("norketamine", "hydroxynorketamine", v["fhnk"] * v["clnk"] / v["nk1"])
    moves("norketamine", "norketamine_gone", (1.0 - v["fhnk"]) * v["clnk"] / v["nk1"])
    counts("hydroxynorketamine_formed", "norketamine", v["fhnk"] * v["clnk"] / v["nk1"])
    moves("hydroxynorketamine", "hydroxynorketamine_1", v["qhnk"] / v["hnk1"])
    moves("hydroxynorketamine_1", "hydroxynorketamine", v["qhnk"] / v["hnk2"])
    moves("hydroxynorketamine", "hydroxynorketamine_gone", v["clhnk"] / v["hnk1"])
    # The same drug in the arterial description, and the effect site that follows it without taking mass.
    moves("arterial", "arterial_1", v["qa2"] / v["a1"])
    moves("arterial_1", "arterial", v["qa2"] / v["a2"])
    moves("arterial", "arterial_2", v["qa3"] / v["a1"])
    moves("arterial_2", "arterial", v["qa3"] / v["a3"])
    moves("arterial", "arterial_gone", v["cla"] / v["a1"])
    m[AT["effect_site"], AT["arterial"]] += v["ke0"] / v["a1"]  # held as mg/L, not mg
    m[AT["effect_site"], AT["effect_site"]] -= v["ke0"]
    return m


def cascade_by_digits(rates, elapsed_h) -> Decimal:
    """Convolution of exp(-rate t) over the stages to 100 digits: the fastest rate taken out, all terms are positive.

    g = t^(m-1) exp(-fastest t) x sum over k of h_k((fastest - rate) t) / (k + m - 1)!, with h_k the complete
    homogeneous polynomials. Equal rates need no special case, and nothing cancels.
    """
    with localcontext() as context:
        context.prec = 120
        rates, elapsed = [Decimal(float(rate)) for rate in rates], Decimal(float(elapsed_h))
        fastest, stages = max(rates), len(rates)
        offsets = [(fastest - rate) * elapsed for rate in rates]
        terms = 150 + int(6 * max(offsets))  # the terms have fallen below 1e-100 of the sum by then
        homogeneous = [Decimal(1)] + [Decimal(0)] * terms
        for offset in (offset for offset in offsets if offset):
            for k in range(1, terms + 1):
                homogeneous[k] += offset * homogeneous[k - 1]
        factorial = Decimal(1)
        for n in range(2, stages):
            factorial *= n
        total = Decimal(0)
        for k, polynomial in enumerate(homogeneous):
            total += polynomial / factorial
            factorial *= k + stages
        return total * (-fastest * elapsed).exp() * elapsed ** (stages - 1)
