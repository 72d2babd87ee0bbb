"""How does Celery learn its settings, its tasks, and that it may start at all?"""

import os
from typing import Any

from celery import Celery
from celery.signals import worker_init

from config.startup import refuse_unsafe_settings

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

app = Celery("engraft")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@worker_init.connect
def refuse_unsafe_start(**_signal: Any) -> None:
    """A worker runs the same checks as the web process and stops where one fails."""
    refuse_unsafe_settings()
