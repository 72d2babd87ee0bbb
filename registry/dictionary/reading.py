"""From JSON to one patient's record and back, with a pointer to everything that cannot be read."""

from __future__ import annotations

import difflib
from collections import Counter
from dataclasses import dataclass

from registry.dictionary.answers import read_reason
from registry.dictionary.case import Record
from registry.dictionary.language import Dictionary, RecordType
from registry.dictionary.values import (
    KEY_LENGTH,
    LONGEST_REASON,
    Answer,
    Answers,
    BadValue,
    quoted,
)

LONGEST_RULE_NUMBER = 4
MOST_RECORDS, MOST_IN_A_LIST = 1000, 200
"""In one case, and in one list of it. Rules compare records with one another, each with each."""
MOST_PROBLEMS = 100
"""So many are named for one case; whoever sends more has another kind of file."""


@dataclass(frozen=True)
class Unreadable:
    """A place in the JSON that holds no valid answer. `pointer` is a JSON pointer (RFC 6901)."""

    pointer: str
    detail: str


@dataclass(frozen=True)
class Reading:
    """What was read, and what was unreadable. Answers of None (JSON null) mean: clear it."""

    record: Record
    problems: tuple[Unreadable, ...]


class _Reader:
    def __init__(self, dictionary: Dictionary) -> None:
        self.dictionary = dictionary
        self.problems: list[Unreadable] = []
        self.records = 0

    def refuse(self, pointer: str, detail: str) -> None:
        if len(self.problems) < MOST_PROBLEMS:
            self.problems.append(Unreadable(pointer, detail))

    def record(self, type_: RecordType, raw: object, pointer: str) -> Record | None:
        if not isinstance(raw, dict):
            self.refuse(pointer, f"{type_.label} is an object of items")
            return None
        self.records += 1
        if self.records > MOST_RECORDS:
            if self.records == MOST_RECORDS + 1:
                self.refuse(pointer, f"the case has more than {MOST_RECORDS} records")
            return None
        children = {one.json_key: one for one in self.dictionary.children(type_.name)}
        answers: dict[str, Answer] = {}
        nested: dict[str, tuple[Record, ...]] = {}
        for name, value in raw.items():
            at = f"{pointer}/{escape(name[:KEY_LENGTH])}"
            if name in type_.by_name:
                self._item(type_, name, value, at, answers)
            elif name in children:
                nested[children[name].name] = self._children(children[name], value, at)
            elif name not in ("key", "keep"):
                self.refuse(at, _unknown(type_, name, [*type_.by_name, *children, "key", "keep"]))
        key = self._key(type_, raw.get("key"), pointer)
        return Record(type_.name, key, answers, nested, self._kept(raw.get("keep"), pointer))

    def _item(
        self, type_: RecordType, name: str, value: object, at: str, answers: dict[str, Answer]
    ) -> None:
        if isinstance(value, str) and not value.strip():
            return  # rule 75: a blank is "no change"; null clears
        try:
            answers[name] = type_.by_name[name].read(value)
        except BadValue as bad:
            self.refuse(at, str(bad))

    def _children(self, type_: RecordType, raw: object, at: str) -> tuple[Record, ...]:
        if type_.single:
            one = self.record(type_, raw, at)
            return (one,) if one else ()
        if not isinstance(raw, list):
            self.refuse(at, f"{type_.json_key} is a list")
            return ()
        if len(raw) > MOST_IN_A_LIST:
            self.refuse(at, f"{len(raw)} {type_.json_key}: at most {MOST_IN_A_LIST} are taken")
            return ()
        read = [self.record(type_, one, f"{at}/{index}") for index, one in enumerate(raw)]
        for key, times in Counter(one.key for one in read if one and one.key).items():
            if times > 1:
                self.refuse(at, f"key {key!r} stands twice: each record needs its own key")
        return tuple(one for one in read if one)

    def _key(self, type_: RecordType, raw: object, pointer: str) -> str:
        if type_.single:
            # Under a key of its own a second one would stand beside the first.
            if raw not in (None, type_.name):
                self.refuse(f"{pointer}/key", f"there is one {type_.label}: it has no key")
            return type_.name
        if isinstance(raw, str) and raw.strip() and len(raw) <= KEY_LENGTH and raw.isprintable():
            return raw.strip()
        self.refuse(
            f"{pointer}/key",
            f"each {type_.label} needs a key: its name in your own system, 1 to {KEY_LENGTH} characters",
        )
        return ""

    def _kept(self, raw: object, pointer: str) -> dict[int, str]:
        if raw is None:
            return {}
        if not isinstance(raw, dict):
            self.refuse(f"{pointer}/keep", _KEEP)
            return {}
        kept: dict[int, str] = {}
        for rule, reason in raw.items():
            number = rule_number(rule)
            try:
                if number is None or (isinstance(reason, str) and not reason.strip()):
                    raise BadValue(_KEEP)
                kept[number] = read_reason(reason)
            except BadValue:
                self.refuse(f"{pointer}/keep/{escape(rule[:KEY_LENGTH])}", _KEEP)
        return kept


_KEEP = (
    f'write {{"rule number": "reason"}}, 1 to {LONGEST_REASON} characters; null takes a reason back'
)


def rule_number(text: str) -> int | None:
    """The number of a rule as forms and JSON name it, or None."""
    fits = text.isascii() and text.isdecimal() and len(text) <= LONGEST_RULE_NUMBER
    return int(text) if fits else None


def escape(name: str) -> str:
    """One step of a JSON pointer (RFC 6901)."""
    return name.replace("~", "~0").replace("/", "~1")


def _unknown(type_: RecordType, name: str, known: list[str]) -> str:
    near = difflib.get_close_matches(name[:KEY_LENGTH], known, n=1)
    hint = f" Did you mean {near[0]!r}?" if near else ""
    return f"{type_.label} has no item {quoted(name)}.{hint}"


def read_case(dictionary: Dictionary, raw: object) -> Reading:
    """Read one case. Answers of None in the record mean: clear what is stored.

    Everything readable is read; everything else is named with its pointer. Never raises.
    """
    reader = _Reader(dictionary)
    record = reader.record(dictionary["patient"], raw, "")
    return Reading(record or Record("patient"), tuple(reader.problems))


def write_record(dictionary: Dictionary, record: Record) -> dict[str, object]:
    """The JSON of a record and all in it: the inverse of `read_case`."""
    type_ = dictionary[record.type]
    out: dict[str, object] = {}
    if not type_.single:
        out["key"] = record.key
    for item in type_.items:
        if item.name in record.answers:
            out[item.name] = item.write(record.answers[item.name])
    if record.kept:
        out["keep"] = {str(rule): reason for rule, reason in record.kept.items()}
    for child in dictionary.children(type_.name):
        written = [write_record(dictionary, one) for one in record.of(child.name)]
        if written:
            out[child.json_key] = written[0] if child.single else written
    return out


def merge(stored: Record, incoming: Record) -> Record:
    """`stored` with everything that `incoming` says; what it does not mention stays.

    An answer of None clears the stored one, an empty reason takes the stored one back; records
    are matched by type and key.
    """
    answers = {**stored.answers, **incoming.answers}
    children: dict[str, tuple[Record, ...]] = dict(stored.children)
    for type_name, records in incoming.children.items():
        known = {one.key: one for one in children.get(type_name, ())}
        # The sender's order comes first, so that pointers fit what was sent.
        sent = [merge(known.pop(one.key, Record(one.type, one.key)), one) for one in records]
        children[type_name] = (*sent, *known.values())
    return Record(
        stored.type,
        stored.key or incoming.key,
        _present(answers),
        children,
        {rule: why for rule, why in {**stored.kept, **incoming.kept}.items() if why},
    )


def _present(answers: Answers) -> Answers:
    return {name: answer for name, answer in answers.items() if answer is not None}
