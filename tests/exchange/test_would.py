"""What would the button do with a table? Counted without opening its lines."""

from __future__ import annotations

from collections import Counter

from django.db import connection
from django.test.utils import CaptureQueriesContext

from registry.actions.correct_cell import correct_cell
from registry.actions.name_columns import name_columns
from registry.models import DICTIONARY, ImportFile, ImportRow
from registry.scope import every_centre
from registry.views.import_lines import Lines
from tests.exchange.desk import csv, imported, judged, line, lines, now, uploaded
from tests.registry.people import People

HEAD = "UPN;Sex;Country;Transplant number;Transplant date"
FIRST = ("P1;F;FR;1;01/02/2010", "P2;M;FR;1;03/02/2010")


def would(people: People, file: ImportFile) -> list[tuple[str, str, int]]:
    with every_centre():
        return Lines(now(file), people.own_centre).would


def by_opening(file: ImportFile) -> list[tuple[str, str, int]]:
    ready = [one for one in lines(file).values() if one.outcome in ("new", "changed")]
    adds = Counter(kind for one in ready for kind in one.adds)
    changes = Counter(kind for one in ready for kind in one.changes)
    return [
        (deed, type_.label, counted[type_.name])
        for deed, counted in (("adds", adds), ("changes", changes))
        for type_ in DICTIONARY.types
        if counted[type_.name]
    ]


def test_it_is_counted_as_the_lines_say(people: People) -> None:
    file = uploaded(people.own_centre, csv(HEAD, *FIRST), "a.csv")
    assert (
        would(people, file)
        == by_opening(file)
        == [
            ("adds", "Patient", 2),
            ("adds", "Transplant", 2),
        ]
    )
    imported(people.own_centre, file)
    assert would(people, file) == []
    changed = csv(HEAD, "P1;F;DE;1;01/02/2010", "P2;M;FR;2;05/06/2012", "P3;Q;FR;1;01/01/2011")
    file = uploaded(people.own_centre, changed, "b.csv")
    assert (
        would(people, file)
        == by_opening(file)
        == [
            ("adds", "Transplant", 1),
            ("changes", "Patient", 1),
        ]
    )


def test_one_question_is_asked_for_it(people: People) -> None:
    file = now(uploaded(people.own_centre, csv(HEAD, *FIRST), "a.csv"))
    with (
        every_centre(),
        CaptureQueriesContext(
            connection,
        ) as asked,
    ):
        assert Lines(file, people.own_centre).would
    assert len(asked) == 1 and '"cells"' not in asked[0]["sql"]


def test_nothing_is_said_while_it_is_unknown_of_some_line(people: People) -> None:
    file = uploaded(people.own_centre, csv(HEAD, *FIRST, "P3;Q;FR;1;03/02/2010"), "a.csv")
    with every_centre():
        # As migration 0009 leaves the lines that were judged before it.
        ImportRow.objects.filter(file=file).update(deeds=None)
    assert would(people, file) == []
    correct_cell(by=people.own_centre, row=line(file, 4), column=1, text="M")
    assert line(file, 4).deeds and would(people, file) == [], "one of three would be a false sum"
    targets = [one["target"] for one in now(file).columns]
    name_columns(by=people.own_centre, file=file, targets=targets)
    judged(file)
    assert would(people, file) == [("adds", "Patient", 3), ("adds", "Transplant", 3)]


def test_a_line_that_completes_another_ones_record_adds_none_of_its_own(people: People) -> None:
    rows = ("P1;F;;1;01/02/2010", "P1;;FR;1;01/02/2010")
    file = uploaded(people.own_centre, csv(HEAD, *rows), "a.csv")
    assert (line(file, 3).outcome, line(file, 3).deeds) == ("new", [])
    assert would(people, file) == [("adds", "Patient", 1), ("adds", "Transplant", 1)]
