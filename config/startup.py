"""May this process start? Runs every check, those that ask the database too, and stops where one says error."""

import django
from django.core.management import call_command


def refuse_unsafe_settings() -> None:
    """Raise SystemCheckError, which lists the findings, when a web or worker process may not start.

    The checks that are our own are in registry/startup.py.
    """
    django.setup()
    call_command("check", databases=["default"], verbosity=0)
