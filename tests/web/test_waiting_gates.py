"""Is an answer shown, counted and kept while nobody answered the question that it hangs on?"""

from __future__ import annotations

import pytest
from django.test import Client

from tests.web.hospital import Hospital, filled

DAY = "30/03/2008"


@pytest.fixture
def address(hospital: Hospital) -> str:
    """The form of an engraftment that holds a day of recovery and nothing else, as after an import."""
    client, new = hospital.client("own_centre"), f"{hospital.page_of('transplant')}new/engraftment/"
    sent = filled(client.get(new).content.decode())
    sent |= {"item": [*sent["item"], "anc_date"], "anc_date": [DAY]}
    assert client.post(new, sent).status_code == 302
    row = hospital.row("engraftment")
    assert (row.anc_recovery, row.anc_date.isoformat()) == (None, "2008-03-30")
    return hospital.page_of("engraftment")


def _page(client: Client, address: str) -> str:
    return client.get(address).content.decode()


def _drawn(client: Client, address: str, **changes: list[str]) -> str:
    sent = filled(_page(client, address)) | changes
    return client.post(f"{address}fields/", sent, headers={"HX-Request": "true"}).content.decode()


def test_it_is_shown_and_counted(hospital: Hospital, address: str) -> None:
    page = _page(hospital.client("own_centre"), address)
    assert 'data-item="anc_date"' in page and f'value="{DAY}"' in page
    assert "because: it has an answer" in page
    assert "1 of 4 answered" in page and '<span class="count">1/4</span>' in page
    assert "is not asked any more" not in page
    assert 'data-item="platelet_20_date"' not in page, "what holds nothing waits for its question"


def test_it_is_shown_to_those_who_only_read(hospital: Hospital, address: str) -> None:
    page = _page(hospital.client("colleague_read_only"), address)
    assert 'data-item="anc_date"' in page and DAY in page


def test_saving_something_else_keeps_it(hospital: Hospital, address: str) -> None:
    client = hospital.client("own_centre")
    sent = filled(_page(client, address)) | {"poor_graft_function": ["NO"]}
    assert client.post(address, sent).status_code == 302
    row = hospital.row("engraftment")
    assert (row.anc_recovery, row.anc_date.isoformat()) == (None, "2008-03-30")


def test_the_answer_that_closes_its_branch_takes_it_away(hospital: Hospital, address: str) -> None:
    client, no = hospital.client("own_centre"), {"anc_recovery": ["NEVER_BELOW"]}
    drawn = _drawn(client, address, **no)
    assert 'data-item="anc_date"' not in drawn and "is not asked any more" in drawn
    assert client.post(address, filled(_page(client, address)) | no).status_code == 302
    assert hospital.row("engraftment").anc_date is None


def test_a_reason_why_its_question_has_no_answer_does_not_hide_it(
    hospital: Hospital, address: str
) -> None:
    drawn = _drawn(hospital.client("own_centre"), address, anc_recovery__missing=["UNK"])
    assert 'data-item="anc_date"' in drawn and f'value="{DAY}"' in drawn


def test_an_emptied_field_stays_until_that_is_saved(hospital: Hospital, address: str) -> None:
    client = hospital.client("own_centre")
    drawn = _drawn(client, address, anc_date=[""])
    assert 'data-item="anc_date"' in drawn, "its reason is typed there"
    sent = filled(_page(client, address)) | {"anc_date": [""], "why-anc_date": ["other patient"]}
    assert client.post(address, sent).status_code == 302
    assert hospital.row("engraftment").anc_date is None
    assert 'data-item="anc_date"' not in _page(client, address)


def test_what_cannot_be_read_there_is_said_there(hospital: Hospital, address: str) -> None:
    client = hospital.client("own_centre")
    answer = client.post(address, filled(_page(client, address)) | {"anc_date": ["31/02/2008"]})
    assert answer.status_code == 422
    assert 'id="anc_date-problem"' in answer.content.decode()
