"""Does the registry office's command give a centre's system what it needs, and no more?"""

from __future__ import annotations

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from knox.models import AuthToken

from registry.models import Centre, Role, User

pytestmark = pytest.mark.django_db


@pytest.fixture
def centre() -> Centre:
    return Centre.objects.create(code="C 01", name="Hospital 1")


def token_of(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    call_command("create_service_account", *arguments)
    return capsys.readouterr().out.strip()


def status_with(token: str) -> int:
    headers = {"Authorization": f"Bearer {token}"}
    return Client().get("/api/v1/dictionary", headers=headers).status_code


def test_the_token_is_printed_alone_and_works(
    centre: Centre, capsys: pytest.CaptureFixture[str]
) -> None:
    token = token_of(capsys, "C 01", "--name", "Lab system")
    assert token.startswith("engraft_")
    assert status_with(token) == 200
    account = User.objects.get()
    assert (account.username, account.role) == ("service-c-01-lab-system", Role.SERVICE)
    assert account.centre == centre
    assert not account.has_usable_password()
    assert token not in str(AuthToken.objects.values())


def test_a_further_token_leaves_the_first_one_in_force_unless_revoked(
    centre: Centre, capsys: pytest.CaptureFixture[str]
) -> None:
    first = token_of(capsys, "C 01")
    second = token_of(capsys, "C 01")
    assert (status_with(first), status_with(second)) == (200, 200)
    third = token_of(capsys, "C 01", "--revoke")
    assert [status_with(one) for one in (first, second, third)] == [401, 401, 200]
    assert User.objects.count() == 1


def test_a_token_ends_with_its_days(centre: Centre, capsys: pytest.CaptureFixture[str]) -> None:
    token = token_of(capsys, "C 01", "--days", "2")
    (kept,) = AuthToken.objects.all()
    assert (kept.expiry - kept.created).total_seconds() == pytest.approx(2 * 86400, abs=5)
    AuthToken.objects.update(expiry=kept.created)
    assert status_with(token) == 401


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["C99"], "There is no centre C99. Known: C 01."),
        (["C 01", "--days", "0"], "at least one day"),
        (["C 01", "--name", "…"], "a name with a letter"),
    ],
)
def test_a_wrong_call_says_what_is_right(centre: Centre, arguments: list[str], says: str) -> None:
    with pytest.raises(CommandError, match=says):
        call_command("create_service_account", *arguments)


def test_centres_whose_codes_look_alike_do_not_share_an_account(
    centre: Centre, capsys: pytest.CaptureFixture[str]
) -> None:
    Centre.objects.create(code="C-01", name="Another hospital")
    token_of(capsys, "C 01")
    with pytest.raises(CommandError, match="belongs to"):
        call_command("create_service_account", "C-01")
