"""Who tells the story of access? The own data manager, a colleague who reads, a foreigner, the staff."""

from __future__ import annotations

from dataclasses import dataclass

from django.test import Client

from registry.models import User


@dataclass(frozen=True)
class People:
    """The people of two centres and of the registry."""

    own_centre: User
    colleague_read_only: User
    other_centre: User
    statistician: User

    def person(self, name: str) -> User:
        """One of the people by name."""
        found: User = getattr(self, name)
        return found

    def client(self, name: str) -> Client:
        """A browser in which that person is signed in."""
        client = Client()
        client.force_login(self.person(name), "allauth.account.auth_backends.AuthenticationBackend")
        return client
