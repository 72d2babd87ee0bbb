"""A form is open while its patient is merged, or its record deleted: is what was typed kept?"""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.http import HttpResponse

from registry.actions.delete_record import delete_record
from registry.actions.merge_patients import merge_patients, undo_merge
from registry.actions.register_patient import register_patient
from registry.dictionary.reading import read_case
from registry.models import DICTIONARY, Draft, FollowUp, Patient, PatientMerge
from registry.records import load_case
from registry.scope import every_centre
from registry.views import records
from tests.web.hospital import Hospital, filled

CASE = {
    "key": "Other-1",
    "sex": "F",
    "identity": {"initials": "XY"},
    "follow_ups": [{"key": "F7", "date_of_contact": "2012-01-02", "status": "ALIVE"}],
}
TYPED = {"date_of_contact": ["03/03/2013"], "status": ["ALIVE"]}


@pytest.fixture
def second(hospital: Hospital) -> Patient:
    """Another record of the same girl."""
    return register_patient(by=hospital.own_centre, case=read_case(DICTIONARY, CASE).record).patient


def _merged(hospital: Hospital, second: Patient) -> PatientMerge:
    return merge_patients(
        by=hospital.own_centre, kept=hospital.patient, merged=second, reason="one girl"
    )


def _new(patient: Patient, type_name: str = "follow_up") -> str:
    return f"/patients/{patient.pseudonym}/patient/{patient.pk}/new/{type_name}/"


def _address(patient: Patient, type_name: str) -> str:
    with every_centre():
        rows = load_case(patient).rows.values()
        pk = next(one.pk for one in rows if one.record_type.name == type_name)
    return f"/patients/{patient.pseudonym}/{type_name}/{pk}/"


def _text(answer: HttpResponse) -> str:
    return answer.content.decode()


def _follow_ups_of(patient: Patient) -> int:
    with every_centre():
        return FollowUp.objects.filter(patient=patient).count()


def test_a_new_record_is_carried_over_to_the_kept_patient(
    hospital: Hospital, second: Patient
) -> None:
    client, before = hospital.client("own_centre"), _follow_ups_of(hospital.patient)
    sent = filled(_text(client.get(_new(second)))) | TYPED
    _merged(hospital, second)
    answer = client.post(_new(second), sent)
    assert (answer.status_code, answer["Location"]) == (302, _new(hospital.patient))
    page = _text(client.get(answer["Location"]))
    assert 'value="03/03/2013"' in page and f"merged into {hospital.patient.pseudonym}" in page
    assert _follow_ups_of(hospital.patient) == before + 1, "what came over, and nothing new"
    assert client.post(answer["Location"], filled(page)).status_code == 302
    assert _follow_ups_of(hospital.patient) == before + 2
    with every_centre():
        assert not Draft.objects.exists()


def test_the_draft_of_a_new_record_is_shown_at_the_kept_patient(
    hospital: Hospital, second: Patient
) -> None:
    client = hospital.client("own_centre")
    sent = filled(_text(client.get(_new(second)))) | TYPED
    assert client.post(f"{_new(second)}draft/", sent).json()["says"]
    row = _merged(hospital, second)
    answer = client.get(_new(second))
    assert (answer.status_code, answer["Location"]) == (302, _new(hospital.patient))
    assert 'value="03/03/2013"' in _text(client.get(answer["Location"]))
    # A page that is still open goes on keeping its drafts, at the new place.
    sent |= {"date_of_contact": ["04/03/2013"]}
    assert client.post(f"{_new(second)}draft/", sent).json()["says"]
    assert 'value="04/03/2013"' in _text(client.get(_new(hospital.patient)))
    undo_merge(by=hospital.own_centre, merge=row, reason="two girls")
    assert 'value="03/03/2013"' in _text(client.get(_new(second)))


def test_the_draft_of_a_record_that_came_over_is_shown_again(
    hospital: Hospital, second: Patient
) -> None:
    client, old = hospital.client("own_centre"), _address(second, "follow_up")
    sent = filled(_text(client.get(old))) | {"date_of_contact": ["04/04/2013"]}
    assert client.post(f"{old}draft/", sent).json()["says"]
    row = _merged(hospital, second)
    new = old.replace(second.pseudonym, hospital.patient.pseudonym)
    for address in (old, new):
        page = _text(client.get(address))
        assert "Your draft of" in page and 'value="04/04/2013"' in page
    undo_merge(by=hospital.own_centre, merge=row, reason="two girls")
    assert 'value="04/04/2013"' in _text(client.get(old))


def test_a_record_that_stayed_behind_shows_what_was_typed(
    hospital: Hospital, second: Patient
) -> None:
    client, old = hospital.client("own_centre"), _address(second, "identity")
    sent = filled(_text(client.get(old))) | {"initials": ["QZ"]}
    _merged(hospital, second)
    answer = client.post(old, sent)
    assert answer.status_code == 409
    assert "QZ" in _text(answer) and "was merged into" in _text(answer)
    assert hospital.client("other_centre").post(old, sent).status_code == 404
    assert hospital.client("colleague_read_only").post(old, sent).status_code == 403


def _just_before_it_is_stored(monkeypatch: pytest.MonkeyPatch, do: Callable[[], object]) -> None:
    real = records._stored

    def meanwhile(*args: object) -> object:
        monkeypatch.setattr(records, "_stored", real)
        do()  # before, not in what is taken back when it fails
        return real(*args)  # type: ignore[arg-type]

    monkeypatch.setattr(records, "_stored", meanwhile)


def test_a_merge_between_reading_and_locking(
    hospital: Hospital, second: Patient, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = hospital.client("own_centre")
    sent = filled(_text(client.get(_new(second)))) | TYPED
    _just_before_it_is_stored(monkeypatch, lambda: _merged(hospital, second))
    answer = client.post(_new(second), sent)
    assert (answer.status_code, answer["Location"]) == (302, _new(hospital.patient))
    assert 'value="03/03/2013"' in _text(client.get(answer["Location"]))
    assert _follow_ups_of(second) == 0


def test_a_deletion_between_reading_and_locking(
    hospital: Hospital, monkeypatch: pytest.MonkeyPatch
) -> None:
    client, row = hospital.client("own_centre"), hospital.row("relapse")
    address = hospital.page_of("relapse")
    sent = filled(_text(client.get(address))) | {"pb_blasts": ["13"]}
    _just_before_it_is_stored(
        monkeypatch,
        lambda: delete_record(
            by=hospital.own_centre, patient=hospital.patient, path=(("relapse", row.key),),
            version=1, reason="entered for another girl",
        ),
    )  # fmt: skip
    answer = client.post(address, sent)
    assert answer.status_code == 409
    assert "13" in _text(answer) and "entered for another girl" in _text(answer)


def test_mine_is_dropped_where_both_made_the_only_record(
    hospital: Hospital, second: Patient
) -> None:
    client, new = hospital.client("own_centre"), _new(second, "death")
    sent = filled(_text(client.get(new)))
    assert client.post(new, sent | {"date": ["03/03/2013"]}).status_code == 302
    mine = sent | {"date": ["05/03/2013"]}
    page = client.post(new, mine)
    assert page.status_code == 409 and "Drop mine" in _text(page)
    answer = client.post(f"{new}draft/", {"discard": "1"})
    assert (answer.status_code, answer["Location"]) == (302, _address(second, "death"))
    assert 'value="03/03/2013"' in _text(client.get(answer["Location"]))
