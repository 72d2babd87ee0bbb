"""What does the form of one record show? Its sections, fields, findings and what is still to answer."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from registry.dictionary.case import Case, Node
from registry.dictionary.language import Item, RecordType
from registry.dictionary.predicates import Has
from registry.dictionary.strategy import strategy_words
from registry.dictionary.values import Kind, Missing
from registry.forms.entry import Entry, Typed, typed_for
from registry.models import DICTIONARY
from registry.validation import Finding, completeness, judge

LONGEST_ROW = 6
"""Up to so many choices stand in a joined row of buttons."""
LONGEST_HINT = 80
USUAL_REASONS = (Missing.NOT_DONE, Missing.UNKNOWN)


@dataclass(frozen=True)
class Choice:
    """One permitted answer, or one missing reason, as a button."""

    value: str
    label: str
    chosen: bool

    @property
    def short(self) -> str:
        """What stands on the button: the words before the explanation."""
        return self.label.split(": ")[0]

    @property
    def explained(self) -> bool:
        return self.short != self.label


@dataclass(frozen=True)
class Field:
    """One item with what stands in its controls and what the judge says about it."""

    item: Item
    name: str
    typed: Typed
    answer: str
    asked: bool
    because: str = ""
    problem: str = ""
    findings: tuple[Finding, ...] = ()
    identity_hidden: bool = False

    @property
    def control(self) -> str:
        """Which template draws it."""
        if self.item.kind is Kind.CODE:
            return "row" if len(self.item.code_values) <= LONGEST_ROW else "list"
        words = {Kind.CODES: "set", Kind.DATE: "date", Kind.TEXT: "words"}
        return words.get(self.item.kind, "amount")

    @property
    def choices(self) -> list[Choice]:
        chosen = {self.typed.text, *self.typed.chosen}
        return [Choice(value, label, value in chosen) for value, label in self.item.labels.items()]

    @property
    def units(self) -> list[str]:
        return [self.item.unit, *(unit.name for unit in self.item.units)] if self.item.units else []

    @property
    def usual_reasons(self) -> list[Choice]:
        return [self._reason(one) for one in USUAL_REASONS]

    @property
    def other_reasons(self) -> list[Choice]:
        return [self._reason(one) for one in Missing if one not in USUAL_REASONS]

    @property
    def given(self) -> bool:
        """True when there is a value, so that no reason for its absence is asked."""
        return bool(self.typed.text or self.typed.chosen)

    @property
    def missing_label(self) -> str:
        return self._labels.get(self.typed.missing, "")

    @property
    def rare_reason(self) -> bool:
        return self.typed.missing in [one.value for one in self.other_reasons]

    @property
    def short_help(self) -> bool:
        return len(self.item.help) <= LONGEST_HINT

    @property
    def state(self) -> str:
        """The gravest thing to be said: error, query, warning, ok or none."""
        if self.problem:
            return "error"
        grave = {one.severity.value for one in self.findings if one.open}
        for state in ("error", "query", "warning"):
            if state in grave:
                return state
        return "none" if self.typed.empty else "ok"

    @property
    def _labels(self) -> Mapping[str, str]:
        return {one.value: one.label for one in Missing}

    def _reason(self, reason: Missing) -> Choice:
        return Choice(reason.value, reason.label, self.typed.missing == reason.value)


@dataclass(frozen=True)
class Sheet:
    """The whole form of one record."""

    type: RecordType
    sections: tuple[tuple[str, tuple[Field, ...]], ...]
    notes: tuple[Finding, ...]
    answered: int
    asked: int
    derived: str = ""
    prefix: str = ""
    fields: tuple[Field, ...] = field(default=())

    @property
    def hidden(self) -> list[Field]:
        """Fields whose branch is closed; they keep what was typed until the form is saved."""
        return [one for one in self.fields if not one.asked and not one.typed.empty]

    @property
    def readable(self) -> bool:
        return not any(one.problem for one in self.fields)


def sheet_of(
    case: Case,
    node: Node,
    entry: Entry | None = None,
    *,
    prefix: str = "",
    identities: bool = True,
    findings: Mapping[str, list[Finding]] | None = None,
) -> Sheet:
    """The form of the record at `node`, with what was typed in `entry` laid over what it holds.

    Without `identities` the identifying answers are left out. `findings` are those on the case,
    where they are known already.
    """
    judged = findings_by_pointer(case) if findings is None else findings
    here = [one for one in judged.get(node.pointer, []) if one.record_type == node.type.name]
    fields = tuple(_fields(node, entry, here, prefix, identities))
    by_name = {one.item.name: one for one in fields}
    sections = []
    for section in node.type.sections:
        shown = tuple(by_name[item.name] for item in section.items if by_name[item.name].asked)
        if shown:
            sections.append((section.label, shown))
    on_fields = {id(finding) for one in fields if one.asked for finding in one.findings}
    notes = tuple(one for one in here if id(one) not in on_fields)
    answered, asked = completeness(node)
    strategy = strategy_words(node) if node.type.name == "treatment_line" else ""
    return Sheet(node.type, tuple(sections), notes, answered, asked, strategy, prefix, fields)


def findings_by_pointer(case: Case) -> dict[str, list[Finding]]:
    """What the judge says of the whole case, under the pointer of the record concerned."""
    found: dict[str, list[Finding]] = {}
    for one in judge(case.root, DICTIONARY, case.today):
        at = one.pointer.removesuffix(f"/{one.items[0]}") if one.items else one.pointer
        found.setdefault(at, []).append(one)
    return found


def _fields(
    node: Node, entry: Entry | None, findings: list[Finding], prefix: str, identities: bool
) -> Iterator[Field]:
    for item in node.type.items:
        answer = node.record.answers.get(item.name)
        sent = entry.typed.get(item.name) if entry else None
        concealed = item.identifying and not identities
        yield Field(
            item=item,
            name=prefix + item.name,
            typed=Typed() if concealed else sent if sent is not None else typed_for(item, answer),
            answer="" if concealed else item.show(answer),
            asked=item.asked_if is None or item.asked_if.holds(node) is True,
            because=_because(item, node),
            problem=entry.problems.get(item.name, "") if entry else "",
            findings=tuple(one for one in findings if one.items[:1] == (item.name,)),
            identity_hidden=concealed,
        )


def _because(item: Item, node: Node) -> str:
    """The answer of this form that opens the branch of an item, in words."""
    if item.asked_if is None:
        return ""
    for ref in item.asked_if.refs:
        cause = node.type.by_name.get(ref)
        answer = node.record.answers.get(ref)
        if cause is None or answer is None:
            continue
        if isinstance(answer, frozenset) and isinstance(item.asked_if, Has):
            answer = answer & frozenset(item.asked_if.codes)
        return cause.show(answer).split(": ")[0]
    return ""
