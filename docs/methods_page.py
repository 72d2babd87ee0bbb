"""Which statistics are there, from which source, and what was each checked against?"""

from __future__ import annotations

import enum
import importlib
import inspect
import pkgutil
import re
import typing
from collections.abc import Callable, Iterator
from dataclasses import fields, is_dataclass
from functools import cached_property
from types import FunctionType, ModuleType, NoneType, UnionType

import outcomes

HEAD = """# Statistics

Made by `make docs` from the docstrings of `outcomes/`, and nothing else. Each function names its source and what its numbers were
compared with; the tables of R's numbers and the scripts that made them lie in [`tests/outcomes/golden/`](../tests/outcomes/golden/README.md).
Every function's docstring has an example that the tests run, as they run the one below: `from outcomes.cox import cox; help(cox)` shows the
arguments, the errors and the example of `cox`.

"""
READING = """## How to read this

- {conventions}
- Dates are columns of `datetime64` (pandas' too), full ISO text or `date` objects, without a time zone; text such as "2014" or "2014-03" goes
  through `partial_dates.complete_dates` first. A missing date is None, NaN, NaT, NA or "". A missing number is NaN, a missing label None, NaN or NA.
- A prediction (`baseline.predicted_curve`, `fine_gray.predicted_incidence`) is asked for with a dict, every factor and number of the model by
  its name: `{{"age": 41, "graft": "PB"}}`; None stands for the reference level.
- Incomplete covariates: `copies = impute(terms, outcome=sample, m=20, seed=1).completed`, a fit of each,
  `fits = [cox(sample, terms) for terms in copies]`, and `pool_cox(fits)`; `help(impute)` runs it.
- Gray's test and Fine–Gray regression refuse late entry (`entry=`); `cox(risks.only(cause), terms)` and `cumulative_incidence` take it.
- Unknown options (`ties="exakt"`) raise ValueError and list the choices, a wrong kind of argument raises TypeError, data that cannot be analysed
  raise `sample.SampleError`, which names the argument, the row and the remedy, and never shows a patient's value.
- Conventions (`R`, `SPSS`) are named on the results. What SPSS prints where a curve never passes 0.55 or 0.45, and its stepwise and
  multiple-imputation output, could not be compared with real output of SPSS.
- In the tables: `*` = what follows is given by name; a method stands under its class, and where it says nothing of source and check, those of
  the function that makes the class apply.
"""
PROPERTIES = (property, cached_property)
METHODS = (FunctionType, classmethod, *PROPERTIES)
WANTED = "I want "
EXAMPLE = "The 137 transplants"


def public_modules() -> list[ModuleType]:
    """The modules of outcomes that others use, first those the task table names, in its order."""
    every = sorted(module.name for module in pkgutil.iter_modules(outcomes.__path__))
    named = [name.partition(".")[0] for _, names in tasks() for name in names]
    names = [name for name in dict.fromkeys([*named, *every]) if name[0] != "_" and name in every]
    return [importlib.import_module(f"outcomes.{name}") for name in names]


# --- the docstring of the package: tasks, conventions, example ---------------------------------


def tasks() -> list[tuple[str, list[str]]]:
    """What somebody may want, and the names that answer it, as the package's docstring lists."""
    found: list[tuple[str, list[str]]] = []
    for line in _paragraph_of_package(WANTED).splitlines()[1:]:
        task, names = re.split(" {2,}", line, maxsplit=1)
        if task:  # further names of the same task are indented
            found.append((task, []))
        found[-1][1].extend(re.findall(r"[\w.]+", names))
    return found


def named(name: str) -> object:
    """What a name of the task table, module.thing, stands for. Raises AttributeError."""
    module, _, thing = name.partition(".")
    return getattr(importlib.import_module(f"outcomes.{module}"), thing)


def example() -> str:
    """The worked example of the package's docstring."""
    text = inspect.cleandoc(outcomes.__doc__ or "")
    return text[text.index(">>>") :]


def _paragraph_of_package(start: str) -> str:
    text = inspect.cleandoc(outcomes.__doc__ or "")
    return next(part for part in text.split("\n\n") if part.startswith(start))


# --- what a module offers ------------------------------------------------------------------------


def _offered(module: ModuleType) -> Iterator[tuple[str, object]]:
    """What a module offers, in the order of the file: its own and, where __all__ says so, what it
    passes on from an engine room."""
    offered = getattr(module, "__all__", None)
    for name, found in vars(module).items():
        home = str(getattr(found, "__module__", ""))
        passed_on = offered is not None and home.startswith("outcomes._")
        is_offered = name[0] != "_" if offered is None else name in offered
        if is_offered and (home == module.__name__ or passed_on):
            yield name, found


def public_functions(module: ModuleType) -> Iterator[tuple[str, Callable[..., object]]]:
    """The functions a module defines for others, in the order of the file."""
    for name, found in _offered(module):
        if inspect.isfunction(found) and found.__module__ == module.__name__:
            yield name, found


def public_classes(module: ModuleType) -> Iterator[tuple[str, type]]:
    """The classes a module offers, in the order of the file."""
    for name, found in _offered(module):
        if inspect.isclass(found) and not issubclass(found, Exception):
            yield name, found


def public_methods(kind: type) -> Iterator[tuple[str, object]]:
    """The methods and properties of a class that are ours, inherited ones too."""
    seen: set[str] = set()
    for base in kind.__mro__:
        for name, found in vars(base).items():
            ours = base.__module__.startswith("outcomes") and isinstance(found, METHODS)
            if ours and name[0] != "_" and name not in seen:
                seen.add(name)
                yield name, found if isinstance(found, PROPERTIES) else getattr(kind, name)


def choices(module: ModuleType) -> dict[str, list[str]]:
    """Per argument of the module's functions and methods that names one of several: which."""
    calls = [found for _, found in public_functions(module)]
    for _, kind in public_classes(module):
        calls += [found for _, found in public_methods(kind) if callable(found)]
    found: dict[str, list[str]] = {}
    for call in calls:
        for name, hint in typing.get_type_hints(call).items():
            several = typing.get_origin(hint) in (typing.Union, UnionType)
            parts = typing.get_args(hint) if several else (hint,)
            literal = [p for p in parts if typing.get_origin(p) is typing.Literal]
            if literal and name != "return":
                words = [repr(word) for part in literal for word in typing.get_args(part)]
                kinds = [part for part in parts if isinstance(part, type) and part is not NoneType]
                found[name] = words + [kind.__name__ for kind in kinds]
    return found


# --- from docstrings to cells --------------------------------------------------------------------


def paragraph(text: str, label: str) -> str:
    """What a docstring says after `label:`, in one line; empty when it says nothing."""
    end = r"(?=\s(?:Source|Checked|Raises|>>>)|\n\n|$)"
    found = re.search(rf"\b{label}: (.*?){end}", inspect.cleandoc(text), re.DOTALL)
    return " ".join(found[1].split()) if found else ""


def first_line(text: str) -> str:
    """The first sentence or line of a docstring."""
    return inspect.cleandoc(text).splitlines()[0] if text else ""


def description(text: str) -> str:
    """A docstring without source, check and examples, in one line."""
    body = inspect.cleandoc(text).split(">>>")[0]
    body = re.split(r"^(?:Source|Checked):", body, maxsplit=1, flags=re.MULTILINE)[0]
    return " ".join(body.split())


def signature(name: str, found: Callable[..., object]) -> str:
    """The call, without types: cox(sample, terms, *, ties='efron')."""
    parts, star = [], False
    for one in inspect.signature(found).parameters.values():
        if one.name == "self":
            continue
        if one.kind is one.KEYWORD_ONLY and not star:
            parts.append("*")
        star |= one.kind in (one.KEYWORD_ONLY, one.VAR_POSITIONAL)
        left = f"*{one.name}" if one.kind is one.VAR_POSITIONAL else one.name
        parts.append(left if one.default is one.empty else f"{left}={_default(one.default)}")
    return f"{name}({', '.join(parts)})"


def _default(value: object) -> str:
    return value.__name__ if inspect.isclass(value) else repr(value)


def _class_rows(name: str, kind: type) -> Iterator[str]:
    text = kind.__doc__ or ""
    # Others make one where somebody wrote __init__, or where the example does.
    made = vars(kind)["__init__"].__code__.co_filename.endswith(".py") if _has_init(kind) else False
    if made or re.search(rf"^ *>>> .*\b{name}\(", text, re.MULTILINE):
        yield _row(signature(name, kind), description(text), text)
    elif issubclass(kind, enum.Enum):
        members = " ".join(f"`{member.name}`: {member.value}." for member in kind)
        yield _row(name, f"{description(text)} {members}", text)
    else:
        listed = f" Fields: `{', '.join(_fields(kind))}`." if is_dataclass(kind) else ""
        yield _row(name, description(text) + listed, text)
    for method, found in public_methods(kind):
        doc = documentation(found)
        call = f"{name}.{method}"
        yield _row(signature(call, found) if callable(found) else call, description(doc), doc)


def _has_init(kind: type) -> bool:
    return inspect.isfunction(vars(kind).get("__init__"))


def _fields(kind: type) -> list[str]:
    """The public fields of a result, in their order."""
    return [field.name for field in fields(kind) if field.name[0] != "_"]


def documentation(found: object) -> str:
    """The docstring of a function, method or property."""
    return inspect.getdoc(found.func if isinstance(found, cached_property) else found) or ""


def _row(call: str, what: str, text: str) -> str:
    cells = (f"`{call}`", what, paragraph(text, "Source"), paragraph(text, "Checked"))
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


# --- the page ------------------------------------------------------------------------------------


def methods_page() -> str:
    """Markdown: the tasks, an example, then one section per module, one row per thing to call."""
    conventions = _paragraph_of_package("Times are").replace("\n", " ")
    parts = [HEAD + "| I want | call |\n|---|---|"]
    parts += [f"| {task} | {', '.join(map(_link, names))} |" for task, names in tasks()]
    title = _paragraph_of_package(EXAMPLE).replace("\n", " ")
    parts += ["", "## An example", "", title, "", f"```pycon\n{example()}\n```", ""]
    parts.append(READING.format(conventions=conventions))
    for module in public_modules():
        parts += _section(module)
    return "\n".join(parts)


def _link(name: str) -> str:
    module = name.partition(".")[0]
    return f"[`{name}`](#outcomes{module})"


def _section(module: ModuleType) -> Iterator[str]:
    yield f"## `{module.__name__}`\n\n{first_line(module.__doc__ or '')}\n"
    rows: list[str] = []
    classes, functions = dict(public_classes(module)), dict(public_functions(module))
    for name, _ in _offered(module):
        if name in classes:
            rows += _class_rows(name, classes[name])
        elif name in functions:
            text = documentation(functions[name])
            rows.append(_row(signature(name, functions[name]), description(text), text))
    if rows:
        yield "| call | what it does | source | checked |\n|---|---|---|---|"
        yield from rows
        yield ""
    for name, known in choices(module).items():
        yield f"`{name}` is one of {', '.join(f'`{one}`' for one in known)}.\n"
