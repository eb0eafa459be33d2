"""HowFast as an xarray.Dataset with named dimensions and units; xarray is imported only here, when asked."""

import numpy as np

from liftspan.how_fast.answer import LEVEL, HowFast
from liftspan.how_fast.record import SCHEMA

STATISTICS = ("mean", "median", "low", "high")


def as_dataset(answer: HowFast):
    """Timeline and visits: dims `of` (group, person), `time`, `statistic`, and the group's draws over `draw`.

    Variables: madrs_change (points), response and remission (share 0..1), madrs_change_group_draws (points).
    """
    import xarray as xr

    points = answer.course_points

    def table(name: str) -> np.ndarray:
        return np.array(
            [
                [[getattr(getattr(getattr(point, name), of), part) for part in STATISTICS] for point in points]
                for of in ("group", "person")
            ]
        )

    dims = ("of", "time", "statistic")
    interval = f"low and high: central {LEVEL:.0%} interval, equal-tailed"
    return xr.Dataset(
        {
            "madrs_change": (dims, table("change"), {"units": "MADRS points", "long_name": "change of score"}),
            "response": (dims, table("response"), {"units": "1", "long_name": "score at most half of the first"}),
            "remission": (dims, table("remission"), {"units": "1", "long_name": "score within remission"}),
            "madrs_change_group_draws": (
                ("draw", "time"),
                answer.group_change,
                {"units": "MADRS points", "long_name": "mean change of a new group in a new trial"},
            ),
        },
        coords={
            "of": ["group", "person"],
            "time": ("time", [point.hours for point in points], {"units": "h", "long_name": "since first session"}),
            "statistic": list(STATISTICS),
        },
        attrs={
            "schema": SCHEMA,
            "treatment": answer.question.regimen.text,
            "people": answer.question.people,
            "interval": interval,
            "group_size": answer.group_size,
            "seed": answer.seed,
        },
    )
