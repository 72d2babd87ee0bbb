"""What is asked when a patient is registered? The centre's own number, and the core of the person."""

from __future__ import annotations

from dataclasses import dataclass, replace

from django.http import QueryDict
from django.utils.translation import gettext as _

from registry.actions.register_patient import NOBODY, Apart
from registry.dictionary.case import Record
from registry.dictionary.values import KEY_LENGTH
from registry.forms.entry import Entry, problem_of_reason, read_entry
from registry.forms.places import case_of, node_at
from registry.forms.sheet import Sheet, sheet_of
from registry.models import DICTIONARY

PATIENT, IDENTITY = "patient-", "identity-"
DIFFERENT, BECAUSE, SEEN, ASK = "different", "because", "seen", "ask_for_link"
"""Controls of the candidates: a different person, why, than whom; and ask the registry office."""


@dataclass(frozen=True)
class Registration:
    """What was typed: the number, and an entry for each of the two records."""

    number: str
    number_problem: str
    patient: Entry
    identity: Entry
    different: bool = False
    because: str = ""
    because_problem: str = ""
    seen: tuple[str, ...] = ()
    asks: bool = False

    @property
    def apart(self) -> Apart:
        """Whom the person at the desk compared the new patient with, and why it is nobody of them."""
        told = self.different and self.because and not self.because_problem
        return Apart(self.seen, self.because) if told else NOBODY

    @property
    def readable(self) -> bool:
        return not self.number_problem and self.patient.readable and self.identity.readable

    @property
    def reason_problems(self) -> tuple[str, ...]:
        return self.patient.reason_problems

    @property
    def record(self) -> Record:
        """The new case. Only what was answered."""
        person = _answered(self.identity.record)
        children = {"identity": (person,)} if person.answers else {}
        return replace(_answered(self.patient.record), children=children)


def _answered(record: Record) -> Record:
    known = {name: answer for name, answer in record.answers.items() if answer is not None}
    return replace(record, answers=known)


def read_registration(data: QueryDict) -> Registration:
    """Read what was sent. Never raises."""
    number = data.get("number", "").strip()
    problem = ""
    if not number:
        problem = _("Write the number that your hospital gave the patient")
    elif len(number) > KEY_LENGTH or not number.isprintable():
        problem = _("At most %s printable characters") % KEY_LENGTH
    return Registration(
        number,
        problem,
        read_entry(DICTIONARY["patient"], number, data, PATIENT),
        read_entry(DICTIONARY["identity"], "identity", data, IDENTITY),
        different=DIFFERENT in data,
        because=data.get(BECAUSE, "").strip(),
        because_problem=problem_of_reason(data.get(BECAUSE, "").strip()),
        seen=tuple(data.getlist(SEEN)),
        asks=ASK in data,
    )


def registration_sheets(entry: Registration | None) -> list[Sheet]:
    """The two forms, empty or as typed."""
    empty = case_of(Record("patient", "", {}, {"identity": (Record("identity", "identity"),)}))
    places = (
        ((("identity", "identity"),), IDENTITY, entry and entry.identity),
        ((), PATIENT, entry and entry.patient),
    )
    sheets = []
    for path, prefix, typed in places:
        node = node_at(empty, path)
        assert node is not None, "both records stand in the empty case"
        sheets.append(sheet_of(empty, node, typed, prefix=prefix))
    return sheets
