"""Do the commands that docs/hosting.md tells work as they are written there?"""

import io
import re
import shlex
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from registry.models import Centre, Role, User

HOSTING = Path(__file__).parent.parent.parent / "docs" / "hosting.md"
PASSWORD = "a long walk in the rain"

pytestmark = pytest.mark.django_db


def commands(section: str) -> list[list[str]]:
    """The words after `manage.py` on each line of the section's examples."""
    text = HOSTING.read_text().split(f"\n## {section}\n")[1].partition("\n## ")[0]
    examples = "".join(re.findall(r"```\n(.*?)```", text, re.DOTALL))
    return [shlex.split(line) for line in re.findall(r"manage\.py (.*)", examples)]


def type_in(monkeypatch: pytest.MonkeyPatch, password: str) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{password}\n"))


def run_all(section: str, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    wanted = commands(section)
    for words in wanted:
        type_in(monkeypatch, PASSWORD)
        call_command(*words)
    return [words[0] for words in wanted]


def test_the_first_start_gives_an_office_a_centre_a_person_and_a_token(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], client: Client
) -> None:
    told = run_all("First start", monkeypatch)
    assert told == ["create_user", "create_centre", "create_user", "create_service_account"]
    roles = User.objects.values_list("role", flat=True).order_by("role")
    assert list(roles) == [Role.DATA_MANAGER, Role.OFFICE, Role.SERVICE]
    assert Centre.objects.get().code == "F01"

    client.post("/accounts/login/", {"login": "manager.f01", "password": PASSWORD})
    assert client.get("/").status_code == 200
    token = capsys.readouterr().out.split()[-1]
    headers = {"Authorization": f"Bearer {token}"}
    assert Client().get("/api/v1/dictionary", headers=headers).status_code == 200


def test_a_lost_password_is_set_anew_and_ends_the_sessions(
    monkeypatch: pytest.MonkeyPatch, client: Client
) -> None:
    run_all("First start", monkeypatch)
    person = User.objects.get(username="manager.f01")
    client.force_login(person)
    person.set_password("the one that was lost")
    person.save()
    client.force_login(person)
    assert client.get("/").status_code == 200

    assert run_all("Logins", monkeypatch) == ["set_password"]
    person.refresh_from_db()
    assert person.check_password(PASSWORD)
    assert client.get("/").status_code == 302


@pytest.mark.parametrize("weak", ["", "short", "manager.f01x", "password1234"])
def test_a_weak_password_is_refused_as_at_the_start(
    weak: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    run_all("First start", monkeypatch)
    type_in(monkeypatch, weak)
    with pytest.raises(CommandError):
        call_command("set_password", "manager.f01")
    assert User.objects.get(username="manager.f01").check_password(PASSWORD)


def test_only_a_person_gets_a_password(monkeypatch: pytest.MonkeyPatch) -> None:
    run_all("First start", monkeypatch)
    for nobody in ("service-f01-his", "nobody"):
        with pytest.raises(CommandError, match=f"There is no person '{nobody}'"):
            call_command("set_password", nobody)


@pytest.mark.parametrize("options", [{}, {"interactive": False, "username": "root"}])
def test_createsuperuser_says_what_to_use_instead(options: dict[str, object]) -> None:
    with pytest.raises(CommandError, match=r"manage\.py create_user NAME --role office"):
        call_command("createsuperuser", **options)
    assert not User.objects.exists()
