"""Which patients of several centres are one person? The registry office linked them; nothing is joined."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection

from registry.models import LinkRequest, Patient

Groups = tuple[tuple[str, ...], ...]
"""The pseudonyms of each person who has several, in order."""


def linked_among(pseudonyms: Collection[str]) -> Groups:
    """The persons who stand among these patients more than once, as far as the present scope shows.

    A patient who was merged since the office's word is the one who was kept.
    """
    merged = dict(
        Patient.objects.exclude(merged_into=None).values_list("pseudonym", "merged_into__pseudonym")
    )

    def kept(one: str) -> str:
        while one in merged:
            one = merged[one]
        return one

    links = LinkRequest.objects.filter(state=LinkRequest.State.LINKED)
    first: dict[str, str] = {}

    def first_of(one: str) -> str:
        while first.get(one, one) != one:
            one = first[one]
        return one

    for pair in links.values_list("patient__pseudonym", "other__pseudonym"):
        one, other = sorted(first_of(kept(name)) for name in pair)
        first[other] = one
    persons: dict[str, set[str]] = defaultdict(set)
    for one in set(pseudonyms):
        persons[first_of(one)].add(one)
    return tuple(sorted(tuple(sorted(each)) for each in persons.values() if len(each) > 1))
