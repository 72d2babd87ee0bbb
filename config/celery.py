"""How does Celery learn its settings, its tasks, and that it may start at all?"""

import os
import sys
from typing import Any

from celery import Celery
from celery.signals import beat_init, worker_init
from django.core.management.base import SystemCheckError

from config.startup import refuse_unsafe_settings

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

app = Celery("engraft")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@worker_init.connect
@beat_init.connect
def refuse_unsafe_start(**_signal: Any) -> None:
    """Worker and beat run the same checks as the web process and end where one fails."""
    try:
        refuse_unsafe_settings()
    except SystemCheckError as findings:
        # Celery logs any Exception of a signal's receiver and goes on; SystemExit it lets pass, but
        # swallows its text, and beat holds back what goes to sys.stderr.
        print(findings, file=sys.__stderr__, flush=True)
        raise SystemExit(1) from None
