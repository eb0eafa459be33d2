"""The vocabulary of conditions: each with a source that was read, and what each kind does to an answer."""

import pytest

from liftspan.conditions import CONDITIONS, Kind, against_plan, excluded, names_of, refusals, to_judge
from liftspan.conditions.table import shipped_rules
from liftspan.errors import InvalidInput
from liftspan.treatment.drug import Drug
from liftspan.treatment.route import Route

KINDS_OF_RULES = {
    Kind.CONTRAINDICATION: ("contraindication_absolute",),
    Kind.EXCLUSION: ("contraindication_relative", "contraindication_absolute", "requirement"),
    Kind.WARNING: ("caution", "contraindication_relative"),
}


def test_every_condition_names_a_source_with_an_address():
    for one in CONDITIONS.values():
        assert one.source and one.url.startswith("http"), one.name
        assert one.reason in str(one) and one.source in str(one)


def test_the_first_source_of_a_condition_is_of_its_kind():
    # A contraindication rests on a label, an exclusion on a trial's criteria, a warning on a caution.
    for one in CONDITIONS.values():
        assert one.rules[0].kind in KINDS_OF_RULES[one.kind], (one.name, one.rules[0].id)


def test_every_rule_against_a_person_is_reached_by_a_condition():
    # Limits of age and of pressure before a dose are rules of the session, not of the person's conditions.
    used = {rule.id for one in CONDITIONS.values() for rule in one.rules}
    of_people = {rule.id for rule in shipped_rules().values() if rule.kind.startswith(("contraindication", "caution"))}
    assert of_people - used == {"ESK_PEDS", "ESK_BP_TRIAL_HOLD"}


def test_contraindications_and_exclusions_stop_a_plan_and_warnings_ask():
    names = ("aneurysm", "pregnancy", "benzodiazepine")
    assert [one.split(":")[0] for one in against_plan(names)] == ["aneurysm", "pregnancy"]
    assert [one[:35] for one in to_judge(names)] == ["clinician judges: benzodiazepine: b"]
    assert [one.split(":")[0] for one in excluded(names)] == ["pregnancy"]
    assert against_plan(()) == () and to_judge(()) == ()


def test_a_name_that_is_not_known_is_refused_never_passed():
    with pytest.raises(InvalidInput, match="condition 'aneurism of sorts' is not known"):
        against_plan(("aneurism of sorts",))
    with pytest.raises(InvalidInput, match="2 problems"):
        to_judge(("x", "y"))


def test_one_text_is_one_condition_and_spellings_are_the_same_condition():
    assert names_of("pregnancy") == ("pregnancy",)
    assert names_of(("Pregnant", "Z33.1", "PREGNANCY", "schwanger")) == ("pregnancy",)
    assert names_of(("F31.2",)) == ("bipolar-1", "psychosis")


def test_a_label_forbids_the_drug_and_the_trials_left_people_out_of_every_arm():
    assert refusals(("aneurysm",), Drug.PLACEBO) == ()
    assert refusals(("pregnancy",), Drug.PLACEBO) == refusals(("pregnancy",), Drug.KETAMINE, Route.IV) != ()
    for drug, route in ((Drug.ESKETAMINE, Route.NASAL), (Drug.KETAMINE, Route.IV), (Drug.ESKETAMINE, Route.IV)):
        assert len(refusals(("aneurysm", "stroke"), drug, route)) == 2
