"""What becomes of a table that nobody finishes? It is emptied after ninety days, and says so."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.test import Client
from django.utils import timezone

from registry.actions.correct_cell import correct_cell
from registry.actions.drop_file import drop_file
from registry.actions.forget_files import (
    FORGOTTEN,
    UNFINISHED_KEPT,
    forget_old_files,
    forget_what_came_in,
)
from registry.actions.import_state import NotNow, changing
from registry.actions.name_columns import name_columns
from registry.actions.send_file import send_file
from registry.models import ImportFile, Patient
from registry.scope import every_centre
from registry.work import last_import, rows_to_correct
from tests.exchange.desk import csv, imported, judged, line, lines, now, uploaded
from tests.registry.people import People, new_people
from tests.somebody_else import holding

BAD = csv("UPN;Sex", "P1;F", "P2;Q")
STRANGE = csv("UPN;Tani", "P1;F")


def ninety_days_after(file: ImportFile) -> datetime:
    """The first moment at which it is emptied."""
    return now(file).touched_at + UNFINISHED_KEPT + timedelta(seconds=1)


def page(client: Client, people: People, address: str) -> str:
    client.force_login(people.own_centre)
    return client.get(address).content.decode()


@pytest.mark.parametrize(("body", "state"), [(BAD, "ready"), (STRANGE, "columns")])
def test_a_table_that_nobody_finished_is_emptied(
    people: People, client: Client, body: bytes, state: str
) -> None:
    file = uploaded(people.own_centre, body, "old.csv")
    assert file.state == state
    later = ninety_days_after(file)
    assert forget_old_files(later - timedelta(minutes=1)) == 0
    assert bytes(now(file).body) == body
    assert forget_what_came_in(later) == 1
    assert forget_what_came_in(later) == 0, "once"
    file = now(file)
    assert (file.state, bytes(file.body), file.head_line) == ("emptied", b"", FORGOTTEN)
    assert (file.finished_at, lines(file), file.sha256 != "") == (later, {}, True)
    with every_centre():
        assert not rows_to_correct(people.own_centre).exists()
        assert last_import(people.own_centre) is None, "it is over, and nothing came of it"
    day = f"{timezone.localtime(later):%d/%m/%Y}"
    assert f"Not finished, emptied on {day}" in page(client, people, "/imports/")
    told = page(client, people, f"/imports/{file.pk}/")
    assert "Nobody finished this table within 90 days" in told
    assert "is stored already" not in told and "Give up" not in told
    with pytest.raises(NotNow):
        drop_file(by=people.own_centre, file=file)
    assert uploaded(people.own_centre, body, "old.csv").state == state, "it can be uploaded again"


def test_what_was_stored_of_it_stays(people: People, client: Client) -> None:
    file = imported(people.own_centre, uploaded(people.own_centre, BAD, "old.csv"))
    assert file.state == "ready"
    later = ninety_days_after(file)
    assert forget_old_files(file.uploaded_at + UNFINISHED_KEPT) == 0, "a part was sent since"
    assert forget_old_files(later) == 1
    (line,) = lines(file).values()
    assert (line.key, line.outcome, line.texts, line.case) == ("P1", "new", ["", ""], None)
    with every_centre():
        assert Patient.objects.get().key == "P1"
    told = page(client, people, f"/imports/{file.pk}/")
    assert "Nobody finished this table" in told and "1 row imported" in told


@pytest.mark.django_db(transaction=True)
def test_a_table_that_somebody_works_on_is_left_for_another_time() -> None:
    people = new_people()
    file = uploaded(people.own_centre, BAD, "old.csv")
    with holding(changing(by=people.own_centre, centre_id=file.centre_id, file_id=file.pk)):
        assert forget_old_files(ninety_days_after(file)) == 0
    assert forget_old_files(ninety_days_after(file)) == 1


def named(people: People, file: ImportFile) -> object:
    targets = [one["target"] for one in file.columns]
    return name_columns(by=people.own_centre, file=file, targets=targets)


def corrected(people: People, file: ImportFile) -> object:
    return correct_cell(by=people.own_centre, row=line(file, 3), column=1, text="Z")


def sent(people: People, file: ImportFile) -> object:
    return send_file(by=people.own_centre, file=file)


def aged(file: ImportFile, by: timedelta) -> None:
    """Nobody has done anything to it for so long."""
    with every_centre():
        ImportFile.objects.filter(pk=file.pk).update(
            uploaded_at=timezone.now() - by, touched_at=timezone.now() - by
        )


@pytest.mark.parametrize("deed", [named, corrected, sent])
def test_whoever_works_on_it_has_ninety_days_more(
    people: People, deed: Callable[[People, ImportFile], object]
) -> None:
    file = uploaded(people.own_centre, BAD, "old.csv")
    aged(file, UNFINISHED_KEPT + timedelta(days=1))
    deed(people, file)
    assert timezone.now() - now(file).touched_at < timedelta(minutes=1)
    if now(file).state == "queued":
        judged(file)
    assert forget_old_files(timezone.now()) == 0 and lines(file)


def test_what_is_refused_gives_it_no_day_more(people: People) -> None:
    file = uploaded(people.own_centre, BAD, "old.csv")
    aged(file, UNFINISHED_KEPT)
    with pytest.raises(IndexError):
        correct_cell(by=people.own_centre, row=line(file, 3), column=7, text="F")
    assert forget_old_files(timezone.now()) == 1


def test_its_page_says_so_in_the_last_two_weeks(people: People, client: Client) -> None:
    file = uploaded(people.own_centre, BAD, "old.csv")
    aged(file, timedelta(days=75))
    assert "will be emptied" not in page(client, people, f"/imports/{file.pk}/")
    aged(file, timedelta(days=77))
    day = timezone.localtime(now(file).touched_at + UNFINISHED_KEPT)
    told = f"will be emptied on {day:%d/%m/%Y} unless it is finished"
    assert told in page(client, people, f"/imports/{file.pk}/")
    corrected(people, file)
    assert "will be emptied" not in page(client, people, f"/imports/{file.pk}/")
