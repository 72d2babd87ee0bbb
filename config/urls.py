"""Which address leads where?"""

from allauth.account import views as account
from django.urls import include, path

from config.health import healthz

# Accounts are given by the registry office, so of allauth's pages only these are open: nobody signs
# up, changes an address or asks for a password by mail (docs/hosting.md: set_password).
accounts = [
    path("login/", account.login, name="account_login"),
    path("logout/", account.logout, name="account_logout"),
    path("inactive/", account.account_inactive, name="account_inactive"),
    path("reauthenticate/", account.reauthenticate, name="account_reauthenticate"),
    path("password/change/", account.password_change, name="account_change_password"),
    # The page above sends a person here who has none yet.
    path("password/set/", account.password_set, name="account_set_password"),
    path("2fa/", include("allauth.mfa.urls")),
]

urlpatterns = [
    path("healthz", healthz, name="healthz"),
    path("accounts/", include(accounts)),
    path("api/v1/", include("registry.api.urls")),
    path("", include("reports.urls")),
    path("", include("registry.urls")),
]
