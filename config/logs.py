"""How is a log line kept free of patient values? No exception says its message here, only its type and place."""

import copy
import logging
import re
import traceback
from collections.abc import Iterator, Mapping
from types import TracebackType

# PostgreSQL explains errors with the row: "DETAIL:  Key (initials)=(AB) already exists.", "CONTEXT:  COPY …".
CARRIES_VALUES = re.compile(r"^\s*(DETAIL|CONTEXT|QUERY|LINE \d+|HINT):.*\n?", re.MULTILINE)

ExcInfo = tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]


class WithoutValues(logging.Formatter):
    """Formats as usual, but of an exception only its type and where it was raised.

    What an exception says is made where it is raised and may quote a patient's value; so may the
    lines in which PostgreSQL explains an error.
    """

    def format(self, record: logging.LogRecord) -> str:
        plain = copy.copy(record)
        plain.msg, plain.args = _message(record), None
        plain.exc_text = None  # another handler may have left the full text of the exception here
        return CARRIES_VALUES.sub("", super().format(plain)).rstrip()

    def formatException(self, ei: ExcInfo) -> str:
        parts = []
        for error in _chain(ei[1]):
            frames = "".join(traceback.format_tb(error.__traceback__))
            parts.append(f"Traceback (most recent call last):\n{frames}{_type(error)}")
        return "\nwhich came while handling:\n\n".join(parts)


def _message(record: logging.LogRecord) -> str:
    """The record's own words; an exception among them becomes the name of its type."""
    told = record.exc_info[1] if isinstance(record.exc_info, tuple) else None
    args: object = record.args
    if isinstance(args, Mapping):
        # Celery hands an exception over as words: `exc` and `traceback`.
        words = {"exc": _type(told) if told else "an exception", "traceback": ""}
        args = {name: words.get(name, value) for name, value in args.items()}
        errors = [*_chain(told)]
    else:
        errors = [*_chain(told), *(one for one in args or () if isinstance(one, BaseException))]
    bare = copy.copy(record)
    bare.args = args  # type: ignore[assignment]
    message = bare.getMessage()
    for error in errors:
        for words_of_it in filter(None, (repr(error), str(error))):
            message = message.replace(words_of_it, _type(error))
    return message


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    """The exception, then what it was raised from or while handling."""
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        yield error
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)


def _type(error: BaseException) -> str:
    return f"{type(error).__module__}.{type(error).__qualname__}".removeprefix("builtins.")


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
