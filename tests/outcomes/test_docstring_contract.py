"""Does every public function say what each argument is, and what it raises?"""

import inspect
import re

import pytest

from docs.methods_page import documentation, paragraph, public_functions, public_modules

FUNCTIONS = [
    pytest.param(function, id=f"{module.__name__}.{name}")
    for module in public_modules()
    for name, function in public_functions(module)
]
REFERS = re.compile(r"(?:Arguments|Other arguments)[^.]*\bas\s+\w+", re.DOTALL)
RAISES = re.compile(r"\bRaises\b")
DIGITS = re.compile(
    r"by hand|1e-\d+|equal|to the day|R \w|cox|SPSS|against R|with \w+|within every test"
)


@pytest.mark.parametrize("function", FUNCTIONS)
def test_every_argument_is_named_or_its_place_is_given(function):
    text = documentation(function).partition("Source:")[0]
    silent = [
        name
        for name in inspect.signature(function).parameters
        if not re.search(rf"\b{name}\b", text)
    ]
    assert not silent or REFERS.search(text), f"say what {silent} are, or which function says so"


@pytest.mark.parametrize("function", FUNCTIONS)
def test_what_is_raised_is_said_even_if_it_is_nothing(function):
    assert RAISES.search(documentation(function)), "say 'Raises ...', or 'Raises nothing.'"


@pytest.mark.parametrize("function", FUNCTIONS)
def test_the_check_says_against_what(function):
    assert DIGITS.search(paragraph(documentation(function), "Checked") or "")
