"""What would a case change in the tables, and what does the judge say of the result? Writes nothing."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date

from registry.dictionary.case import Record
from registry.dictionary.reading import merge
from registry.models import DICTIONARY, CaseReceipt
from registry.records import Path, StoredCase
from registry.validation import Finding, judge

Outcome = CaseReceipt.Outcome


@dataclass(frozen=True)
class Plan:
    """What is to be written for one case, and what the judge says of the result."""

    stored: StoredCase
    merged: Record
    findings: tuple[Finding, ...]
    fresh: frozenset[Path]
    changed: frozenset[Path]

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

    A reason for keeping a value lapses when the value changes, unless it is given again.
    """
    before = dict(walk(stored.root)) if stored.patient else {}
    merged = _lapsed(stored.root, merge(stored.root, incoming), incoming, today)
    paths = dict(walk(merged))
    return Plan(
        stored,
        merged,
        judge(merged, DICTIONARY, today),
        fresh=frozenset(path for path in paths if path not in before),
        changed=frozenset(
            path for path in paths if path in before and _differs(paths[path], before[path])
        ),
    )


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
