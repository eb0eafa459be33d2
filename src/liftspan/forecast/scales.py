"""The scales that a patient may be rated on: range, cut-offs, how each reads off MADRS, and how noisily.

A patient's severity is one number in MADRS points; a score on another scale is read off it through a published link.
What no table that could be read says (noise, and how far a scale reads off MADRS in one person) is an assumption, and
stands in `assumed`.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np

from liftspan.errors import InvalidInput
from liftspan.mood.scales import HAMD_SOURCE, LINKS, MADRS
from liftspan.numbers import shortened
from liftspan.parameters import RATING_NOISE_POINTS
from liftspan.vocabulary import NotAWord, Vocabulary, folded

# SUSTAIN-1 (Daly 2019, PMC6551577): relapse = MADRS of 22 or more at two consecutive ratings; here one linked value.
RELAPSE_MADRS_AT_LEAST = 22.0
HAMD_ITEMS_READ = 17
LONGEST_NAME = 60  # characters of a scale's name


@dataclass(frozen=True)
class RatedScale:
    """One scale: a score on it is np.interp(MADRS severity, madrs_points, scale_points), plus offset and noise."""

    name: str
    maximum: float
    remission_at_most: float
    madrs_points: tuple[float, ...]  # knots of the link, rising from 0 to 60
    scale_points: tuple[float, ...]  # what this scale reads there, never falling, from 0 to its maximum
    noise_points: float  # SD of one rating, in this scale's own points
    offset_logit: float  # SD between people of how far this scale reads off MADRS, in logits of severity
    relapse_at_least: float  # in this scale's own points
    suicidal_item: str  # the column that holds its item on suicidal thoughts; "" where none is read
    suicidal_item_maximum: int
    source: str
    assumed: str  # what has no source


# ids-qids.org/interpretation.html (adapted from Rush 2003, Trivedi 2004): HRSD17 by QIDS-SR16, middle of each range.
# QIDS 14 and 15 both print 18-19: one knot at 14.5. QIDS 27 prints 36-52, the ends of both scales: the last knot.
QIDS_POINTS = (*range(14), 14.5, *range(16, 28))
HRSD17_OF_QIDS = (0, 1.5, 3, 4, 5.5, 7, 8, 9.5, 11, 12, 13, 14.5, 16, 17, 18.5)
HRSD17_OF_QIDS += (20, 21.5, 23, 24, 25, 26.5, 28, 29, 30.5, 32, 34)
MADRS_PER_HRSD17 = LINKS["HAMD17"].madrs_per_point
MADRS_OF_QIDS = (*(MADRS_PER_HRSD17 * points for points in HRSD17_OF_QIDS), MADRS.maximum)

# Equipercentile links of 555 older adults with treatment-resistant depression (OPTIMUM): PHQ-9 1, 15, 27 = MADRS 1, 24,
# 48. Above 48 PHQ-9 has no more points. SUSTAIN-2's mean PHQ-9 17.7 at mean MADRS 31.1 (n = 440, shipped evidence) lies
# 0.9 below this link and 3.7 above 27/60 of MADRS, the ratio near which the CGI anchors of change (6 = 3) lie.
PHQ9_POINTS = (0.0, 1.0, 15.0, 27.0, 27.0)
MADRS_OF_PHQ9 = (0.0, 1.0, 24.0, 48.0, MADRS.maximum)
PHQ9_SOURCE = "Am J Geriatr Psychiatry 2023, abstract (OPTIMUM, n = 555); J Affect Disord 2024, PMID 38925306"

# HAM-D 10, 20, 30, 40 = MADRS 13, 26, 39, 52-53; beyond it no link was printed and the ends of both scales are joined.
HAMD17_POINTS = (0.0, 10.0, 20.0, 30.0, 40.0, 52.0)
MADRS_OF_HAMD17 = (*(MADRS_PER_HRSD17 * points for points in HAMD17_POINTS[:-1]), MADRS.maximum)

# "about twice the precision in estimating depression" by MADRS as by HRSD17 (PMC2151980): twice the variance.
HAMD17_NOISE_RATIO = 2.0**0.5
# Cronbach's alpha 0.87 of MADRS and 0.80 of QIDS-SR16 in 278 outpatients (CNS Spectrums 2010): noise variance over true
# variance is (1 - alpha) / alpha, so the ratio of the two SDs is 1.29 where the same people are rated.
QIDS_NOISE_RATIO = ((1.0 - 0.80) / 0.80 / ((1.0 - 0.87) / 0.87)) ** 0.5
SAMPLE_MADRS = 26.0  # where noise in MADRS points becomes noise in a scale's own: amid the severities that are rated
PHQ9_NOISE_POINTS = 2.5
CLINICIAN_OFFSET_LOGIT = 0.35
SELF_RATED_OFFSET_LOGIT = 0.5


def _linked(value: float, madrs_points: tuple[float, ...], scale_points: tuple[float, ...]) -> float:
    return float(np.interp(value, madrs_points, scale_points))


def _noise(ratio: float, madrs_points: tuple[float, ...], scale_points: tuple[float, ...]) -> float:
    """Noise in a scale's own points: `ratio` times that of MADRS, through the share of points that the scale has."""
    share = _linked(SAMPLE_MADRS, madrs_points, scale_points) / SAMPLE_MADRS
    return RATING_NOISE_POINTS * ratio * share


_MADRS = RatedScale(
    name=MADRS.name,
    maximum=MADRS.maximum,
    remission_at_most=MADRS.remission_at_most,
    madrs_points=(0.0, MADRS.maximum),
    scale_points=(0.0, MADRS.maximum),
    noise_points=RATING_NOISE_POINTS,
    offset_logit=0.0,
    relapse_at_least=RELAPSE_MADRS_AT_LEAST,
    suicidal_item="item10",
    suicidal_item_maximum=6,
    source=f"{MADRS.source}; relapse >= 22 as in SUSTAIN-1",
    assumed="noise as everywhere in this model",
)
_HAMD17 = RatedScale(
    name="HAMD17",
    maximum=52.0,
    remission_at_most=7.0,
    madrs_points=MADRS_OF_HAMD17,
    scale_points=HAMD17_POINTS,
    noise_points=_noise(HAMD17_NOISE_RATIO, MADRS_OF_HAMD17, HAMD17_POINTS),
    offset_logit=CLINICIAN_OFFSET_LOGIT,
    relapse_at_least=_linked(RELAPSE_MADRS_AT_LEAST, MADRS_OF_HAMD17, HAMD17_POINTS),
    suicidal_item="",
    suicidal_item_maximum=0,
    source=f"{HAMD_SOURCE}; noise: PMC2151980 (half the precision of MADRS)",
    assumed="HAM-D of 17 items, though the abstract of the link does not name its version; spread between people 0.35 "
    "logit; above HAM-D 40 a straight line to both maxima",
)
_QIDS = RatedScale(
    name="QIDS",
    maximum=27.0,
    remission_at_most=5.0,
    madrs_points=MADRS_OF_QIDS,
    scale_points=tuple(map(float, QIDS_POINTS)),
    noise_points=_noise(QIDS_NOISE_RATIO, MADRS_OF_QIDS, QIDS_POINTS),
    offset_logit=SELF_RATED_OFFSET_LOGIT,
    relapse_at_least=_linked(RELAPSE_MADRS_AT_LEAST, MADRS_OF_QIDS, QIDS_POINTS),
    suicidal_item="",
    suicidal_item_maximum=0,
    source=f"ids-qids.org interpretation table (to HRSD17), then {HAMD_SOURCE}; noise: alpha of MADRS and QIDS-SR16, "
    "CNS Spectrums 2010",
    assumed="two links in a row, each without a printed error; spread between people as for PHQ-9, 0.5 logit",
)
_PHQ9 = RatedScale(
    name="PHQ-9",
    maximum=27.0,
    remission_at_most=4.0,
    madrs_points=MADRS_OF_PHQ9,
    scale_points=PHQ9_POINTS,
    noise_points=PHQ9_NOISE_POINTS,
    offset_logit=SELF_RATED_OFFSET_LOGIT,
    relapse_at_least=_linked(RELAPSE_MADRS_AT_LEAST, MADRS_OF_PHQ9, PHQ9_POINTS),
    suicidal_item="item9",
    suicidal_item_maximum=3,
    source=PHQ9_SOURCE,
    assumed="three printed points of the link and straight lines between them, from older adults; noise 2.5 "
    "points and spread between people 0.5 logit, which together give the printed rank correlation with MADRS (0.76) "
    "where severity has an SD of 10 MADRS points; changes correlated less (0.66) than these numbers give",
)

SCALES: Mapping[str, RatedScale] = MappingProxyType({one.name: one for one in (_MADRS, _HAMD17, _QIDS, _PHQ9)})

HAMD_ONLY = "HAM-D of 17 items only; 21, 24 and other numbers of items are other scales"
NO_LINK = "no published link from it to MADRS is in the tables"
HAMD = ("hamd", "ham-d", "hdrs", "hrsd", "ham d", "hamilton", "hamilton depression rating scale")
HAMD_ITEMS = re.compile(r"(?:ham ?d|hdrs|hrsd) ?([0-9]{1,2})(?: ?items?)?")
NAMES = Vocabulary(
    "scale",
    tuple(SCALES),
    dict.fromkeys((*HAMD, "hdrs17", "hrsd17", "ham-d-17", "ham-d17", "hdrs-17", "hrsd-17", "hamd-17"), "HAMD17")
    | dict.fromkeys(("qids-sr", "qidssr", "qids16", "qids-sr16", "qids-sr-16", "qidssr16", "qids-16"), "QIDS")
    | dict.fromkeys(("phq9", "patient health questionnaire 9"), "PHQ-9")
    | {"montgomery asberg depression rating scale": "MADRS", "montgomery-åsberg depression rating scale": "MADRS"},
    others={
        **dict.fromkeys(("bdi", "bdi-ii", "bdi2", "bdi-2", "bdi ii", "beck"), f"Beck's inventory; {NO_LINK}"),
        **dict.fromkeys(("gad-7", "gad7", "hama", "ham-a", "hads-a", "stai"), "a scale of anxiety, not of depression"),
        **dict.fromkeys(("hads", "hads-d", "ces-d", "cesd", "gds", "epds", "zung", "sds"), NO_LINK),
        **dict.fromkeys(
            ("madrs-s", "madrs-sr"), "the self-rating of 9 items and 54 points; only the clinician's is read"
        ),
        **dict.fromkeys(
            ("qids-c", "qids-c16", "ids", "ids-sr", "ids-c", "ids-sr30"), "only QIDS-SR of 16 items is linked"
        ),
        **dict.fromkeys(("phq-2", "phq2", "phq-8", "phq8"), "PHQ of 9 items only"),
        **dict.fromkeys(
            ("cgi", "cgi-s", "cgi-i", "ymrs", "c-ssrs", "cssrs", "cadss", "bprs"), "no scale of depression"
        ),
    },
)


def scale_named(text: str) -> str:
    """The name in SCALES that a usual spelling stands for: `phq9` -> `PHQ-9`. Raises InvalidInput."""
    items = HAMD_ITEMS.fullmatch(folded(text[:LONGEST_NAME]))
    if items and int(items[1]) != HAMD_ITEMS_READ:
        raise InvalidInput([f"scale '{shortened(text.strip())}': {HAMD_ONLY}"], subject="this scale")
    try:
        return "HAMD17" if items else NAMES.read(text)
    except NotAWord as error:
        raise InvalidInput([str(error)], subject="this scale") from None


def leaves_items_open(text: str) -> bool:
    """Whether a name says HAM-D without its number of items: that of 17 is taken, and said."""
    return folded(text) in {folded(one) for one in HAMD}
