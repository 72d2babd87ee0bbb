"""What else is wrong with a line of which a cell cannot be read? Judged as if the cell said "unknown"."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from registry.dictionary.language import RecordType
from registry.dictionary.values import Answer, Missing
from registry.exchange.lines import Line
from registry.models import DICTIONARY


def may_be_judged_further(line: Line) -> bool:
    """Is it known whose line it is, and is nothing wrong but cells that cannot be read?"""
    return all(one.unread for one in line.problems)


def read_as_unknown(line: Line, unread: Collection[str]) -> Line:
    """The line, with "unknown" where it cannot be read: no rule can say then that it is left out."""
    answers: dict[str, dict[str, Answer]] = {name: dict(own) for name, own in line.answers.items()}
    for target in unread:
        type_name, _dot, item = target.partition(".")
        answers.setdefault(type_name, {})[item] = Missing.UNKNOWN
    in_order = {one.name: answers[one.name] for one in DICTIONARY.types if one.name in answers}
    return replace(line, answers=in_order, problems=())


def without_records(line: Line, types: Collection[str]) -> Line:
    """The line without what it says of these kinds of records, and of those that hang in them."""
    kept = {name: own for name, own in line.answers.items() if not _is_or_hangs_in(name, types)}
    return replace(line, answers=kept)


def types_of(unread: Collection[str]) -> frozenset[str]:
    """The kinds of records in which something cannot be read; the patient can always be placed."""
    return frozenset(one.partition(".")[0] for one in unread) - {"patient"}


def _is_or_hangs_in(name: str, types: Collection[str]) -> bool:
    type_: RecordType | None = DICTIONARY[name]
    while type_ is not None:
        if type_.name in types:
            return True
        type_ = DICTIONARY[type_.parent] if type_.parent else None
    return False
