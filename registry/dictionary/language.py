"""The words in which the dictionary is written: code lists, items, sections and record types."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property
from typing import TYPE_CHECKING

from registry.dictionary.answers import read_answer
from registry.dictionary.values import Kind, Missing, PartialDate, Quantity, Value

if TYPE_CHECKING:
    from registry.dictionary.case import Node
    from registry.dictionary.checks import Rule
    from registry.dictionary.predicates import Predicate

DICTIONARY_VERSION = "1.0"
"""Changes with every change of an item, a code or a rule; stored with each judgement and report."""


@dataclass(frozen=True)
class Code:
    """One permitted answer. `ebmt` and `cibmtr` name the same thing in those registries."""

    value: str
    label: str
    ebmt: str = ""
    cibmtr: str = ""


@dataclass(frozen=True)
class CodeList:
    """A closed list of permitted answers, in the order in which forms show them."""

    name: str
    codes: tuple[Code, ...]

    @cached_property
    def values(self) -> tuple[str, ...]:
        return tuple(code.value for code in self.codes)

    @cached_property
    def labels(self) -> dict[str, str]:
        return {code.value: code.label for code in self.codes}


def codes(name: str, **labels: str) -> CodeList:
    """A code list from keywords; a leading underscore lets a code begin with a digit."""
    return CodeList(
        name, tuple(Code(value.removeprefix("_"), text) for value, text in labels.items())
    )


@dataclass(frozen=True)
class Unit:
    """An alternative unit: multiply by `factor` to get the item's own unit."""

    name: str
    factor: Decimal


@dataclass(frozen=True)
class Item:
    """One thing that is asked: its words, its permitted answers and when it is asked."""

    name: str
    label: str
    kind: Kind
    core: bool = False
    unit: str = ""
    units: tuple[Unit, ...] = ()
    codes: CodeList | None = None
    low: Decimal | None = None
    high: Decimal | None = None
    places: int = 0
    length: int = 200
    partial: bool = True
    asked_if: Predicate | None = None
    help: str = ""
    section: str = ""
    identifying: bool = False
    reasons: tuple[Missing, ...] = tuple(Missing)

    @property
    def offered(self) -> list[Missing]:
        """The reasons why there is no answer that a person may choose.

        Not the ones that make no sense here (`reasons`), nor those that say in the same word what a
        code says. Tables and the API may give any.
        """
        return [one for one in self.reasons if one.label not in self.labels.values()]

    def read(self, raw: object) -> Value | Missing | None:
        """Turn what came in (JSON value or typed text) into a value, a missing reason or None.

        Raises BadValue with a sentence that says what to write instead.
        """
        return read_answer(self, raw)

    def write(self, answer: Value | Missing | None) -> object:
        """The JSON form of an answer: the inverse of `read`."""
        if answer is None:
            return None
        if isinstance(answer, Missing):
            return {"missing": answer.value}
        if isinstance(answer, Quantity):
            return {"value": float(answer.entered), "unit": answer.unit}
        if isinstance(answer, PartialDate):
            return str(answer)
        if isinstance(answer, frozenset):
            return [code for code in self.code_values if code in answer]
        if isinstance(answer, Decimal):
            return float(answer)
        return answer

    def show(self, answer: Value | Missing | None) -> str:
        """The answer in words, for pages and messages."""
        if answer is None:
            return ""
        if isinstance(answer, Missing):
            return answer.label
        if isinstance(answer, Quantity):
            return f"{answer.entered.normalize():f} {answer.unit}"
        if isinstance(answer, frozenset):
            return ", ".join(self.labels[code] for code in self.code_values if code in answer)
        if self.codes is not None and isinstance(answer, str):
            return self.labels.get(answer, answer)
        if isinstance(answer, Decimal):
            return f"{answer.normalize():f} {self.unit}".strip()
        return f"{answer} {self.unit}".strip()

    @property
    def code_values(self) -> tuple[str, ...]:
        return self.codes.values if self.codes else ()

    @property
    def labels(self) -> dict[str, str]:
        return self.codes.labels if self.codes else {}


@dataclass(frozen=True)
class Section:
    """A heading of a form with its items."""

    label: str
    items: tuple[Item, ...]


@dataclass(frozen=True)
class Link:
    """`item` of this record names the record of type `target` whose `target_item` equals it.

    otherwise : finds it where no record is named; else it is the only one of its type. elsewhere :
    holds where the record named may be kept by another centre.
    """

    item: str
    target: str
    target_item: str = "number"
    otherwise: Callable[[Node], Node | None] | None = None
    elsewhere: Predicate | None = None


@dataclass(frozen=True)
class RecordType:
    """One kind of record: its items in order, its rules and where it hangs in the case.

    `name` is the singular used in rules ("relapse"), `plural` the JSON key ("relapses").
    `parent` names the record type it is nested in; only `patient` has none.
    `single` records occur at most once in their parent; their JSON is an object, not a list.
    """

    name: str
    plural: str
    label: str
    parent: str | None
    single: bool
    items: tuple[Item, ...]
    rules: tuple[Rule, ...] = ()
    links: tuple[Link, ...] = ()
    order_by: str = ""
    help: str = ""
    by_name: dict[str, Item] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "by_name", {item.name: item for item in self.items})

    @property
    def json_key(self) -> str:
        return self.name if self.single else self.plural

    @property
    def sections(self) -> tuple[Section, ...]:
        """Items grouped under the headings that their first item names."""
        groups: list[tuple[str, list[Item]]] = []
        for item in self.items:
            if item.section or not groups:
                groups.append((item.section or self.label, []))
            groups[-1][1].append(item)
        return tuple(Section(label, tuple(items)) for label, items in groups)


@dataclass(frozen=True)
class Dictionary:
    """Every record type, parents before children."""

    types: tuple[RecordType, ...]
    by_name: dict[str, RecordType] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "by_name", {one.name: one for one in self.types})

    def __getitem__(self, name: str) -> RecordType:
        return self.by_name[name]

    def children(self, name: str) -> Iterator[RecordType]:
        """The record types nested directly in `name`."""
        return (one for one in self.types if one.parent == name)

    @property
    def rules(self) -> tuple[tuple[RecordType, Rule], ...]:
        """All edit checks with the record type they judge, by number."""
        pairs = ((one, rule) for one in self.types for rule in one.rules)
        return tuple(sorted(pairs, key=lambda pair: (pair[1].number, pair[0].name)))
