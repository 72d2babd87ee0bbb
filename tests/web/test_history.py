"""Can a reader see who changed a record, what was there before, and why?"""

import re
from html import unescape

import pytest

from registry.actions.delete_record import delete_record
from registry.scope import every_centre
from tests.web.hospital import Hospital, filled
from tests.yardstick import in_sums


def changed(hospital: Hospital, **answers: str) -> str:
    """Change the relapse as the data manager; answer the address of its history."""
    client, address = hospital.client("own_centre"), hospital.page_of("relapse")
    sent = filled(client.get(address).content.decode())
    client.post(address, sent | {name: [value] for name, value in answers.items()})
    return f"{address}history/"


def test_the_history_tells_the_old_value_the_new_one_and_the_reason(hospital: Hospital) -> None:
    before = hospital.row("relapse").date
    history = changed(hospital, date="27/02/2009", reason="read from the letter of discharge")
    page = hospital.client("own_centre").get(history).content.decode()
    assert "read from the letter of discharge" in page
    assert "27/02/2009" in page
    assert f"{before:%d/%m/%Y}" in page
    assert hospital.person("own_centre").get_username() in page


@pytest.mark.parametrize(
    "person, status", [("own_centre", 200), ("colleague_read_only", 200), ("other_centre", 404)]
)
def test_only_those_who_may_see_the_record_see_its_history(
    person: str, status: int, hospital: Hospital
) -> None:
    address = hospital.page_of("relapse")
    assert hospital.client(person).get(f"{address}history/").status_code == status


def test_a_refused_save_keeps_the_reason_that_was_typed(hospital: Hospital) -> None:
    client, address = hospital.client("own_centre"), hospital.page_of("relapse")
    sent = filled(client.get(address).content.decode())
    wrong = sent | {"date": ["1/1/03"], "why-date": ["a long reason"]}
    response = client.post(address, wrong)
    assert response.status_code == 422
    assert 'value="a long reason"' in response.content.decode()


def test_a_time_says_by_which_clock(hospital: Hospital) -> None:
    client = hospital.client("own_centre")
    history = client.get(changed(hospital, date="27/02/2009", reason="a letter")).content.decode()
    for page in (history, client.get("/submissions/").content.decode()):
        times = re.findall(r"\d\d/\d\d/\d{4} \d\d:\d\d(?::\d\d)?(.{0,5})", page)
        assert times == [] or all(re.match(r" CES?T\b", rest) for rest in times)
    assert re.search(r"\d\d:\d\d CES?T</td>", history)


def stream(hospital: Hospital, person: str = "own_centre", **asked: str) -> str:
    """The page of everything that happened to the patient."""
    address = f"/patients/{hospital.patient.pseudonym}/history/"
    answer = hospital.client(person).get(address, asked)
    assert answer.status_code == 200
    return answer.content.decode()


def said(page: str) -> str:
    """The words of the table, without tags."""
    table = page[page.index("<tbody>") : page.index("</tbody>")]
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", table)).split())


def test_one_answer_has_a_history_of_its_own(hospital: Hospital) -> None:
    client = hospital.client("own_centre")
    history = changed(hospital, date="27/02/2009", bm_blasts="35", reason="a letter")
    words = said(client.get(history, {"item": "date"}).content.decode())
    assert "Date: was 26/02/2009 → is 27/02/2009" in words and "Date: 26/02/2009" in words
    assert "lasts" not in words
    assert client.get(history, {"item": "nothing"}).status_code == 404


def test_an_answer_that_went_with_its_branch_says_so(hospital: Hospital) -> None:
    history = changed(hospital, sites="CNS", reason="the marrow was clear")
    words = said(hospital.client("own_centre").get(history).content.decode())
    assert "34 % removed because its branch closed: “Sites” changed" in words
    assert "because: the marrow was clear" in words


def test_the_stream_tells_of_every_record_and_of_deleted_ones(hospital: Hospital) -> None:
    delete_record(
        by=hospital.own_centre,
        patient=hospital.patient,
        path=(("relapse", "r1"),),
        version=1,
        reason="another patient's",
    )
    words = said(stream(hospital))
    assert "Relapse 1 (deleted) ✕ record deleted because: another patient's" in words
    for label in ("Allo-SCT 1", "Salvage 1 (deleted)", "Contact, 20 Jun 2008", "Identity"):
        assert label in words
    assert "Bone marrow" in words and " BM" not in words


@pytest.mark.parametrize(
    "person, status", [("own_centre", 200), ("colleague_read_only", 200), ("other_centre", 404)]
)
def test_only_those_who_may_see_the_patient_see_the_stream(
    person: str, status: int, hospital: Hospital
) -> None:
    address = f"/patients/{hospital.patient.pseudonym}/history/"
    assert hospital.client(person).get(address).status_code == status


def test_who_the_patient_is_stays_hidden_in_the_stream(hospital: Hospital) -> None:
    assert "05/01/2000" in stream(hospital)
    hidden = stream(hospital, "colleague_read_only")
    assert "05/01/2000" not in hidden and "(identifying)" in hidden
    assert "Identity (deleted)" not in said(hidden)


def test_the_stream_is_filtered_by_person_record_and_day(hospital: Hospital) -> None:
    changed(hospital, date="27/02/2009", reason="a letter")
    row = hospital.row("relapse")
    lines = said(stream(hospital, record=f"relapse.{row.pk}", who="manager")).count("manager")
    assert lines == 2
    assert "Nothing that fits." in said(stream(hospital, who="nobody"))
    assert "Nothing that fits." in said(stream(hospital, until="31/12/2020"))
    assert "27/02/2009" in said(stream(hospital, since="2020"))
    assert "write the year with four digits" in stream(hospital, since="1/1/03")


def test_two_hundred_changes_are_told_in_time(
    hospital: Hospital, django_assert_max_num_queries: object
) -> None:
    with every_centre():
        relapse = hospital.row("relapse")
        for turn in range(200):
            relapse.bm_blasts = turn % 100
            relapse.version += 1
            relapse.save()
    client = hospital.client("own_centre")
    address = f"/patients/{hospital.patient.pseudonym}/history/"
    client.get(address)
    pages: list[str] = []
    with django_assert_max_num_queries(70):  # type: ignore[operator]
        sums = in_sums(lambda: pages.append(client.get(address).content.decode()))
    print(f"history of 200 changes: {sums:.2f} times three million squares")
    assert "Page 1 of 5" in pages[0]
    assert sums < 2.5
