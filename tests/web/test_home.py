"""Does My work count what its lists show, and who may answer there?"""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest
from django.contrib.messages import get_messages
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from registry.dictionary.case import Case
from registry.dictionary.visits import visit_after
from registry.models import DICTIONARY, FollowUp, ImportFile, ImportRow, Patient
from registry.records import load_case
from registry.scope import every_centre
from registry.views.due_rows import last_seen
from tests.registry.cohort import kept, transplanted
from tests.web.hospital import Hospital


@pytest.fixture
def today() -> date:
    return timezone.localdate()


@pytest.fixture
def cohort(hospital: Hospital, today: date) -> list[Patient]:
    """Two who are overdue, one who is due in ten days, one who is not due for long, one who died."""
    return kept(
        hospital.own_centre,
        transplanted("N-1", 650, today=today, seen=500, disease="RELAPSE"),
        transplanted("N-2", 130, today=today),
        transplanted("N-3", 90, today=today),
        transplanted("N-4", 400, today=today, seen=30),
        transplanted("N-5", 400, today=today, seen=300, status="DEAD"),
        today=today,
    )


def _tiles(page: str) -> list[str]:
    return re.findall(r'class="tile"[^>]*><b>([^<]*)</b>', page)


def _listed(page: str) -> list[str]:
    return re.findall(r'<tbody id="due-(\w+)"', page)


def _sent(patient: Patient, **fields: str) -> dict[str, str]:
    return {"visit": patient.due_visit, "due": str(patient.due_on), **fields}


def test_the_tile_the_list_and_the_choices_of_it(hospital: Hospital, cohort: list[Patient]) -> None:
    client = hospital.client("own_centre")
    page = client.get("/").content.decode()
    first, second, soon, later, _dead = (one.pseudonym for one in cohort)
    # The patient of all tests was last seen in 2009: the one most days late.
    assert _listed(page) == [hospital.patient.pseudonym, first, second]
    assert _tiles(page)[0] == "3"
    assert _listed(client.get("/due/?show=soon").content.decode()) == [soon]
    every = _listed(client.get("/due/?show=all").content.decode())
    assert every == [hospital.patient.pseudonym, first, second, soon, later]
    assert _listed(client.get("/?show=nonsense").content.decode()) == _listed(page)


def test_a_line_tells_what_is_known(hospital: Hospital, cohort: list[Patient]) -> None:
    page = hospital.client("own_centre").get("/").content.decode()
    line = page.split(f'id="due-{hospital.patient.pseudonym}"')[1].split("</tbody>")[0]
    words = re.sub(r"\s+", " ", re.sub("<[^>]*>", " ", line))
    assert "14 Mar 2008 Year 2 14 Mar 2010" in words and "In relapse, 02 Nov 2009" in words


def test_the_chart_is_found_by_the_own_number(
    hospital: Hospital, cohort: list[Patient], today: date
) -> None:
    client, patient = hospital.client("own_centre"), cohort[0]
    for address in ("/", "/due/?show=all", "/due/list/"):
        page = client.get(address).content.decode()
        for one in cohort[:2]:
            assert re.search(rf'<td class="own" data-name="Own number">{one.key}</td>', page)
    sent = _sent(patient, answer="ALIVE", date=f"{today:%d/%m/%Y}")
    stored = client.post(f"/due/list/{patient.pseudonym}/", sent).content.decode()
    assert f'<td class="own">{patient.key}</td>' in stored


def test_the_last_contact_is_the_one_the_judge_takes(hospital: Hospital, today: date) -> None:
    """Of March and of the whole year the year may be later; of one day that ends it is the last."""

    def seen(key: str, *contacts: tuple[str, str]) -> dict[str, object]:
        since = str(today - timedelta(days=2500))[:4]
        case = transplanted(key, 2500, today=today)
        case["follow_ups"] = [
            {"key": f"f{n}", "date_of_contact": day.format(since), "status": status}
            for n, (day, status) in enumerate(contacts)
        ]
        return case

    year = str(today.year - 3)
    patients = kept(
        hospital.own_centre,
        seen("V-1", (f"{year}-03-02", "ALIVE"), (year, "LOST")),
        seen("V-2", (f"{year}-03-02", "LOST"), (f"{year}-03-02", "ALIVE")),
        today=today,
    )
    with every_centre():
        for patient, status in zip(patients, ("LOST", "LOST"), strict=True):
            last = last_seen(patients)[patient.pk]
            case = Case(load_case(patient).root, DICTIONARY, today)
            judged = case.latest_follow_up
            assert judged is not None and last.key == judged.record.key
            assert last.status == status


def test_a_contact_of_this_year_hides_no_visit_still_to_come(
    hospital: Hospital, today: date
) -> None:
    case = transplanted("V-3", 400, today=today)
    case["follow_ups"] = [{"key": "f", "date_of_contact": str(today.year), "status": "ALIVE"}]
    (patient,) = kept(hospital.own_centre, case, today=today)
    owed = visit_after(today - timedelta(days=400), today)
    assert owed is not None
    assert (patient.due_visit, patient.due_on) == (owed.code, owed.due)
    # What the list and the counts know of the contact stays as wide as it was said.
    assert patient.last_contact_on == date(today.year, 12, 31)


def test_an_answer_takes_the_line_away_and_counts_anew(
    hospital: Hospital, cohort: list[Patient], today: date
) -> None:
    client, patient = hospital.client("own_centre"), cohort[0]
    sent = _sent(patient, answer="ALIVE", date=f"{today:%d/%m/%Y}")
    answer = client.post(f"/due/{patient.pseudonym}/", sent).content.decode()
    assert 'hx-swap-oob="delete"' in answer and "Next: Year 2" in answer
    assert _tiles(answer)[0] == "2"
    assert patient.pseudonym not in _listed(client.get("/").content.decode())
    key = re.search(r'name="key" value="([^"]*)"', answer)
    assert key is not None
    back = client.post(f"/due/{patient.pseudonym}/undo/", {"key": key[1]})
    assert "taken back" in str(next(iter(get_messages(back.wsgi_request))))
    assert patient.pseudonym in _listed(client.get("/").content.decode())


@pytest.mark.parametrize(
    "fields, words",
    [
        ({"answer": "ALIVE", "date": ""}, "Write the date"),
        ({"answer": "", "date": "1/1/2020"}, "Say whether"),
        ({"answer": "ALIVE", "date": "1/1/20"}, "four digits"),
        ({"answer": "ALIVE", "date": "31/2/2020"}, "not a day of the calendar"),
        ({"answer": "ALIVE", "date": "1/1/2099"}, "A date lies in the future: correct it."),
        ({"answer": "DEAD", "date": "1/1/2020", "cause": "?"}, "not one of"),
        ({"answer": "ALIVE", "date": "1/1/2020", "due": "2001-01-01"}, "Somebody else"),
        ({"answer": "ALIVE", "date": "1/1/2020", "due": "x"}, "Somebody else"),
    ],
)
def test_what_is_wrong_is_said_in_the_line_and_nothing_is_stored(
    fields: dict[str, str], words: str, hospital: Hospital
) -> None:
    with every_centre():
        patient = Patient.objects.get(pk=hospital.patient.pk)
        before = FollowUp.objects.count()
    client = hospital.client("own_centre")
    for address in (f"/due/{patient.pseudonym}/", f"/due/list/{patient.pseudonym}/"):
        answer = client.post(address, _sent(patient) | fields)
        assert words in answer.content.decode() and answer.status_code == 200
    with every_centre():
        assert FollowUp.objects.count() == before


def test_a_warning_is_accepted_with_a_second_press(hospital: Hospital, today: date) -> None:
    (patient,) = kept(
        hospital.own_centre,
        transplanted("N-9", 400, today=today, seen=300),
        today=today,
    )
    client, address = hospital.client("own_centre"), f"/due/{patient.pseudonym}/"
    # The cause says graft failure; nothing speaks against it, but GvHD was never recorded.
    sent = _sent(patient, answer="DEAD", date=f"{today:%d/%m/%Y}", cause="ACUTE_GVHD")
    doubted = client.post(address, sent).content.decode()
    assert "Death is from GvHD, and no GvHD" in doubted and "Save all the same" in doubted
    rule = re.search(r'name="accept" value="(\d+)"', doubted)
    assert rule is not None
    assert "died on" in client.post(address, sent | {"accept": rule[1]}).content.decode()
    with every_centre():
        assert Patient.objects.get(pk=patient.pk).warning_count == 1


@pytest.mark.parametrize(
    "person, status",
    [
        ("own_centre", 200),
        ("colleague_read_only", 403),
        ("statistician", 403),
        ("other_centre", 404),
    ],
)
def test_only_the_own_data_manager_may_answer(
    person: str, status: int, hospital: Hospital, today: date
) -> None:
    with every_centre():
        patient = Patient.objects.get(pk=hospital.patient.pk)
    client = hospital.client(person)
    sent = _sent(patient, answer="ALIVE", date=f"{today:%d/%m/%Y}")
    assert client.post(f"/due/{patient.pseudonym}/", sent).status_code == status
    for address in (f"/due/list/{patient.pseudonym}/", f"/due/{patient.pseudonym}/undo/"):
        again = client.post(address, sent).status_code
        assert again in ((200, 302) if status == 200 else (status,))
    listed = client.get("/due/list/").status_code
    assert listed == (403 if status == 403 else 200)


@pytest.mark.parametrize("person", ["colleague_read_only", "statistician"])
def test_those_who_only_read_see_the_list_without_buttons(person: str, hospital: Hospital) -> None:
    page = hospital.client(person).get("/").content.decode()
    assert _listed(page) == [hospital.patient.pseudonym]
    assert "data-answer" not in page and "/due/list/" not in page


@pytest.mark.parametrize("address", ["/due/", "/due/list/", "/reminders/"])
def test_nobody_sees_it_without_logging_in(address: str, client: Client, db: None) -> None:
    assert client.get(address).status_code == 302


def test_a_merged_patient_is_on_no_list_and_in_no_count(
    hospital: Hospital, cohort: list[Patient]
) -> None:
    with every_centre():
        Patient.objects.filter(pk=hospital.patient.pk).update(merged_into=cohort[0])
    client = hospital.client("own_centre")
    page = client.get("/").content.decode()
    assert hospital.patient.pseudonym not in page and _tiles(page)[0] == "2"
    assert hospital.patient.pseudonym not in client.get("/patients/").content.decode()


def _file(hospital: Hospital, name: str, state: str, outcomes: str) -> None:
    """A table in that state, with a line for each outcome."""
    centre = hospital.own_centre.centre
    with every_centre():
        file = ImportFile.objects.create(
            centre=centre, by=hospital.own_centre, uploaded_at=timezone.now(), name=name,
            body=b"x", sha256="0" * 64, state=state,
        )  # fmt: skip
        for line, outcome in enumerate(outcomes.split()):
            ImportRow.objects.create(
                file=file, centre=centre, line=line, cells=b"[]", outcome=outcome
            )


def test_rows_of_files_that_are_ready_are_counted(hospital: Hospital) -> None:
    _file(hospital, "a.xlsx", "ready", "rejected new rejected")
    _file(hospital, "a.xlsx", "sent", "rejected")
    assert _tiles(hospital.client("own_centre").get("/").content.decode())[2] == "2"
    assert _tiles(hospital.client("other_centre").get("/").content.decode())[2] == "0"


def test_each_file_with_rows_to_correct_is_listed(hospital: Hospital) -> None:
    client = hospital.client("own_centre")
    _file(hospital, "first.xlsx", "ready", "rejected new rejected")
    _file(hospital, "second.xlsx", "ready", "rejected")
    _file(hospital, "sent.xlsx", "sent", "rejected")
    _file(hospital, "last.xlsx", "ready", "new")
    page = client.get("/").content.decode()
    card = page[page.index("Rows to correct") : page.index("Import of")]
    listed = re.findall(r">([\w.]+)</a>.*?<strong>(\d+) to correct", card)
    assert listed == [("second.xlsx", "1"), ("first.xlsx", "2")]
    assert _tiles(page)[2] == str(sum(int(n) for _name, n in listed))
    assert "first.xlsx" not in hospital.client("other_centre").get("/").content.decode()


def test_the_page_asks_as_much_for_a_thousand_patients_as_for_three(
    hospital: Hospital,
    cohort: list[Patient],
    today: date,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    client = hospital.client("own_centre")
    client.get("/")
    with django_assert_max_num_queries(40):
        client.get("/")
    cases = [transplanted(f"M-{n}", 500 + n, today=today, seen=200) for n in range(40)]
    kept(hospital.own_centre, *cases, today=today)
    with django_assert_max_num_queries(40):
        assert len(_listed(client.get("/").content.decode())) == 15


def test_a_line_of_the_list_is_stored_with_disease_and_relapse(
    hospital: Hospital, cohort: list[Patient], today: date
) -> None:
    client, patient = hospital.client("own_centre"), cohort[1]
    page = client.get("/due/list/").content.decode()
    assert re.findall(r'<tbody id="line-(\w+)"', page)[1:] == [one.pseudonym for one in cohort[:2]]
    day = f"{today - timedelta(days=1):%d/%m/%Y}"
    more = {"disease_status": "RELAPSE", "relapse_since": "YES"}
    answer = client.post(
        f"/due/list/{patient.pseudonym}/", _sent(patient, answer="ALIVE", date=day, **more)
    ).content.decode()
    assert "stored" in answer and f"/patients/{patient.pseudonym}/patient/" in answer
    with every_centre():
        row = FollowUp.objects.get(patient=patient)
        assert (row.disease_status, row.relapse_since) == ("RELAPSE", "YES")


def test_how_often_a_reminder_comes_is_chosen(hospital: Hospital) -> None:
    client, person = hospital.client("own_centre"), hospital.own_centre
    assert "no e-mail address" in client.get("/reminders/").content.decode()
    assert client.post("/reminders/", {"every": "daily"}).status_code == 302
    assert client.post("/reminders/", {"every": "hourly"}).status_code == 400
    assert client.post("/reminders/now/").status_code == 403
    person.refresh_from_db()
    assert person.digest == "daily"


@pytest.mark.parametrize("zone", ["Asia/Tokyo", "Pacific/Kiritimati", "America/Los_Angeles"])
def test_the_next_reminder_is_told_in_days_of_the_centre(zone: str, hospital: Hospital) -> None:
    person, centre = hospital.own_centre, hospital.own_centre.centre
    assert centre is not None
    centre.time_zone = zone
    centre.save()
    person.email, person.digest = "manager@example.org", "weekly"
    person.save()
    page = hospital.client("own_centre").get("/reminders/").content.decode()
    assert re.search(r"next on Monday, \d\d/\d\d/\d{4} at 7:00", page), "a Monday at the centre"
    assert zone in page


def test_an_answer_in_a_line_draws_the_questions_anew(hospital: Hospital, today: date) -> None:
    client, patient = hospital.client("own_centre"), hospital.patient
    asked = f"{patient.pseudonym} Follow-up: Date of contact"
    assert asked in client.get("/").content.decode()
    sent = _sent(patient, answer="ALIVE", date=f"{today:%d/%m/%Y}")
    answer = client.post(f"/due/{patient.pseudonym}/", sent).content.decode()
    card = '<section class="card" id="questions" hx-swap-oob="true">'
    assert card in answer and asked not in answer
    assert card.replace(' hx-swap-oob="true"', "") in client.get("/").content.decode()
