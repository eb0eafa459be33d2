"""What a block adds to the summary: numbers that are merged in the order of blocks, so that they are always the same.

Group means are sums by block; what concerns single people is counted, and counts add up exactly.
"""

from base64 import b64decode, b64encode
from collections.abc import Iterable
from dataclasses import dataclass
from zlib import compress, decompress

import numpy as np

from liftspan.how_fast.spans import ResponseCounts, Responses, count_responses, in_response
from liftspan.mood.scales import MADRS
from liftspan.simulate import Course

# Changes of single people are counted in steps of a quarter of a point, from -60 to 60.
STEPS_PER_POINT = 4
BY_BLOCK = ("people", "change", "response", "remission")
STEPS = int(2 * MADRS.maximum * STEPS_PER_POINT)


@dataclass(frozen=True)
class BlockSums:
    """Of one block, by time; all of shape (time,) but the number of people, the counts of changes and of visits."""

    people: int
    change: np.ndarray  # summed, MADRS points
    response: np.ndarray  # people in response
    remission: np.ndarray
    changes: np.ndarray  # people by change of score, (time, STEPS)
    responses: ResponseCounts


def sums_of(seen: Course, responses: Responses, visits_h: np.ndarray) -> BlockSums:
    """Sums over the people of a course of one draw."""
    change = seen.change[0]
    return BlockSums(
        people=len(change),
        change=change.sum(axis=0),
        response=in_response(seen)[0].sum(axis=0),
        remission=(seen.score[0] <= MADRS.remission_at_most).sum(axis=0),
        changes=_counted(change),
        responses=count_responses(responses, visits_h),
    )


def _counted(change: np.ndarray) -> np.ndarray:
    times = change.shape[1]
    step = np.clip(((change + MADRS.maximum) * STEPS_PER_POINT).astype(int), 0, STEPS - 1)
    counts = np.bincount((step + STEPS * np.arange(times)).ravel(), minlength=times * STEPS)
    return counts.reshape(times, STEPS)


@dataclass(frozen=True)
class Sums:
    """Of all blocks: group sums block by block, (block, time), and counts of people over all of them."""

    people: np.ndarray  # (block,)
    change: np.ndarray
    response: np.ndarray
    remission: np.ndarray
    changes: np.ndarray  # (time, STEPS)
    responses: ResponseCounts


def merged(blocks: list[BlockSums]) -> Sums:
    """Sums of some blocks, in their order."""
    return Sums(
        people=np.array([one.people for one in blocks]),
        change=np.stack([one.change for one in blocks]),
        response=np.stack([one.response for one in blocks]),
        remission=np.stack([one.remission for one in blocks]),
        changes=sum((one.changes for one in blocks[1:]), start=blocks[0].changes),
        responses=sum((one.responses for one in blocks[1:]), start=blocks[0].responses),
    )


def joined(parts: Iterable[Sums]) -> Sums:
    """Sums of parts, in their order; one part at a time is held."""
    by_block: dict[str, list[np.ndarray]] = {name: [] for name in BY_BLOCK}
    changes, responses = 0, None
    for one in parts:
        for name, found in by_block.items():
            found.append(getattr(one, name))
        changes = changes + one.changes
        responses = one.responses if responses is None else responses + one.responses
    return Sums(
        **{name: np.concatenate(found) for name, found in by_block.items()}, changes=changes, responses=responses
    )


def as_plain(sums: Sums) -> dict:
    """Sums as data of a JSON file; numbers come back as they were."""
    return {
        **{name: getattr(sums, name).tolist() for name in BY_BLOCK},
        "changes": _packed(sums.changes),
        "first": sums.responses.first.tolist(),
        "spells": _packed(sums.responses.spells),
    }


def from_plain(plain: dict, visits_h: np.ndarray) -> Sums:
    """Sums from the data of a JSON file."""
    visits = len(visits_h)
    return Sums(
        **{name: np.array(plain[name]) for name in BY_BLOCK},
        changes=_unpacked(plain["changes"], (-1, STEPS)),
        responses=ResponseCounts(visits_h, np.array(plain["first"]), _unpacked(plain["spells"], (visits, visits, 2))),
    )


def _packed(counts: np.ndarray) -> str:
    """Many counts, most of them 0, as short text."""
    return b64encode(compress(counts.astype("<i8").tobytes(), 1)).decode()


def _unpacked(text: str, shape: tuple[int, ...]) -> np.ndarray:
    return np.frombuffer(decompress(b64decode(text)), dtype="<i8").reshape(shape)
