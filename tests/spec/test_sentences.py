"""Does whoever stands before a field read what is the matter there, what to do, and with which answers?"""

import re
from itertools import groupby

import pytest

from registry.dictionary.checks import InOrder, Rule, Severity
from registry.models import DICTIONARY
from tests.spec.tables import Example
from tests.spec.test_rules import EXAMPLES, found_by

DEEDS = ("add", "answer", "check", "choose", "correct", "enter", "give", "remove")
SENTENCE = re.compile(rf"[A-Z][^:]*(::[^:]*)*: ({'|'.join(DEEDS)})\b[^:]*[^:.]")
"""What is the matter, and after the only colon what to do. No full stop: pages add it."""
LAW = re.compile(r"\b(must|should|has to|needs?|may not|cannot)\b")

RULES = [pytest.param(rule, id=f"{rule.number}-{type_.name}") for type_, rule in DICTIONARY.rules]
BROKEN = [pytest.param(one, id=f"{one.rule}-{one.why}") for _, one in EXAMPLES if one.broken]


@pytest.mark.parametrize("rule", RULES)
def test_a_rule_says_what_is_the_matter_and_what_to_do(rule: Rule) -> None:
    assert SENTENCE.fullmatch(rule.says)
    assert not LAW.search(rule.says), "this is what must hold, not what is the case"


@pytest.mark.parametrize("rule", RULES)
def test_only_what_a_question_may_ask_is_asked(rule: Rule) -> None:
    assert ("?" in rule.says) <= (rule.severity is Severity.QUERY)


def test_a_warning_asks_to_check_and_an_error_to_correct() -> None:
    """A warning may be right as it stands: nobody is told that the answer is wrong."""
    for _, rule in DICTIONARY.rules:
        deed = rule.says.split(": ", 1)[1]
        if rule.severity is Severity.WARNING:
            assert not re.search(r"\b(correct|remove)\b", deed), rule
        if rule.severity is Severity.ERROR:
            assert "check" not in deed, rule


def test_no_sentence_is_said_of_two_faults_of_a_record() -> None:
    of_type = groupby(sorted((one.name, rule.says) for one, rule in DICTIONARY.rules))
    assert [said for said, group in of_type if len(list(group)) > 1] == []


@pytest.mark.parametrize("example", BROKEN)
def test_the_answers_concerned_stand_beside_the_sentence(example: Example) -> None:
    """Where there is none, an answer or a record is missing, and the sentence says so."""
    for one in found_by(example):
        sealed = one.record_type == "identity"
        assert (
            sealed
            or one.values
            or re.search(r"\bno (death|primary cause|site)\b|is not said", one.says)
        )


def test_the_numbers_concerned_stand_beside_the_sentence() -> None:
    (relapse,) = [
        one for _, one in EXAMPLES if one.rule == 77 and one.broken and "relapse" in one.why
    ]
    (found,) = found_by(relapse)
    assert found.says == (
        "No transplant has the number that is named here: "
        "give the transplant its number, or correct this one"
    )
    assert found.values == "After transplant number 2"


def test_what_was_computed_stands_beside_what_was_reported() -> None:
    told = {
        one.values for _, two in EXAMPLES if two.rule == 36 and two.broken for one in found_by(two)
    }
    assert any("; computed Very early (" in one for one in told), told


def test_a_death_of_somebody_alive_names_the_day_of_the_contact() -> None:
    told = {
        one.values for _, two in EXAMPLES if two.rule == 5 and two.broken for one in found_by(two)
    }
    assert any(re.fullmatch(r"Last contact \d{4}-\d\d-\d\d", one) for one in told), told


def test_what_is_only_possible_is_not_told_as_a_fact() -> None:
    """Of a date that is not known to the day nobody can say that it is wrong."""
    unsure = [(one, two) for _, one in EXAMPLES if one.broken for two in found_by(one)]
    vague = [(one, two) for one, two in unsure if two.says.startswith("Perhaps ")]
    assert len(vague) >= 5
    certain = {rule.says for _, rule in DICTIONARY.rules}
    for example, found in unsure:
        assert found.says.startswith("Perhaps ") == (found.says not in certain), example.why
        assert found.severity is Severity.WARNING or found.says in certain
    for _, rule in DICTIONARY.rules:
        if isinstance(rule.check, InOrder):
            assert re.match(
                r"Perhaps [a-z][a-zA-Z-]+ [^:]+: give the dates to the day", rule.says_perhaps
            )
