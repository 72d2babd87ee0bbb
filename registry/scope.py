"""Whose records may this piece of work see? The centres named here, until the block ends.

PostgreSQL holds the list in a setting of the transaction, so that a pooled connection cannot carry it on.
Without a scope a query on a centre's table finds nothing.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from django.db import OperationalError, connection, transaction
from psycopg.errors import LockNotAvailable

NO_CENTRE = "0"  # keys begin at 1; an empty text would mean "no scope set", which an inner scope could widen


class Busy(Exception):
    """Somebody else's write holds what this one needs, for longer than `wait_at_most` allowed."""


@contextmanager
def scope(centres: Iterable[int]) -> Iterator[None]:
    """Open a transaction that sees the records of `centres` (primary keys) only.

    Inside another scope it can only narrow; afterwards the outer one holds again. Raises Busy for
    what waited too long, when all of it is taken back.
    """
    wanted = {int(centre) for centre in centres}
    with transaction.atomic():
        before = _setting()
        if before:
            wanted &= {int(key) for key in before.split(",")}
        _set(",".join(map(str, sorted(wanted))) or NO_CENTRE)
        try:
            yield
        except OperationalError as failure:
            if isinstance(failure.__cause__, LockNotAvailable):
                raise Busy from failure
            raise
        # After an exception nothing is to be done here: rolling back restores the setting.
        _set(before)


def wait_at_most(seconds: float) -> None:
    """Until this transaction ends no statement waits longer than this for another's rows; see Busy."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('lock_timeout', %s, true)", [f"{seconds * 1000:.0f}ms"])


@contextmanager
def every_centre() -> Iterator[None]:
    """A scope of all centres, for the registry office and for work that no person asked for."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT id FROM registry_centre")
            centres = [row[0] for row in cursor.fetchall()]
        with scope(centres):
            yield


def scoped_centres() -> frozenset[int] | None:
    """The centres of the scope that holds now; None outside any scope."""
    setting = _setting()
    return (
        frozenset(int(key) for key in setting.split(",") if key != NO_CENTRE) if setting else None
    )


def _setting() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT coalesce(current_setting('app.centres', true), '')")
        return str(cursor.fetchone()[0])


def _set(value: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('app.centres', %s, true)", [value])
