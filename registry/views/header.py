"""What stands in the line above a patient's pages, and in the card What we know?"""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from registry.dictionary import derived
from registry.dictionary.case import Case, Node
from registry.dictionary.values import PartialDate
from registry.forms.dates import in_words
from registry.models import Transplant
from registry.records import Path, StoredCase
from registry.views.events import day_of
from registry.views.words import details_of, first_transplant, person_words, shown


@dataclass(frozen=True)
class Header:
    """The patient in one line."""

    person: str
    disease: str
    transplant: str
    transplant_date: str
    contact: str


def _status(transplant: Node) -> str:
    """The disease at transplant: CR1 to CR4 as doctors write it, everything else in words."""
    code = str(transplant.value("disease_status") or "")
    return (
        code
        if code.startswith("CR")
        else transplant.type.by_name["disease_status"].labels.get(code, "")
    )


def header_of(stored: StoredCase, case: Case) -> Header:
    """The line of one patient."""
    transplant = first_transplant(case)
    age = _age(stored, transplant)
    disease = next(iter(case.of("disease")), None)
    diagnosis = str(disease.value("diagnosis") or "") if disease else ""
    status = _status(transplant) if transplant else ""
    return Header(
        person=person_words(case, age),
        disease=", ".join(part for part in (diagnosis, status) if part),
        transplant=_which(transplant) if transplant else "",
        transplant_date=in_words(transplant.date("date")) if transplant else "",
        contact=in_words(case.last_contact),
    )


def _which(transplant: Node) -> str:
    """What its date is the date of: no type and no number is said of one that has none."""
    kinds = {"ALLO": _("allo-SCT"), "AUTO": _("auto-SCT")}
    kind = kinds.get(str(transplant.value("type")), _("SCT, type not known"))
    if not isinstance(transplant.value("number"), int):
        return _("%s, number not known") % kind
    return _("1st %s") % kind if derived.number_of_its_type(transplant) == 1 else kind


def _age(stored: StoredCase, transplant: Node | None) -> float | None:
    if transplant is None:
        return None
    path: Path = (("transplant", transplant.record.key),)
    row = stored.rows.get(path)
    return (
        float(row.age_at_transplant)
        if isinstance(row, Transplant) and row.age_at_transplant
        else None
    )


def facts_of(case: Case) -> list[tuple[str, str]]:
    """What we know, as pairs of words."""
    facts: list[tuple[str, str]] = []

    def tell(label: str, *parts: str) -> None:
        if any(parts):
            facts.append((label, ", ".join(part for part in parts if part)))

    for disease in case.of("disease"):
        tell(_("Diagnosis"), shown(disease, "diagnosis"), shown(disease, "date_diagnosis"))
    for one in case.of("transplant"):
        graft = next(iter(one.children("graft")), None)
        number = one.value("number") or ""
        tell(
            _("SCT %(number)s") % {"number": number},
            shown(one, "date"),
            shown(graft, "donor_type") if graft else "",
            shown(graft, "source") if graft else "",
        )
        tell(_("Status at SCT"), shown(one, "disease_status"))
    for one in case.of("acute_gvhd"):
        if one.value("occurred") == "YES":
            tell(_("Acute GvHD"), _grade(one), _on_day(one.date("date_onset"), case))
    for one in case.of("relapse"):
        tell(_("Relapse"), shown(one, "date"), details_of(one))
    tell(_("Last contact"), in_words(case.last_contact), _last_status(case))
    return facts


def _grade(node: Node) -> str:
    grade = shown(node, "grade_reported")
    return _("grade %(grade)s") % {"grade": grade} if grade else ""


def _on_day(when: PartialDate | None, case: Case) -> str:
    day = day_of(when, case)
    return _("day %(day)s") % {"day": day} if day is not None else ""


def _last_status(case: Case) -> str:
    if case.of("death"):
        return _("died")
    latest = case.latest_follow_up
    return shown(latest, "status").lower() if latest else ""
