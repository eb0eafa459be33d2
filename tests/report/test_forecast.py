"""The page of one patient: well formed, alone, for its owner, with every rule, reason and risk of the answer."""

import stat
from dataclasses import replace
from itertools import pairwise

import pytest

from figures import forecast_patients as patients
from liftspan.errors import InvalidInput
from liftspan.forecast.answer import forecast
from liftspan.forecast.day_words import percent
from liftspan.forecast.outcomes import DEFINITIONS
from liftspan.forecast.words import FOR_CLINICIANS
from liftspan.report.forecast import forecast_html, write_forecast
from liftspan.report.forecast_next import refused_days
from report.test_page import HOSTILE, Page


@pytest.fixture(scope="module")
def answers():
    return patients.answers()


@pytest.fixture(scope="module")
def pages(answers):
    return {name: Page(forecast_html(answer)) for name, answer in answers.items()}


def rows(page, caption):
    """Cells of each row of the table whose caption begins so, in plain signs."""
    at = next(i for i, one in enumerate(page.elements) if one["tag"] == "caption" and one["text"].startswith(caption))
    found = []
    for one in page.elements[at:]:
        if one["tag"] == "table":
            break
        if one["tag"] == "tr":
            found.append([])
        elif one["tag"] in ("th", "td"):
            found[-1].append(
                " ".join(one["text"].replace("\N{MINUS SIGN}", "-").replace("\N{NO-BREAK SPACE}", " ").split())
            )
    return found[1:]


def test_each_page_is_well_formed_with_headings_in_order(pages):
    for page in pages.values():
        assert page.problems == []
        levels = [int(element["tag"][1]) for element in page.all("h1", "h2", "h3", "h4")]
        assert levels.count(1) == 1 and levels[0] == 1
        assert all(after <= before + 1 for before, after in pairwise(levels))
        assert len(page.all("caption", "figcaption")) == len(page.all("table")) + 1
        assert {element["attrs"].get("scope") for element in page.all("th")} == {"row", "col"}


def test_a_page_loads_nothing_and_runs_nothing(pages):
    for page in pages.values():
        assert not page.all("script", "link", "iframe", "img", "object", "embed", "base", "form")
        for element in page.elements:
            attrs = element["attrs"]
            assert "src" not in attrs and not any(name.startswith("on") for name in attrs)
            assert attrs.get("xlink:href", "#").startswith("#")
            assert element["tag"] == "a" or attrs.get("href", "#").startswith("#")
        assert any("default-src 'none'" in element["attrs"].get("content", "") for element in page.all("meta"))


def test_the_page_says_once_that_it_is_for_licensed_clinicians_and_names_nobody(answers, pages):
    for name, page in pages.items():
        assert page.text.count(FOR_CLINICIANS) == page.text.count("licensed clinicians") == 1
        html = forecast_html(answers[name])
        assert patients.NAME not in html and "Nemo" not in html and "line 9" not in html


def test_where_the_patient_stands_comes_first(pages):
    said = {
        "responder": "On course, in response: the last MADRS is 14 on day 42; half of the first one is 18.",
        "not responding": "no response so far: the last MADRS is 31 on day 7; half of the first one is 17.",
        "only first score": "Not yet to be judged: there is no MADRS after the first one (34).",
        "two scales": "On course, in response: the last PHQ-9 is 9 on day 28; half of the first one is 10.5.",
    }
    for name, words in said.items():
        assert words in pages[name].text.partition("Benefit and risk")[0]


def test_a_response_that_is_lost_is_off_course_and_a_bad_score_is_behind():
    lost = patients.patient(patients.NASAL, (0, 3, 7), ((0, 34), (3, 12), (9, 30)), 9)
    assert "Off course, the response is not held: the last MADRS is 30" in Page(forecast_html(forecast(lost))).text
    worse = patients.patient(patients.NASAL, (0, 3, 7), ((0, 34), (3, 40), (9, 48)), 9)
    answer = forecast(worse)
    near = next(day for day in answer.population if day.day == 9)
    assert near.high < 48
    text = Page(forecast_html(answer)).text
    assert (
        "Behind course, no response so far: the last MADRS is 48 on day 9; half of the first one is 17. It lies worse"
        in text
    )


def test_scores_that_hardly_moved_the_forecast_are_said_to_and_how_many_more_would(answers, pages):
    assert not answers["only first score"].moved.moved
    needed = answers["only first score"].moved.ratings_needed
    assert f"About {needed} further weekly ratings would." in pages["only first score"].text
    assert "hardly moved" not in pages["responder"].text


def test_every_day_of_the_answer_stands_in_the_table_beside_the_population(answers, pages):
    for name, page in pages.items():
        answer = answers[name]
        others = {day.day: day for day in answer.population}
        found = rows(page, f"{answer.patient.primary} as it would be written down")
        assert len(found) == len(answer.days)
        for row, day in zip(found, answer.days, strict=True):
            other = others[day.day]
            assert row == [
                f"{day.day:g} (+{day.day - answer.patient.today_d:g})",
                f"{day.mean:.1f} ({day.low:.0f} to {day.high:.0f})",
                *(percent(share) for share in (day.response, day.remission, day.relapsed)),
                f"{other.mean:.1f} ({other.low:.0f} to {other.high:.0f})",
                percent(other.response),
            ]


def test_no_chance_is_shown_as_none_or_certain():
    assert [percent(share) for share in (0.0, 0.004, 0.011, 0.5, 0.996)] == ["< 1 %", "< 1 %", "1 %", "50 %", "> 99 %"]


def test_allowed_days_and_their_numbers_stand_in_one_table(answers, pages):
    allowed = [one for one in answers["two scales"].candidates if not one.refused]
    found = rows(pages["two scales"], "The next session like the last one")
    assert len(found) == len(allowed) > 5
    for row, one in zip(found, allowed, strict=True):
        assert row[0].startswith(f"{one.day:g} (") and row[1] == percent(one.relapse_before)
        known = one.sessions_half_year is not None
        half_year = f"{one.sessions_half_year:.0f} sessions, {one.dose_half_year_mg:,.0f} mg" if known else ""
        assert row[6] == (half_year or "no trial went on at this gap for twelve weeks")


@pytest.mark.parametrize("name", ["responder", "late infusions", "not responding", "two scales"])
def test_each_refused_day_is_named_with_its_rule(answers, pages, name):
    refused = [one for one in answers[name].candidates if one.refused]
    found = rows(pages[name], "Days that are refused")
    days = [day for row in found for day in row[0].removeprefix("Day ").split(", ")]
    assert sorted(map(float, days)) == [one.day for one in refused]
    for one in refused:
        rule = next(row[1] for row in found if f"{one.day:g}" in row[0].removeprefix("Day ").split(", "))
        for reason in one.refused:
            # Rules that differ by the gap in front only share a row.
            assert reason[1:] in rule


def test_refused_days_of_one_rule_share_a_row(answers):
    refused = [one for one in answers["late infusions"].candidates if one.refused]
    ((rule, days),) = refused_days(refused).items()
    assert rule.startswith(
        "The last session was 10 days ago already, and the longest gap between sessions shown is 7 days"
    )
    assert days.count(",") == len(refused) - 1


def test_a_proposal_stands_with_its_bound_and_alternatives(answers, pages):
    for name in ("responder", "two scales"):
        proposal, text = answers[name].proposal, pages[name].text
        assert proposal.bounded_by in text and str(proposal.target) in text
        found = rows(pages[name], "What earlier and later days")
        assert [row[1] for row in found] == [one.text for one in proposal.alternatives]
        assert "56 mg in place of 84 mg" in [row[1] for row in found]


def test_no_proposal_shows_every_reason(answers, pages):
    strange = replace(answers["responder"], proposal=replace(
        answers["responder"].proposal, from_d=None, to_d=None, alternatives=(), reasons=("one reason", "another one"),
    ))  # fmt: skip
    assert (
        "No proposal for the next session (relapse <= 20 %): one reason; another one."
        in Page(forecast_html(strange)).text
    )
    for name in ("late infusions", "not responding", "only first score"):
        reasons = answers[name].proposal.reasons
        assert reasons and all(reason in pages[name].text for reason in reasons)
        assert "Proposed for the next session" not in pages[name].text


def test_ways_to_go_on_say_what_the_drug_itself_brings(answers, pages):
    for name, page in pages.items():
        judged = [one for one in answers[name].scenarios if one.judged]
        for i, weeks in enumerate(("4", "12")):
            found = rows(page, f"After {weeks} weeks")
            assert len(found) == len(judged)
            for row, one in zip(found, judged, strict=True):
                assert row[2] == f"{one.judged[i].mean_score:.1f}"
                assert (
                    not row[6] if not one.sessions else float(row[6]) == pytest.approx(one.judged[i].by_drug, abs=0.051)
                )
        for one in answers[name].scenarios:
            assert all(reason[1:] in page.text for reason in one.refused)


def test_when_to_stop_trying_is_asked_of_those_without_a_response(answers, pages):
    chances = answers["not responding"].stopping.chances
    found = rows(pages["not responding"], "In response a day after")
    assert [row[2:] for row in found] == [
        [percent(one.response), percent(one.response_without), percent(one.population)] for one in chances
    ]
    assert "When to stop trying" not in pages["responder"].text


def test_benefit_stands_beside_the_risks_of_the_session_and_of_the_course(answers, pages):
    for name, page in pages.items():
        risks = answers[name].risks
        for said, source in (*risks.session, *risks.course):
            assert said[1:] in page.text and source in page.text
        assert f"{risks.sessions_in_half_year} sessions and {risks.amount_in_half_year_mg:,.0f} mg of base" in page.text
    assert "Racemic ketamine is off label" in pages["late infusions"].text
    assert "Racemic" not in pages["responder"].text


def test_basis_definitions_and_limits_of_the_answer_stand_on_the_page(answers, pages):
    for name, page in pages.items():
        answer = answers[name]
        for limit in answer.limits:
            assert limit[1:] in page.text
        for definition in DEFINITIONS.values():
            assert definition in page.text
        assert answer.manifest["evidence_sha256"] in page.text
        assert f"{answer.known.effective:,.0f} of equal weight" in page.text
        assert [row[2] for row in rows(page, "Scores as written down")] == [
            f"{one.value:g}" for one in answer.patient.scores
        ]


def test_hostile_words_stay_words(answers):
    answer = answers["late infusions"]
    candidates = tuple(replace(one, refused=(HOSTILE,)) for one in answer.candidates)
    page = Page(forecast_html(replace(
        answer, candidates=candidates, limits=(HOSTILE,), proposal=replace(answer.proposal, reasons=(HOSTILE,)),
    )))  # fmt: skip
    assert page.problems == [] and not page.all("script")
    assert page.text.count(HOSTILE) >= 4


def test_the_file_is_for_its_owner_alone_and_equal_answers_give_equal_bytes(answers, tmp_path):
    first, second = (write_forecast(answers["responder"], tmp_path / name) for name in ("a.html", "b.html"))
    assert stat.S_IMODE(first.stat().st_mode) == 0o600
    assert first.read_bytes() == second.read_bytes()
    with pytest.raises(InvalidInput, match="suffix"):
        write_forecast(answers["responder"], tmp_path / "a.pdf")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.html", "b.html"]
