"""Bad input: one message on stderr, the right exit code, nothing on stdout, nothing written, never a traceback."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

INVALID, USAGE = 3, 2
IV = "0.5 mg/kg iv ketamine over 40 min"

BAD = [
    (["-t", "35 mg/kg iv ketamine over 40 min"], "was it meant in mg?"),
    (["-t", "0.5 mg iv ketamine over 40 min"], "was it meant per kilogram"),
    (["-t", "0.5 mg/kg iv ketamin over 40 min"], "did you mean 'ketamine'?"),
    (["-t", "0.5 mg/kg ivv ketamine over 40 min"], "did you mean 'iv'?"),
    (["-t", "0.5 mgg/kg iv ketamine over 40 min"], "did you mean 'mg/kg'?"),
    (["-t", "-0.5 mg/kg iv ketamine over 40 min"], "a number above 0"),
    (["-t", "nan mg/kg iv ketamine over 40 min"], "a number above 0"),
    (["-t", "0.5 mg/kg iv ketamine over 30 h, daily for 1 week"], "longer than the 24 h to the next"),
    (["-t", "84 mg nasal esketamine daily for 2 weeks"], "7 sessions in 7 days"),
    (["-t", "3 mg/kg iv ketamine over 40 min"], "the highest studied is 1 mg/kg"),
    (["-t", ""], "the text is empty"),
    (["-p", "iv-singel"], "did you mean 'iv-single'?"),
    (["-p", ""], "is no named protocol"),
    ([], "neither was given"),
    (["-p", "iv-single", "-t", IV], "both were given"),
    (["-p", "iv-single", "--baseline", "70"], "baseline 70 is outside 7 to 60"),
    (["-p", "iv-single", "--weight-kg", "7"], "weight 7 is outside 30 to 250"),
    (["-p", "iv-single", "--weight-kg", "700"], "weight 700 is outside"),
    (["-p", "iv-single", "--weight-kg", "nan"], "weight nan is outside"),
    (["-p", "iv-single", "--age", "12"], "age 12 is outside 18"),
    (["-p", "iv-single", "--condition", "pregnancy"], "pregnancy"),
    (["-p", "iv-single", "--condition", "pregnacy"], "did you mean 'pregnancy'?"),
    (["-p", "iv-single", "--at", "-3"], "time -3 h is outside"),
    (["-p", "iv-single", "--at", "nan"], "time nan h is outside"),
    (["-p", "iv-single", "--control", "salt"], "control 'salt' is not known"),
    (["-p", "iv-single", "--versus", "nonesuch"], "'nonesuch' is no named protocol"),
    (["-p", "iv-single", "--versus", "5 mg/kg iv ketamine over 40 min"], "more than anaesthesia needs"),
    (["-p", "iv-single", "--people", "nowhere.csv"], "there is no such file"),
]


def assert_refused(found, code, message):
    assert found.code == code
    assert found.out == ""
    assert message in found.err
    assert "Traceback" not in found.err


@pytest.mark.parametrize(("options", "message"), BAD, ids=[" ".join(options) or "nothing" for options, _ in BAD])
def test_bad_input_is_refused_in_words_and_writes_nothing(options, message, liftspan_says, tmp_path):
    assert_refused(liftspan_says("how-fast", *options, "--plot", tmp_path / "lift.png"), INVALID, message)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("name", "message"),
    [("lift.bmp", "'.bmp' is no format"), ("lift", "no suffix"), ("none/lift.png", "does not exist"), ("", "")],
)
def test_a_place_where_no_picture_can_be_written_is_refused_before_the_work(name, message, liftspan_says, tmp_path):
    assert_refused(liftspan_says("how-fast", "-p", "iv-single", "--plot", tmp_path / name), INVALID, message)
    assert list(tmp_path.iterdir()) == []


def test_problems_of_treatment_people_and_picture_come_together(liftspan_says, tmp_path):
    found = liftspan_says(
        "how-fast", "-t", "0.5 mg iv ketamin", "--versus", "nonesuch", "--weight-kg", 7, "--age", 12, "--baseline", 70,
        "--plot", tmp_path / "lift.bmp",
    )  # fmt: skip
    assert_refused(found, INVALID, "problems in this question")
    for part in ("ketamin", "nonesuch", "weight 7", "age 12", "baseline 70", ".bmp"):
        assert part in found.err


def test_problems_of_people_times_and_circumstances_come_together(liftspan_says):
    found = liftspan_says("how-fast", "-p", "iv-single", "--baseline", 70, "--at", -3, "--control", "salt")
    for part in ("baseline 70", "time -3 h", "control 'salt'"):
        assert part in found.err


@pytest.mark.parametrize(
    "words",
    [
        ["how-fast", "--nonesuch"],
        ["how-fast", "-p", "iv-single", "--weight-kg", "eighty"],
        ["how-fast", "-p", "iv-single", "--seed", "-1"],
        ["how-fast", "-p"],
        ["nonesuch"],
        ["protocols", "nonesuch"],
        ["protocols", "show"],
        ["body", "show", "--seed", "x"],
    ],
)
def test_a_slip_of_usage_has_a_code_of_its_own(words, liftspan_says):
    found = liftspan_says(*words)
    assert (found.code, found.out) == (USAGE, "")
    assert found.err


@pytest.mark.parametrize("seed", ["18446744073709551615", "99999999999999999999999"])
def test_a_seed_that_is_too_large_is_refused_and_not_a_failure(seed, liftspan_says):
    found = liftspan_says("how-fast", "-p", "iv-single", "--seed", seed)
    assert found.code in (USAGE, INVALID)
    assert found.out == ""


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["protocols", "show", "iv-singel"], "did you mean 'iv-single'?"),
        (["body", "show"], "neither was given"),
        (["session", "-p", "nasal-48"], "did you mean"),
        (["session", "show"], "neither was given"),
        (["session", "-p", "oral-solution"], "no published session"),
        (["session", "-p", "nasal-84", "--rules", "nowhere.toml"], "cannot be read"),
        (["session", "check", "--plot", "check.bmp"], "'.bmp' is no format"),
        (["monitoring", "show", "--rules", "nowhere.toml"], "cannot be read"),
        (["body", "show", "-t", "0.5 mg/kg iv ketamin"], "did you mean 'ketamine'?"),
        (["body", "show", "-p", "iv-single", "--weight-kg", "7"], "weight 7"),
    ],
)
def test_other_commands_refuse_in_the_same_manner(words, message, liftspan_says):
    assert_refused(liftspan_says(*words), INVALID, message)


NUMBERS = st.sampled_from(["0.5", "84", "-1", "nan", "inf", "1e9", "0", "0,5", "1/2", "½", "56"])
WORDS = st.sampled_from(
    ["mg", "mg/kg", "iv", "nasal", "im", "oral", "ketamine", "esketamine", "arketamine", "over", "40 min", "twice",
     "weekly", "daily", "for", "weeks", "then", "on days", "0, 2", "until week 32", "once", "placebo visits", "first,",
     "with a new oral antidepressant", "hydrochloride", "bolus", "\u200b", "\x1b[31m", "--", "ml", "ドース"]
)  # fmt: skip


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture], derandomize=True)
@given(words=st.one_of(st.lists(st.one_of(NUMBERS, WORDS), max_size=12).map(" ".join), st.text(max_size=40)))
def test_no_treatment_in_words_ends_in_a_traceback(words, liftspan_says):
    found = liftspan_says("how-fast", f"--treatment={words}")
    assert found.code in (0, INVALID), found
    assert bool(found.out) == (found.code == 0)
    assert bool(found.err) == (found.code != 0)


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture], derandomize=True)
@given(
    option=st.sampled_from(["--weight-kg", "--age", "--baseline", "--at", "--control", "--background", "--setting"]),
    value=st.one_of(st.floats(width=32).map(str), st.integers(-(10**30), 10**30).map(str), st.text(max_size=8)),
)
def test_no_value_of_an_option_ends_in_a_traceback(option, value, liftspan_says):
    found = liftspan_says("how-fast", "-p", "iv-single", f"{option}={value}")
    assert found.code in (0, USAGE, INVALID), found
    assert bool(found.out) == (found.code == 0)
