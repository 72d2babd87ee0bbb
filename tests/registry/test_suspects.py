"""Does one search for many persons find whom a search for each would, and whom a look at everybody would?"""

from __future__ import annotations

import importlib.util
import sys

import pytest
from django.db import connection

from registry.actions import suspects as module
from registry.actions.suspects import Suspect, suspects, suspects_of
from registry.matching import ELSEWHERE, HERE, blocking, compare
from registry.models import MatchToken, same_person
from registry.scope import every_centre
from tests.exchange import planted
from tests.exchange.desk import imported, uploaded
from tests.registry.people import People
from tests.registry.test_same_person import SAME, alike

LINES = 120


def persons() -> dict[int, frozenset[str]]:
    """The tokens of every patient of every centre, by primary key; and of nobody."""
    with every_centre():
        told = MatchToken.objects.values_list("patient", "tokens")
        return {pk: frozenset(tokens) for pk, tokens in told} | {0: frozenset()}


def by_looking_at_everybody(tokens: frozenset[str], centre_id: int) -> list[Suspect]:
    found = []
    for row in MatchToken.objects.all():
        agreed = compare(tokens, frozenset(row.tokens))
        enough = agreed.points >= (HERE if row.centre_id == centre_id else ELSEWHERE)
        if enough and set(blocking(tokens)) & set(row.tokens):
            found.append(Suspect(row.patient_id, row.centre_id, agreed))
    return sorted(found, key=lambda one: (-one.agreement.points, one.patient_id))


def test_many_are_found_like_one_and_like_a_look_at_everybody(
    people: People, monkeypatch: object
) -> None:
    monkeypatch.setattr(module, "AT_ONCE", 50)  # type: ignore[attr-defined]
    imported(people.own_centre, uploaded(people.own_centre, planted.as_xlsx(planted.rows(LINES))))
    people.send(*(alike(f"S{n}", **one) for n, one in enumerate(SAME)))
    people.send(*(alike(f"S{n}", **one) for n, one in enumerate(SAME)), by=people.other_centre)
    wanted = persons()
    assert len(wanted) > LINES
    with every_centre():
        for centre in (people.centre.pk, people.other_centre.centre_id or 0):
            at_once = suspects_of(wanted, centre)
            assert at_once == {one: suspects(wanted[one], centre) for one in wanted}
            assert at_once == {one: by_looking_at_everybody(wanted[one], centre) for one in wanted}
            assert at_once[0] == [] and max(map(len, at_once.values())) > len(SAME)


def test_the_index_answers_in_a_table_without_statistics(people: People) -> None:
    people.send(*(alike(f"S{n}", **one) for n, one in enumerate(SAME)))
    with every_centre(), connection.cursor() as cursor:
        cursor.execute(module.SEQUENTIALLY, ["off"])
        asked = [[1, 2], ["e0 s0", "e1 s1"]]
        cursor.execute(f"EXPLAIN {module.SEARCH}", asked)
        plan = "\n".join(row[0] for row in cursor.fetchall())
        assert "Bitmap Index Scan on match_tokens" in plan, plan


@pytest.mark.parametrize("own", ["on", "off"])
def test_afterwards_tables_are_read_whole_or_not_as_before(people: People, own: str) -> None:
    """Also where whoever runs the registry has said so of this transaction."""
    with every_centre(), connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL enable_seqscan = {own}")
        suspects(frozenset({"e0"}), people.centre.pk)
        cursor.execute("SHOW enable_seqscan")
        assert cursor.fetchone()[0] == own


def test_a_token_of_any_length_is_looked_for_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(same_person, "TOKEN_LENGTH", 48)
    made = importlib.util.spec_from_file_location("made_again", module.__file__)
    assert made is not None and made.loader is not None
    again = importlib.util.module_from_spec(made)
    monkeypatch.setitem(sys.modules, "made_again", again)
    made.loader.exec_module(again)
    assert "varchar(48)" in again.SEARCH and "varchar(48)" not in module.SEARCH
