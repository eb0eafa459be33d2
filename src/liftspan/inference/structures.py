"""Alternative structures of the mood model, each one change of the base: judged by prediction, never by taste.

A candidate replaces the base only when it predicts trials left out of the fit better by two standard errors over
trials (`choice.py`). Until then it lives here, and only the base is in the engine.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import jax.numpy as jnp
import numpy as np

from liftspan.arrays import Array
from liftspan.brain.engagement import engagement
from liftspan.brain.plasticity import kernel_at
from liftspan.inference.tables import POTENCIES, Sittings
from liftspan.mood_model import kernel_of
from liftspan.parameters import ASSUMED, TRIAL_TAIL, Prior

TRAIT_NODES = 7
FLUCTUATION_NODES = 3
ABSENT = 1e-6  # stands for zero where a logarithm is taken


@dataclass(frozen=True)
class Nodes:
    """Product grid of standard deviates and its weights, each of shape (node,)."""

    sensitivity_z: np.ndarray
    responsiveness_z: np.ndarray
    fluctuation_z: np.ndarray
    weights: np.ndarray


def trait_nodes() -> Nodes:
    """Gauss-Hermite nodes for the two traits and the fluctuation."""
    return _product(*_normal_nodes())


def mixture_nodes() -> Nodes:
    """The same with a sensitivity of two kinds of people: two in five who answer little, three in five who answer.

    Two normals whose means lie two of their SDs apart, the whole with mean 0 and SD 1. Shares and distance are
    assumptions: no source gives them.
    """
    share, apart = 0.4, 2.0
    spread = 1.0 / np.sqrt(1.0 + share * (1.0 - share) * apart**2)
    z, w = _normal_nodes()
    low, high = -(1.0 - share) * apart, share * apart
    return _product(
        np.concatenate([spread * (low + z), spread * (high + z)]), np.concatenate([share * w, (1.0 - share) * w])
    )


def _normal_nodes() -> tuple[np.ndarray, np.ndarray]:
    z, w = np.polynomial.hermite_e.hermegauss(TRAIT_NODES)
    return z, w / w.sum()


def _product(sensitivity_z: np.ndarray, sensitivity_w: np.ndarray) -> Nodes:
    z, w = _normal_nodes()
    f, v = np.polynomial.hermite_e.hermegauss(FLUCTUATION_NODES)
    grids = np.meshgrid(sensitivity_z, z, f, indexing="ij")
    weights = np.einsum("i,j,k->ijk", sensitivity_w, w, v / v.sum())
    return Nodes(*(grid.ravel() for grid in grids), weights.ravel())


Values = Mapping[str, Array]


def base_kernel(values: Values, lag_h: Array) -> Array:
    """Two terms side by side, fast and middle."""
    return kernel_at(kernel_of(values), lag_h)


def chain_kernel(values: Values, lag_h: Array) -> Array:
    """The fast term feeds the middle one, which so rises as the fast one fades."""
    share, fast = values["fast_share"], jnp.exp(-values["fast_fade_per_h"] * lag_h)
    middle, rise = jnp.exp(-values["middle_fade_per_h"] * lag_h), jnp.exp(-values["rise_per_h"] * lag_h)
    return values["lift_per_h"] * (share * (fast - rise) + (1.0 - share) * (middle - fast))


def slow_kernel(values: Values, lag_h: Array) -> Array:
    """A third, slow term beside the two."""
    slow = jnp.exp(-values["slow_fade_per_h"] * lag_h) - jnp.exp(-values["rise_per_h"] * lag_h)
    share = values["slow_share"]
    return (1.0 - share) * base_kernel(values, lag_h) + share * values["lift_per_h"] * slow


def opposed_kernel(values: Values, lag_h: Array) -> Array:
    """Tolerance: every session also calls up an opposition that rises as its fast effect fades, and lasts longer."""
    opposed = jnp.exp(-values["opposed_fade_per_h"] * lag_h) - jnp.exp(-values["fast_fade_per_h"] * lag_h)
    return base_kernel(values, lag_h) - values["lift_per_h"] * values["opposed_share"] * opposed


def base_engaged(values: Values, sittings: Sittings) -> Array:
    """Engagement by S- and R-ketamine at every node."""
    return _engaged(values, sittings, 0.0)


def with_metabolite(name: str) -> Callable[[Values, Sittings], Array]:
    """Engagement with a metabolite (venous) that competes at the same curve, of a potency beside S-ketamine."""

    def engaged(values: Values, sittings: Sittings) -> Array:
        return _engaged(values, sittings, values[f"{name}_potency"] * getattr(sittings, f"{name}_ng_per_ml"))

    return engaged


def _engaged(values: Values, sittings: Sittings, more_s_ng_per_ml: Array) -> Array:
    return engagement(
        sittings.s_ng_per_ml + more_s_ng_per_ml,
        sittings.r_ng_per_ml,
        ec50_ng_per_ml=values["ec50_ng_per_ml"],
        hill=values["hill"],
        s_over_r=values["s_over_r"],
    )


def as_weighted(values: Values, weights: Array) -> Array:
    """Weights of the looks of each rating as the rows have them, (read, look)."""
    return weights


def recall_estimated(values: Values, weights: Array) -> Array:
    """Weights of the window times its share, and the rest on the last look, which is the moment itself."""
    moment = jnp.zeros_like(weights).at[:, -1].set(1.0)
    return values["recall_share"] * weights + (1.0 - values["recall_share"]) * moment


def unbounded(values: Values, drug: Array) -> Array:
    """Lift from the drug as it adds up."""
    return drug


def saturated(values: Values, drug: Array) -> Array:
    """Lift from the drug that levels off at a limit."""
    return drug / (1.0 + drug / values["lift_limit"])


@dataclass(frozen=True)
class Structure:
    """One way to write the mood model."""

    name: str
    change: str  # what differs from the base, in words
    held: Values = field(default_factory=dict)  # parameters held at a value
    extra: tuple[Prior, ...] = ()  # parameters that the base does not have
    kernel: Callable[[Values, Array], Array] = base_kernel
    engaged: Callable[[Values, Sittings], Array] = base_engaged
    bound: Callable[[Values, Array], Array] = unbounded
    nodes: Callable[[], Nodes] = trait_nodes
    tail: float = TRIAL_TAIL
    recall: str = "day"  # "moment", "day" (at most the last day), "stated" or "estimated"
    weighted: Callable[[Values, Array], Array] = as_weighted
    metabolites: bool = False


def _extra(name: str, symbol: str, centre: float, spread: float, scale: str, unit: str, meaning: str) -> Prior:
    return Prior(name, symbol, centre, spread, scale, unit, meaning, "weak prior; " + ASSUMED)


BASE = Structure("base", "two time scales side by side, potency by drug and route, heavy-tailed trials")

CANDIDATES = (
    Structure("chain", "the fast term feeds the middle one", kernel=chain_kernel),
    Structure(
        "three time scales",
        "a slow term of weeks to months beside the two",
        extra=(
            _extra("slow_share", "sig", 0.1, 1.0, "logit", "1", "share of a slow term"),
            _extra("slow_fade_per_h", "ks", 0.0005, 0.5, "log", "1/h", "fade of the slow term, about three months"),
        ),
        kernel=slow_kernel,
    ),
    Structure("no potency", "exposure alone explains drugs and routes", held=dict.fromkeys(POTENCIES, 1.0)),
    Structure(
        "norketamine",
        "norketamine competes at the same curve",
        extra=(_extra("norketamine_potency", "pn", 0.2, 0.8, "log", "1", "potency beside S-ketamine"),),
        engaged=with_metabolite("norketamine"),
        metabolites=True,
    ),
    Structure(
        "hydroxynorketamine",
        "hydroxynorketamine competes at the same curve",
        extra=(_extra("hydroxynorketamine_potency", "ph", 0.1, 0.8, "log", "1", "potency beside S-ketamine"),),
        engaged=with_metabolite("hydroxynorketamine"),
        metabolites=True,
    ),
    Structure(
        "saturation",
        "lift from the drug levels off",
        extra=(_extra("lift_limit", "Lmax", 3.0, 0.7, "log", "logit", "limit of lift from the drug"),),
        bound=saturated,
    ),
    Structure(
        "tolerance",
        "every session calls up a slow opposition",
        extra=(
            _extra("opposed_share", "op", 0.1, 1.0, "logit", "1", "size of the opposition beside the effect"),
            _extra("opposed_fade_per_h", "ko", 0.002, 0.5, "log", "1/h", "fade of the opposition, about two weeks"),
        ),
        kernel=opposed_kernel,
    ),
    Structure("two kinds of people", "two in five answer little to the drug", nodes=mixture_nodes),
    Structure("independent traits", "sensitivity and responsiveness do not correlate", held={"trait_correlation": 0.0}),
    Structure("recall off", "ratings show the moment", recall="moment"),
    Structure("recall as stated", "ratings show the mean of the stated window", recall="stated"),
    Structure(
        "recall estimated",
        "the fit weighs the stated window against the moment",
        extra=(_extra("recall_share", "w", 0.5, 1.5, "logit", "1", "weight of the stated window"),),
        recall="estimated",
        weighted=recall_estimated,
    ),
    Structure("normal trials", "trials deviate with normal tails", tail=0.0),
    Structure("no early deviation", "a trial deviates alike on all days", held={"trial_early": ABSENT}),
    Structure(
        "steady illness",
        "no slow course of a person's illness",
        held={"instability_logit": ABSENT, "trial_course": ABSENT},
    ),
    Structure("no age", "people of 65 and over answer as younger ones", held={"older_share": 1.0}),
)
STRUCTURES = {structure.name: structure for structure in (BASE, *CANDIDATES)}
