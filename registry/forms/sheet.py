"""What does the form of one record show? Its sections, fields, findings and what is still to answer."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import chain

from django.utils.translation import gettext as _

from registry.dictionary.case import Case, Node
from registry.dictionary.language import Item, RecordType
from registry.dictionary.predicates import Has
from registry.forms.computed import computed_lines
from registry.forms.entry import Entry, Typed, typed_for
from registry.forms.field import STATES, Elsewhere, Field, normalised_words
from registry.forms.saved import Saved
from registry.models import DICTIONARY
from registry.validation import Finding, completeness, is_asked, judge


@dataclass(frozen=True)
class Sheet:
    """The whole form of one record. `asks` are words typed to the registry office, by rule."""

    type: RecordType
    sections: tuple[tuple[str, tuple[Field, ...]], ...]
    notes: tuple[Finding, ...]
    answered: int
    asked: int
    prefix: str = ""
    fields: tuple[Field, ...] = field(default=())
    asks: Mapping[int, str] = field(default_factory=dict)

    @property
    def hidden(self) -> list[Field]:
        """Fields whose branch is closed; they keep what was typed until the form is saved."""
        return [one for one in self.fields if not one.asked and not one.typed.empty]

    def leads(self, finding: Finding) -> bool:
        """Is it the first on the page of its rule? Only there is its answer typed."""
        shown = [
            *self.notes,
            *(f for _, some in self.sections for one in some for f in one.findings),
        ]
        return next((one for one in shown if one.rule == finding.rule), finding) is finding

    @property
    def readable(self) -> bool:
        """Of what is asked; what a closed branch holds is removed, readable or not."""
        return not any(one.problem for one in self.fields if one.asked)

    @property
    def unexplained(self) -> bool:
        """True when a stored answer was changed, and the save was refused for want of a reason."""
        return any(one.why_missing for one in self.fields)

    @property
    def nothing_refused(self) -> bool:
        """True when a save of what stands here would not be refused for what the fields show."""
        shown = [*self.notes, *(found for one in self.fields for found in one.findings)]
        return self.readable and not self.unexplained and not any(one.refused for one in shown)

    @property
    def tally(self) -> list[tuple[str, int]]:
        """How many of the fields and notes shown are in each state worth telling, gravest first."""
        counts = Counter(one.state for _, fields in self.sections for one in fields)
        counts.update("kept" if one.kept else one.severity.value for one in self.notes)
        return [(one, counts[one]) for one in STATES if counts[one] and one not in ("ok", "none")]


@dataclass(frozen=True)
class Around:
    """What a form shows besides the answers: what is stored, and where a person's question is open.

    `asked_about` names items of this record; `refuse` tells to name the changes without a reason.
    """

    saved: Saved = field(default_factory=Saved)
    asked_about: Collection[str] = ()
    refuse: bool = False


def sheet_of(
    case: Case,
    node: Node,
    entry: Entry | None = None,
    *,
    prefix: str = "",
    identities: bool = True,
    findings: Mapping[str, list[Finding]] | None = None,
    around: Around | None = None,
) -> Sheet:
    """The form of the record at `node`, with what was typed in `entry` laid over what it holds.

    Without `identities` the identifying answers are left out. `findings` are those on the case,
    where they are known already.
    """
    judged = findings_by_pointer(case) if findings is None else findings
    here = [one for one in judged.get(node.pointer, []) if one.record_type == node.type.name]
    drawn = _Drawing(
        node, entry or Entry(node.record), here, prefix, identities, around or Around()
    )
    drawn.elsewhere = told_elsewhere(judged, node)
    fields = tuple(drawn.field(item) for item in node.type.items)
    by_name = {one.item.name: one for one in fields}
    sections = []
    for section in node.type.sections:
        shown = tuple(by_name[item.name] for item in section.items if by_name[item.name].asked)
        if shown:
            sections.append((section.label, shown))
    on_fields = {id(finding) for one in fields if one.asked for finding in one.findings}
    notes = tuple(one for one in here if id(one) not in on_fields)
    answered, asked = completeness(node)
    asks = entry.asks if entry else {}
    return Sheet(node.type, tuple(sections), notes, answered, asked, prefix, fields, asks)


def findings_by_pointer(case: Case) -> dict[str, list[Finding]]:
    """What the judge says of the whole case, under the pointer of the record concerned."""
    found: dict[str, list[Finding]] = {}
    for one in judge(case.root, DICTIONARY, case.today):
        at = one.pointer.removesuffix(f"/{one.items[0]}") if one.items else one.pointer
        found.setdefault(at, []).append(one)
    return found


def told_elsewhere(
    judged: Mapping[str, list[Finding]], node: Node
) -> dict[str, tuple[Elsewhere, ...]]:
    """By item: what stands open at other records and speaks of an answer that a patient has once.

    A death dated too early breaks no rule of its own: all that is dated later does, on other forms.
    """
    if not node.type.single or node.type.parent != "patient":
        return {}
    told: dict[str, dict[tuple[str, str], dict[str, None]]] = {}
    for one in chain.from_iterable(judged.values()):
        for type_name, _dot, item in (ref.rpartition(".") for ref in one.refs):
            if type_name == node.type.name != one.record_type and one.open:
                records = told.setdefault(item, {}).setdefault((one.severity.value, one.says), {})
                records[DICTIONARY[one.record_type].label] = None
    return {
        item: tuple(Elsewhere(severity, says, tuple(at)) for (severity, says), at in found.items())
        for item, found in told.items()
    }


class _Drawing:
    """Draws the fields of one record."""

    def __init__(
        self,
        node: Node,
        entry: Entry,
        findings: list[Finding],
        prefix: str,
        identities: bool,
        around: Around,
    ) -> None:
        self.node, self.entry, self.findings, self.prefix = node, entry, findings, prefix
        self.identities, self.around = identities, around
        self.computed = computed_lines(node)
        self.elsewhere: Mapping[str, tuple[Elsewhere, ...]] = {}
        self.changed = frozenset(around.saved.changed(entry))
        refused = around.saved.unexplained(entry) if around.refuse else ()
        self.unexplained = frozenset(refused)

    def field(self, item: Item) -> Field:
        name, answer = item.name, self.node.record.answers.get(item.name)
        concealed = item.identifying and not self.identities
        return Field(
            item=item,
            name=self.prefix + name,
            typed=Typed() if concealed else self._typed(item),
            answer="" if concealed else item.show(answer),
            asked=self._asked(item),
            because=_because(item, self.node),
            problem=self.entry.problems.get(name, ""),
            findings=tuple(one for one in self.findings if one.items[:1] == (name,)),
            identity_hidden=concealed,
            was=None if concealed else self.around.saved.was(item),
            changed=name in self.changed,
            why=self.entry.reasons.get(name, ""),
            why_missing=name in self.unexplained,
            computed=self.computed.get(name, ()),
            normalised=normalised_words(item, answer),
            asked_about=name in self.around.asked_about,
            elsewhere=self.elsewhere.get(name, ()),
        )

    def _asked(self, item: Item) -> bool:
        """An item without an opened branch is asked while anything stands in it, readable or not.

        What is stored counts: a field whose answer is being emptied stays until that is saved.
        """
        if is_asked(item, self.node):
            return True
        stands = not self._typed(item).empty or self.around.saved.answers.get(item.name) is not None
        return stands and _waits(item, self.node)

    def _typed(self, item: Item) -> Typed:
        sent = self.entry.typed.get(item.name)
        return typed_for(item, self.node.record.answers.get(item.name)) if sent is None else sent


def _waits(item: Item, node: Node) -> bool:
    """True while it is not known whether the item is asked: what it hangs on has no answer."""
    return item.asked_if is not None and item.asked_if.holds(node) is None


def _because(item: Item, node: Node) -> str:
    """The answer of this form that opens the branch of an item, in words."""
    if _waits(item, node):
        return _("it has an answer")
    for ref in _causes(item):
        cause = node.type.by_name.get(ref)
        answer = node.record.answers.get(ref)
        if cause is None or answer is None:
            continue
        if isinstance(answer, frozenset) and isinstance(item.asked_if, Has):
            answer = answer & frozenset(item.asked_if.codes)
        return cause.show(answer).split(": ")[0]
    return ""


def _causes(item: Item) -> Iterator[str]:
    yield from item.asked_if.refs if item.asked_if else ()
