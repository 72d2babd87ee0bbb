"""What if the registry changed between the preview and the button, or the storing failed? Nothing is lost or doubled."""

from __future__ import annotations

import logging
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from registry import tasks
from registry.actions import judge_batch, receive_submission
from registry.actions.correct_cell import correct_cell
from registry.actions.drop_file import drop_file
from registry.actions.forget_files import KEPT, forget_old_files
from registry.actions.import_state import NotNow
from registry.actions.send_file import send_file
from registry.lease import MOST_ATTEMPTS
from registry.models import FollowUp, ImportFile, Patient, Submission
from registry.scope import every_centre
from tests.exchange.desk import csv, imported, judged, line, lines, now, outcomes, says, uploaded
from tests.registry.people import People, number_of_patients, process, state_of, stored

CONTACTS = "UPN;Date of contact;Follow-up: Status"
VISIT = {"key": "abc123", "date_of_contact": "2016-06-01", "status": "ALIVE"}


def pressed(people: People, file: ImportFile) -> Submission:
    """The button is pressed and a worker has done what it could."""
    submission = send_file(by=people.own_centre, file=now(file))
    process(submission)
    return submission


def contacts() -> list[str]:
    with every_centre():
        return list(FollowUp.objects.order_by("pk").values_list("key", flat=True))


# --- changed meanwhile -----------------------------------------------------------------------------


def test_a_record_that_a_colleague_entered_meanwhile_is_not_doubled(people: People) -> None:
    people.register({"key": "P1", "sex": "F"})
    file = uploaded(people.own_centre, csv(CONTACTS, "P1;01/06/2016;alive"), "a.csv")
    assert outcomes(file) == {"new": 1}
    people.send({"key": "P1", "follow_ups": [VISIT]})
    submission = pressed(people, file)
    assert (state_of(submission).state, now(file).state) == ("done", "queued")
    assert "1 patient was changed since" in now(file).failure
    assert contacts() == ["abc123"]
    assert outcomes(judged(file)) == {"same": 1}
    assert "1 patient was changed since" in now(file).failure, "the sentence stays to be read"


def test_a_value_that_a_colleague_changed_meanwhile_is_not_overwritten(people: People) -> None:
    patient = people.register({"key": "P1", "sex": "F"}).patient
    file = uploaded(people.own_centre, csv("UPN;Sex", "P1;M", "P2;F"), "a.csv")
    people.save(patient, (), 1, sex="F", country="FR")
    pressed(people, file)
    assert (stored("P1").root.answers["sex"], number_of_patients()) == ("F", 1)
    file = judged(file)
    assert outcomes(file) == {"changed": 1, "new": 1}
    file = imported(people.own_centre, file)
    assert (file.state, file.failure, stored("P1").root.answers["sex"]) == ("done", "", "M")


def test_the_page_says_why_nothing_was_stored(people: People, client: Client) -> None:
    file = uploaded(people.own_centre, csv("UPN;Sex", "P1;M"), "a.csv")
    people.register({"key": "P1", "sex": "F"})
    pressed(people, file)
    judged(file)
    client.force_login(people.own_centre)
    page = client.get(f"/imports/{file.pk}/").content.decode()
    assert "Nothing was stored: 1 patient was changed since the rows were judged" in page
    assert "Import 1 row" in page


def test_a_patient_who_appeared_meanwhile_is_looked_at_first(people: People) -> None:
    file = uploaded(people.own_centre, csv("UPN;Sex", "P1;M"), "a.csv")
    people.register({"key": "P1", "sex": "F"})
    pressed(people, file)
    assert stored("P1").root.answers["sex"] == "F"
    assert outcomes(judged(file)) == {"changed": 1}


def test_what_changed_of_others_holds_no_table_up(people: People) -> None:
    other = people.register({"key": "P9", "sex": "F"}).patient
    file = uploaded(people.own_centre, csv("UPN;Sex", "P1;M"), "a.csv")
    people.save(other, (), 1, sex="M")
    assert imported(people.own_centre, file).state == "done"


def test_a_line_corrected_after_the_change_was_seen_is_stored(people: People) -> None:
    patient = people.register({"key": "P1", "sex": "F"}).patient
    file = uploaded(people.own_centre, csv("UPN;Sex", "P1;Q"), "a.csv")
    people.save(patient, (), 1, sex="F", country="FR")
    correct_cell(by=people.own_centre, row=line(file, 2), column=1, text="M")
    assert imported(people.own_centre, file).state == "done"
    assert stored("P1").root.answers["sex"] == "M"


def test_a_worker_is_rung_for_at_once_to_judge_afresh(
    people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    rung: list[tuple[object, ...]] = []
    monkeypatch.setattr(tasks.check_file, "delay", lambda *told: rung.append(told))
    file = uploaded(people.own_centre, csv("UPN;Sex", "P1;M"), "a.csv")
    people.register({"key": "P1", "sex": "F"})
    submission = send_file(by=people.own_centre, file=file)
    tasks.process_submission(str(submission.pk), file.centre_id)
    assert rung == [(str(file.pk), file.centre_id)]


# --- refused, and dead -----------------------------------------------------------------------------


def test_what_only_the_batch_refuses_is_told_on_the_line_and_does_not_go_round(
    people: People, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    file = uploaded(people.own_centre, csv("UPN;Sex", "P1;F", "P2;M"), "a.csv")
    real = judge_batch.read_case

    def full(dictionary: Any, raw: Any) -> Any:
        reading = real(dictionary, raw)
        too_many = judge_batch.Unreadable("/follow_ups", "A case has 200 of them at most")
        return replace(reading, problems=[too_many]) if raw["key"] == "P2" else reading

    with monkeypatch.context() as patch, caplog.at_level(logging.ERROR):
        patch.setattr(judge_batch, "read_case", full)
        submission = pressed(people, file)
    file = now(file)
    assert (state_of(submission).state, file.state, number_of_patients()) == ("done", "ready", 0)
    assert file.failure.startswith("Nothing was stored.") and file.failure.endswith(": 3")
    assert outcomes(file) == {"new": 1, "rejected": 1}
    assert says(line(file, 3)) == "A case has 200 of them at most"
    assert f"Import {file.pk} was refused as a whole" in caplog.text
    file = imported(people.own_centre, file)
    assert (file.state, file.failure, number_of_patients()) == ("ready", "", 1)


@pytest.mark.parametrize("ends", ["killed", "raises"])
def test_a_table_whose_storing_died_can_be_sent_again_corrected_and_dropped(
    people: People, monkeypatch: pytest.MonkeyPatch, ends: str
) -> None:
    file = uploaded(people.own_centre, csv("UPN;Sex", "P1;F", "P2;Q"), "a.csv")
    first = send_file(by=people.own_centre, file=file)
    with every_centre():
        attempts = MOST_ATTEMPTS if ends == "killed" else MOST_ATTEMPTS - 1
        Submission.objects.filter(pk=first.pk).update(attempts=attempts)

    def fails(*_: Any, **__: Any) -> Any:
        raise ValueError("P1")

    with monkeypatch.context() as patch:
        patch.setattr(receive_submission, "write_plans", fails)
        process(first)
    file = now(file)
    assert (state_of(first).state, file.state, number_of_patients()) == ("dead", "ready", 0)
    assert "could not be stored" in file.failure
    correct_cell(by=people.own_centre, row=line(file, 3), column=1, text="M")
    again = send_file(by=people.own_centre, file=file)
    assert again.pk != first.pk
    process(again)
    assert (now(file).state, now(file).failure, number_of_patients()) == ("done", "", 2)


def test_a_table_whose_storing_died_can_be_dropped(people: People) -> None:
    file = uploaded(people.own_centre, csv("UPN;Sex", "P1;F"), "a.csv")
    first = send_file(by=people.own_centre, file=file)
    with every_centre():
        Submission.objects.filter(pk=first.pk).update(attempts=MOST_ATTEMPTS)
    process(first)
    assert drop_file(by=people.own_centre, file=file).state == "dropped"


# --- afterwards ------------------------------------------------------------------------------------


def test_the_cells_of_a_finished_table_are_emptied_after_thirty_days(people: People) -> None:
    body = csv("UPN;Sex", "P1;F", "P1;F")
    file = imported(people.own_centre, uploaded(people.own_centre, body, "a.csv"))
    waits = uploaded(people.own_centre, csv("UPN;Sex", "P2;F"), "b.csv")
    assert file.state == "done" and file.finished_at
    assert forget_old_files(file.finished_at + KEPT) == 0
    later = timezone.now() + KEPT + timedelta(seconds=1)
    assert forget_old_files(later) == 1
    assert forget_old_files(later) == 0, "once"
    assert (bytes(now(file).body), now(file).sha256 != "") == (b"", True)
    kept = lines(file).values()
    assert [(one.key, one.outcome, one.texts, one.case, one.findings) for one in kept] == [
        ("P1", "new", ["", ""], None, []),
        ("P1", "same", ["", ""], None, []),
    ]
    with pytest.raises(NotNow):
        correct_cell(by=people.own_centre, row=line(file, 3), column=1, text="M")
    assert bytes(now(waits).body) and lines(waits)[2].texts == ["P2", "F"]
    with every_centre():
        assert Patient.objects.get().sex == "F"
