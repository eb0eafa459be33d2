"""The page is read as a browser and a screen reader would: parsed, with everything that it loads and says."""

import re
from dataclasses import replace
from html.parser import HTMLParser
from itertools import pairwise

import pytest

from liftspan.errors import InvalidInput
from liftspan.how_fast import as_record, how_fast, versus_text
from liftspan.how_fast.words import sentence
from liftspan.report import report_html, write_report
from liftspan.treatment import find_protocol, parse_treatment

VOID = {"meta", "link", "br", "img", "hr", "input"}
HOSTILE = '<script>alert("x")</script> & "$title" \'>'


class Page(HTMLParser):
    """Elements in order, the text of each, and every problem of nesting."""

    def __init__(self, text: str):
        super().__init__(convert_charrefs=True)
        self.open, self.elements, self.problems, self.said = [], [], [], []
        self.feed(text)
        self.close()
        self.problems += [f"<{tag}> is never closed" for tag, _ in self.open]

    def handle_starttag(self, tag, attrs):
        element = {"tag": tag, "attrs": dict(attrs), "text": ""}
        self.elements.append(element)
        if tag not in VOID:
            self.open.append((tag, element))

    def handle_startendtag(self, tag, attrs):  # of the SVG: nothing stays open
        self.elements.append({"tag": tag, "attrs": dict(attrs), "text": ""})

    def handle_endtag(self, tag):
        if not self.open or self.open[-1][0] != tag:
            self.problems.append(f"</{tag}> closes {self.open[-1][0] if self.open else 'nothing'}")
        else:
            self.open.pop()

    def handle_data(self, data):
        for _, element in self.open:
            element["text"] += data
        if not {"style", "title"} & {tag for tag, _ in self.open}:
            self.said.append(data)

    @property
    def text(self) -> str:
        """All that is said, in plain signs and single spaces."""
        plain = "".join(self.said).replace("\N{MINUS SIGN}", "-").replace("\N{NO-BREAK SPACE}", " ")
        return " ".join(plain.split())

    def all(self, *tags):
        return [element for element in self.elements if element["tag"] in tags]


def small(treatment, **more):
    return how_fast(treatment, smooth=True, draws=30, group_size=20, **more)


@pytest.fixture(scope="module")
def single():
    return small(find_protocol("iv-single"))


@pytest.fixture(scope="module")
def course():
    return small(find_protocol("nasal-84"))


@pytest.fixture(scope="module")
def page(single):
    return Page(report_html((single,)))


@pytest.fixture(scope="module")
def pair(single, course):
    return Page(report_html((single, course)))


def test_the_page_is_well_formed_with_headings_in_order(page, pair):
    for one in (page, pair):
        assert one.problems == []
        levels = [int(element["tag"][1]) for element in one.all("h1", "h2", "h3", "h4")]
        assert levels.count(1) == 1 and levels[0] == 1
        assert all(after <= before + 1 for before, after in pairwise(levels))
        assert all(element["text"].strip() for element in one.all("h1", "h2", "h3", "h4", "title"))
        assert one.all("html")[0]["attrs"]["lang"] == "en"


def test_the_page_loads_nothing_and_runs_nothing(page, pair):
    for one in (page, pair):
        assert not one.all("script", "link", "iframe", "img", "object", "embed", "base", "form")
        for element in one.elements:
            attrs = element["attrs"]
            assert "src" not in attrs and not any(name.startswith("on") for name in attrs)
            assert attrs.get("xlink:href", "#").startswith("#")  # parts of the picture itself
            if "href" in attrs:
                assert element["tag"] == "a" or attrs["href"].startswith("#")
        style = " ".join(element["text"] for element in one.all("style"))
        assert "@import" not in style and "http" not in style and "url(" not in style
        assert any("default-src 'none'" in element["attrs"].get("content", "") for element in one.all("meta"))


def test_tables_say_what_their_rows_and_columns_are(page, pair):
    for one in (page, pair):
        assert {element["attrs"].get("scope") for element in one.all("th")} == {"row", "col"}
        captions = [element["text"] for element in one.all("caption", "figcaption")]
        assert len(captions) == len(one.all("table")) + 1
        # Every caption of a table or picture with intervals gives their level and kind; the trials have none.
        assert all("equal-tailed" in text for text in captions if not text.startswith("Trials near"))
    picture = next(element for element in page.all("svg"))
    assert picture["attrs"]["role"] == "img" and "MADRS" in picture["attrs"]["aria-label"]


def test_the_plain_sentence_and_the_picture_come_first(page, single):
    assert " ".join(sentence(single).split()) in page.text
    order = [element["tag"] for element in page.elements]
    assert order.index("svg") < order.index("table")
    headings = [element["text"] for element in page.all("h2")]
    assert headings[0] == "In short" and headings.index("How to read this") < headings.index("The numbers over time")


def test_the_numbers_of_the_answer_stand_in_the_table(page, single):
    for point in single.timeline:  # unrounded: the record's four digits would move a tie
        group, person = point.change.group, point.change.person
        assert f"{group.median:z.1f} ({group.low:z.1f} to {group.high:z.1f})" in page.text
        assert f"{person.median:z.0f} ({person.low:z.0f} to {person.high:+.0f})" in page.text
        for share in (point.response.group, point.remission.group):
            assert f"{100 * share.mean:.0f} % ({100 * share.low:.0f} to {100 * share.high:.0f})" in page.text


def test_what_the_record_says_of_its_basis_and_limits_stands_on_the_page(page, single):
    record = as_record(single)
    for fact in (record["time_to_response_d"]["definition"], record["model"]["evidence_sha256"],
                 record["model"]["status"], record["treatment"]["source"], *record["assumptions"],
                 *record["extrapolated"], f"{record['evidence']['patients']:,} patients"):  # fmt: skip
        assert fact in page.text


def test_trials_near_the_treatment_are_named_with_their_addresses(page, single):
    from liftspan.evidence import load_evidence

    addresses = {element["attrs"]["href"] for element in page.all("a")}
    for trial_id in single.near.trial_ids:
        trial = load_evidence().trials[trial_id]
        assert trial.citation in page.text and trial.source_url in addresses
        assert not trial.doi or f"https://doi.org/{trial.doi}" in addresses


def test_benefit_never_stands_without_the_risks_and_what_a_course_adds_up_to(page, pair, course):
    assert "off label" in page.text and "For research and for licensed clinicians" in page.text
    risks = course.risks
    for text, source in (*risks.session, *risks.course):
        assert text[1:] in pair.text and source in pair.text  # the first letter is made large
    amount = f"{risks.sessions_in_half_year} sessions and {risks.amount_in_half_year_mg:,.0f} mg of base"
    assert risks.sessions_in_half_year == 8 and amount in pair.text


def test_racemic_ketamine_in_words_is_off_label_too():
    answer = small(parse_treatment("0.5 mg/kg iv ketamine over 40 min, twice weekly for 2 weeks"))
    assert "racemic ketamine: off label for depression" in Page(report_html((answer,))).text


def test_a_treatment_without_ketamine_has_no_column_beyond_the_visits():
    text = Page(report_html((small(find_protocol("oral-antidepressant")),))).text
    assert (
        "No ketamine is given" in text and "beyond the visits alone" not in text.partition("The numbers over time")[2]
    )


def test_two_treatments_stand_side_by_side_with_the_differences_of_the_text(pair, single, course):
    assert len(pair.all("svg")) == 1
    rows = [line for line in versus_text((single, course)).splitlines() if re.match(r"(day \d|\d+ hours)", line)]
    assert len(rows) >= 7
    for line in rows:
        difference = re.search(r"[+-][\d.]+ \([+-][\d.]+ to [+-][\d.]+\)$", line).group()
        assert re.sub(r"-(0\.0)\b", r"+\1", difference) in pair.text


def test_hostile_words_stay_words(single):
    question = replace(single.question, name="", title=HOSTILE, people=HOSTILE, source=HOSTILE, status=HOSTILE)
    risks = replace(single.risks, session=((HOSTILE, HOSTILE),), course=((HOSTILE, HOSTILE),))
    page = Page(report_html((replace(
        single, question=question, risks=risks, assumptions=(HOSTILE,), extrapolated=(HOSTILE,),
        manifest={**single.manifest, "status": HOSTILE},
    ),)))  # fmt: skip
    assert page.problems == []
    assert not page.all("script")
    assert page.all("h1")[0]["text"] == HOSTILE
    assert page.text.count(HOSTILE) >= 8


def test_the_first_layer_reads_easily(page):
    cards = [item["text"] for item in page.all("li")]
    start = next(index for index, text in enumerate(cards) if text.startswith("One day after"))
    end = next(index for index, text in enumerate(cards) if text.startswith("One person may fare"))
    # Flesch-Kincaid grade; health leaflets aim at 6 to 8, and a syllable counter this rough is right to about 1.
    assert grade(" ".join(cards[start : end + 1])) < 9.0


def grade(text: str) -> float:
    """Kincaid et al. 1975: 0.39 words per sentence + 11.8 syllables per word - 15.59."""
    sentences = [part for part in re.split(r"[.!?](?:\s|$)", text) if part.strip()]
    words = re.findall(r"[A-Za-z]+", text)
    syllables = sum(max(len(re.findall(r"[aeiouy]+", re.sub(r"e$", "", word.lower()))), 1) for word in words)
    return 0.39 * len(words) / len(sentences) + 11.8 * syllables / len(words) - 15.59


def test_the_same_answer_gives_the_same_bytes_and_leaves_no_other_file(single, tmp_path):
    first = write_report((single,), tmp_path / "one.html")
    second = write_report((single,), tmp_path / "two.html")
    assert first.read_bytes() == second.read_bytes()
    write_report((single,), first)  # replaces
    assert sorted(path.name for path in tmp_path.iterdir()) == ["one.html", "two.html"]


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("report.pdf", r"'\.pdf'"),
        ("report", "no suffix"),
        ("nowhere/report.html", "does not exist"),
        ("d.html", "folder"),
    ],
)
def test_a_place_that_cannot_take_the_page_is_named_before_anything_is_written(single, tmp_path, name, said):
    (tmp_path / "d.html").mkdir()
    with pytest.raises(InvalidInput, match=said):
        write_report((single,), tmp_path / name)
    assert [path.name for path in tmp_path.iterdir()] == ["d.html"]


def test_a_disk_that_fails_leaves_the_old_page(single, tmp_path, monkeypatch):
    target = tmp_path / "report.html"
    target.write_text("old")

    def full(self, other):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("liftspan.files.writing.os.replace", full)
    with pytest.raises(InvalidInput, match="No space left"):
        write_report((single,), target)
    assert target.read_text() == "old" and len(list(tmp_path.iterdir())) == 1


def test_a_report_holds_one_or_two_answers(single):
    for answers in ((), (single, single, single)):
        with pytest.raises(InvalidInput, match="one, or two"):
            report_html(answers)
