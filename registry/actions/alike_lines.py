"""Which lines of a table are mended by the same answer? Counted and corrected by one and the same test."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterable, Mapping

from django.db.models import QuerySet

from registry.exchange.lines import FindingJson
from registry.models import ImportRow

_SHARED = (("asks", "says"), ("column", "word"))
"""What lines have in common that lack the same answer, and those that hold the same wrong word."""


def what_is_shared(told: FindingJson) -> FindingJson | None:
    """What a finding has in common with those of other lines that the same answer mends.

    None of one that stands for its own line alone.
    """
    for names in _SHARED:
        if all(told.get(name) not in (None, "") for name in names):
            return {name: told[name] for name in names}
    return None


def alike_to(rows: QuerySet[ImportRow], told: FindingJson) -> QuerySet[ImportRow]:
    """Those of these lines that the answer to this finding mends too."""
    shared = what_is_shared(told)
    return rows.none() if shared is None else rows.filter(findings__contains=[shared])


def key_of(told: FindingJson) -> Hashable:
    """The same for findings that the same answer mends."""
    return tuple((what_is_shared(told) or {}).items())


def counted(rows: QuerySet[ImportRow], asked: Iterable[FindingJson]) -> Mapping[Hashable, int]:
    """By `key_of` each of the findings asked for: how many of these lines say the same.

    Reads what is said of all the lines once, however many are asked for.
    """
    wanted = {key_of(one) for one in asked if what_is_shared(one)}
    if not wanted:
        return {}
    said = rows.exclude(findings=[]).order_by().values_list("findings", flat=True)
    keys = ({key_of(one) for one in findings} for findings in said.iterator())
    return Counter(key for one in keys for key in one & wanted)
