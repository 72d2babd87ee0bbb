"""What can a study name? The page of its words and of the analysis columns, from the code itself."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from types import ModuleType

from reports import criteria, groupings, model_words, several, study, text_words, usual, words
from reports.catalogue import Column, catalogue
from reports.groupings import Category

HEAD = """# What a study can name

Made by `make docs` from the docstrings of `reports/study.py` and its words, and from `reports/catalogue.py`. How they become a
study: [write-a-study.md](write-a-study.md). A name that is not here is refused when the study file is loaded, with the nearest
that is. All words are imported from `reports.study`.
"""
PARTS: tuple[tuple[str, ModuleType], ...] = (
    ("The study and its cohort", study),
    ("Who is in: conditions on a row", criteria),
    ("How patients are told apart", groupings),
    ("What is shown: tables and figures", words),
    ("What is shown: models", model_words),
    ("What is shown: numbers of the text", text_words),
    ("What is said once and meant several times", several),
)
SHARED = """## Groupings that most studies share

A study names them without saying them again; the reference stands first.

| name | what it is | its name in keys | column | levels |
|---|---|---|---|---|"""
COLUMNS = """## Columns

One row per allogeneic transplant. A missing value is told apart from every code; `yes_no` columns hold `yes` or `no`.

| column | kind | what it is | codes or unit |
|---|---|---|---|"""


def study_words_page() -> str:
    """The page in Markdown."""
    lines = [HEAD]
    for title, module in PARTS:
        lines += [f"## {title}", "", *_words_of(module)]
    lines += [SHARED, *_shared(), COLUMNS, *map(_column, catalogue.values())]
    return "\n".join(lines) + "\n"


def _words_of(module: ModuleType) -> Iterator[str]:
    """The words that the module defines and a study may import, in its order."""
    for name, word in vars(module).items():
        here = getattr(word, "__module__", "") == module.__name__
        if here and name in study.__all__ and word is not criteria.StudyError:
            yield f"**`{name}({_arguments(word)})`**  "
            yield f"{inspect.getdoc(word)}\n"


def _shared() -> Iterator[str]:
    for name, one in vars(usual).items():
        if isinstance(one, Category):
            levels = "; ".join(one.levels.values())
            yield f"| `{name}` | {one.label} | `{one.name}` | `{one.column}` | {levels} |"
        elif isinstance(one, tuple) and name in study.__all__:
            (asked,) = one
            yield f"| `{name}` | the condition: {asked.sentence} | | `{asked.column}` | |"
    yield ""


def _arguments(word: type) -> str:
    """Names and defaults; whatever has a default is given by name."""
    told = []
    for one in inspect.signature(word).parameters.values():
        several = "*" if one.kind is inspect.Parameter.VAR_POSITIONAL else ""
        default = "" if one.default is one.empty else f"={_default(one.default)}"
        told.append(f"{several}{one.name}{default}")
    return ", ".join(told)


def _default(value: object) -> str:
    # A dataclass's "made anew each time" has no text of its own.
    return "{}" if "factory" in repr(value) else repr(value).replace("'", '"')


def _column(column: Column) -> str:
    codes = ", ".join(f"`{code}`" for code in column.codes) if column.kind == "code" else ""
    what = f"{column.label}: {column.description}" if column.description else column.label
    return f"| `{column.name}` | {column.kind} | {what} | {codes or column.unit} |"
