"""What was done in any part of a report?"""

from collections.abc import Iterable

from reports.compute.done import Deed, Done, Section

Record = tuple[Done, ...]


def deeds(record: Record) -> frozenset[Deed]:
    """All that was done."""
    return frozenset(deed for done in record for deed in done.deeds)


def told(record: Record, section: Section) -> list[str]:
    """The sentences of a paragraph, in the order of the report; the same one once."""
    return list(dict.fromkeys(one for d in record if d.section == section for one in d.told))


def labels(record: Iterable[Done], *wanted: Deed) -> list[str]:
    """The labels of those for which one of these was done, each once."""
    return list(dict.fromkeys(done.label for done in record if done.deeds & set(wanted)))
