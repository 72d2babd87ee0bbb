"""Who changed what, why and through which door? Every write happens inside `writing`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pghistory

from registry.scope import scope

if TYPE_CHECKING:
    from registry.models import User


@contextmanager
def writing(
    *, by: User, centres: Iterable[int], channel: str, reason: str = "", request: str = ""
) -> Iterator[None]:
    """One transaction that may touch the given centres' rows, and whose every change is told.

    The database's triggers attach user, channel, reason and request to each event of the trail.
    """
    told = {"user": by.pk, "role": by.role, "channel": channel}
    if reason:
        told["reason"] = reason
    if request:
        told["request"] = request
    with scope(centres), pghistory.context(**told):
        yield
