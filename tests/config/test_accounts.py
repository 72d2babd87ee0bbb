"""Which pages about accounts are open? Signing in and out, a new password, a second factor; no others."""

import time

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.test import Client
from django.urls import NoReverseMatch, get_resolver, reverse

from registry.actions.admit import admit_person
from registry.models import Centre, Role, User


@pytest.fixture
def signed_in(db: None) -> Client:
    centre = Centre.objects.create(code="C01")
    client = Client()
    client.force_login(User.objects.create_user("manager", role="data_manager", centre=centre))
    return client


CLOSED = (
    "signup/", "email/", "confirm-email/", "confirm-email/Mg:abc/",
    "password/reset/", "password/reset/done/", "password/reset/key/1-abc/",
    "login/code/", "login/code/confirm/",
)  # fmt: skip


@pytest.mark.parametrize("page", CLOSED)
def test_what_the_office_does_has_no_page(page: str, signed_in: Client, client: Client) -> None:
    for anybody in (signed_in, client):
        assert anybody.get(f"/accounts/{page}").status_code == 404
        assert anybody.post(f"/accounts/{page}", {"email": "a@b.example"}).status_code == 404


def test_a_person_with_an_e_mail_may_set_up_a_second_factor(client: Client, db: None) -> None:
    """allauth asks for a confirmed address where it keeps one, and here none can be confirmed."""
    person = admit_person(
        username="office", role=Role.OFFICE, centre=None,
        email="office@registry.example", password="a long walk in the rain",
    )  # fmt: skip
    client.post("/accounts/login/", {"login": "office", "password": "a long walk in the rain"})
    client.post("/accounts/reauthenticate/", {"password": "a long walk in the rain"})
    page = client.get("/accounts/2fa/totp/activate/", follow=True)
    secret = page.context["form"].secret
    code = hotp_value(secret, int(time.time()) // 30)
    client.post("/accounts/2fa/totp/activate/", {"code": format_hotp_value(code)})
    assert Authenticator.objects.filter(user=person, type="totp").exists()


@pytest.mark.parametrize("page", ["password/change/", "2fa/", "logout/"])
def test_what_a_person_does_has_one(page: str, signed_in: Client) -> None:
    assert signed_in.get(f"/accounts/{page}").status_code in (200, 302)


def test_the_login_page_promises_no_mail(client: Client, db: None) -> None:
    page = client.get("/accounts/login/").content.decode().lower()
    assert "forgot" not in page and "reset" not in page and "sign up" not in page
    assert "ask the registry office" in page


def test_no_address_of_a_closed_page_is_known() -> None:
    known = {str(name) for name in get_resolver().reverse_dict if isinstance(name, str)}
    assert {name for name in known if name.startswith("account_")} == {
        "account_login", "account_logout", "account_inactive", "account_reauthenticate",
        "account_change_password", "account_set_password",
    }  # fmt: skip
    with pytest.raises(NoReverseMatch):
        reverse("account_reset_password")
