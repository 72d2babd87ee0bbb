"""Does each edit check find what breaks it, and leave alone what does not?"""

from datetime import date

import pytest

from registry.dictionary.reading import read_case
from registry.models import DICTIONARY
from registry.validation import Finding, judge
from tests.spec.tables import Example, every_example

TODAY = date(2020, 1, 1)

EXAMPLES = tuple(every_example())


def _name(example: Example) -> str:
    return f"{example.rule}-{'broken' if example.broken else 'kept'}-{example.why}"


def found_by(example: Example) -> list[Finding]:
    reading = read_case(DICTIONARY, example.case)
    assert not reading.problems, "the example itself cannot be read"
    findings = judge(reading.record, DICTIONARY, TODAY)
    return [one for one in findings if one.rule == example.rule]


@pytest.mark.parametrize(
    "example",
    [pytest.param(one, id=f"{module}-{_name(one)}") for module, one in EXAMPLES],
)
def test_rule(example: Example) -> None:
    found = found_by(example)
    assert bool(found) == example.broken, [f"{one.says}: {one.values}" for one in found]
    if example.at:
        assert example.at in [one.pointer for one in found]
    if example.severity:
        assert example.severity in [one.severity.value for one in found]


def test_every_rule_has_an_example_that_breaks_it_and_one_that_keeps_it() -> None:
    numbers = {rule.number for _, rule in DICTIONARY.rules}
    assert numbers == {one.rule for _, one in EXAMPLES if one.broken}
    assert numbers == {one.rule for _, one in EXAMPLES if not one.broken}


def test_every_sentence_of_a_rule_is_heard_in_some_example() -> None:
    """Several rules may share a number; each needs an example of its own."""
    said = {(rule.number, rule.says) for _, rule in DICTIONARY.rules}
    heard = {(one.rule, one.says) for _, example in EXAMPLES for one in found_by(example)}
    assert said - heard == set()
