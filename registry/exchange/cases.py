"""To which records of the patient does a line belong? Found again by number or date, so that twice is the same."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from functools import cache

from django.utils.translation import gettext as _

from registry.dictionary.case import Record
from registry.dictionary.language import RecordType
from registry.dictionary.values import Answer, Answers, PartialDate
from registry.exchange.lines import Layout, Line, Problem
from registry.exchange.main_dates import NUMBER, date_item_of
from registry.exchange.none_of_it import adds_nothing
from registry.exchange.only_one import dated_meant, undated_meant
from registry.exchange.told_apart import (
    TOLD_APART_BY,
    NoPlace,
    dated_or_refused,
    differs,
    first_column,
    meant_among,
    which,
)
from registry.models import DICTIONARY
from registry.records import Path


def case_of_row(
    line: Line, layout: Layout, known: Record, stored: Record, unread: Collection[str] = ()
) -> Record:
    """The case that says what the line says, each record under the key of the one it means.

    known : the patient's record as stored, with what earlier lines of the table add. stored : the
    same without them: a second record of a kind that is counted needs its number there, because
    it could as well be the first one with another date. unread : answers, as targets, that are
    "unknown" only because their cells cannot be read. Raises NoPlace.
    """
    supposed = {one.partition(".")[0] for one in unread}
    found: dict[str, Path] = {}
    root = Record("patient", known.key, line.answers.get("patient", {}))
    for type_ in DICTIONARY.types:
        answers = line.answers.get(type_.name)
        if answers is None or type_.parent is None:
            continue
        try:
            above = found.get(str(type_.parent)) or _parent(type_, found, known, layout)
            near = _siblings(known, above, type_)
            if type_.name not in supposed and adds_nothing(type_.name, answers, near):
                continue
            found[type_.name] = _path(type_, answers, above, known, stored, layout)
        except NoPlace as refusal:
            refusal.type_name = type_.name
            raise
        root = laid_together([root, _nested(root.key, found[type_.name], answers)])
    return root


def _path(
    type_: RecordType,
    answers: Answers,
    above: Path,
    known: Record,
    stored: Record,
    layout: Layout,
) -> Path:
    """Where the record of this kind stands of which the line speaks, below the one at `above`."""
    siblings = _siblings(known, above, type_)
    key = _key(type_, answers, siblings, _siblings(stored, above, type_), layout)
    if key not in {one.key for one in siblings}:
        dated_or_refused(type_, answers, layout)
    return (*above, (type_.name, key))


def laid_together(cases: Iterable[Record]) -> Record:
    """Cases of one patient as one: the later one counts where both answer; None stays (CLEAR)."""
    together: Record | None = None
    for one in cases:
        together = one if together is None else _both(together, one)
    assert together is not None, "at least one case is laid together"
    return together


def _both(one: Record, other: Record) -> Record:
    children = dict(one.children)
    for name, records in other.children.items():
        mine = {record.key: record for record in children.get(name, ())}
        for record in records:
            mine[record.key] = _both(mine[record.key], record) if record.key in mine else record
        children[name] = tuple(mine.values())
    answers = {**one.answers, **other.answers}
    return Record(one.type, one.key or other.key, answers, children, {**one.kept, **other.kept})


def _nested(key: str, path: Path, answers: Answers) -> Record:
    """The case that says nothing but these answers at the end of the path."""
    type_name, own = path[-1]
    record = Record(type_name, own, answers)
    for above, above_key in reversed(path[:-1]):
        record = Record(above, above_key, {}, {record.type: (record,)})
    return Record("patient", key, {}, {record.type: (record,)})


def at(root: Record, path: Path) -> Record | None:
    """The record at the end of a path, or None."""
    record: Record | None = root
    for type_name, key in path:
        below = record.of(type_name) if record else ()
        record = next((one for one in below if one.key == key), None)
    return record


def _siblings(root: Record, above: Path, type_: RecordType) -> Sequence[Record]:
    parent = at(root, above)
    return parent.of(type_.name) if parent else ()


def _parent(type_: RecordType, found: Mapping[str, Path], known: Record, layout: Layout) -> Path:
    """Where a record belongs whose line does not name the record above it: to the only one."""
    if type_.parent == "patient":
        return ()
    above = DICTIONARY[str(type_.parent)]
    inside = max(found.values(), key=lambda path: _shared(path, above), default=())
    inside = inside[: _shared(inside, above)]
    paths = [one for one in _paths(known, above.name) if one[: len(inside)] == inside]
    if len(paths) == 1:
        return paths[0]
    words = {"record": type_.label, "above": above.label, "count": len(paths)}
    if paths:
        says = _("%(record)s: of which %(above)s? There are %(count)s: add its number or date")
    else:
        says = _("%(record)s: no record %(above)s is known to which it belongs: add its date")
    raise NoPlace(Problem(says % words, first_column(type_, layout)))


def _shared(path: Path, above: RecordType) -> int:
    """Steps of a path that lead to, or towards, records of the type `above`."""
    line = _ancestors(above.name)
    return next((n for n, (name, _key) in enumerate(path) if name not in line), len(path))


@cache
def _ancestors(name: str) -> frozenset[str]:
    parent = DICTIONARY[name].parent
    return frozenset((name,)) | (_ancestors(parent) if parent else frozenset())


def _paths(root: Record, name: str, path: Path = ()) -> Iterator[Path]:
    for type_name, records in root.children.items():
        for record in records:
            here = (*path, (type_name, record.key))
            if type_name == name:
                yield here
            yield from _paths(record, name, here)


def _key(
    type_: RecordType,
    answers: Mapping[str, Answer],
    known: Sequence[Record],
    stored: Sequence[Record],
    layout: Layout,
) -> str:
    """The key of the record that is meant: an existing one's, or a new one that follows from it."""
    if type_.single:
        return type_.name
    date_item = date_item_of(type_)
    number = answers.get(NUMBER) if NUMBER in type_.by_name else None
    day = answers.get(date_item) if date_item else None
    if isinstance(number, int):
        meant = [one for one in known if one.answers.get(NUMBER) == number] or [
            one
            for one in known
            if NUMBER not in one.answers
            and _same_day(one, date_item, day)
            and not differs(type_, one, answers)
        ]
        if len(meant) > 1:
            raise NoPlace(which(type_, len(meant), layout))
        return meant[0].key if meant else _new_key(type_, str(number), known)
    if isinstance(day, PartialDate):
        near = [one for one in known if _same_day(one, date_item, day)] or [
            one for one in known if date_item not in one.answers and len(known) == 1
        ]
        if meant_one := meant_among(type_, answers, near, layout):
            return meant_one.key
        if not near and (more_exact := dated_meant(type_, answers, date_item, known, stored)):
            return more_exact.key
        if NUMBER in type_.by_name and (stored or near):
            says = _("%s: a new one, or another date of one that is known? Add its number")
            if near:
                says = _(
                    "%s: another one of this day, or a correction of the known? Add its number"
                )
            raise NoPlace(Problem(says % type_.label, layout.place(type_.name, date_item)))
        return _new_key(type_, str(day), known)
    if not known:
        return _new_key(type_, "1", known)
    return _only(type_, answers, date_item, known, stored, layout)


def _only(
    type_: RecordType,
    answers: Mapping[str, Answer],
    date_item: str,
    known: Sequence[Record],
    stored: Sequence[Record],
    layout: Layout,
) -> str:
    """The key where neither number nor date is told: what repeats is rarely found by being alone."""
    repeats = bool(date_item) and NUMBER not in type_.by_name
    near = [one for one in known if not repeats or date_item not in one.answers]
    apart = TOLD_APART_BY.get(type_.name, ())
    meant = [one for one in near if not differs(type_, one, answers)]
    if len(meant) == 1:
        return meant[0].key
    if not near and (only := undated_meant(type_, answers, date_item, known, stored)):
        return only.key
    if len(known) == 1 and near and not meant:
        labels = ", ".join(type_.by_name[item].label for item in apart)
        says = _(
            "%(record)s: another one, or a correction of the one that is known? It differs in "
            "%(items)s: enter it on the patient's page"
        )
        words = {"record": type_.label, "items": labels}
        raise NoPlace(Problem(says % words, first_column(type_, layout)))
    says = _("%(record)s: which of the %(count)s that are known? Add its number or date")
    words = {"record": type_.label, "count": len(known)}
    raise NoPlace(Problem(says % words, first_column(type_, layout)))


def _same_day(record: Record, date_item: str, day: Answer) -> bool:
    return isinstance(day, PartialDate) and record.answers.get(date_item) == day


def _new_key(type_: RecordType, told: str, known: Sequence[Record]) -> str:
    taken = {one.key for one in known}
    base = f"{type_.name}-{told}"
    names = (base, *(f"{base}.{n}" for n in range(2, len(taken) + 3)))
    return next(one for one in names if one not in taken)
