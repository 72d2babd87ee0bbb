"""Does a printed form say what the record says, and nothing of who the patient is?"""

from __future__ import annotations

from datetime import UTC, datetime
from io import BytesIO

import pytest
from pypdf import PdfReader

from registry.actions.sign_record import sign_record
from registry.dictionary.reading import read_case
from registry.forms.places import case_of
from registry.forms.sheet import findings_by_pointer
from registry.models import DICTIONARY, Patient
from registry.paper.blank import blank_form, printable
from registry.paper.conditions import asked_words
from registry.paper.filled import Page, Printed, filled_form
from registry.paper.pdf import pdf
from registry.records import load_case
from registry.scope import every_centre
from tests.registry.made_up import made_up_case
from tests.web.case import GIRL
from tests.web.hospital import Hospital, new_hospital

AT = datetime(2026, 11, 21, 20, 5, tzinfo=UTC)
TURKISH = "İlk nüks; ŞĞÜÖÇıİ; ≥ 10⁹/L"


def text_of(body: bytes) -> str:
    """What a reader's program finds in the PDF, its line breaks as blanks."""
    pages = PdfReader(BytesIO(body)).pages
    return " ".join(" ".join(page.extract_text().split()) for page in pages)


def downloaded(hospital: Hospital, address: str, person: str = "own_centre") -> str:
    answer = hospital.client(person).get(address)
    assert answer.status_code == 200
    assert answer["Content-Type"] == "application/pdf"
    assert answer["Content-Disposition"].startswith("inline; filename=")
    return text_of(answer.content)


def test_a_filled_form_holds_the_answers_in_words(hospital: Hospital) -> None:
    text = downloaded(hospital, hospital.page_of("relapse") + "pdf/")
    assert hospital.patient.pseudonym in text
    for words in ("26/02/2009", "Bone marrow", "34 %", "Version 1, not signed", "by manager"):
        assert words in text
    assert "Data dictionary 1.0" in text and "1 / 1" in text


@pytest.mark.django_db
def test_missing_reasons_kept_warnings_and_the_signature_are_printed() -> None:
    graft = GIRL["transplants"][0]["grafts"][0] | {
        "cd34_dose": 40,
        "keep": {"22": TURKISH},
        "cd3_dose": {"missing": "ND"},
    }
    transplants = [GIRL["transplants"][0] | {"grafts": [graft]}]
    hospital = new_hospital(GIRL | {"transplants": transplants})
    path = (("transplant", "t1"), ("graft", "g1"))
    sign_record(by=hospital.own_centre, patient=hospital.patient, path=path, version=1)
    text = downloaded(hospital, hospital.page_of("graft") + "pdf/")
    assert f"Kept, because: {TURKISH}" in text
    assert "Version 1, signed by manager on" in text
    assert "40 × 10" in text.replace("\u00a0", " ") and "Not done" in text


def test_the_whole_patient_without_who_it_is(hospital: Hospital) -> None:
    text = downloaded(hospital, f"/patients/{hospital.patient.pseudonym}/pdf/")
    for words in ("Allo-SCT 1", "Relapse", "Salvage", "Infusion", "Contact", "Conditioning"):
        assert words in text
    for secret in ("05/01/2000", "Initials", "Birth", "N-0032"):
        assert secret not in text
    identity = hospital.page_of("identity") + "pdf/"
    assert hospital.client("own_centre").get(identity).status_code == 404


@pytest.mark.parametrize(
    "person, status", [("own_centre", 200), ("colleague_read_only", 200), ("other_centre", 404)]
)
def test_only_those_who_see_a_record_print_it(hospital: Hospital, person: str, status: int) -> None:
    client = hospital.client(person)
    for address in (
        hospital.page_of("relapse") + "pdf/",
        f"/patients/{hospital.patient.pseudonym}/pdf/",
    ):
        assert client.get(address).status_code == status


@pytest.mark.parametrize("type_", printable(), ids=lambda one: one.name)
def test_an_empty_form_asks_every_question_in_order(type_: object) -> None:
    body = pdf(blank_form(type_))
    text = text_of(body)
    at = 0
    for item in type_.items:  # type: ignore[attr-defined]
        label = " ".join(item.label.split())
        found = text.find(label, at)
        assert found >= 0, label
        at = found + len(label)
    assert pdf(blank_form(type_)) == body


def test_an_empty_form_has_choices_units_and_conditions() -> None:
    text = text_of(pdf(blank_form(DICTIONARY["relapse"])))
    for words in ("Bone marrow", "all that apply", "%", "day / month / year", "Only if"):
        assert words in text
    assert "ND not done · UNK unknown" in text
    assert "identity" not in [one.name for one in printable()]


def test_every_condition_has_words() -> None:
    for type_ in DICTIONARY.types:
        for item in type_.items:
            words = asked_words(DICTIONARY, type_, item)
            assert bool(words) == (item.asked_if is not None)
    weight = DICTIONARY["follow_up"].by_name["weight_kg"]
    assert asked_words(DICTIONARY, DICTIONARY["follow_up"], weight) == "Only if “Status” is Alive"


def test_the_same_content_is_the_same_bytes(hospital: Hospital) -> None:
    with every_centre():
        stored = load_case(Patient.objects.get(pk=hospital.patient.pk))
    case = case_of(stored.root)
    pages = [Page(node, node.type.label, 1) for node in case.nodes if node.type.name != "identity"]

    def printed(at: datetime) -> bytes:
        told = Printed(at, "manager")
        findings = findings_by_pointer(case)
        return pdf(filled_form(hospital.patient, case, pages, findings, told), at)

    assert printed(AT) == printed(AT)
    assert printed(AT) != printed(AT.replace(minute=6))


@pytest.mark.django_db
def test_a_case_with_every_type_of_record_is_printed() -> None:
    reading = read_case(DICTIONARY, made_up_case(3, complete=True))
    assert not reading.problems
    hospital = new_hospital()
    case = case_of(reading.record)
    pages = [Page(node, node.type.label, 1) for node in case.nodes if node.type.name != "identity"]
    told = Printed(AT, "manager")
    text = text_of(pdf(filled_form(hospital.patient, case, pages, {}, told), AT))
    assert all(one.label in text for one in printable())


def test_a_letter_that_the_font_lacks_stops_no_printing() -> None:
    texts = blank_form(DICTIONARY["relapse"]) | {"title": "Relapse 漢字"}
    assert "Date" in text_of(pdf(texts))


def test_the_list_of_empty_forms(hospital: Hospital) -> None:
    page = hospital.client("colleague_read_only").get("/forms/").content.decode()
    assert page.count("/pdf/") == len(printable())
    for wrong in ("identity", "nothing"):
        assert hospital.client("own_centre").get(f"/forms/{wrong}/pdf/").status_code == 404
