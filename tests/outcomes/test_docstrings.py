"""Does every public function say its source and its check, and does its example run?"""

import doctest

import pytest

from docs.methods_page import paragraph, public_functions, public_modules

FUNCTIONS = [
    pytest.param(function, id=f"{module.__name__}.{name}")
    for module in public_modules()
    for name, function in public_functions(module)
]


@pytest.mark.parametrize("function", FUNCTIONS)
def test_a_public_function_names_its_source_and_check_and_shows_an_example(function):
    text = function.__doc__ or ""
    assert paragraph(text, "Source"), "a line 'Source: ...' is missing"
    assert paragraph(text, "Checked"), "a line 'Checked: ...' is missing"
    assert ">>>" in text, "an example is missing"


@pytest.mark.parametrize("module", public_modules(), ids=lambda module: module.__name__)
def test_the_examples_run(module):
    failed, _ = doctest.testmod(module)
    assert failed == 0
