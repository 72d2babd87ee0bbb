"""Does every rule name items and codes that exist? A slip would leave it silently unjudged."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields, is_dataclass

from registry.dictionary.checks import Check, NothingAfter, Numbered, Recomputed
from registry.dictionary.language import Item
from registry.dictionary.predicates import Exists, Has, HasOnly, Is, Predicate
from registry.models import DICTIONARY

OF_THE_CASE = ("today", "last_contact", "status")


@dataclass(frozen=True)
class Place:
    """The record type at which a predicate is judged, and the one that looks at it."""

    type: str
    outer: Place | None = None

    def item(self, ref: str) -> Item | None:
        """The item that `ref` names. Raises KeyError when there is none."""
        head, _, tail = ref.partition(".")
        if not tail:
            return DICTIONARY[self.type].by_name[head]
        if head == "outer" and self.outer is not None:
            return self.outer.item(tail)
        if head == "case" and tail in OF_THE_CASE:
            return None
        return Place(head).item(tail)


def named(part: object, place: Place) -> Iterator[tuple[Place, str, frozenset[str]]]:
    """Every ref in a check or predicate, with the codes it is compared to."""
    if isinstance(part, tuple):
        for one in part:
            yield from named(one, place)
    elif isinstance(part, Exists):
        yield from named(part.where, Place(part.type, place))
    elif isinstance(part, Numbered):
        inner = Place(part.type)
        yield from (
            (inner, ref, frozenset()) for ref in (part.number, part.date, part.group) if ref
        )
        yield from named(part.may_start_later, inner)
    elif isinstance(part, Recomputed):
        yield from ((place, ref, frozenset()) for ref in (part.item, *part.because))
    elif isinstance(part, NothingAfter):
        yield place, part.ref, frozenset()
        yield from ((place, ref, frozenset()) for ref in part.skip)
        assert set(part.types) <= set(DICTIONARY.by_name)
    elif isinstance(part, Is):
        yield place, part.ref, frozenset(part.values)
    elif isinstance(part, Has | HasOnly):
        yield place, part.ref, frozenset(part.codes)
    elif is_dataclass(part):
        inner_parts = [getattr(part, field.name) for field in fields(part)]
        nested = [one for one in inner_parts if is_dataclass(one) or isinstance(one, tuple)]
        for one in nested:
            yield from named(one, place)
        if not any(is_dataclass(one) or _holds_parts(one) for one in inner_parts):
            yield from ((place, ref, frozenset()) for ref in getattr(part, "refs", ()))


def _holds_parts(one: object) -> bool:
    return isinstance(one, tuple) and any(is_dataclass(part) for part in one)


def mistakes(where: str, part: Check | Predicate | None, type_name: str) -> Iterator[str]:
    for place, ref, codes in named(part, Place(type_name)):
        try:
            item = place.item(ref)
        except KeyError:
            yield f"{where}: no item {ref!r} seen from {place.type}"
            continue
        known = set(item.code_values) if item else codes
        if not codes <= known and ref != "case.status":
            yield f"{where}: {ref} has no code {', '.join(sorted(codes - known))}"


def test_rules_name_items_and_codes_that_exist() -> None:
    found = [
        slip
        for type_, rule in DICTIONARY.rules
        for slip in mistakes(f"rule {rule.number} of {type_.name}", rule.check, type_.name)
    ]
    assert found == []


def test_questions_depend_on_items_and_codes_that_exist() -> None:
    found = [
        slip
        for type_ in DICTIONARY.types
        for item in type_.items
        for slip in mistakes(f"{type_.name}.{item.name}", item.asked_if, type_.name)
    ]
    assert found == []


def test_links_name_items_that_exist() -> None:
    for type_ in DICTIONARY.types:
        for link in type_.links:
            assert link.item in type_.by_name
            assert link.target_item in DICTIONARY[link.target].by_name


def test_a_slip_is_found() -> None:
    slips = list(mistakes("here", Is("transplant.typ", "ALLO"), "graft"))
    slips += mistakes("here", Is("transplant.type", "ALLOGENEIC"), "graft")
    assert slips == [
        "here: no item 'transplant.typ' seen from graft",
        "here: transplant.type has no code ALLOGENEIC",
    ]
