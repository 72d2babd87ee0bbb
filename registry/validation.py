"""Is this patient's record right? The only judge, for every door: form, API and import."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date

from registry.dictionary.case import Case, Node, Record
from registry.dictionary.checks import Failure, Rule, Severity
from registry.dictionary.language import Dictionary, Item


@dataclass(frozen=True)
class Finding:
    """A broken rule: where, how grave, in words with the values concerned.

    `pointer` is the JSON pointer (RFC 6901) of the first answer concerned inside the case; `items`
    are the answers of this record that it speaks of, `refs` those of other records too; `kept` the
    reason given for keeping the value against a warning; `refused` tells that the tables cannot
    hold it, not even as a draft; `absent` is the type of a record that should be there and is not.
    """

    rule: int
    severity: Severity
    says: str
    values: str
    pointer: str
    record_type: str
    record_key: str
    items: tuple[str, ...]
    kept: str = ""
    refused: bool = False
    refs: tuple[str, ...] = field(default=(), compare=False)
    absent: str = field(default="", compare=False)

    @property
    def blocks(self) -> bool:
        """True when the case cannot be completed as it stands."""
        return self.severity is Severity.ERROR

    @property
    def open(self) -> bool:
        """True while somebody has to do something about it."""
        return not self.kept


def judge(root: Record, dictionary: Dictionary, today: date) -> tuple[Finding, ...]:
    """Every broken rule of one patient's whole record, gravest first.

    root : the patient record with all records nested in it. today : the day of judgement.
    Rules whose answers are unknown are not judged. Tested rule by rule in tests/spec.
    """
    case = Case(root, dictionary, today)
    found = [
        _finding(rule, failure)
        for node in case.nodes
        for rule in node.type.rules
        for failure in rule.check.failures(node)
    ]
    unique = dict.fromkeys(found)
    return tuple(sorted(unique, key=lambda one: (_WEIGHT[one.severity], one.rule, one.pointer)))


_WEIGHT = {Severity.ERROR: 0, Severity.WARNING: 1, Severity.QUERY: 2}


def _finding(rule: Rule, failure: Failure) -> Finding:
    node = failure.at
    severity = rule.severity if failure.certain else Severity.WARNING
    own = [ref for ref in failure.refs if ref in node.type.by_name]
    kept = node.record.kept.get(rule.number, "") if severity is Severity.WARNING else ""
    return Finding(
        rule=rule.number,
        severity=severity,
        says=rule.says if failure.certain else rule.says_perhaps,
        values="; ".join(dict.fromkeys(_shown(failure))),
        pointer=f"{node.pointer}/{own[0]}" if own else node.pointer,
        record_type=node.type.name,
        record_key=node.record.key,
        items=tuple(own),
        kept=kept,
        refused=rule.refused and failure.certain,
        refs=failure.refs,
        absent=failure.absent,
    )


def _shown(failure: Failure) -> Iterator[str]:
    node = failure.at
    for place, ref in enumerate(failure.refs):
        type_name, _, name = ref.rpartition(".")
        if type_name in ("case", "outer"):
            yield from _of_the_case(node.case, ref)
            continue
        home = node.related(type_name) if type_name else node
        if home is None or name not in home.type.by_name:
            continue
        item = home.type.by_name[name]
        if not item.identifying and (answer := home.get(name)) is not None:
            label = f"{home.type.label}: {item.label}" if type_name else item.label
            yield f"{label} {item.show(answer)}"
        if failure.computed and place == 0:
            yield f"computed {item.show(failure.computed)}"


def _of_the_case(case: Case, ref: str) -> Iterator[str]:
    latest = case.latest_follow_up
    if ref == "case.last_contact" and case.last_contact is not None:
        yield f"Last contact or death {case.last_contact}"
    elif ref == "case.status" and latest is not None:
        yield f"Last contact {latest.date('date_of_contact')}"


def is_asked(item: Item, node: Node) -> bool:
    """Is the item asked of this record?

    While nobody has answered what it hangs on, an item that has an answer is: the answer, such as a
    day out of a table, is not hidden for want of another one.
    """
    truth = True if item.asked_if is None else item.asked_if.holds(node)
    return item.name in node.record.answers if truth is None else truth


def completeness(node: Node) -> tuple[int, int]:
    """(answered, asked): how many of the core items asked of this record have an answer."""
    asked = [item for item in node.type.items if item.core and is_asked(item, node)]
    return sum(item.name in node.record.answers for item in asked), len(asked)
