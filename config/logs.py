"""How is a log line kept free of patient values? PostgreSQL's details of an error are cut out of it."""

import logging
import re

# PostgreSQL explains errors with the row: "DETAIL:  Key (initials)=(AB) already exists.", "CONTEXT:  COPY …".
CARRIES_VALUES = re.compile(r"^\s*(DETAIL|CONTEXT|QUERY|LINE \d+|HINT):.*\n?", re.MULTILINE)


class WithoutValues(logging.Formatter):
    """Formats as usual, then drops the lines in which PostgreSQL quotes data."""

    def format(self, record: logging.LogRecord) -> str:
        return CARRIES_VALUES.sub("", super().format(record)).rstrip()


def logging_settings(level: str) -> dict[str, object]:
    """Everything to standard output, one handler; no mail to administrators, which would carry the request."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "plain": {
                "()": WithoutValues,
                "format": "%(asctime)s %(levelname)s %(name)s: %(message)s",
            }
        },
        "handlers": {
            "stdout": {
                "class": "logging.StreamHandler",
                "stream": "ext://sys.stdout",
                "formatter": "plain",
            }
        },
        "root": {"handlers": ["stdout"], "level": level},
        "loggers": {
            # Django logs SQL with its parameters here when DEBUG is on.
            "django.db.backends": {"level": "WARNING"},
            # These two announce themselves at every start and every trigger.
            "axes": {"level": "WARNING"},
            "pgtrigger": {"level": "WARNING"},
            "django": {"handlers": ["stdout"], "level": level, "propagate": False},
        },
    }
