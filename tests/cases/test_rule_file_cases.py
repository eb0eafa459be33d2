"""Cases of issue 14 on files of monitoring rules: every fault said with its place, nothing read wrongly in silence.

The values of reliability.md ("rules: ...") and siblings that it does not name; a small fuzzer at the end.
"""

import json
import random
import re
import time
from importlib.resources import files

import pytest

from liftspan.errors import InvalidInput
from liftspan.monitoring import TIME, Outcome, Overall, Question, ask, find_rules, load_rules
from liftspan.monitoring.judge_words import judgement_record, judgement_text
from liftspan.monitoring.sense import notes_of
from liftspan.monitoring.words import rules_record, rules_text
from monitoring.written_rules import rule, small_file

NASAL_FILE = (files("liftspan.monitoring") / "data" / "nasal-esketamine.toml").read_text(encoding="utf-8")
NASAL = find_rules("nasal-esketamine")


def refused(raw, tmp_path):
    path = tmp_path / "ours.toml"
    path.write_bytes(raw if isinstance(raw, bytes) else raw.encode("utf-8", "surrogatepass"))
    started = time.perf_counter()
    with pytest.raises(InvalidInput) as caught:
        load_rules(path)
    assert time.perf_counter() - started < 2.0
    assert "ours.toml" in str(caught.value) and len(str(caught.value)) < 20_000
    return str(caught.value)


ALERT = rule("A", "alert", "systolic_mmhg", "above = 180", "age_from_y = 20", "age_below_y = 60")


@pytest.mark.parametrize("value", ["nan", "inf", "-inf", "1e400", "9" * 400, "0x" + "f" * 900, "true", "2026-12-01",
                                   "07:30:00", "[180]", '"180"', "{ a = 1 }"])  # fmt: skip
@pytest.mark.parametrize("key", ["above", "age_from_y", "age_below_y"])
def test_no_number_of_a_limit_may_be_anything_but_finite(key, value, tmp_path):
    # reliability.md: age_from_y = nan made an alert above 180 stay silent at 200, exit 0.
    said = refused(small_file(re.sub(rf"(?m)^{key} = .*", f"{key} = {value}", ALERT)), tmp_path)
    number = "must be a number" + (" of years" if key != "above" else "")
    assert number in said and "rule 1 (A): limit 1" in said
    keys = ["above", "age_from_y", "age_below_y"]
    first = small_file(ALERT).splitlines().index("above = 180") + 1
    assert f"line {first + keys.index(key)}" in said


MEASURE = (
    '[[rule]]\nid = "M"\nkind = "measure"\ntext = "Read."\nbasis = "label"\nsource = "a page"\n'
    'source_url = "https://example.org"\nmeasures = ["systolic_mmhg"]\nat_min = [-10, 40]\nevery_min = 30\n'
    "from_min = 30\nuntil_min = 120\n"
)
LEAVE = rule("L", "discharge", "moaas", "at_least = 5").replace(
    "[[rule.limit]]", 'confirm = ["an escort"]\n[[rule.limit]]', 1
)


@pytest.mark.parametrize(
    ("old", "new", "part"),
    [
        ('confirm = ["an escort"]', "confirm = 5", "'confirm' must be a list"),
        ('confirm = ["an escort"]', "confirm = [1]", "'confirm' must be words"),
        ('confirm = ["an escort"]', 'confirm = "an escort"', "'confirm' must be a list"),
        ('confirm = ["an escort"]', "confirm = [[1]]", "'confirm' must be words"),
        ('confirm = ["an escort"]', 'judged_by_clinician = true', "must be a list with at least one of"),
        ('confirm = ["an escort"]', 'judged_by_clinician = ["spo3"]', "measure 'spo3' is not known"),
        ("from_min = 30", "from_min = 2026-12-01", "from_min must be a number of minutes, and a date is none"),
        ("from_min = 30", "from_min = nan", "from_min must be a number"),
        ("every_min = 30", "every_min = inf", "every_min must be a number"),
        ("every_min = 30", "every_min = -1", "above 0"),
        ("until_min = 120", 'until_min = "120"', "write it without quotes"),
        ("until_min = 120", "until_min = 1e9", "minutes lie within"),
        ('measures = ["systolic_mmhg"]', "measures = [[1]]", "holds a list"),
        ('measures = ["systolic_mmhg"]', "measures = 5", "must be a list"),
        ('measures = ["systolic_mmhg"]', 'measures = ["systolic_mmhg", "Systolic"]', "stands twice"),
        ('measures = ["systolic_mmhg"]', 'measures = ["age_y"]', "age is no reading"),
        ("at_min = [-10, 40]", "at_min = [-10, [40]]", "'at_min' must be a list of minutes"),
        ("at_min = [-10, 40]", "at_min = [nan]", "'at_min' must be a list of minutes"),
        ("at_min = [-10, 40]", "at_min = [40, 40]", "must ascend"),
        ("at_min = [-10, 40]", "at_min = 40", "'at_min' must be a list of minutes"),
        ('kind = "measure"', "kind = 5", "'kind' must be words in quotes"),
        ('basis = "label"', "basis = [1]", "'basis' must be words in quotes"),
        ('id = "A"', "id = 7", "'id' must be words in quotes"),
        ('id = "A"', 'id = "A\\u001b[31m"', "control characters"),
        ('text = "Read."', 'text = "' + "x" * 1100 + '"', "more than 1000 characters"),
        ('source_url = "https://example.org"\nmeasures', 'source_url = "https://a b"\nmeasures', "hold no blanks"),
        ("dated = 2026-12-01", "dated = 2026-12-01T10:00:00", "'dated' must be a day"),
        ('name = "ours"', "name = 5", "'name' must be words in quotes"),
        ('drugs = ["esketamine"]', "drugs = [1]", "holds 1; write words in quotes"),
        ('schema = "liftspan/monitoring/1"', "schema = 1", "schema is 1"),
        ("[[rule.limit]]", "[rule.limit]", "limits stand under [[rule.limit]]"),
        ("above = 180", "above = 300", "no reading can be"),
        ("at_least = 5", "at_least = 5\nmeasure2 = 1", "'measure2' is no key of a limit"),
    ],
)  # fmt: skip
def test_a_value_of_the_wrong_kind_anywhere_is_said_with_its_rule(old, new, part, tmp_path):
    text = small_file(ALERT, MEASURE, LEAVE)
    assert old in text
    said = refused(text.replace(old, new, 1), tmp_path)
    assert part in said


def test_all_problems_come_at_once_with_their_lines(tmp_path):
    text = (
        small_file(ALERT, MEASURE, LEAVE).replace("above = 180", "above = nan").replace("at_least = 5", "at_least = 9")
    )
    text = text.replace("every_min = 30", "every_min = 0")
    said = refused(text, tmp_path)
    lines = text.splitlines()
    for key, where in (
        ("above = nan", "rule 1 (A): limit 1"),
        ("every_min = 0", "rule 2 (M)"),
        ("at_least = 9", "rule 3 (L)"),
    ):
        assert f"ours.toml line {lines.index(key) + 1}: {where}" in said
    assert said.startswith("3 problems in the monitoring rules")


@pytest.mark.parametrize(
    ("raw", "part"),
    [
        (NASAL_FILE.encode("utf-16"), "no text in UTF-8; save it as UTF-8"),
        (bytes(range(256)), "not a TOML file"),
        (b"", "'rule' is missing"),
        (b"a = " + b"9" * 1000, "this file"),
        (b"a = " + b"9" * 5000, "more than 1200 characters"),
        (("a = [" + "\n" + "9" * 1000 + ",\n" * 3 + "]").encode(), "not a TOML file"),
        (b"a = " + b"[\n" * 30_000, "nested too deeply"),
        (b"a = " + b"{a=" * 300, "not a TOML file"),
        (b"a." * 30_000 + b"a = 1", "more than 1200 characters"),
        (b"a." * 500 + b"a = 1", "nested too deeply"),
        (b"[[rule]]\n" * 7_000, "7000 rules; a file holds at most 200"),
        (b"[[rule]]\n" + b"[[rule.limit]]\n" * 4_000, "4000 limits; a rule holds at most 60"),
        (b"#" * 1_000_000, "is larger than"),
        (b"x = 1\n" * 2, "not a TOML file"),
    ],
    ids=range(14),
)
def test_a_file_that_is_no_rule_file_ends_in_one_message_within_two_seconds(raw, part, tmp_path):
    assert part in refused(raw, tmp_path)


def test_a_file_with_a_byte_order_mark_or_windows_line_ends_is_read_as_without(tmp_path):
    plain, marked, windows = (tmp_path / f"{name}.toml" for name in ("plain", "marked", "windows"))
    plain.write_bytes(NASAL_FILE.encode())
    marked.write_bytes(b"\xef\xbb\xbf" + NASAL_FILE.encode())
    windows.write_bytes(NASAL_FILE.replace("\n", "\r\n").encode())
    assert load_rules(marked) == load_rules(windows) == load_rules(plain) == NASAL


def test_words_are_read_in_any_case_and_by_their_other_names(tmp_path):
    path = tmp_path / "ours.toml"
    path.write_text(NASAL_FILE.replace('kind = "hold"', 'kind = "Hold "').replace('["nasal"]', '["NASAL"]')
                    .replace('measure = "oxygen_saturation_percent"', 'measure = "SpO2"')
                    .replace('basis = "design choice"', 'basis = "Design-Choice"'))  # fmt: skip
    assert load_rules(path) == NASAL


def test_ages_that_no_limit_is_for_are_said(tmp_path):
    young = rule("H", "hold", "systolic_mmhg", "above = 140", ages="age_below_y = 66")
    old = '[[rule.limit]]\nmeasure = "systolic_mmhg"\nabove = 150\nage_from_y = 70\n'
    said = refused(small_file(young + old), tmp_path)
    assert "no limit for people of 66 to 70 years" in said and "rule 1 (H)" in said
    path = tmp_path / "ours.toml"
    path.write_text(small_file(young + old.replace("70", "66"), rule("D", "hold", "diastolic_mmhg", "above = 90",
                                                                     ages="age_from_y = 65")))  # fmt: skip
    assert notes_of(load_rules(path))[-1] == "D: diastolic pressure, upper limit: no limit below 65 years"
    found = ask(load_rules(path), Question.BEFORE_DOSE, {"systolic_mmhg": 120.0}, 40.0)
    assert found.verdicts[1].outcome is Outcome.OTHER_AGES and "no limit below 65 years" in judgement_text(found)
    for ages in ("age_from_y = 200", "age_below_y = 10"):
        assert "nobody" in refused(small_file(rule("H", "hold", "systolic_mmhg", "above = 140", ages=ages)), tmp_path)


def test_limits_that_nobody_can_meet_are_said(tmp_path):
    both = rule("L", "discharge", "cadss", "at_most = 4") + '[[rule.limit]]\nmeasure = "cadss"\nabove = 4\n'
    assert "nobody could leave" in refused(small_file(both), tmp_path)


def test_a_second_source_must_be_one_of_the_same_kind(tmp_path):
    one = rule("H", "hold", "systolic_mmhg", "above = 140")
    two = rule("A", "alert", "systolic_mmhg", "above = 180").replace(
        "[[rule.limit]]", 'other_source_of = "H"\n[[rule.limit]]'
    )
    assert "it is of kind hold, and this rule of kind alert" in refused(small_file(one, two), tmp_path)
    assert "no other rule has this id" in refused(small_file(one, two.replace('"H"', '"X"')), tmp_path)


def test_a_place_that_is_no_file_is_said(tmp_path):
    for path in (tmp_path, tmp_path / "none.toml", "a\0b.toml"):
        with pytest.raises(InvalidInput, match="cannot be read"):
            load_rules(path)


NASTY = (
    "nan", "-inf", "1e400", "9" * 400, "0x" + "f" * 500, "true", "2026-12-01", "07:00:00", "[]", "[[1]]", "{ a = 1 }",
    '""', '"x"', "-1", '"\\u001b[31m"', "'''a\nb'''", "[nan]", '["a", 1]', '["moaas"]', "66.5",
)  # fmt: skip
KEYS = ("above", "measures", "at_min", "kind", "limit", "rule")


def mutated(text, luck):
    lines = text.split("\n")
    for _ in range(luck.choice((1, 1, 2, 4))):
        at = luck.randrange(len(lines))
        given = [i for i, line in enumerate(lines) if " = " in line]
        deed = luck.randrange(6)
        if deed == 0 and given:
            at = luck.choice(given)
            lines[at] = f"{lines[at].partition(' = ')[0]} = {luck.choice(NASTY)}"
        elif deed == 1:
            lines.insert(at, lines[luck.randrange(len(lines))])
        elif deed == 2:
            lines.insert(
                at, luck.choice(("[[rule]]", "[[rule.limit]]", "[rule]", "rule = 1", "[", '"""', "\x00", "confirm = 5"))
            )
        elif deed == 3 and len(lines) > 1:
            del lines[at]
        elif deed == 4 and lines[at]:
            lines[at] = lines[at][:-1] + chr(luck.choice((0, 27, 34, 91, 0x202E, 0x1F600)))
        elif deed == 5 and given:
            at = luck.choice(given)
            lines[at] = f"{luck.choice(KEYS)} = {lines[at].partition(' = ')[2]}"
    return "\n".join(lines)


def test_mutated_rule_files_are_read_or_refused_and_never_let_time_alone_discharge(tmp_path):
    luck, path, read = random.Random(14), tmp_path / "ours.toml", 0
    for _ in range(250):
        path.write_bytes(mutated(NASAL_FILE, luck).encode("utf-8", "surrogatepass"))
        try:
            rules = load_rules(path)
        except InvalidInput as error:
            assert error.problems and "\x1b" not in str(error)
            continue
        read += 1
        assert rules_text(rules) and json.dumps(rules_record(rules), allow_nan=False)
        for question in Question:
            found = ask(rules, question, {TIME: 1440.0}, 40.0)
            assert not found.passed and found.overall in Overall
            assert "\x1b" not in judgement_text(found)
            assert json.dumps(judgement_record(found), allow_nan=False)
    assert read > 5
