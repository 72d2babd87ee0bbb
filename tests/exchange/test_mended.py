"""Is every error of a line told at once, each cell in one sentence, and mended by one act in all lines alike?"""

from __future__ import annotations

import pytest
from django.core.exceptions import PermissionDenied

from registry.actions import correct_cell as correcting
from registry.actions.answer_missing import NotAsked, answer_missing
from registry.actions.correct_cell import correct_alike, correct_cell
from registry.actions.drop_file import drop_file
from registry.actions.import_state import NotNow
from registry.dictionary.values import BadValue, Kind
from registry.exchange.cells import answer_in
from registry.exchange.choices import choices_of
from registry.exchange.columns import item_of, targets
from registry.models import ImportFile, ImportRow
from registry.scope import every_centre
from registry.views.import_lines import Lines
from tests.exchange.desk import csv, imported, judged, line, lines, now, outcomes, says, uploaded
from tests.registry.people import People, number_of_patients, stored

HEAD = "UPN;Date of birth;Diagnosis;Date of diagnosis;Transplant number;Transplant date;Type of donor;Date of last contact;Vital status"
GOOD = "P{};01/02/2003;{};03/04/2007;1;14/03/2008;{};14/06/2008;alive"


def table(people: People, *rows: str, head: str = HEAD) -> ImportFile:
    file = uploaded(people.own_centre, csv(head, *rows), "table.csv")
    assert file.state == "ready", [one for one in file.columns if not one["target"]]
    return file


def errors(row: ImportRow) -> list[tuple[object, object]]:
    return [(one["column"], one["says"]) for one in row.findings if one["severity"] == "error"]


def _reads(target: str, text: str) -> object:
    found = item_of(target)
    assert found is not None
    return answer_in(found[1], text)


def test_an_unknown_word_is_told_with_the_words_of_the_form(people: People) -> None:
    file = table(people, GOOD.format(1, "AML", "sibling"), GOOD.format(2, "leukemia x", "URD_NOS"))
    ((column, told),) = errors(line(file, 2))
    assert column == 6
    found = item_of("graft.donor_type")
    assert found is not None
    labels = [one.split(": ")[0] for one in found[1].labels.values()]
    named = str(told).removeprefix("'sibling' is not one of: ").split(" and ")[0]
    assert "sibling" in named.split(",")[0] and "SIB_MATCHED" not in str(told)
    assert sum(one in str(told) for one in labels) >= 8
    assert str(told).endswith(f" and {len(labels) - 8} more")
    assert "Acute lymphoblastic leukaemia" in says(line(file, 3))


@pytest.mark.parametrize("target", [one.value for one in targets() if "." in one.value])
def test_every_choice_is_read_as_what_it_says(target: str) -> None:
    found = item_of(target)
    assert found is not None
    choices, item = choices_of(target), found[1]
    assert bool(choices) == (item.kind is Kind.CODE)
    values = [_reads(target, one.text) for one in choices.answers]
    assert values == (list(item.code_values) if choices else [])
    assert [one.label for one in choices.answers] == (list(item.labels.values()) if choices else [])
    for one in choices.reasons:
        assert getattr(_reads(target, one.text), "label", "") == one.label


def test_what_cannot_be_read_hides_no_other_error_and_makes_none(people: People) -> None:
    born_late = GOOD.replace("01/02/2003", "01/02/2024")
    file = table(people, born_late.format(1, "AML", "sibling"), GOOD.format(2, "AML", "sibling"))
    ((donor, _told), (born, said)) = errors(line(file, 2))
    assert (donor, born) == (6, 1)
    # One sentence for the one wrong cell, and the others that it does not agree with.
    assert "before birth" in str(said) and "Transplant date" in str(said)
    assert ". It does not agree with " in str(said)
    assert [one for one, _said in errors(line(file, 3))] == [6]
    row = correct_cell(by=people.own_centre, row=line(file, 2), column=6, text="Matched sibling")
    assert errors(row) == [(born, said)]
    assert correct_cell(by=people.own_centre, row=row, column=1, text="1/2/2003").outcome == "new"


@pytest.mark.parametrize(
    ("cells", "columns"),
    [
        # A record whose date cannot be read, one whose number cannot, and a child of such a one.
        ("P1;01/02/2003;AML;spring;1;14/03/2008;URD_NOS;14/06/2008;alive", [3]),
        ("P1;01/02/2003;AML;03/04/2007;first;14/03/2008;URD_NOS;14/06/2008;alive", [4]),
        ("P1;01/02/2003;AML;03/04/2007;1;soon;URD_NOS;14/06/2008;alive", [5]),
        ("P1;long ago;AML;03/04/2007;1;14/03/2008;URD_NOS;14/06/2008;alive", [1]),
        ("P1;01/02/2003;?!;03/04/2007;1;14/03/2008;URD_NOS;14/06/2008;lost and found", [2, 8]),
        ("P1;01/02/2003;AML;03/04/2007;1;02/02/2007;??;14/06/2008;alive", [6, 5]),
        # Nobody knows whose line it is: nothing else can be judged.
        (";01/02/2024;AML;03/04/2007;1;14/03/2008;sibling;14/06/2008;alive", [6, 0]),
    ],
)
def test_each_wrong_cell_is_told_once(people: People, cells: str, columns: list[int]) -> None:
    file = table(people, cells)
    assert [column for column, _told in errors(line(file, 2))] == columns


def test_beside_what_is_stored_and_the_other_lines(people: People) -> None:
    people.register(
        {
            "key": "P1",
            "transplants": [
                {"key": "t1", "number": 1, "date": "2008-03-14"},
                {"key": "t2", "number": 2, "date": "2010-03-14"},
            ],
        }
    )
    head = "UPN;Sex;Transplant number;Transplant date;Type of donor"
    rows = ("P1;Q;1;14/03/2011;URD_NOS", "P1;F;;soon;URD_NOS", "P1;F;;;")
    file = table(people, *rows, head=head)
    # The first is put after the second transplant; which one the second line means, nobody can tell.
    assert [column for column, _told in errors(line(file, 2))] == [1, 3]
    assert [column for column, _told in errors(line(file, 3))] == [3]
    assert line(file, 4).outcome == "changed"


def test_all_lines_with_the_same_words_are_corrected_by_one_act(people: People) -> None:
    rows = [GOOD.format(n, "AML", "sibling") for n in range(1, 6)]
    rows += [GOOD.format(6, "AML", "cousin"), GOOD.format(7, "sibling", "URD_NOS")]
    rows += [GOOD.format(8, "AML", "sibling").replace("01/02/2003", "01/02/2024")]
    file = table(people, *rows)
    assert outcomes(file) == {"rejected": 8}
    done = correct_alike(by=people.own_centre, row=line(file, 4), column=6, text="matched sibling")
    assert [one.line for one in done] == [4, 2, 3, 5, 6, 9]
    assert outcomes(file) == {"new": 5, "rejected": 3}
    assert [one.texts[6] for one in lines(file).values()].count("matched sibling") == 6
    assert (line(file, 7).texts[6], line(file, 8).texts[2]) == ("cousin", "sibling")
    assert [column for column, _told in errors(line(file, 9))] == [1]
    imported(people.own_centre, file)
    with pytest.raises(NotNow):
        correct_alike(by=people.own_centre, row=line(file, 4), column=6, text="URD_NOS")
    graft = stored("P1").root.of("transplant")[0].of("graft")[0]
    assert graft.answers["donor_type"] == "SIB_MATCHED"


def test_very_many_lines_are_judged_by_a_worker(
    people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(correcting, "MOST_AT_ONCE", 2)
    file = table(people, *(GOOD.format(n, "AML", "sibling") for n in range(1, 5)))
    correct_alike(by=people.own_centre, row=line(file, 2), column=6, text="matched sibling")
    assert now(file).state == "queued"
    assert outcomes(judged(file)) == {"new": 4}


@pytest.mark.parametrize("person", ["colleague_read_only", "other_centre"])
def test_nobody_else_mends_lines(people: People, person: str) -> None:
    file = table(people, GOOD.format(1, "ALL", "URD_NOS"), GOOD.format(2, "AML", "sibling"))
    by = people.person(person)
    with pytest.raises(PermissionDenied):
        correct_alike(by=by, row=line(file, 3), column=6, text="URD_NOS")
    with pytest.raises(PermissionDenied):
        answer_missing(by=by, row=line(file, 2), target="disease.all_phenotype", text="B")
    assert len(now(file).columns) == 9


def test_what_has_no_column_is_answered_in_its_line_or_in_all(people: People) -> None:
    rows = [GOOD.format(n, "ALL", "URD_NOS") for n in range(1, 5)]
    file = table(
        people, *rows, GOOD.format(5, "AML", "URD_NOS"), f"{rows[0]};x".replace("P1", "P6")
    )
    assert outcomes(file) == {"rejected": 5, "new": 1}
    (told,) = line(file, 2).findings
    assert (told["column"], told["asks"], told["rule"]) == (2, "disease.all_phenotype", 32)
    by, target = people.own_centre, "disease.all_phenotype"
    with pytest.raises(NotAsked):
        answer_missing(by=by, row=line(file, 6), target=target, text="B")
    with pytest.raises(NotAsked):
        answer_missing(by=by, row=line(file, 2), target="disease.all_subtype", text="COMMON")
    with pytest.raises(NotNow):
        answer_missing(by=by, row=line(file, 2), target=target, text=" ")
    (row,) = answer_missing(by=by, row=line(file, 2), target=target, text="T lineage")
    assert (row.outcome, row.texts[9]) == ("new", "T lineage")
    assert now(file).columns[9] == {
        "header": "Disease: Phenotype",
        "target": target,
        "added": True,
    }
    done = answer_missing(by=by, row=line(file, 3), target=target, text="?", alike=True)
    assert {one.outcome for one in done} == {"rejected"} and len(done) == 3
    assert [column for column, _told in errors(line(file, 4))] == [9]
    correct_alike(by=by, row=line(file, 3), column=9, text="UNK")
    assert outcomes(file) == {"new": 5, "rejected": 1}
    # What stood beyond the last column is no answer to the new one.
    assert line(file, 7).texts[9:] == ["", "x"] and "more cells" in says(line(file, 7))
    imported(by, file)
    assert stored("P1").root.of("disease")[0].answers["all_phenotype"] == "T"
    assert number_of_patients() == 5


def test_a_line_that_lacks_it_later_is_asked_as_the_first_was(people: People) -> None:
    file = table(
        people, *(GOOD.format(n, "leukemia" if n > 1 else "ALL", "URD_NOS") for n in (1, 2, 3))
    )
    by, target = people.own_centre, "disease.all_phenotype"
    (first,) = line(file, 2).findings
    answer_missing(by=by, row=line(file, 2), target=target, text="T lineage")
    correct_alike(by=by, row=line(file, 3), column=2, text="ALL")
    for number in (3, 4):
        (told,) = line(file, number).findings
        assert (told["asks"], told["says"]) == (target, first["says"])
    done = answer_missing(by=by, row=line(file, 3), target=target, text="B lineage", alike=True)
    assert [one.texts[9] for one in done] == ["B lineage"] * 2
    assert outcomes(file) == {"new": 3} and len(now(file).columns) == 10


def test_a_warning_of_what_is_lacking_is_answered_in_all_lines(people: People) -> None:
    head = "UPN;Transplant number;Transplant date"
    file = table(people, *(f"P{n};1;14/03/2008" for n in (1, 2, 3)), head=head)
    assert outcomes(file) == {"new": 3}
    asked = [one for one in line(file, 2).findings if one.get("asks")]
    assert [(one["rule"], one["asks"], one["severity"]) for one in asked] == [
        (81, "transplant.type", "warning")
    ]
    told = {"row": line(file, 2), "target": "transplant.type", "text": "Allogeneic"}
    done = answer_missing(by=people.own_centre, **told, alike=True)
    assert len(done) == 3 and outcomes(file) == {"new": 3}
    assert not any(one.get("rule") == 81 for row in done for one in row.findings)


def test_an_empty_cell_that_has_to_be_filled_is_the_one_to_correct(people: People) -> None:
    file = table(people, "P1;03/04/2007;ALL;", head="UPN;Date of diagnosis;Diagnosis;Phenotype")
    (told,) = line(file, 2).findings
    assert (told["column"], told.get("also"), "asks" in told) == (3, [2], False)


def test_a_record_without_its_date_is_dated_in_place(people: People) -> None:
    head = "UPN;Transplant number;Transplant date;Relapse or progression: Blasts in the marrow"
    file = table(people, "P1;1;14/03/2008;34", head=head)
    (told,) = line(file, 2).findings
    assert told["asks"] == "relapse.date"
    by = people.own_centre
    (row,) = answer_missing(by=by, row=line(file, 2), target="relapse.date", text="05/06/2009")
    assert (row.outcome, row.adds) == ("new", ["patient", "transplant", "relapse"])


def test_a_line_tells_what_kinds_of_records_it_adds_and_changes(people: People) -> None:
    people.register({"key": "P1", "sex": "F", "transplants": [{"key": "t1", "number": 1}]})
    head = "UPN;Sex;Transplant number;Transplant date;Date of last contact;Vital status"
    rows = (
        "P1;M;1;14/03/2008;14/06/2008;alive",
        "P1;;;;14/07/2008;alive",
        "P1;F;1;;;",
        "P2;F;1;14/03/2008;;",
        "P2;;1;;14/07/2008;alive",
    )
    file = table(people, *rows[:2], *rows[3:], head=head)
    assert (line(file, 2).adds, line(file, 2).changes) == (["follow_up"], ["patient", "transplant"])
    assert (line(file, 3).adds, line(file, 3).changes) == (["follow_up"], [])
    assert (line(file, 4).adds, line(file, 4).changes) == (["patient", "transplant"], [])
    # The transplant is added once, with the first line that tells of it.
    assert (line(file, 5).adds, line(file, 5).changes) == (["follow_up"], [])
    same = table(people, rows[2], head=head)
    assert (line(same, 2).outcome, line(same, 2).adds, line(same, 2).changes) == ("same", [], [])


def test_a_text_that_cannot_be_read_is_no_code(people: People) -> None:
    with pytest.raises(BadValue, match="'knee' is not one of: "):
        _reads("relapse.sites", "BM, knee")


def _offered(people: People, file: ImportFile, column: int) -> list[int]:
    """In how many rows the page offers to use what is put into each cell of a column."""
    with every_centre():
        shown = Lines(now(file), people.own_centre)
        return [one.cells[column].alike for one in shown.shown(shown.of("rejected"), "rejected")]


@pytest.mark.parametrize(
    ("head", "words", "offered"),
    [
        # Who is born when is not kept with what is said: each line stands for itself.
        ("Date of birth", ("a", "b", "not", "a"), [1, 1, 1, 1]),
        # The same sentence names one part of different words.
        ("Relapse or progression: Sites", ("XX", "BM, XX", "XX"), [2, 1, 2]),
        ("Sex", ("Q", "q", " Q "), [2, 1, 2]),
        ("Sex", ("Q" * 70, "Q" * 70), [1, 1]),
        ("Sex", ("Q\x07", "Q\x07"), [1, 1]),
    ],
)
def test_so_many_rows_are_corrected_as_were_offered(
    people: People, head: str, words: tuple[str, ...], offered: list[int]
) -> None:
    rows = (f"P{n};{word};14/03/2008" for n, word in enumerate(words))
    file = table(people, *rows, head=f"UPN;{head};Transplant date")
    assert _offered(people, file, 1) == offered
    done = correct_alike(by=people.own_centre, row=line(file, 2), column=1, text="UNK")
    assert len(done) == offered[0]


def test_a_line_that_is_forgotten_meanwhile_is_said_to_be_gone(people: People) -> None:
    file = table(people, GOOD.format(1, "AML", "sibling"))
    row = line(file, 2)
    drop_file(by=people.own_centre, file=file)
    for correct in (correct_cell, correct_alike):
        with pytest.raises(NotNow, match="not kept any more"):
            correct(by=people.own_centre, row=row, column=6, text="URD_NOS")


def test_a_cell_beyond_the_table_is_not_taken_for_a_column_that_was_added(people: People) -> None:
    file = table(people, GOOD.format(1, "ALL", "URD_NOS"), GOOD.format(2, "AML", "URD_NOS") + ";x")
    by, target = people.own_centre, "disease.all_phenotype"
    answer_missing(by=by, row=line(file, 2), target=target, text="B")
    with pytest.raises(NotNow, match="another column"):
        correct_cell(by=by, row=line(file, 3), column=9, text="", columns=9)
    assert correct_cell(by=by, row=line(file, 3), column=10, text="", columns=10).outcome == "new"


def test_who_is_reported_dead_gets_the_day_and_the_cause_in_place(people: People) -> None:
    """Without columns of the death a table can say "dead" all the same."""
    dead = GOOD.replace("alive", "dead")
    file = table(people, dead.format(1, "AML", "HAPLO"), dead.format(2, "AML", "HAPLO"))
    asks = [one["asks"] for one in line(file, 2).findings if one.get("asks")]
    assert asks == ["death.date"]
    answer_missing(by=people.own_centre, row=line(file, 2), target="death.date", text="14/06/2008")
    asks = [one["asks"] for one in line(file, 2).findings if one.get("asks")]
    assert asks == ["death.primary_cause"]
    answer_missing(
        by=people.own_centre, row=line(file, 2), target="death.primary_cause", text="OTHER"
    )
    assert "error" not in {one["severity"] for one in line(file, 2).findings}, says(line(file, 2))
    assert line(file, 3).outcome == "rejected"
