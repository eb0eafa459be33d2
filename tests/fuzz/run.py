"""Damaged inputs for every reader, in process: how many end in a traceback, hang, or are answered with nonsense?

    python tests/fuzz/run.py [--inputs 100000] [--seed 1] [--only events,people] [--show 5]

Every input must end in InvalidInput within two seconds or in an answer within ten (of this process: other work on the
machine does not count), and the relations of relations.py must hold.
Prints a table by reader and by relation, and the smallest input of each fault; exit 4 when there is any.
"""

import argparse
import random
import signal
import sys
import time
import traceback
import warnings
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

sys.path.insert(0, str(Path(__file__).parents[1]))

from fuzz.readers import READERS, Reader
from fuzz.relations import RELATIONS
from liftspan.errors import InvalidInput

REFUSED_S, ANSWERED_S, ALARM_S = 2.0, 10.0, 60  # a prediction of 24 sessions is work, a refusal is none


class Hang(BaseException):
    """Raised by the alarm: no reader may catch it."""


@dataclass
class Tally:
    """What became of the inputs of one reader."""

    tried: int = 0
    answered: int = 0
    refused: int = 0
    slowest_s: float = 0.0
    faults: Counter = field(default_factory=Counter)  # by kind: "traceback: ..." or "hang"
    smallest: dict[str, bytes] = field(default_factory=dict)

    def fault(self, kind: str, raw: bytes) -> None:
        """One more fault; the smallest input of its kind is kept."""
        self.faults[kind] += 1
        if kind not in self.smallest or len(raw) < len(self.smallest[kind]):
            self.smallest[kind] = raw


def tried(reader: Reader, count: int, seed: int, folder: Path) -> Tally:
    """`count` damaged inputs of one reader."""
    luck, tally = random.Random(f"{reader.name} {seed}"), Tally()
    ask = reader.prepare(folder)
    for _ in range(count):
        _one(ask, reader.damaged(luck), tally)
    return tally


def _one(ask, raw: bytes, tally: Tally) -> None:
    tally.tried += 1
    begun, limit_s = time.process_time(), ANSWERED_S
    signal.alarm(ALARM_S)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            wrong = ask(raw)
        tally.answered += 1
        if wrong:
            tally.fault(f"nonsense: {wrong}", raw)
    except InvalidInput as error:
        tally.refused += 1
        limit_s = REFUSED_S
        if not str(error).replace("\n", "").isprintable():
            tally.fault("control characters in a message", raw)
    except Hang:
        tally.fault(f"hang: more than {ALARM_S} s", raw)
    except Exception as error:
        where = traceback.extract_tb(error.__traceback__)[-1]
        tally.fault(f"traceback: {type(error).__name__} at {Path(where.filename).name}:{where.lineno}", raw)
    finally:
        signal.alarm(0)
    took = time.process_time() - begun
    tally.slowest_s = max(tally.slowest_s, took)
    if took > limit_s:
        tally.fault(f"slow: more than {limit_s:g} s", raw)


def main() -> int:
    """Try all readers and print what became of their inputs."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--inputs", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", default="")
    parser.add_argument("--show", type=int, default=5)
    parser.add_argument("--relations", type=float, default=1.0, help="share of their cases; 0 leaves them out")
    options = parser.parse_args()
    signal.signal(signal.SIGALRM, _alarm)
    chosen = [one for one in READERS if not options.only or one.name in options.only.split(",")]
    shares = sum(one.share for one in chosen)
    print(f"{'reader':<22}{'tried':>9}{'answered':>10}{'refused':>9}{'faults':>8}{'slowest':>10}")
    found, total = [], 0
    for reader in chosen:
        with TemporaryDirectory() as folder:
            tally = tried(reader, round(options.inputs * reader.share / shares), options.seed, Path(folder))
        total += tally.tried
        faults = sum(tally.faults.values())
        print(
            f"{reader.name:<22}{tally.tried:>9,}{tally.answered:>10,}{tally.refused:>9,}{faults:>8,}"
            f"{tally.slowest_s:>8.2f} s",
            flush=True,
        )
        found += [(reader.name, kind, count, tally.smallest[kind]) for kind, count in tally.faults.most_common()]
    print(f"{total:,} inputs, {sum(count for _, _, count, _ in found)} faults")
    found += _relations(options.relations, options.seed) if not options.only else []
    for name, kind, count, raw in found[: options.show]:
        print(f"\n{name}: {kind} ({count} times), smallest:\n{raw[:600]!r}")
    return 4 if found else 0


def _relations(share: float, seed: int) -> list[tuple[str, str, int, bytes]]:
    """How often each relation was tried and broken; broken ones with their first case."""
    found = []
    for relation, times in RELATIONS if share else ():
        name = relation.__name__.replace("_", " ")
        with TemporaryDirectory() as folder:
            cases = range(max(1, round(times * share)))
            broken = [said for i in cases if (said := relation(random.Random(f"{name} {seed} {i}"), Path(folder)))]
        print(f"{name:<66}{len(cases):>6,} tried{len(broken):>6,} broken", flush=True)
        found += [(name, "broken", len(broken), broken[0].encode())] if broken else []
    return found


def _alarm(_signal, _frame):
    raise Hang


if __name__ == "__main__":
    sys.exit(main())
