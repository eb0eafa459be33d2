"""The qualification report, read as a browser would: its sections, and numbers that are those of the functions."""

import json
import re
from pathlib import Path

import numpy as np
import pytest

from liftspan.errors import InvalidInput
from liftspan.evidence import load_evidence
from liftspan.evidence.check_said import GOAL_BETTER, GROUPS
from liftspan.evidence.held_out import BASIS, CONTRASTS, checkable, scored_rows, stored_predictions, worst
from liftspan.evidence.held_out import STORE as HELD_OUT
from liftspan.evidence.scores import score, table_of_averages
from liftspan.evidence.structures import STORE as STRUCTURES
from liftspan.inference.hashes import hashes_of
from liftspan.mood_model import prior_centre, to_natural
from liftspan.parameters import MOOD
from liftspan.posterior import FOLDER, load_posterior
from liftspan.report.basis import gathered
from liftspan.report.qualification import NAME, contents_of, prepared_folder, qualification_html
from liftspan.report.qualified_checks import checks
from liftspan.report.qualified_data import remarks
from liftspan.report.qualified_model import ORACLES, prior_and_posterior
from report.test_page import Page

DRAWS = 10
# Trials of few numbers that cover every kind, so that the pictures are quick.
TRIALS = ("murrough2013", "lapidus2014", "popova2019_transform2", "ochsross2020_transform3", "fu2020_aspire1", "hu2016")


def structure(name, scores, **hashes):
    return {
        "name": name, "change": f"what {name} changes", "log_scores": scores, "rmse_points": 4.25, "cover_90": 0.875,
        "interval_score_points": 21.5, **hashes,
    }  # fmt: skip


@pytest.fixture(scope="module")
def stores(tmp_path_factory):
    """Stores of a few trials: the shipped held-out lines, current by their hashes, and two made-up structures."""
    folder, evidence = tmp_path_factory.mktemp("stores"), load_evidence()
    for name in (HELD_OUT, CONTRASTS):
        header, *lines = (FOLDER / name).read_text(encoding="utf-8").splitlines()
        kept = [line for line in lines if line.startswith(TRIALS)]
        (folder / name).write_text("\n".join([header, *kept]) + "\n", encoding="utf-8")
    (folder / BASIS).write_text(json.dumps(hashes_of(evidence)), encoding="utf-8")
    records = [
        structure("base", {"a": -1.0, "b": -2.0, "c": -3.0}, **hashes_of(evidence)),
        structure("other", {"a": -1.5, "b": -2.25, "c": -3.0}, **hashes_of(evidence)),
    ]
    (folder / STRUCTURES).write_text(json.dumps({"structures": records}), encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def basis(stores):
    return gathered(stores, DRAWS)


@pytest.fixture(scope="module")
def html(basis, stores):
    return qualification_html(basis, contents_of(stores))


@pytest.fixture(scope="module")
def page(html):
    return Page(html)


@pytest.fixture(scope="module")
def rows(stores):
    return scored_rows(load_evidence(), stored_predictions(stores / HELD_OUT))


def cells(html, name):
    """Cells of the table rows whose head cell says `name`, as plain text."""
    found = []
    for row in re.findall(r"<tr>(.*?)</tr>", html, flags=re.DOTALL):
        plain = [
            re.sub(r"<[^>]+>", " ", cell) for cell in re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, flags=re.DOTALL)
        ]
        plain = [" ".join(cell.replace("\N{MINUS SIGN}", "-").split()) for cell in plain]
        if plain and plain[0] == name:
            found.append(plain[1:])
    return found


def test_the_page_is_well_formed_and_loads_nothing(page, html):
    assert page.problems == []
    assert not page.all("script", "link", "iframe", "img", "form")
    assert any("default-src 'none'" in element["attrs"].get("content", "") for element in page.all("meta"))
    assert "file:" not in html and str(Path.home()) not in html
    ids = [element["attrs"]["id"] for element in page.elements if "id" in element["attrs"]]
    assert len(ids) == len(set(ids)), "a link or a clip path would meet the wrong drawing"


def test_sections_stand_in_order_and_the_list_of_them_leads_there(page):
    heads = [element["attrs"].get("id") for element in page.all("h2")]
    assert heads == ["question", "data", "model", "verification", "checks", "limits", "versions"]
    inside = [one["attrs"]["href"][1:] for one in page.all("a") if one["attrs"]["href"].startswith("#")]
    assert inside == heads


def test_scores_are_those_of_the_functions(html, rows):
    changes = [row for row in rows if row.kind == "change"]
    mine, rival = score(changes), score(table_of_averages(changes))
    for words, found in (("MADRS change, points", mine), ("table of averages", rival)):
        shown = cells(html, words)[0]
        assert shown[:4] == [str(found.trials), str(found.rows), f"{found.rmse:.2f}", f"{found.bias:.2f}"]
        assert shown[-1] == f"{found.interval_score:.2f}"
    better = 1.0 - mine.interval_score / rival.interval_score
    goals = cells(html, "MADRS change, points")[1]
    assert goals[2].startswith(f"{100 * better:.0f} %")
    assert goals[3] == ("met" if better >= GOAL_BETTER else "not met")


def test_groups_of_the_check_add_up_to_all_numbers(html, rows):
    for name, group_of in GROUPS.items():
        groups = {group_of(row) for row in rows if row.kind == "change"}
        table = html.split(f'aria-label="Table: By {name}."')[1].split("</table>")[0]
        shown = [int(cells(table, f"MADRS change: {group.replace('_', ' ')}")[0][1]) for group in groups]
        assert sum(shown) == sum(row.kind == "change" for row in rows), name


def test_calibration_counts_numbers_inside_their_interval(html, rows):
    for kind in ("response", "remission"):
        mine = [row for row in rows if row.kind == kind]
        for level, (low, high) in {50: (2, 4), 80: (1, 5), 90: (0, 6)}.items():
            inside = np.mean([row.quantiles[low] <= row.value <= row.quantiles[high] for row in mine])
            assert cells(html, f"{kind}, {level} %")[0][1] == f"{100 * inside:.0f} %"


def test_structures_are_compared_by_paper_and_pencil(html):
    # Differences -0.5, -0.25, 0: sum -0.75, SD 0.25, times the root of three trials 0.43; within 2 SE.
    assert cells(html, "other")[0][:3] == ["-0.75", "0.43", "cannot tell"]
    assert "better: 0; cannot tell: 1; worse: 0" in html


def test_the_worst_trials_are_named_with_their_numbers(page, rows):
    for trial_id, its in worst([row for row in rows if row.kind == "change"]):
        assert load_evidence().trials[trial_id].citation in page.text
        first = min(its, key=lambda row: row.time_h)
        assert f"{first.time_h:g} h {first.value:.1f} against {first.predicted:.1f}" in page.text
    assert page.text.count("Its like:") == 3


def test_every_trial_stands_in_the_table_with_its_identifiers(html, basis):
    for trial in basis.evidence.trials.values():
        assert (trial.doi in html) and (trial.registry_id in html)
    assert f"All {len(basis.evidence.trials)} trials" in html
    fitted = sum(row.observation.trial_id == "murrough2013" for row in basis.fit.rows)
    assert f">{fitted}</td>" in html


def test_every_reason_of_the_manifest_stands_with_its_count(html, basis):
    for reason, count in basis.posterior.manifest["rows_left_out"].items():
        assert cells(html, reason[:1].upper() + reason[1:]) == [[str(count)]]


def test_every_parameter_has_its_posterior_median(html, basis):
    for name, draws in basis.posterior.draws.items():
        if name in MOOD:
            row = next(
                row for row in re.findall(r"<tr>.*?</tr>", html, flags=re.DOTALL) if f"<code>{name}</code>" in row
            )
            assert f">{np.median(draws):.3g}<" in row


@pytest.mark.parametrize("name", ["ec50_ng_per_ml", "fast_share", "trait_correlation"])
def test_draws_of_the_prior_have_no_shift_and_all_of_their_spread(name):
    prior, rng = MOOD[name], np.random.default_rng(4)
    draws = to_natural(prior.scale, prior_centre(prior) + prior.spread * rng.standard_normal(200_000))
    before, after, shift, left = prior_and_posterior(prior, draws)
    assert after == pytest.approx(before, rel=0.03, abs=0.01)
    assert (shift, left) == pytest.approx((0.0, 1.0), abs=0.02)


def test_risks_stand_beside_each_gain(page):
    assert page.text.count("What may be gained") == page.text.count("What is risked in a session") == 2
    assert "off label for depression" in page.text
    assert page.text.index("dependence") > page.text.index("What may be gained")


def test_files_that_are_named_exist():
    root = Path(__file__).parents[2]
    assert all((root / file).is_file() for _, _, file in ORACLES)


def test_the_same_inputs_give_the_same_bytes(html, stores):
    assert qualification_html(gathered(stores, DRAWS), contents_of(stores)) == html


def test_what_lacks_is_said_and_the_rest_is_reported(tmp_path, monkeypatch):
    bare = gathered(tmp_path, DRAWS)
    said = " ".join(bare.remarks)
    assert "no store of held-out predictions" in said and "no table of structures" in said
    page = Page(remarks(bare) + checks(bare))
    assert page.problems == [] and page.text.count("has no store") == 2
    assert all(" ".join(remark.replace("`", "").split()) in page.text for remark in bare.remarks)


def test_what_is_stale_or_broken_is_said(stores, tmp_path):
    evidence = load_evidence()
    for name in (HELD_OUT, CONTRASTS, STRUCTURES):
        (tmp_path / name).write_bytes((stores / name).read_bytes())
    assert any(f"{BASIS}, which names its tables" in remark for remark in gathered(tmp_path).remarks)
    (tmp_path / BASIS).write_text(json.dumps({**hashes_of(evidence), "evidence_sha256": "0"}))
    stale = [remark for remark in gathered(tmp_path).remarks if HELD_OUT in remark]
    assert len(stale) == 1 and "the tables changed after it was made" in stale[0]
    (tmp_path / STRUCTURES).write_text(json.dumps({"structures": [structure("base", {"a": 1.0})]}))
    assert any("'base' is not known to be current" in remark for remark in gathered(tmp_path).remarks)
    for name in (HELD_OUT, CONTRASTS, STRUCTURES):
        (tmp_path / name).write_text("no table")
    assert sum("cannot be read" in remark for remark in gathered(tmp_path).remarks) == 3


def test_stores_of_today_are_called_current_and_what_they_lack_is_counted(basis, rows):
    wanted = len(checkable(load_evidence()))
    about = [remark for remark in basis.remarks if "posterior" not in remark and "parameters are" not in remark]
    assert f"{wanted - len(rows)} of {wanted} numbers that the check wants have no held-out prediction." in about
    assert not any("not known to be current" in remark for remark in about)


def test_a_posterior_without_a_parameter_of_the_model_is_refused(stores, monkeypatch):
    whole = load_posterior()
    lacking = type(whole)({name: draws for name, draws in whole.draws.items() if name != "hill"}, whole.manifest)
    monkeypatch.setattr("liftspan.report.basis.load_posterior", lambda: lacking)
    with pytest.raises(InvalidInput, match="lacks hill"):
        gathered(stores)


def test_the_folder_is_made_or_refused_before_anything_is_computed(tmp_path):
    assert prepared_folder(tmp_path / "a" / "b") == tmp_path / "a" / "b" / NAME
    (tmp_path / "file").write_text("")
    with pytest.raises(InvalidInput, match="no folder can be made"):
        prepared_folder(tmp_path / "file")
