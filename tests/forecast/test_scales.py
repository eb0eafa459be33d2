"""The scales of a patient: what a score on each means, against the printed links and agreements."""

import numpy as np
import pytest

from liftspan.errors import InvalidInput
from liftspan.forecast.scales import SCALES, scale_named

EVERY = pytest.mark.parametrize("scale", SCALES.values(), ids=lambda scale: scale.name)


def read_off(name: str, severity_madrs: float) -> float:
    scale = SCALES[name]
    return float(np.interp(severity_madrs, scale.madrs_points, scale.scale_points))


@EVERY
def test_a_link_rises_from_nothing_to_the_maximum_of_both_scales(scale):
    assert (scale.madrs_points[0], scale.scale_points[0]) == (0.0, 0.0)
    assert (scale.madrs_points[-1], scale.scale_points[-1]) == (60.0, scale.maximum)
    assert np.all(np.diff(scale.madrs_points) > 0.0)
    assert np.all(np.diff(scale.scale_points) >= 0.0)


@pytest.mark.parametrize(("hamd", "madrs"), [(7, 9), (10, 13), (20, 26), (30, 39), (40, 52.5)])
def test_hamd_reads_as_the_printed_table_says(hamd, madrs):
    # scale_linking.csv: 10, 20, 30, 40 = 13, 26, 39, 52-53 (PMID 29031182); 7 = 8 to 9 (PMC2151980).
    assert read_off("HAMD17", madrs) == pytest.approx(hamd, abs=0.8)


@pytest.mark.parametrize(("qids", "hamd_low", "hamd_high"), [(5, 7, 7), (10, 13, 13), (16, 20, 20), (21, 26, 27)])
def test_qids_and_hamd_read_alike_where_the_table_sets_them_side_by_side(qids, hamd_low, hamd_high):
    # Bands of severity of ids-qids.org: none to 5, mild to 10, severe from 16, very severe from 21.
    severity = np.interp((hamd_low + hamd_high) / 2, SCALES["HAMD17"].scale_points, SCALES["HAMD17"].madrs_points)
    assert read_off("QIDS", severity) == pytest.approx(qids, abs=0.01)


def test_phq9_meets_a_trial_that_printed_both_scales():
    # SUSTAIN-2, 440 people (shipped evidence, wajs2020_sustain2): means 31.1 and 17.7; not used by the link.
    assert read_off("PHQ-9", 31.1) == pytest.approx(17.7, abs=1.0)


def test_noise_and_spread_of_phq9_give_the_printed_agreement_with_madrs():
    # Rank correlation 0.76 in 187 people not used by the link (OPTIMUM); severity drawn with mean 20 and SD 10.
    rng = np.random.default_rng(5)
    severity = np.clip(rng.normal(20.0, 10.0, 50_000), 0.5, 59.5)
    phq9 = SCALES["PHQ-9"]
    logit = np.log(severity / (60.0 - severity)) + phq9.offset_logit * rng.standard_normal(50_000)
    seen = np.interp(60.0 / (1.0 + np.exp(-logit)), phq9.madrs_points, phq9.scale_points)
    seen = seen + phq9.noise_points * rng.standard_normal(50_000)
    madrs = severity + SCALES["MADRS"].noise_points * rng.standard_normal(50_000)
    ranks = [np.argsort(np.argsort(column)) for column in (seen, madrs)]
    assert np.corrcoef(*ranks)[0, 1] == pytest.approx(0.76, abs=0.03)


@EVERY
def test_remission_lies_below_relapse_on_every_scale(scale):
    assert 0.0 < scale.remission_at_most < scale.relapse_at_least < scale.maximum


def test_relapse_on_hamd_is_the_linked_value_of_madrs_22():
    assert SCALES["HAMD17"].relapse_at_least == pytest.approx(22.0 / 1.3)


@EVERY
def test_every_scale_says_where_it_comes_from_and_what_is_assumed(scale):
    assert scale.source and scale.assumed


@pytest.mark.parametrize(
    ("said", "name"),
    [
        ("MADRS", "MADRS"),
        ("madrs", "MADRS"),
        ("HAM-D", "HAMD17"),
        ("HAMD", "HAMD17"),
        ("HRSD17", "HAMD17"),
        ("HDRS-17", "HAMD17"),
        ("QIDS-SR16", "QIDS"),
        ("QIDS-SR", "QIDS"),
        ("qids_sr 16", "QIDS"),
        ("phq9", "PHQ-9"),
        ("PHQ-9", "PHQ-9"),
    ],
)
def test_usual_spellings_name_a_scale(said, name):
    assert scale_named(said) == name


def test_an_unknown_scale_is_named_with_the_nearest_one():
    with pytest.raises(InvalidInput, match=r"scale 'MADS' is not known; did you mean 'MADRS'\?"):
        scale_named("MADS")


def test_a_scale_far_from_all_is_answered_with_the_list():
    with pytest.raises(InvalidInput, match="scale 'XYZ' is not known; valid: HAMD17, MADRS, PHQ-9, QIDS"):
        scale_named("XYZ")
