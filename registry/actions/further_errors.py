"""What else is wrong with a line of which a cell cannot be read? Judged as if the cell said "unknown"."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from registry.dictionary.language import RecordType
from registry.dictionary.values import Answer, Missing
from registry.exchange.lines import Line
from registry.exchange.main_dates import NUMBER, date_item_of, main_date_of
from registry.exchange.told_apart import TOLD_APART_BY, NoPlace
from registry.models import DICTIONARY
from registry.validation import Finding


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


def hidden_by(refusal: NoPlace, unread: Collection[str]) -> frozenset[str]:
    """The kinds of records whose unread cells may be why a record has no place: its own kind, and
    those in which it hangs. The patient can always be placed.

    That a record lacks its date hangs only on what tells such records apart, and on the answer
    after which no date is asked.
    """
    placing = {one for one in unread if not refusal.undated or _tells_apart(one)}
    kinds = {one.partition(".")[0] for one in placing} - {"patient"}
    return frozenset(one for one in kinds if _is_or_hangs_in(refusal.type_name, (one,)))


def main_date(refusal: NoPlace) -> frozenset[str]:
    """The date that is all a record lacks to have its place, as a target; nothing for other refusals."""
    item = main_date_of(DICTIONARY[refusal.type_name]) if refusal.undated else None
    return frozenset((f"{refusal.type_name}.{item.name}",) if item else ())


def hangs_on(found: Finding, unread: Collection[str], types: Collection[str]) -> bool:
    """Does an error only come from cells that cannot be read, or from records that were left out
    while the others were judged?"""
    own = {f"{found.record_type}.{one}" for one in found.items}
    named = own | {ref for ref in found.refs if ref.count(".") == 1}
    of_types = {one.partition(".")[0] for one in named} | {found.absent}
    return bool(named & set(unread) or of_types & set(types))


def _tells_apart(target: str) -> bool:
    name, _dot, item = target.partition(".")
    type_ = DICTIONARY[name]
    main = main_date_of(type_)
    asked_by = main.asked_if.refs if main and main.asked_if else ()
    return item in (NUMBER, date_item_of(type_), *TOLD_APART_BY.get(name, ()), *asked_by)


def _is_or_hangs_in(name: str, types: Collection[str]) -> bool:
    type_: RecordType | None = DICTIONARY[name]
    while type_ is not None:
        if type_.name in types:
            return True
        type_ = DICTIONARY[type_.parent] if type_.parent else None
    return False
