"""The fitted parameters of sessions that ship: draws by name, and whether they rest on these tables."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import numpy as np

from liftspan.acute.parameters import NAMES, natural
from liftspan.errors import InvalidInput
from liftspan.frozen import frozen_record

STORE, LEFT_OUT = "acute_draws.json", "acute_left_out.json"


@dataclass(frozen=True)
class AcutePosterior:
    """Parameter values on their natural scales: the mode, and draws of the normal approximation around it."""

    mode: Mapping[str, float]
    draws: tuple[Mapping[str, float], ...]
    inputs_sha256: str
    method: str


@cache
def load_acute_posterior() -> AcutePosterior:
    """The shipped draws. Raises InvalidInput where the file is damaged or of other parameters."""
    path = files("liftspan.session") / "data" / STORE
    try:
        record = json.loads(path.read_text(encoding="utf-8"))
        if tuple(record["names"]) != NAMES:
            raise ValueError("it holds other parameters")
        draws = tuple(natural(np.array(draw)) for draw in record["draws"])
        mode = natural(np.array(record["mode"]))
        return frozen_record(AcutePosterior(mode, draws, record["inputs_sha256"], record["method"]))
    except (OSError, ValueError, KeyError, TypeError) as error:
        problem = f"{STORE} holds no parameters of sessions ({error}); `python -m liftspan.session.fit` makes it"
        raise InvalidInput([problem]) from error
