"""What does a line of an uploaded table say that the registry does not, or otherwise?"""

from __future__ import annotations

from collections.abc import Iterator

from registry.actions.plan import walk
from registry.audit import CONCEALED
from registry.dictionary.reading import read_case
from registry.exchange.cases import at
from registry.forms.saved import words_of
from registry.models import DICTIONARY, ImportRow
from registry.records import StoredCase
from registry.views.import_shapes import Change


def changes_of(row: ImportRow, stored: StoredCase, *, identity: bool) -> Iterator[Change]:
    """Each answer that would change, in words; none of a line that cannot be read.

    identity : whether the reader may see who the patient is.
    """
    if row.case is None:
        return
    for path, record in walk(read_case(DICTIONARY, row.case).record):
        type_, before = DICTIONARY[record.type], at(stored.root, path)
        for name, answer in record.answers.items():
            item = type_.by_name[name]
            old = before.answers.get(name) if before else None
            if old == answer:
                continue
            hidden = item.identifying and not identity
            yield Change(
                label=f"{type_.label}: {item.label}",
                old=CONCEALED if hidden else words_of(item, old),
                new=CONCEALED if hidden else words_of(item, answer),
            )
