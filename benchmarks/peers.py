"""Other engines on the same people: the ODE model of `ode.py` as their users would write it. What is missing is named.

Each `run_*(count)` answers the seconds of all people, what it took to import and to compile, and venous S, venous R and
the drug's lift, each (person, time). Tolerances are the loosest at which the lift keeps about 1e-6. On a busy machine a
long run is always disturbed and a short one sometimes not: so engines that take one person after the other are timed
person by person, and the best of `ROUNDS` counts, as it does for ours.
"""

import ast
import time
from collections.abc import Callable
from dataclasses import dataclass
from importlib.util import find_spec

import numpy as np
from ode import SIZE, coupled, drug_lift_of
from workload import TIMES_H, breaks_h, model, people

# Relative and absolute tolerance of each.
ROUNDS = 7
LSODA, DIFFRAX, ROADRUNNER = (1e-7, 1e-9), (1e-6, 1e-7), (1e-7, 1e-9)


@dataclass(frozen=True)
class Run:
    """What one engine took for `count` people."""

    seconds: float
    import_s: float
    compile_s: float
    answers: tuple[np.ndarray, np.ndarray, np.ndarray]


@dataclass(frozen=True)
class Peer:
    """An engine, what it needs to be installed, its tolerances, and how many people it is asked for."""

    name: str
    needs: str
    tolerances: tuple[float, float]
    count: int
    run: Callable[[int], Run]

    @property
    def present(self) -> bool:
        return find_spec(self.needs) is not None


def run_lsoda(count: int) -> Run:
    """SciPy: one person after the other, stretch by stretch."""
    begun = time.perf_counter()
    import scipy.integrate  # noqa: F401

    imported = time.perf_counter()
    numbers = model(people(count))
    coupled(numbers, 0, *LSODA)
    found = [None] * count

    def one(person: int) -> None:
        found[person] = coupled(numbers, person, *LSODA)

    return Run(
        _best_of_each(one, count), imported - begun, 0.0, tuple(np.stack(part) for part in zip(*found, strict=True))
    )


def run_diffrax(count: int) -> Run:
    """Tsit5 under vmap and jit, told of the jumps."""
    begun = time.perf_counter()
    import diffrax
    import jax
    import jax.numpy as jnp

    from liftspan.arrays import use_jax_64_bit

    use_jax_64_bit()
    imported = time.perf_counter()
    numbers = model(people(count))
    values, stretches = numbers.values, breaks_h()
    edges = jnp.array([begin for begin, _, _ in stretches])
    on = jnp.array([float(running) for _, _, running in stretches])
    rates = {name: jnp.broadcast_to(jnp.asarray(value), (count,)) for name, value in numbers.rates.items()}
    names = tuple(_equations(values))

    def field(t, y, rate):
        running = on[jnp.clip(jnp.searchsorted(edges, t, side="right") - 1, 0)]
        known = dict(zip(names, y, strict=True)) | rate | values | {"infusing": running, "jnp": jnp}
        return tuple(_evaluate(words, known) for words in _equations(values).values())

    def solve(rate):
        solution = diffrax.diffeqsolve(
            diffrax.ODETerm(field), diffrax.Tsit5(), 0.0, TIMES_H[-1], 0.01, (jnp.zeros(()),) * SIZE, rate,
            saveat=diffrax.SaveAt(ts=jnp.array(TIMES_H)), max_steps=20_000,
            stepsize_controller=diffrax.PIDController(*DIFFRAX, jump_ts=edges[1:]),
        )  # fmt: skip
        return jnp.stack([solution.ys[names.index(name)] for name in ("v1_s", "v1_r", "fast", "middle")])

    compiled = jax.jit(jax.vmap(solve)).lower(rates).compile()
    ready = time.perf_counter()
    seconds = _best_of_each(lambda _: jax.block_until_ready(compiled(rates)), 1)
    found = np.asarray(compiled(rates))
    answers = (found[:, 0], found[:, 1], drug_lift_of(values, found[:, 2], found[:, 3]))
    return Run(seconds, imported - begun, ready - imported, answers)


def run_roadrunner(count: int) -> Run:
    """libroadrunner: CVODE on a model in SBML, compiled by LLVM; stretch by stretch."""
    begun = time.perf_counter()
    import roadrunner

    roadrunner.Logger.setLevel(roadrunner.Logger.LOG_ERROR)
    imported = time.perf_counter()
    numbers = model(people(count))
    rates = {name: np.broadcast_to(value, (count,)) for name, value in numbers.rates.items()}
    engine = roadrunner.RoadRunner(_sbml(numbers.values, tuple(rates)))
    engine.integrator.relative_tolerance, engine.integrator.absolute_tolerance = ROADRUNNER
    shown = ("v1_s", "v1_r", "fast", "middle")
    engine.timeCourseSelections = ["time", *shown]
    ready = time.perf_counter()
    found = np.empty((count, len(shown), len(TIMES_H)))

    def one(person: int) -> None:
        engine.resetAll()
        for name, value in rates.items():
            engine[name] = float(value[person])
        for begin, end, running in breaks_h():
            inside = (begin < TIMES_H) & (end >= TIMES_H)
            looks = np.unique([begin, *TIMES_H[inside], end])
            engine["infusing"] = float(running)
            path = engine.simulate(times=looks.tolist())
            found[person][:, inside] = np.asarray(path)[np.searchsorted(looks, TIMES_H[inside]), 1:].T

    seconds = _best_of_each(one, count)
    answers = (found[:, 0], found[:, 1], drug_lift_of(numbers.values, found[:, 2], found[:, 3]))
    return Run(seconds, imported - begun, ready - imported, answers)


def _best_of_each(run: Callable[[int], object], count: int) -> float:
    """Seconds of `count` runs, each the best of ROUNDS."""
    best = np.full(count, np.inf)
    for _ in range(ROUNDS):
        for i in range(count):
            begun = time.perf_counter()
            run(i)
            best[i] = min(best[i], time.perf_counter() - begun)
    return float(best.sum())


def _equations(values) -> dict[str, str]:
    """The right-hand sides as formulas, by state."""
    found = {}
    for side in "sr":
        for name in "va":
            one, two, three = (f"{name}{i}_{side}" for i in (1, 2, 3))
            k = {way: f"{name}{way}_{side}" for way in ("10", "12", "13", "21", "31", "in")}
            found[one] = (
                f"infusing * {k['in']} - ({k['10']} + {k['12']} + {k['13']}) * {one} + {k['12']} * {two}"
                f" + {k['13']} * {three}"
            )
            found[two], found[three] = f"{k['21']} * ({one} - {two})", f"{k['31']} * ({one} - {three})"
        found[f"e_{side}"] = f"ke0 * (a1_{side} - e_{side})"
    drive = "(max(e_s + e_r / s_over_r, 1e-9) / ec50_ng_per_ml) ** hill"
    found["risen"] = f"{drive} / (1 + {drive}) - rise_per_h * risen"
    for name in ("fast", "middle"):
        found[name] = f"(rise_per_h - {name}_fade_per_h) * risen - {name}_fade_per_h * {name}"
    return found


def _evaluate(words: str, known: dict):
    return eval(compile(words.replace("max(", "jnp.maximum("), "equation", "eval"), {}, known)


def _sbml(values: dict, rate_names: tuple[str, ...]) -> str:
    """The model as SBML level 3: states are parameters with rate rules."""
    equations = _equations(values)
    used = ("s_over_r", "ec50_ng_per_ml", "hill", "rise_per_h", "fast_fade_per_h", "middle_fade_per_h")
    constants = [*((name, values[name]) for name in used), *((name, 0.0) for name in rate_names), ("infusing", 0.0)]
    parameters = [f'<parameter id="{name}" value="{value!r}" constant="false"/>' for name, value in constants]
    parameters += [f'<parameter id="{name}" value="0" constant="false"/>' for name in equations]
    rules = [
        f'<rateRule variable="{name}"><math xmlns="http://www.w3.org/1998/Math/MathML">'
        f"{_mathml(ast.parse(words, mode='eval').body)}</math></rateRule>"
        for name, words in equations.items()
    ]
    return (
        '<?xml version="1.0" encoding="UTF-8"?><sbml xmlns="http://www.sbml.org/sbml/level3/version1/core" level="3" '
        f'version="1"><model id="course"><listOfParameters>{"".join(parameters)}</listOfParameters>'
        f"<listOfRules>{''.join(rules)}</listOfRules></model></sbml>"
    )


def _mathml(node: ast.expr) -> str:
    """A formula of numbers, names, + - * / ** and max as content MathML."""
    match node:
        case ast.Constant(value=value):
            return f"<cn>{value:.17f}</cn>" if isinstance(value, float) else f"<cn>{value}</cn>"
        case ast.Name(id=name):
            return f"<ci>{name}</ci>"
        case ast.BinOp(left=left, op=op, right=right):
            word = {ast.Add: "plus", ast.Sub: "minus", ast.Mult: "times", ast.Div: "divide", ast.Pow: "power"}[type(op)]
            return f"<apply><{word}/>{_mathml(left)}{_mathml(right)}</apply>"
        case ast.Call(args=[left, right]):  # max
            a, b = _mathml(left), _mathml(right)
            return f"<piecewise><piece>{a}<apply><gt/>{a}{b}</apply></piece><otherwise>{b}</otherwise></piecewise>"
    raise ValueError(ast.dump(node))


PEERS = (
    Peer("SciPy LSODA", "scipy", LSODA, 24, run_lsoda),
    Peer("diffrax Tsit5", "diffrax", DIFFRAX, 256, run_diffrax),
    Peer("libroadrunner CVODE", "roadrunner", ROADRUNNER, 96, run_roadrunner),
)
