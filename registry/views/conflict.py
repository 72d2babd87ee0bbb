"""What differs between a record as it is stored now and what was typed over an older version of it?"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from registry.dictionary.case import Record
from registry.forms.entry import Entry
from registry.models import DICTIONARY


@dataclass(frozen=True)
class Difference:
    """One item: the stored answer and the typed one, in words."""

    label: str
    theirs: str
    yours: str


def differences(stored: Record, entry: Entry) -> list[Difference]:
    """The items whose typed answer is not the stored one."""
    return list(_differing(stored, entry))


def _differing(stored: Record, entry: Entry) -> Iterator[Difference]:
    for item in DICTIONARY[stored.type].items:
        if item.name not in entry.record.answers:
            continue
        theirs, yours = stored.answers.get(item.name), entry.record.answers[item.name]
        if theirs != yours:
            yield Difference(item.label, item.show(theirs), item.show(yours))
