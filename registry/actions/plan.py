"""What would a case change in the tables, and what does the judge say of the result? Writes nothing."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date

from django.utils import timezone

from registry.dictionary.case import Record
from registry.dictionary.checks import Severity
from registry.dictionary.reading import merge
from registry.models import DICTIONARY, CaseReceipt, SignOff
from registry.records import Path, StoredCase
from registry.validation import Finding, judge

Outcome = CaseReceipt.Outcome

SIGNED = 79
"""Number of the check that needs the signatures, and so stands here and not in the dictionary."""
SIGNED_SAYS = "A signed record does not change: the registry office can open it again"


@dataclass(frozen=True)
class Plan:
    """What is to be written for one case, and what the judge says of the result."""

    stored: StoredCase
    merged: Record
    findings: tuple[Finding, ...]
    fresh: frozenset[Path]
    changed: frozenset[Path]
    examined: bool = False
    """Whether actions.same_person has looked for the person among the other patients."""

    @property
    def outcome(self) -> str:
        if self.stored.patient is None:
            return Outcome.NEW
        return Outcome.CHANGED if self.fresh or self.changed else Outcome.SAME

    @property
    def blocked(self) -> bool:
        """True when an ERROR finding stands: such a case is stored as a draft only."""
        return any(one.blocks for one in self.findings)

    @property
    def refused(self) -> tuple[Finding, ...]:
        """What the tables cannot hold, not even as a draft."""
        return tuple(one for one in self.findings if one.refused)

    def findings_under(self, prefix: str) -> tuple[Finding, ...]:
        """The findings with their pointers inside a batch."""
        return tuple(replace(one, pointer=prefix + one.pointer) for one in self.findings)


def plan_case(stored: StoredCase, incoming: Record, today: date) -> Plan:
    """Lay `incoming` over what is stored, judge the whole, and list the differences.

    A reason for keeping a value lapses when the value changes, unless it is given again. A signed
    record that would change is refused (SIGNED), whatever the door.
    """
    before = dict(walk(stored.root)) if stored.patient else {}
    merged = _lapsed(stored.root, merge(stored.root, incoming), incoming, today)
    paths = dict(walk(merged))
    return Plan(
        stored,
        merged,
        (*_against_signatures(stored, merged), *judge(merged, DICTIONARY, today)),
        fresh=frozenset(path for path in paths if path not in before),
        changed=frozenset(
            path for path in paths if path in before and _differs(paths[path], before[path])
        ),
    )


def _against_signatures(stored: StoredCase, merged: Record) -> Iterator[Finding]:
    """What would change in records that are signed.

    A reason that lapses there, because a value elsewhere changed, is no change: the answers stay
    as they were signed, and the warning is open again.
    """
    if not stored.signed:
        return
    before = dict(walk(stored.root))
    for path, pointer, record in _pointed(merged):
        if path not in stored.signed or path not in before:
            continue
        was = before[path]
        names = tuple(
            item.name
            for item in DICTIONARY[record.type].items
            if record.answers.get(item.name) != was.answers.get(item.name)
        )
        if names or any(was.kept.get(rule) != why for rule, why in record.kept.items()):
            yield _is_signed(stored.signed[path], record, pointer, names)


def _is_signed(by: SignOff, record: Record, pointer: str, names: tuple[str, ...]) -> Finding:
    on = timezone.localtime(by.signed_at).date().isoformat()
    return Finding(
        rule=SIGNED,
        severity=Severity.ERROR,
        says=SIGNED_SAYS,
        values=f"Signed by {by.signed_by.get_username()} on {on}",
        pointer=f"{pointer}/{names[0]}" if names else pointer,
        record_type=record.type,
        record_key=record.key,
        items=names,
        refused=True,
        refs=names,
    )


def _pointed(
    record: Record, path: Path = (), pointer: str = ""
) -> Iterator[tuple[Path, str, Record]]:
    """Every record of a case with the way to it and its JSON pointer."""
    yield path, pointer, record
    for type_name, children in record.children.items():
        type_ = DICTIONARY[type_name]
        for index, child in enumerate(children):
            tail = type_.json_key if type_.single else f"{type_.json_key}/{index}"
            yield from _pointed(child, (*path, (type_name, child.key)), f"{pointer}/{tail}")


Told = dict[tuple[str, str, int], set[str]]
"""The answers that a rule complains of, in words, by type and key of the record and the rule."""


def _told(findings: Iterable[Finding]) -> Told:
    told: Told = defaultdict(set)
    for one in findings:
        told[one.record_type, one.record_key, one.rule].add(one.values)
    return told


def _lapsed(stored: Record, merged: Record, incoming: Record, today: date) -> Record:
    """`merged` without the reasons that were given for other values than those it holds."""
    if not any(record.kept for _, record in walk(stored)):
        return merged
    was = _told(judge(stored, DICTIONARY, today))
    now = _told(judge(merged, DICTIONARY, today))
    again = dict(walk(incoming))

    def clean(record: Record, path: Path) -> Record:
        given = again[path].kept if path in again else {}
        about = (record.type, record.key)
        kept = {
            rule: why
            for rule, why in record.kept.items()
            if rule in given or was.get((*about, rule)) == now.get((*about, rule))
        }
        children = {
            name: tuple(clean(one, (*path, (name, one.key))) for one in records)
            for name, records in record.children.items()
        }
        return replace(record, children=children, kept=kept)

    return clean(merged, ())


def walk(record: Record, path: Path = ()) -> Iterator[tuple[Path, Record]]:
    """Every record of a case with the way to it, parents before children."""
    yield path, record
    for type_name, children in record.children.items():
        for child in children:
            yield from walk(child, (*path, (type_name, child.key)))


def _differs(one: Record, other: Record) -> bool:
    return one.answers != other.answers or one.kept != other.kept
