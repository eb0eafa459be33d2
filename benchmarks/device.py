"""Our engine under jax.jit, on whatever device jax finds: the same functions, given JAX arrays."""

import time
from dataclasses import fields, is_dataclass

import numpy as np
from workload import CONTEXT, TIMES_H, ours, people, posterior, regimen

# Multiply-adds and bytes per second of what a device is known to do: measured there, by products and copies.
SIDE, COPIED_BYTES = 4096, 512 * 1024 * 1024


def on_device(name: str, count: int, rounds: int) -> dict:
    """People per second in both precisions, the share of the device's limits, and the difference to NumPy here."""
    import jax
    import limits

    platform = None if name == "any" else name
    device = jax.devices(platform)[0] if platform else jax.devices()[0]
    here, work = ours(people(count)), limits.work(min(count, 4096))
    found = {}
    for precision in ("float64", "float32"):
        with jax.enable_x64(precision == "float64"), jax.default_device(device):
            found[precision] = _one(jax, np.dtype(precision), count, rounds, here, work)
    return {"device": str(device), "platform": device.platform, "people": count, "precisions": found}


def _one(jax, dtype, count: int, rounds: int, here, work) -> dict:
    from liftspan.posterior import Posterior
    from liftspan.simulate import respond

    who = people(count)
    arrays = [jax.numpy.asarray(one, dtype) for one in _arrays(who)]
    draws = {key: jax.numpy.asarray(values, dtype) for key, values in posterior().draws.items()}

    def run(arrays, draws):
        found = respond(regimen(), CONTEXT, _rebuilt(who, iter(arrays)), Posterior(draws, {}), TIMES_H)
        return found.s_ng_per_ml, found.r_ng_per_ml, found.lift, found.severity

    begun = time.perf_counter()
    compiled = jax.jit(run).lower(arrays, draws).compile()
    compile_s = time.perf_counter() - begun
    seconds = _best(lambda: jax.block_until_ready(compiled(arrays, draws)), rounds)
    s, r, lift, severity = (np.asarray(one, np.float64) for one in compiled(arrays, draws))
    multiply_adds, bytes_moved = _device_limits(jax, dtype)
    operations = work.multiply_adds + work.divisions + 15.0 * work.exponentials  # an exponential is a polynomial there
    per_s = count / seconds
    return {
        "people_per_s": per_s,
        "compile_s": compile_s,
        "share_of_arithmetic": per_s * operations / multiply_adds,
        "share_of_bandwidth": per_s * work.bytes_moved * dtype.itemsize / 8.0 / bytes_moved,
        "difference": {
            "concentration": _apart(s + r, here.s_ng_per_ml + here.r_ng_per_ml),
            "lift": _apart(lift, here.lift),
            "severity": _apart(severity, here.severity),
        },
    }


def _apart(mine: np.ndarray, theirs: np.ndarray) -> float:
    """Largest difference beside the person's largest value."""
    return float(np.max(abs(mine - theirs) / np.max(abs(theirs), axis=-1, keepdims=True)))


def _device_limits(jax, dtype) -> tuple[float, float]:
    square = jax.numpy.ones((SIDE // 4, SIDE // 4) if jax.default_backend() == "cpu" else (SIDE, SIDE), dtype)
    product = jax.jit(lambda x: x @ x)
    multiply_adds = square.shape[0] ** 3 / _best(lambda: jax.block_until_ready(product(square)), 5)
    large = jax.numpy.ones(COPIED_BYTES // 8 // dtype.itemsize, dtype)
    copy = jax.jit(lambda x: x + 1)
    bytes_moved = 2 * large.nbytes / _best(lambda: jax.block_until_ready(copy(large)), 5)
    return multiply_adds, bytes_moved


def _best(run, rounds: int) -> float:
    run()
    found = []
    for _ in range(rounds):
        begun = time.perf_counter()
        run()
        found.append(time.perf_counter() - begun)
    return min(found)


def _arrays(record) -> list[np.ndarray]:
    """The arrays of a record, in order; plain numbers stay plain, as the engine asks some whether they are 0."""
    if is_dataclass(record):
        return [one for field in fields(record) for one in _arrays(getattr(record, field.name))]
    if isinstance(record, tuple | dict):
        return [one for part in (record.values() if isinstance(record, dict) else record) for one in _arrays(part)]
    return [record] if isinstance(record, np.ndarray) else []


def _rebuilt(record, arrays):
    """The record with these arrays in place of its own."""
    if is_dataclass(record):
        return type(record)(*(_rebuilt(getattr(record, field.name), arrays) for field in fields(record)))
    if isinstance(record, tuple):
        return tuple(_rebuilt(one, arrays) for one in record)
    if isinstance(record, dict):
        return {name: _rebuilt(one, arrays) for name, one in record.items()}
    return next(arrays) if isinstance(record, np.ndarray) else record
