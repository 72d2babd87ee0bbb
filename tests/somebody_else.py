"""What does somebody else hold at the same moment, on a connection of his own?"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager

from django.db import connection

LONGEST_SECONDS = 20


@contextmanager
def holding(held: AbstractContextManager[object]) -> Iterator[None]:
    """Somebody else is inside `held` until the block ends; he has left it then."""
    inside, over = threading.Event(), threading.Event()

    def hold() -> None:
        with held:
            inside.set()
            over.wait(LONGEST_SECONDS)

    other = beside(hold)
    try:
        assert inside.wait(LONGEST_SECONDS / 2)
        yield
    finally:
        over.set()
        ended(other)


def beside(deed: Callable[[], object]) -> threading.Thread:
    """Somebody else does this from now on."""

    def work() -> None:
        try:
            deed()
        finally:
            connection.close()

    other = threading.Thread(target=work)
    other.start()
    return other


def ended(other: threading.Thread) -> None:
    """He is ready, now or soon."""
    other.join(LONGEST_SECONDS)
    assert not other.is_alive()
