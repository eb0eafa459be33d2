"""Draws from the posterior by NUTS, in chunks that are kept: a run that was stopped goes on where it was.

Each chain is a process of its own. It moves in coordinates in which the normal approximation is a unit sphere, so
short paths suffice; the log density is the plain function of `likelihood.py`.
"""

import pickle
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path

import numpy as np

from liftspan.arrays import use_jax_64_bit
from liftspan.evidence.records import Evidence
from liftspan.files import write_whole
from liftspan.inference.mode import Mode


@dataclass(frozen=True)
class Plan:
    """How long to sample."""

    chains: int
    warmup: int
    draws: int  # of each chain, kept
    chunk: int
    seed: int

    @property
    def chunks(self) -> int:
        """Chunks of one chain, the warm-up being the first."""
        return 1 + -(-self.draws // self.chunk)


FULL = Plan(chains=2, warmup=400, draws=1600, chunk=100, seed=20261125)
QUICK = Plan(chains=2, warmup=150, draws=100, chunk=50, seed=20261125)


@dataclass(frozen=True)
class Sampled:
    """Draws of theta from all chains, and how many paths diverged."""

    theta: np.ndarray  # (chain, draw, theta)
    divergent: int


def sample(evidence: Evidence, mode: Mode, plan: Plan, folder: Path, done: Callable[[], None]) -> Sampled:
    """Run all chains, each in a process of its own; `done` is called after every chunk. `folder` keeps the chunks."""
    pools = [ProcessPoolExecutor(1, mp_context=get_context("spawn")) for _ in range(plan.chains)]
    try:
        chunks = [
            pool.submit(_chunk, evidence, mode, plan, folder, chain, chunk)
            for chain, pool in enumerate(pools)
            for chunk in range(plan.chunks)
        ]
        for finished in as_completed(chunks):
            finished.result()
            done()
    finally:
        for pool in pools:  # stopped half-way: what waits is dropped, what is finished is on disk
            pool.shutdown(wait=False, cancel_futures=True)
    return _collected(plan, folder)


def _file(folder: Path, chain: int, chunk: int) -> Path:
    return folder / f"chain{chain}-{chunk:03d}.pickle"


def _chunk(evidence: Evidence, mode: Mode, plan: Plan, folder: Path, chain: int, chunk: int) -> None:
    """One chunk of one chain, unless it is there already."""
    if not _file(folder, chain, chunk).exists():
        written = _chain_of_this_process(evidence, mode, plan, chain).run(folder, chunk)
        write_whole({_file(folder, chain, chunk): [pickle.dumps(written)]})


_KEPT: "list[_Chain]" = []  # of this worker process, which serves one chain: compiled once


def _chain_of_this_process(evidence: Evidence, mode: Mode, plan: Plan, chain: int) -> "_Chain":
    if not _KEPT:
        _KEPT.append(_Chain(evidence, mode, plan, chain))
    return _KEPT[0]


class _Chain:
    """A compiled sampler."""

    def __init__(self, evidence: Evidence, mode: Mode, plan: Plan, chain: int):
        use_jax_64_bit()
        import jax
        import jax.numpy as jnp
        from numpyro.infer import MCMC, NUTS

        from liftspan.inference.likelihood import problem_of
        from liftspan.inference.rows import fit_rows

        problem = problem_of(fit_rows(evidence))
        self.root = np.linalg.cholesky(mode.covariance)
        self.mode, self.problem, self.chain = mode, problem, chain

        def potential(u):
            return -problem.log_density(problem.centre + problem.width * (mode.z + self.root @ u))

        kernel = NUTS(potential_fn=potential, target_accept_prob=0.85)
        self.mcmc = MCMC(kernel, num_warmup=plan.warmup, num_samples=plan.chunk, progress_bar=False)
        self.key = jax.random.fold_in(jax.random.PRNGKey(plan.seed), chain)
        self.start = jnp.asarray(np.random.default_rng([plan.seed, chain]).standard_normal(len(mode.z)))

    def run(self, folder: Path, chunk: int) -> dict:
        import jax

        if chunk == 0:
            self.mcmc.warmup(self.key, init_params=self.start, collect_warmup=False)
            return {"state": jax.device_get(self.mcmc.post_warmup_state)}
        before = pickle.loads(_file(folder, self.chain, chunk - 1).read_bytes())["state"]
        self.mcmc.post_warmup_state = before
        self.mcmc.run(before.rng_key, extra_fields=("diverging",), init_params=self.start)
        u = np.asarray(self.mcmc.get_samples())
        theta = self.problem.centre + self.problem.width * (self.mode.z + u @ self.root.T)
        divergent = int(np.sum(self.mcmc.get_extra_fields()["diverging"]))
        return {"state": jax.device_get(self.mcmc.last_state), "theta": theta, "divergent": divergent}


def _collected(plan: Plan, folder: Path) -> Sampled:
    chains = [
        [pickle.loads(_file(folder, chain, chunk).read_bytes()) for chunk in range(1, plan.chunks)]
        for chain in range(plan.chains)
    ]
    theta = np.stack([np.concatenate([one["theta"] for one in chunks])[: plan.draws] for chunks in chains])
    return Sampled(theta, sum(one["divergent"] for chunks in chains for one in chunks))
