"""Does the reminder count what the tiles count, once, and without a value of any patient?"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from email.message import EmailMessage
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone
from pytest_django import Settings

from registry.actions import send_digests
from registry.actions.choose_digest import choose_digest
from registry.actions.send_digests import ask_for_digest, make_due_digests, ready_digests
from registry.digest_mail import content_for
from registry.models import Digest, Patient, User
from registry.queries import centre_ids_for
from registry.scope import scope
from registry.work import Show, owed_by, today_of, waiting_for
from tests.processes import MailSink
from tests.registry.cohort import kept, transplanted
from tests.registry.people import People

MONDAY = datetime(2026, 1, 5, 8, 0, tzinfo=UTC)


@pytest.fixture
def today() -> date:
    return timezone.localdate()


@pytest.fixture
def manager(people: People, today: date) -> People:
    """A data manager who can be written to, with three overdue patients of whom one asks."""
    person = people.own_centre
    person.email = "manager@example.org"
    person.save()
    kept(
        person,
        transplanted("N-1", 700, today=today, seen=560, disease="RELAPSE"),
        transplanted("N-2", 200, today=today, seen=150),
        transplanted("N-3", 150, today=today),
        transplanted("N-4", 150, today=today, seen=20),
        today=today,
    )
    return people


def _send_all() -> list[str]:
    for pk in ready_digests():
        send_digests.send_digest(pk)
    return list(Digest.objects.order_by("pk").values_list("state", flat=True))


def _texts(message: EmailMessage) -> tuple[str, str]:
    plain, html = message.get_body(("plain",)), message.get_body(("html",))
    assert plain is not None and html is not None
    return plain.get_content(), html.get_content()


def test_the_mail_counts_what_the_tiles_count(
    manager: People, today: date, mail_sink: MailSink
) -> None:
    make_due_digests(MONDAY)
    make_due_digests(MONDAY)
    assert _send_all() == ["sent"]
    (message,) = mail_sink.messages
    with scope(centre_ids_for(manager.own_centre)):
        waiting = waiting_for(manager.own_centre, today)
        owed = list(owed_by(manager.own_centre, Show.OVERDUE, today))
        rest = Patient.objects.get(key="N-4").pseudonym
    assert (waiting.overdue, waiting.questions, waiting.rows) == (3, 1, 0)
    assert len(owed) == 3
    for text in _texts(message):
        assert rest not in text
        assert all(f"/patients/{one.pseudonym}/" in text for one in owed)
    plain = _texts(message)[0]
    assert "Follow-ups overdue: 3" in plain and "Questions to answer: 1" in plain
    assert "3 overdue, 1 to answer, 0 to correct" in message["Subject"]


def test_the_mail_holds_no_value_of_a_patient(manager: People, mail_sink: MailSink) -> None:
    make_due_digests(MONDAY)
    _send_all()
    with scope(centre_ids_for(manager.own_centre)):
        patients = list(Patient.objects.all())
    raw = mail_sink.messages[0].as_string() + "".join(_texts(mail_sink.messages[0]))
    for one in patients:
        assert one.key not in raw
        for day in (one.first_transplant_on, one.last_contact_on, one.due_on):
            assert day is None or not {f"{day:%d/%m/%Y}", str(day), f"{day:%d %b %Y}"} & set(
                re.findall(r"[\d/-]{8,10}|\d\d \w{3} \d{4}", raw)
            )
    assert "How is the patient" not in raw and "elapse" not in raw


def test_nothing_is_sent_when_nothing_waits_unless_it_is_asked_for(
    people: People, mail_sink: MailSink
) -> None:
    person = people.own_centre
    person.email = "manager@example.org"
    person.save()
    make_due_digests(MONDAY)
    assert _send_all() == ["nothing"] and mail_sink.messages == []
    first = ask_for_digest(by=person)
    assert ask_for_digest(by=person) == first  # one at a time
    assert _send_all() == ["nothing", "sent"]
    assert ask_for_digest(by=person) != first
    (message,) = mail_sink.messages
    assert "nothing waits" in message["Subject"]
    assert message["Message-ID"] == f"<digest-{first.pk}@localhost>"


def test_who_ended_them_or_has_no_address_gets_none(manager: People, mail_sink: MailSink) -> None:
    make_due_digests(MONDAY)
    person = manager.own_centre
    person.digest = "none"
    person.save()
    assert _send_all() == ["failed"] and mail_sink.messages == []
    assert "no reminders" in Digest.objects.get().failure
    with pytest.raises(PermissionDenied):
        ask_for_digest(by=manager.colleague_read_only)


def test_only_mondays_unless_each_morning_was_chosen(manager: People) -> None:
    tuesday = datetime(2026, 1, 6, 8, 0, tzinfo=UTC)
    make_due_digests(tuesday)
    assert not Digest.objects.exists()
    person = manager.own_centre
    person.digest = "daily"
    person.save()
    make_due_digests(tuesday)
    assert Digest.objects.get().slot == date(2026, 1, 6)


def test_a_mail_server_that_is_away_is_tried_again(
    manager: People, mail_sink: MailSink, settings: Settings
) -> None:
    settings.EMAIL_PORT = 1  # nobody listens there
    make_due_digests(MONDAY)
    assert _send_all() == ["ready"]
    later = Digest.objects.get()
    assert later.attempts == 1 and later.ready_at > timezone.now()
    assert ready_digests() == []
    settings.EMAIL_PORT = mail_sink.port
    Digest.objects.update(ready_at=timezone.now())
    assert _send_all() == ["sent"]


def test_who_hangs_while_sending_leaves_an_honest_word(manager: People) -> None:
    make_due_digests(MONDAY)
    long_ago = timezone.now() - 2 * send_digests.SENDING_AT_MOST
    Digest.objects.update(state="sending", sent_at=long_ago, attempts=1)
    assert ready_digests() == []
    assert Digest.objects.get().state == "unknown"


def test_a_stranger_is_told_of_the_own_centre_only(manager: People, today: date) -> None:
    stranger = manager.other_centre
    with scope(centre_ids_for(stranger)):
        content = content_for(stranger, today)
    assert not content.waiting.anything and content.named == ()


def test_who_chooses_in_the_evening_is_written_to_from_the_next_morning(manager: People) -> None:
    person = manager.own_centre
    evening = datetime(2026, 1, 6, 20, 0, tzinfo=UTC)
    choose_digest(by=person, every="daily")
    assert person.digest_chosen_at is not None and person.digest_chosen_at <= timezone.now()
    person.digest_chosen_at = evening
    person.save()
    make_due_digests(evening)
    assert not Digest.objects.exists()
    make_due_digests(datetime(2026, 1, 7, 6, 1, tzinfo=UTC))
    assert Digest.objects.get().slot == date(2026, 1, 7)


@pytest.mark.parametrize("zone", ["Pacific/Kiritimati", "Etc/GMT+12"])
def test_the_mail_is_of_the_day_it_is_at_the_centre(
    zone: str, manager: People, mail_sink: MailSink
) -> None:
    centre = manager.centre
    centre.time_zone = zone
    centre.save()
    here = timezone.now().astimezone(ZoneInfo(zone)).date()
    person = User.objects.select_related("centre").get(pk=manager.own_centre.pk)
    assert ask_for_digest(by=person).slot == here == today_of(person)
    assert _send_all() == ["sent"]
    assert f"{here:%d/%m/%Y}" in _texts(mail_sink.messages[0])[0]
