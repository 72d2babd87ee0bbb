"""Do the pages say what is in the record, in the look and under the rules that hold for all of them?"""

import json
import re

import pytest
from django.test import Client
from django.utils import timezone

from registry.models import CaseReceipt, Centre, Patient, Submission
from registry.scope import every_centre
from tests.web.hospital import Hospital

INLINE = re.compile(
    r"<style|\sstyle=|\son[a-z]+=|<script(?![^>]*\ssrc=)|javascript:", re.IGNORECASE
)
FOREIGN = re.compile(r"""(?:src|href|action)=["'](?:https?:)?//""")


@pytest.fixture
def addresses(hospital: Hospital) -> list[str]:
    """Every kind of page of a signed-in data manager."""
    patient = f"/patients/{hospital.patient.pseudonym}/"
    forms = [
        hospital.page_of(one) for one in ("patient", "identity", "disease", "transplant", "relapse")
    ]
    return [
        "/", "/due/list/", "/reminders/", "/patients/", "/patients/?q=none", "/patients/new/", "/submissions/", patient, *forms,
        f"{forms[-1]}delete/", f"{forms[-1]}new/treatment_line/", "/patients/NOBODY/",
        "/accounts/2fa/", "/accounts/password/change/", "/accounts/logout/",
    ]  # fmt: skip


def test_no_page_holds_inline_code_or_a_foreign_address(
    hospital: Hospital, addresses: list[str], client: Client
) -> None:
    signed_in = hospital.client("own_centre")
    pages = {one: signed_in.get(one) for one in addresses}
    pages["login"] = client.get("/accounts/login/")
    for address, response in pages.items():
        page = response.content.decode()
        assert not INLINE.findall(page), address
        assert not FOREIGN.findall(page), address
        assert "default-src 'none'" in response["Content-Security-Policy"], address
        assert "unsafe" not in response["Content-Security-Policy"], address


def test_the_patient_page_tells_the_course_in_days_from_the_transplant(hospital: Hospital) -> None:
    page = hospital.client("own_centre").get(f"/patients/{hospital.patient.pseudonym}/")
    text = page.content.decode()
    assert "Girl, 8.1 y at SCT" in text
    rows = re.findall(
        r'<td class="nowrap">([^<]*)</td><td class="number"[^>]*>([^<]*)</td><td[^>]*><a[^>]*>([^<]*)</a>',
        text,
    )
    assert ("03 Jan 2007", "−436", "Diagnosis") in rows
    assert ("14 Mar 2008", "0", "Allo-SCT 1") in rows
    assert ("26 Feb 2009", "349", "Relapse") in rows
    assert [day for _, day, _ in rows] == sorted(
        (day for _, day, _ in rows), key=lambda day: int(day.replace("−", "-"))
    )


def test_the_timeline_has_four_lanes_and_leads_to_the_forms(hospital: Hospital) -> None:
    page = hospital.client("own_centre").get(f"/patients/{hospital.patient.pseudonym}/")
    picture = re.search(r"<svg class=\"course\".*?</svg>", page.content.decode(), re.DOTALL)
    assert picture is not None
    lanes = re.findall(r'<text class="lane"[^>]*>([^<]*)<', picture[0])
    assert lanes == ["Disease", "Treatment", "GvHD", "Contact"]
    assert hospital.page_of("relapse") in picture[0]
    assert "<desc" in picture[0] and "Year 2 due" in picture[0]


def test_a_search_that_finds_one_patient_opens_it(hospital: Hospital) -> None:
    client = hospital.client("own_centre")
    for words in (hospital.patient.key, hospital.patient.pseudonym[:5].lower(), "0032"):
        response = client.get("/patients/", {"q": words})
        assert response["Location"] == f"/patients/{hospital.patient.pseudonym}/"
    assert "No patient of your centre" in client.get("/patients/?q=zzz").content.decode()


def test_a_patient_is_registered_with_what_is_known(hospital: Hospital) -> None:
    client = hospital.client("own_centre")
    sent = {
        "number": "N-77",
        "item": ["patient-sex", "identity-birth_date"],
        "patient-sex": "M",
        "identity-birth_date": "03/2001",
    }
    response = client.post("/patients/new/", sent)
    with every_centre():
        new = Patient.objects.get(key="N-77")
    assert response["Location"] == f"/patients/{new.pseudonym}/"
    assert (new.sex, new.centre_id) == ("M", hospital.own_centre.centre_id)


@pytest.mark.parametrize(
    "number, sentence",
    [("", "Write the number"), ("N-0032", "registered already"), ("x" * 65, "At most 64")],
)
def test_a_number_that_cannot_be_taken_is_refused_in_words(
    number: str, sentence: str, hospital: Hospital
) -> None:
    response = hospital.client("own_centre").post("/patients/new/", {"number": number})
    assert response.status_code == 422
    assert sentence in response.content.decode()


def _submission(hospital: Hospital, centre: Centre) -> Submission:
    with every_centre():
        now = timezone.now()
        sent = Submission.objects.create(
            centre=centre, by=hospital.own_centre, received_at=now, finished_at=now, channel="api",
            source_system="HIS", body=b"{}", sha256="0" * 64, state="done", cases=2,
        )  # fmt: skip
        finding = {"rule": 2, "severity": "error", "detail": "Too early 2008-02-26",
                   "pointer": "/cases/1/relapses/0/date", "record": "relapse r1", "kept": ""}  # fmt: skip
        CaseReceipt.objects.create(
            submission=sent,
            centre=centre,
            index=0,
            key="N-1",
            outcome="new",
            patient=hospital.patient,
        )
        CaseReceipt.objects.create(
            submission=sent,
            centre=centre,
            index=1,
            key="N-2",
            outcome="rejected",
            findings=[finding],
        )
    return sent


def test_a_receipt_tells_each_case_with_its_findings_and_where_they_point(
    hospital: Hospital,
) -> None:
    sent = _submission(hospital, hospital.own_centre.centre)
    client = hospital.client("own_centre")
    assert f"/submissions/{sent.pk}/" in client.get("/submissions/").content.decode()
    page = client.get(f"/submissions/{sent.pk}/").content.decode()
    assert "/cases/1/relapses/0/date" in page and "Too early 26/02/2008" in page
    only = client.get(f"/submissions/{sent.pk}/?outcome=rejected").content.decode()
    assert "N-2" in only and "N-1" not in only


@pytest.mark.parametrize("person, status", [("colleague_read_only", 200), ("other_centre", 404)])
def test_a_receipt_is_read_by_the_own_centre_only(
    person: str, status: int, hospital: Hospital
) -> None:
    sent = _submission(hospital, hospital.own_centre.centre)
    client = hospital.client(person)
    assert client.get(f"/submissions/{sent.pk}/").status_code == status
    assert (str(sent.pk) in client.get("/submissions/").content.decode()) == (status == 200)


def test_an_error_page_is_plain_and_says_what_to_do(hospital: Hospital) -> None:
    response = hospital.client("own_centre").get("/patients/NOBODY/")
    assert response.status_code == 404
    assert "does not keep" in response.content.decode()
    response = hospital.client("colleague_read_only").get("/patients/new/")
    assert "You may not register patients." in response.content.decode()


def test_htmx_adds_no_style_and_evaluates_nothing(hospital: Hospital) -> None:
    page = hospital.client("own_centre").get("/").content.decode()
    found = re.search(r"name=\"htmx-config\" content='([^']*)'", page)
    assert found is not None
    settings = json.loads(found[1])
    assert settings["includeIndicatorStyles"] is False and settings["allowEval"] is False


@pytest.mark.parametrize("questions, listed", [(0, False), (1, True)])
def test_the_list_can_be_narrowed_to_patients_with_something_open(
    questions: int, listed: bool, hospital: Hospital
) -> None:
    with every_centre():
        Patient.objects.filter(pk=hospital.patient.pk).update(
            query_count=questions, warning_count=0, error_count=0
        )
    page = hospital.client("own_centre").get("/patients/?open").content.decode()
    assert (f"/patients/{hospital.patient.pseudonym}/" in page) == listed
