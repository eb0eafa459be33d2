"""Draws from the posterior by NUTS, in chunks that are kept: a run that was stopped goes on where it was.

Each chain is a process of its own. It moves in coordinates in which the normal approximation is a unit sphere, so
short paths suffice; the log density is the plain function of `likelihood.py`.
"""

import signal
from collections.abc import Callable, Mapping
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass, replace
from multiprocessing import active_children, get_context
from pathlib import Path

import numpy as np

from liftspan.arrays import use_jax_64_bit
from liftspan.evidence.records import Evidence
from liftspan.inference.chunks import Chunks
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
    mended: tuple[str, ...] = ()  # chunks that were lost or damaged, with the reason, and were sampled again


def sample(evidence: Evidence, mode: Mode, plan: Plan, folder: Path, done: Callable[[], None]) -> Sampled:
    """Run all chains, each in a process of its own; `done` is called after every chunk. `folder` keeps the chunks."""
    others = set(active_children())
    pools = [ProcessPoolExecutor(1, get_context("spawn"), _begin_chain) for _ in range(plan.chains)]
    damaged: list[str] = []
    try:
        chunks = [
            pool.submit(_chunk, evidence, mode, plan, folder, chain, chunk)
            for chain, pool in enumerate(pools)
            for chunk in range(plan.chunks)
        ]
        for finished in as_completed(chunks):
            damaged += finished.result()
            done()
    except BaseException:  # stopped half-way: what is finished is on disk, and nobody waits for the rest
        for worker in set(active_children()) - others:
            worker.terminate()
        raise
    finally:
        for pool in pools:
            pool.shutdown(wait=True, cancel_futures=True)
    return replace(_collected(plan, folder), mended=tuple(damaged))


def _begin_chain() -> None:
    """A chain does not hear Ctrl-C: the process that started it hears it, and ends the chain."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def _chunk(evidence: Evidence, mode: Mode, plan: Plan, folder: Path, chain: int, chunk: int) -> tuple[str, ...]:
    """One chunk of one chain, unless it is there already; names what was there and damaged."""
    chunks = Chunks(folder, chain)
    if chunks.is_whole(chunk):
        return ()
    damaged = chunks.damage(chunk)
    chunks.put(chunk, _chain_of_this_process(evidence, mode, plan, chain).run(chunks, chunk))
    return damaged


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

        self.kernel, self.warmup = NUTS(potential_fn=potential, target_accept_prob=0.85), plan.warmup
        self.mcmc = MCMC(self.kernel, num_warmup=plan.warmup, num_samples=plan.chunk, progress_bar=False)
        self.key = jax.random.fold_in(jax.random.PRNGKey(plan.seed), chain)
        self.start = jnp.asarray(np.random.default_rng([plan.seed, chain]).standard_normal(len(mode.z)))

    def run(self, chunks: Chunks, chunk: int) -> dict[str, np.ndarray]:
        """The numbers of a chunk: its draws, and the state from which the next one goes on."""
        if chunk == 0:
            self.mcmc.warmup(self.key, init_params=self.start, collect_warmup=False)
            return self._plain(self.mcmc.post_warmup_state)
        before = self._state(chunks.arrays(chunk - 1))
        self.mcmc.post_warmup_state = before
        self.mcmc.run(before.rng_key, extra_fields=("diverging",), init_params=self.start)
        u = np.asarray(self.mcmc.get_samples())
        theta = self.problem.centre + self.problem.width * (self.mode.z + u @ self.root.T)
        divergent = np.sum(self.mcmc.get_extra_fields()["diverging"])
        return self._plain(self.mcmc.last_state) | {"theta": theta, "divergent": np.asarray(divergent)}

    def _plain(self, state) -> dict[str, np.ndarray]:
        """The state of the sampler as arrays by name, in the order of its parts."""
        import jax

        return {f"state{i:02d}": np.asarray(leaf) for i, leaf in enumerate(jax.tree_util.tree_leaves(state))}

    def _state(self, arrays: Mapping[str, np.ndarray]):
        """The same back: its form is that of a state which is only planned, not computed."""
        import jax

        form = jax.eval_shape(lambda key, u: self.kernel.init(key, self.warmup, u, (), {}), self.key, self.start)
        leaves = [arrays[f"state{i:02d}"] for i in range(len(jax.tree_util.tree_leaves(form)))]
        return jax.tree_util.tree_unflatten(jax.tree_util.tree_structure(form), leaves)


def _collected(plan: Plan, folder: Path) -> Sampled:
    chains = [[Chunks(folder, chain).arrays(chunk) for chunk in range(1, plan.chunks)] for chain in range(plan.chains)]
    theta = np.stack([np.concatenate([one["theta"] for one in chunks])[: plan.draws] for chunks in chains])
    return Sampled(theta, sum(int(one["divergent"]) for chunks in chains for one in chunks))
