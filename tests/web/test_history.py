"""Can a reader see who changed a record, what was there before, and why?"""

import re

import pytest

from tests.web.hospital import Hospital, filled


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
    wrong = sent | {"date": ["1/1/03"], "reason": ["a long reason"]}
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
