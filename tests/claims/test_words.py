"""Claims as text and JSON."""

from liftspan.claims import as_record, as_text
from liftspan.claims.quantities import Quantity
from liftspan.claims.words import SILENT_WORDS, risk_sentences, value_text


def test_the_text_holds_every_claim_its_numbers_verdict_and_risks(answers):
    text = as_text(tuple(answers.values()))
    too_long = [line for line in text.splitlines() if len(line) > 100 and "http" not in line]
    assert not too_long
    plain = " ".join(text.split())
    for answer in answers.values():
        claim = answer.claim
        for part in (claim.claim, claim.numbers, claim.verdict):
            assert " ".join(part.split()) in plain
    assert plain.count(SILENT_WORDS) == sum(not answer.model.speaks for answer in answers.values())
    assert plain.count("off label") >= len(answers) - 1  # the claim on conventional antidepressants has esketamine


def test_values_read_as_people_count():
    share = Quantity("a: response", "share", "group", 0.552, 0.57, 0.199, 0.82)
    assert value_text(share) == "55 in 100 (20 to 82)"
    more = Quantity("b instead of a", "share", "group", 0.05, 0.05, -0.02, 0.11, difference=True)
    assert value_text(more) == "+5 in 100 (-2 to +11)"
    days = Quantity("time", "days", "people", 30.0, 7.0, 2.0 / 24.0, None, unfinished=0.2)
    assert value_text(days) == "7 days (2 h to not reached)"
    points = Quantity("change", "points", "group", -17.0, -17.5, -24.3, -8.7)
    assert value_text(points) == "-17.5 points (-24.3 to -8.7)"


def test_risks_that_are_alike_are_said_once(answers):
    said = risk_sentences(answers["several-sessions"].model.treatments)
    assert sum("severe hypertension" in sentence for sentence in said) == 1
    assert "6 sessions" in said[1] and said[-1].startswith("Over a course")


def test_the_record_is_as_promised(answers):
    record = as_record(tuple(answers.values()))
    assert next(iter(record)) == "schema" and record["schema"] == "liftspan/evidence-claims/1"
    assert record["interval"] == {"level": 0.9, "kind": "equal-tailed"}
    assert len(record["claims"]) == 15
    for claim in record["claims"]:
        assert {"id", "claim", "evidence", "numbers", "model", "verdict", "risks", "sources"} <= claim.keys()
        assert claim["model"]["speaks"] == bool(claim["model"]["quantities"])
        assert all(source["text"] or source["address"] for source in claim["sources"])
