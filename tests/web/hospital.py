"""Three people and a patient: the own data manager, a colleague who only reads, another hospital."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from html.parser import HTMLParser
from typing import Any

from django.contrib.auth.hashers import make_password

from registry.actions.register_patient import register_patient
from registry.dictionary.reading import read_case
from registry.models import DICTIONARY, Centre, Patient, Role, User
from registry.records import load_case
from registry.scope import every_centre
from tests.people import People
from tests.web.case import GIRL

PASS_PHRASE = "a pass phrase of the tests"


@dataclass(frozen=True)
class Hospital(People):
    """Who works with the patient, and the patient."""

    patient: Patient

    def pages_of(self, type_name: str) -> list[str]:
        """The addresses of the patient's records of one type."""
        with every_centre():
            rows = load_case(self.patient).rows
            return [
                f"/patients/{self.patient.pseudonym}/{type_name}/{row.pk}/"
                for row in rows.values()
                if row.record_type.name == type_name
            ]

    def page_of(self, type_name: str) -> str:
        """The address of the first one."""
        return self.pages_of(type_name)[0]

    def row(self, type_name: str, key: str = "") -> Any:
        """The stored row of that type as it is now."""
        with every_centre():
            rows = load_case(Patient.objects.get(pk=self.patient.pk)).rows.values()
            return next(
                row for row in rows if row.record_type.name == type_name and key in ("", row.key)
            )


@cache
def _hashed() -> str:
    """Hashing is slow on purpose: once for all people is enough here."""
    return make_password(PASS_PHRASE)


def new_hospital(case: dict[str, Any] | None = None) -> Hospital:
    """Two centres, four people and one patient."""
    own = Centre.objects.create(code="514", name="Testville")
    other = Centre.objects.create(code="600", name="Elsewhere")

    def person(name: str, role: Role, centre: Centre | None) -> User:
        return User.objects.create(username=name, password=_hashed(), role=role, centre=centre)

    manager = person("manager", Role.DATA_MANAGER, own)
    reading = read_case(DICTIONARY, case or GIRL)
    assert not reading.problems
    return Hospital(
        manager,
        person("reader", Role.READER, own),
        person("foreigner", Role.DATA_MANAGER, other),
        person("statistician", Role.STATISTICIAN, None),
        register_patient(by=manager, case=reading.record).patient,
    )


def filled(html: str) -> dict[str, list[str]]:
    """What a browser would send of the form `entry` as it stands, by name."""
    reader = _Controls()
    reader.feed(html)
    return reader.sent


class _Controls(HTMLParser):
    """Collects the successful controls of a page's entry form."""

    def __init__(self) -> None:
        super().__init__()
        self.sent: dict[str, list[str]] = {}
        self._inside = False
        self._select = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """HTMLParser's hook."""
        told = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._inside = told.get("id") == "entry"
        elif self._inside and tag == "input":
            ticked = told.get("type") not in ("radio", "checkbox") or "checked" in told
            if ticked and "name" in told:
                self._add(told["name"], told.get("value", ""))
        elif self._inside and tag == "select":
            self._select = told["name"]
        elif self._inside and tag == "option" and "selected" in told:
            self._add(self._select, told["value"])

    def handle_endtag(self, tag: str) -> None:
        """HTMLParser's hook."""
        if tag == "form":
            self._inside = False

    def _add(self, name: str, value: str) -> None:
        self.sent.setdefault(name, []).append(value)
