"""Which patients of any centre have an identity like this one? Searched by keyed tokens (docs/adr/0010)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from django.db import connection

from registry.matching import ELSEWHERE, HERE, Agreement, blocking, compare
from registry.models.same_person import TOKEN_LENGTH

AT_ONCE = 250
"""So many persons are searched for in one statement."""

# One look into the index of tokens for each person. With the tokens of all of them in one list,
# PostgreSQL would compare each with each.
SEARCH = f"""
    SELECT asked.number, found.patient_id, found.centre_id, found.tokens
    FROM unnest(%s::integer[], %s::text[]) AS asked (number, listed)
    JOIN registry_matchtoken AS found
        ON found.tokens && string_to_array(asked.listed, ' ')::varchar({TOKEN_LENGTH})[]
"""
AS_IT_WAS = "SELECT current_setting('enable_seqscan')"
SEQUENTIALLY = "SELECT set_config('enable_seqscan', %s, true)"


@dataclass(frozen=True)
class Suspect:
    """A patient who may be the same person, and how the two agree."""

    patient_id: int
    centre_id: int
    agreement: Agreement


def suspects(tokens: frozenset[str], centre_id: int) -> list[Suspect]:
    """Patients of every centre who may be this person, likeliest first."""
    return suspects_of({0: tokens}, centre_id)[0]


def suspects_of(persons: Mapping[int, frozenset[str]], centre_id: int) -> dict[int, list[Suspect]]:
    """The same for many persons, each under a number of the caller's."""
    found: dict[int, list[Suspect]] = {number: [] for number in persons}
    for number, patient_id, home, listed in _rows(persons):
        agreement = compare(persons[number], frozenset(listed))
        if agreement.points >= (HERE if home == centre_id else ELSEWHERE):
            found[number].append(Suspect(patient_id, home, agreement))
    for one in found.values():
        one.sort(key=lambda its: (-its.agreement.points, its.patient_id))
    return found


def _rows(persons: Mapping[int, frozenset[str]]) -> Iterator[tuple[int, int, int, list[str]]]:
    """Number of the person, patient, centre and tokens, for all who share a rare token."""
    asked = [(number, " ".join(own)) for number in persons if (own := blocking(persons[number]))]
    for start in range(0, len(asked), AT_ONCE):
        numbers, listed = zip(*asked[start : start + AT_ONCE], strict=True)
        with connection.cursor() as cursor:
            # A table that grows in this transaction has no statistics yet: PostgreSQL would read all
            # of it for each person, minutes for 20,000 of them.
            cursor.execute(AS_IT_WAS)
            before = cursor.fetchone()
            cursor.execute(SEQUENTIALLY, ["off"])
            cursor.execute(SEARCH, [list(numbers), list(listed)])
            found = cursor.fetchall()
            # After an exception nothing is to be done: rolling back restores the setting.
            cursor.execute(SEQUENTIALLY, before)
        yield from found
