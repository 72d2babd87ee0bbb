"""What happened to the patient, in order, and how far is each form?"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date

from registry.dictionary.case import Case, Node
from registry.dictionary.values import Missing, PartialDate
from registry.forms.dates import in_words
from registry.forms.places import path_of
from registry.validation import Finding, completeness
from registry.views.places import Open
from registry.views.words import details_of, first_transplant, label_of, main_date

EVENTS = (
    "disease", "course", "pretransplant_relapse", "transplant", "engraftment", "chimerism",
    "acute_gvhd", "chronic_gvhd", "complication", "relapse", "treatment_line", "infusion",
    "toxicity", "follow_up", "death",
)  # fmt: skip
"""Records that happen on a day. The others are told with the record they belong to."""


@dataclass(frozen=True)
class Badge:
    """How far a form is: a shape and a count. `state` is ok, none, partly, warning or error.

    `queries` counts the open questions, of rules and of people, `kept` the warnings with a reason,
    `missing` the answers said to be not done, unknown and the like.
    """

    state: str
    answered: int
    asked: int
    queries: int = 0
    kept: int = 0
    missing: int = 0
    signed: bool = False

    @property
    def sign(self) -> str:
        return {"ok": "✓", "warning": "▲", "error": "✕"}.get(self.state, "○")

    @property
    def marks(self) -> list[tuple[str, int]]:
        """What is to be told besides the count, gravest first; 0 where only the shape is told."""
        graver = [(self.state, 0)] if self.state in ("error", "warning") else []
        counted = (("query", self.queries), ("kept", self.kept), ("missing", self.missing))
        return graver + [(state, count) for state, count in counted if count]


@dataclass(frozen=True)
class Event:
    """One line of the table."""

    when: str
    day: int | None
    label: str
    details: str
    badge: Badge
    address: str


def badge_of(node: Node, findings: Mapping[str, Iterable[Finding]], asked_by: int = 0) -> Badge:
    """How far the form of a record is, and the gravest thing the judge says about it.

    asked_by : how many questions of people are open about the record.
    """
    answered, asked = completeness(node)
    here = [one for one in findings.get(node.pointer, ()) if one.record_type == node.type.name]
    grave = {one.severity.value for one in here if one.open}
    queries = sum(one.severity.value == "query" for one in here)
    state = "ok" if answered == asked else "none" if answered == 0 else "partly"
    for graver in ("warning", "error"):
        state = graver if graver in grave else state
    return Badge(
        state,
        answered,
        asked,
        queries=queries + asked_by,
        kept=sum(bool(one.kept) for one in here),
        missing=sum(isinstance(one, Missing) for one in node.record.answers.values()),
    )


def badge_in(opened: Open, node: Node) -> Badge:
    """The badge of one of the patient's records, with people's questions and the signature."""
    badge = badge_of(node, opened.findings, opened.asked_about(node))
    return replace(badge, signed=path_of(node) in opened.stored.signed)


def day_of(when: PartialDate | None, case: Case) -> int | None:
    """Days from the first transplant; None unless both days are known."""
    transplant = first_transplant(case)
    zero = transplant.date("date") if transplant else None
    if when is None or zero is None or not (when.exact and zero.exact):
        return None
    return (when.first - zero.first).days


def events_of(opened: Open) -> list[Event]:
    """Every event of the patient: dated ones in order, then those without a date."""
    case = opened.case
    found = [(main_date(node), node) for name in EVENTS for node in case.of(name)]
    # Python's sort is stable: on the same day the order of the dictionary holds.
    found.sort(key=lambda pair: pair[0].first if pair[0] else date.max)
    return [
        Event(
            when=in_words(when),
            day=day_of(when, case),
            label=label_of(node),
            details=details_of(node),
            badge=badge_in(opened, node),
            address=opened.address_of(node),
        )
        for when, node in found
    ]
