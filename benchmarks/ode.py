"""The workload as one system of 17 ordinary differential equations: its right-hand side, and a reference at 1e-11.

Of each enantiomer three venous and three arterial compartments (as concentrations) and the effect site; then what has
risen, and the fast and the middle term of plasticity. Engagement is that of all drug in the body, whichever session it
came from: our engine's definition follows each session by itself for 48 h. The reference solves either.
"""

import numpy as np
from scipy.integrate import solve_ivp
from workload import TIMES_H, Model, breaks_h

SIZE = 17
WINDOW_H = 48.0


def matrix_of(rates: dict[str, float]) -> np.ndarray:
    """d(concentration)/dt of the 14 linear states, in the order v1 v2 v3 a1 a2 a3 e of S, then of R."""
    found = np.zeros((14, 14))
    for side, first in (("s", 0), ("r", 7)):
        for name, at in (("v", first), ("a", first + 3)):
            found[at, at] = -sum(rates[f"{name}{way}_{side}"] for way in ("10", "12", "13"))
            for i in (1, 2):
                found[at, at + i] = rates[f"{name}1{i + 1}_{side}"]
                found[at + i, at] = rates[f"{name}{i + 1}1_{side}"]
                found[at + i, at + i] = -rates[f"{name}{i + 1}1_{side}"]
        found[first + 6, first + 3], found[first + 6, first + 6] = rates["ke0"], -rates["ke0"]
    return found


def inflow_of(rates: dict[str, float]) -> np.ndarray:
    """What a running infusion adds, ng/mL per h, (14,)."""
    found = np.zeros(14)
    for side, first in (("s", 0), ("r", 7)):
        found[first], found[first + 3] = rates[f"vin_{side}"], rates[f"ain_{side}"]
    return found


def change(y, linear, values, counted=1.0):
    """dy/dt from the change of the linear states."""
    drive = max((y[6] + y[13] / values["s_over_r"]) / values["ec50_ng_per_ml"], 0.0) ** values["hill"]
    engaged = counted * drive / (1.0 + drive)
    rise = values["rise_per_h"]
    found = np.empty(SIZE)
    found[:14] = linear
    found[14] = engaged - rise * y[14]
    found[15] = (rise - values["fast_fade_per_h"]) * y[14] - values["fast_fade_per_h"] * y[15]
    found[16] = (rise - values["middle_fade_per_h"]) * y[14] - values["middle_fade_per_h"] * y[16]
    return found


def drug_lift_of(values, fast, middle):
    """Lift for sensitivity 1 from the two terms."""
    share = values["fast_share"]
    return values["lift_per_h"] * (share * fast + (1.0 - share) * middle)


def lsoda(model: Model, person: int, stretches, times_h, rtol: float, atol: float, until_h=np.inf) -> np.ndarray:
    """States at the times, (time, state), by SciPy's LSODA, stretch by stretch."""
    rates = {name: float(np.broadcast_to(value, (person + 1,) if np.ndim(value) == 0 else value.shape)[person])
             for name, value in model.rates.items()}  # fmt: skip
    matrix, inflow, y = matrix_of(rates), inflow_of(rates), np.zeros(SIZE)
    found = np.zeros((len(times_h), SIZE))
    for begin, end, on in stretches:
        looks = np.unique([*times_h[(times_h > begin) & (times_h <= end)], end])
        supply, counted = inflow * on, float(begin < until_h)
        run = solve_ivp(
            lambda _, y, supply=supply, counted=counted: change(y, matrix @ y[:14] + supply, model.values, counted),
            (begin, end), y, "LSODA", looks, rtol=rtol, atol=atol,
        )  # fmt: skip
        if not run.success:
            raise RuntimeError(run.message)
        inside = (times_h > begin) & (times_h <= end)
        found[inside] = run.y.T[np.searchsorted(looks, times_h[inside])]
        y = run.y[:, -1]
    return found


def coupled(model: Model, person: int, rtol: float = 1e-11, atol: float = 1e-13):
    """Venous S and R, and the drug's lift, (time,): everything in one system, as the other engines solve it."""
    found = lsoda(model, person, breaks_h(), TIMES_H, rtol, atol)
    return found[:, 0], found[:, 7], drug_lift_of(model.values, found[:, 15], found[:, 16])


def by_session(model: Model, person: int, rtol: float = 1e-11, atol: float = 1e-13) -> np.ndarray:
    """The drug's lift, (time,), as our engine defines it: each session for itself, and followed for 48 h."""
    starts_h = [begin for begin, _, on in breaks_h() if on]
    (_, end_h, _) = breaks_h()[0]
    since_h = TIMES_H[:, None] - np.array(starts_h)
    times_h = np.unique(since_h[since_h > 0.0])
    stretches = [(0.0, end_h, True), (end_h, end_h + WINDOW_H, False), (end_h + WINDOW_H, times_h[-1], False)]
    found = lsoda(model, person, stretches, times_h, rtol, atol, until_h=end_h + WINDOW_H)
    lift = np.concatenate([drug_lift_of(model.values, found[:, 15], found[:, 16]), [0.0]])
    return np.where(since_h > 0.0, lift[np.searchsorted(times_h, since_h)], 0.0).sum(axis=1)
