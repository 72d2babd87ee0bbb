"""How is an example of an edit check written down?"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from importlib import import_module
from pkgutil import iter_modules

from tests.spec import examples


@dataclass(frozen=True)
class Example:
    """A small case that breaks rule number `rule`, or keeps it.

    case : the JSON of one patient; `patient` supplies the keys.
    why : what is right or wrong with it, in words, for the data dictionary.
    at : the JSON pointer of the finding, checked when given.
    severity : "error", "warning" or "query", checked when given.
    """

    rule: int
    case: dict[str, object]
    broken: bool
    why: str
    at: str = ""
    severity: str = ""


def patient(**items: object) -> dict[str, object]:
    """A case in which every record of a list has a key: its place in the list, from 1."""
    return {"key": "P1", **{name: _keyed(value) for name, value in items.items()}}


def _keyed(value: object) -> object:
    if isinstance(value, dict):
        return {name: _keyed(one) for name, one in value.items()}
    if isinstance(value, list) and value and all(isinstance(one, dict) for one in value):
        return [{"key": str(n), **_keyed(one)} for n, one in enumerate(value, start=1)]
    return value


def every_example() -> Iterator[tuple[str, Example]]:
    """Every example with the name of the module it stands in."""
    for found in sorted(iter_modules(examples.__path__), key=lambda one: one.name):
        module = import_module(f"{examples.__name__}.{found.name}")
        for example in module.EXAMPLES:
            yield found.name, example
