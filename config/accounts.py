"""Who may make an account? Nobody by themselves: accounts are given by the registry office."""

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest


class GivenAccounts(DefaultAccountAdapter):
    """allauth's adapter with sign-up closed."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False
