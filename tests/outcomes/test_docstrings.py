"""Does everything public say its source and its check, do the examples run, is the way in true?"""

import doctest
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

import outcomes
from docs.methods_page import (
    choices,
    documentation,
    example,
    first_line,
    methods_page,
    named,
    paragraph,
    public_classes,
    public_functions,
    public_methods,
    public_modules,
    signature,
    tasks,
)
from outcomes import cox, logrank, sample, terms

ROOT = Path(__file__).parents[2]
MODULES = public_modules()
FUNCTIONS = [
    pytest.param(function, id=f"{module.__name__}.{name}")
    for module in MODULES
    for name, function in public_functions(module)
]
CLASSES = [
    pytest.param(kind, id=f"{module.__name__}.{name}")
    for module in MODULES
    for name, kind in public_classes(module)
]
METHODS = [
    pytest.param(method, id=f"{module.__name__}.{kind_name}.{name}")
    for module in MODULES
    for kind_name, kind in public_classes(module)
    for name, method in public_methods(kind)
]


@pytest.mark.parametrize("function", FUNCTIONS)
def test_a_public_function_names_its_source_and_check_and_shows_an_example(function):
    text = function.__doc__ or ""
    assert paragraph(text, "Source"), "a line 'Source: ...' is missing"
    assert paragraph(text, "Checked"), "a line 'Checked: ...' is missing"
    assert ">>>" in text, "an example is missing"
    assert not re.search(r"\.\s+Errors?:", text), "say 'Raises ...'"


@pytest.mark.parametrize("kind", CLASSES)
def test_a_public_class_says_what_it_is(kind):
    text = kind.__doc__ or ""
    assert first_line(text) and not text.startswith(f"{kind.__name__}("), "a docstring is missing"
    assert not paragraph(text, "Source") or paragraph(text, "Checked"), "how was it checked?"


@pytest.mark.parametrize("method", METHODS)
def test_a_public_method_says_what_it_answers_and_how_a_source_was_checked(method):
    text = documentation(method)
    assert first_line(text), "a docstring is missing"
    assert not paragraph(text, "Source") or paragraph(text, "Checked"), "how was it checked?"


@pytest.mark.parametrize("module", [outcomes, *MODULES], ids=lambda module: module.__name__)
def test_the_examples_run(module):
    failed, _ = doctest.testmod(module)
    assert failed == 0


@pytest.mark.parametrize("task, names", [pytest.param(*task, id=task[0]) for task in tasks()])
def test_every_name_of_the_task_table_exists_and_is_public(task, names):
    assert names
    for name in names:
        module = next(m for m in MODULES if m.__name__ == f"outcomes.{name.partition('.')[0]}")
        offered = dict(public_functions(module)) | dict(public_classes(module))
        assert offered[name.partition(".")[2]] is named(name)


def test_every_module_is_found_from_the_task_table():
    """All but the shapes of results, which nobody looks for."""
    found = {name.partition(".")[0] for _, names in tasks() for name in names}
    every = {module.__name__.partition(".")[2] for module in MODULES}
    assert every - found == {"coefficients", "reasons", "results"}


def test_the_page_lists_data_classes_methods_calls_and_choices():
    page = methods_page()
    for part in (
        "| to say who is analysed | [`sample.Survival`](#outcomessample)",
        "| `Survival(days, event, *, entry=None, weight=None)` | n rows: whole days",
        "| `Factor.from_labels(name, labels, levels)` | ",
        "| `Curve.interval_at(day, kind='log-log', level=0.95)` | ",
        "| `Change.from_dates(name, origin, *dates, levels=('no', 'yes'), codes=None, start=0)` | ",
        "`weighting` is one of `'log-rank'`",
        "help(cox)` shows the\narguments",
        # Functions with what they say of their arguments, not their first line alone.
        "covariates : every term of the model by name: a number, or the name of a level;",
        "risks : n rows in whole days, without late entry;",
        "Rows belong together by their position",
        '`{"age": 41, "graft": "PB"}`',
    ):
        assert part in page
    assert signature("f", cox.cox).startswith("f(sample, terms, *, ties='efron'")
    assert choices(cox)["ties"] == ["'breslow'", "'efron'", "'exact'"]
    assert "FlemingHarrington" in choices(logrank)["weighting"]
    assert {name for name, _ in public_methods(sample.Survival)} == {
        "n",
        "events",
        "in_play",
        "where",
    }
    assert dict(public_classes(terms)).keys() == {"Factor", "Numeric", "Interaction"}


def _run(script: str, folder: Path) -> str:
    """What a script prints that lies in another folder, without help from the environment."""
    (folder / "mine.py").write_text(script, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "mine.py"],
        cwd=folder,
        env={name: value for name, value in os.environ.items() if name != "PYTHONPATH"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_example_of_the_readme_runs_from_any_folder(tmp_path):
    """`make setup` tells the environment where the project lies."""
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    script, printed = re.findall(r"```(?:python|text)\n(.*?)```", text, re.DOTALL)
    assert _run(script, tmp_path) == printed


def test_the_example_of_the_page_is_the_one_that_runs():
    assert example() in methods_page()
    assert example() in (outcomes.__doc__ or "")
