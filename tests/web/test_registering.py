"""Who is shown while a patient is registered, whom is she told apart from, and how often is asked?"""

from __future__ import annotations

import logging

import pytest
from django.test import Client

from registry.actions import look_elsewhere
from registry.actions.register_patient import MOST
from registry.models import LinkRequest, Patient, Question, User
from registry.scope import every_centre
from tests.web.hospital import Hospital


def _typed(number: str, initials: str, **more: object) -> dict[str, object]:
    items = ["identity-birth_date", "identity-initials", "patient-sex"]
    return {
        "number": number, "item": items, "identity-birth_date": "01/01/2010",
        "identity-initials": initials, "patient-sex": "M", **more,
    }  # fmt: skip


def _register(client: Client, typed: dict[str, object]) -> int:
    return client.post("/patients/new/", typed).status_code


def _alike(hospital: Hospital, count: int) -> list[str]:
    """So many boys born on one day, each told apart from those before."""
    client = hospital.client("own_centre")
    for n in range(count):
        with every_centre():
            seen = list(Patient.objects.values_list("pseudonym", flat=True))
        typed = _typed(f"K-{n}", f"A{'BCDEFGHI'[n]}", different="1", because="no kin", seen=seen)
        assert _register(client, typed) == 302
    with every_centre():
        found = Patient.objects.filter(key__startswith="K-").order_by("pk")
        return list(found.values_list("pseudonym", flat=True))


def test_six_alike_do_not_stand_in_the_way(hospital: Hospital) -> None:
    everyone, client = _alike(hospital, MOST + 2), hospital.client("own_centre")
    page = client.post("/patients/new/candidates/", _typed("N-1", "AZ")).content.decode()
    shown = [one for one in everyone if f'name="seen" value="{one}"' in page]
    assert len(shown) == MOST and "And 2 more alike" in page
    typed = _typed("N-1", "AZ", different="1", because="no kin", seen=shown)
    assert _register(client, typed | {"seen": shown[1:]}) == 422
    assert _register(client, typed) == 302
    with every_centre():
        new = Patient.objects.get(key="N-1")
        told = {one.other.pseudonym for one in LinkRequest.objects.filter(patient=new)}
        asked = Question.objects.get(patient=new, rule=78, closed_at=None)
    assert told == set(shown), "nobody is told apart from whom nobody saw"
    for one in everyone:
        assert (one in asked.text) == (one not in shown)


def test_the_tick_holds_for_those_whom_it_was_given_for(hospital: Hospital) -> None:
    first, second = _alike(hospital, 2)
    client = hospital.client("own_centre")

    def ticked(*seen: str) -> bool:
        typed = _typed("N-1", "AZ", different="1", because="his cousin", seen=list(seen))
        page = client.post("/patients/new/candidates/", typed).content.decode()
        assert first in page and second in page and 'value="his cousin"' in page
        return 'value="1" checked' in page

    assert ticked(first, second)
    assert not ticked(first), "the other one came since"
    typed = _typed("N-1", "AZ", different="1", because="his cousin", seen=[first])
    assert _register(client, typed) == 422
    with every_centre():
        assert not Patient.objects.filter(key="N-1").exists()


def _looks(client: Client, day: int) -> str:
    typed = _typed("N-1", "QX") | {"identity-birth_date": f"{day:02}/03/2011"}
    return client.post("/patients/new/candidates/", typed).content.decode()


def test_nobody_tries_one_birth_date_after_the_other(
    hospital: Hospital, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    typed = _typed("F-1", "QX") | {"identity-birth_date": "09/03/2011"}
    assert _register(hospital.client("other_centre"), typed) == 302
    monkeypatch.setattr(look_elsewhere, "PERSONS_AN_HOUR", 3)
    client, exists = hospital.client("own_centre"), "exists in another centre"
    caplog.set_level(logging.INFO, logger="registry.actions.look_elsewhere")
    assert exists in _looks(client, 9) and exists in _looks(client, 9), "the same one counts once"
    for day in (10, 11):
        assert "very many persons" not in _looks(client, day)
    last = _looks(client, 9)
    assert exists not in last and "very many persons" in last
    told = [one.getMessage() for one in caplog.records]
    assert len(told) == 4 and "may not look" in told[-1]
    assert not any(value in line for line in told for value in ("2011", "QX", "N-1"))
    # Another hour, another person: each has its own count, in the database.
    row = User.objects.get(pk=hospital.own_centre.pk)
    assert row.looked_since is not None
    row.looked_since -= look_elsewhere.AN_HOUR
    row.save()
    assert exists in _looks(client, 9)
