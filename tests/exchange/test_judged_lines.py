"""Is each line judged with all that is known of its patient, and is the blame put where it belongs?"""

from __future__ import annotations

from typing import Any

import pytest

from registry.actions.merge_patients import merge_patients
from tests.exchange.desk import csv, imported, line, lines, outcomes, says, uploaded
from tests.registry.people import People, number_of_patients, stored

HEAD = (
    "UPN;Pseudonym;Centre;Sex;Transplant: Number;Transplant: Date;Date of contact;Follow-up: Status"
)
GIRL: dict[str, Any] = {
    "key": "P1",
    "sex": "F",
    "transplants": [{"key": "t1", "number": 1, "date": "2008-03-14"}],
    "follow_ups": [{"key": "f1", "date_of_contact": "2010-01-02", "status": "ALIVE"}],
}


def upload(people: People, *rows: str) -> Any:
    file = uploaded(people.own_centre, csv(HEAD, *rows), "table.csv")
    assert file.state == "ready", [one for one in file.columns if not one["target"]]
    return file


def test_lines_of_one_patient_are_judged_together(people: People) -> None:
    file = upload(
        people,
        "P1;;;F;1;14/03/2008;;",
        "P1;;;;;;20/06/2008;alive",
        "P1;;;;;;20/06/2009;dead",
    )
    # Reported dead without a death record: rule 5 is about the last line; the others go in.
    assert outcomes(file) == {"new": 2, "rejected": 1}
    (death,) = [one for one in line(file, 4).findings if one["rule"] == 5]
    assert (death["severity"], death["column"]) == ("error", 7)
    imported(people.own_centre, file)
    assert len(stored("P1").root.of("follow_up")) == 1


def test_what_is_stored_is_judged_with_the_line(people: People) -> None:
    people.register(GIRL)
    file = upload(people, "P1;;;;2;01/01/2007;;")
    assert outcomes(file) == {"rejected": 1}
    assert 8 in [one["rule"] for one in line(file, 2).findings]
    assert line(file, 2).findings[0]["column"] in (4, 5)


def test_new_changed_and_the_same(people: People) -> None:
    people.register(GIRL)
    file = upload(
        people,
        "P1;;;F;;;;",
        "P1;;;;1;14/03/2008;;",
        "P1;;;;;;02/01/2010;lost",
        "P1;;;;;;02/01/2011;alive",
        "P2;;;M;;;;",
    )
    found = {number: one.outcome for number, one in lines(file).items()}
    assert found == {2: "same", 3: "same", 4: "changed", 5: "new", 6: "new"}


def test_blasts_beside_a_transplant_add_no_relapse_without_its_date(people: People) -> None:
    head = "UPN;Transplant number;Transplant date;Relapse or progression: Blasts in the marrow"
    bare = head.replace("Relapse or progression: Blasts in the", "Blasts in")
    asked = uploaded(people.own_centre, csv(bare, "P1;;;"))
    assert (asked.state, asked.columns[3]["target"]) == ("columns", "")
    known = {"key": "r1", "number": 1, "date": "2009-06-05"}
    people.register({**GIRL, "relapses": [known]})
    rows = ("P1;1;14/03/2008;34", "P2;1;14/03/2008;2,5", "P3;1;14/03/2008;")
    file = uploaded(people.own_centre, csv(head, *rows))
    found = {number: one.outcome for number, one in lines(file).items()}
    assert found == {2: "changed", 3: "rejected", 4: "new"}
    (told,) = line(file, 3).findings
    assert (told["severity"], told["column"]) == ("error", 3)
    assert "without its date: add a column with the date, or leave this column out" in told["says"]
    imported(people.own_centre, file)
    assert not stored("P3").root.of("relapse")
    assert number_of_patients() == 2


def test_a_line_twice_is_told_and_stored_once(people: People) -> None:
    file = upload(people, "P1;;;F;1;14/03/2008;;", "P2;;;M;;;;", " p1 ;;;Female;1;2008-03-14;;")
    assert outcomes(file) == {"new": 2, "same": 1}
    assert says(line(file, 4)) == "The same as line 2"
    imported(people.own_centre, file)
    assert number_of_patients() == 2


def test_two_lines_that_contradict_each_other_are_both_named(people: People) -> None:
    file = upload(people, "P1;;;F;;;;", "P1;;;M;;;;", "P1;;;;1;14/03/2008;;")
    assert outcomes(file) == {"rejected": 2, "new": 1}
    assert line(file, 2).findings == [
        {"column": 3, "severity": "error", "says": "Line 3 says something else of the same", "rule": None, "values": ""}
    ]  # fmt: skip
    assert says(line(file, 3)) == "Line 2 says something else of the same"


def test_a_bad_cell_stops_its_line_and_no_other(people: People) -> None:
    file = upload(people, "P1;;;Q;1;31/02/2008;;", "P1;;;F;;;;")
    assert [one["column"] for one in line(file, 2).findings] == [3, 5]
    assert line(file, 3).outcome == "new"


def test_a_warning_is_told_and_stops_nothing(people: People) -> None:
    head = "UPN;Transplant number;Transplant date;Donor;Stem cell source;CD34+ cells"
    file = uploaded(people.own_centre, csv(head, "P1;1;14/03/2008;URD_NOS;PB;41,5"))
    row = line(file, 2)
    assert (row.outcome, row.findings[0]["severity"], row.findings[0]["rule"]) == (
        "new",
        "warning",
        22,
    )
    assert row.findings[0]["column"] == 5
    assert "41.5" in row.findings[0]["values"]


@pytest.mark.parametrize("cell", ["JZKWTK2P", "AAAA", "=1+1"])
def test_another_centres_patient_is_nobody(people: People, cell: str) -> None:
    people.send({"key": "X9", "sex": "F"}, by=people.other_centre)
    foreign = stored("X9").patient
    assert foreign is not None
    file = upload(
        people,
        f";{cell};;F;;;;",
        f";{foreign.pseudonym};;F;;;;",
        f"P1;{foreign.pseudonym.lower()};;F;;;;",
    )
    assert outcomes(file) == {"rejected": 3}
    for number in (3, 4):
        assert line(file, number).findings[0]["column"] == 1
        assert says(line(file, number)) == "No patient of your centre has this pseudonym"
        assert line(file, number).key in ("", "P1")


def test_a_line_of_another_centre_is_refused(people: People) -> None:
    file = upload(
        people, "P1;;C02;F;;;;", "P2;;nowhere;F;;;;", "P3;;c01;F;;;;", "P4;;Testville;F;;;;"
    )
    assert outcomes(file) == {"rejected": 2, "new": 2}
    assert says(line(file, 2)) == says(line(file, 3))
    assert line(file, 2).findings[0]["column"] == 2


def test_a_patient_is_found_by_pseudonym(people: People) -> None:
    patient = people.register(GIRL).patient
    file = upload(
        people, f";{patient.pseudonym};;M;;;;", f"P2;{patient.pseudonym};;F;;;;", ";;;F;;;;"
    )
    assert (line(file, 2).outcome, line(file, 2).key) == ("changed", "P1")
    assert says(line(file, 3)) == "Number and pseudonym are not of the same patient"
    assert "is missing" in says(line(file, 4))
    imported(people.own_centre, file)
    assert stored("P1").root.answers["sex"] == "M"


def test_the_number_may_differ_in_case_and_spaces(people: People) -> None:
    people.register(GIRL)
    file = upload(people, " p1;;;F;;;;")
    assert (line(file, 2).outcome, line(file, 2).key) == ("same", "P1")


def test_a_line_that_says_nothing(people: People) -> None:
    people.register(GIRL)
    file = upload(people, "P1;;;;;;;", "P2;;;;;;;")
    assert line(file, 2).outcome == "same"
    assert "says nothing" in says(line(file, 3))


def test_a_blank_changes_nothing_and_clear_clears(people: People) -> None:
    people.register(GIRL)
    file = upload(people, "P1;;;CLEAR;;;;")
    assert line(file, 2).outcome == "changed"
    imported(people.own_centre, file)
    root = stored("P1").root
    assert "sex" not in root.answers
    assert root.of("transplant")[0].answers["number"] == 1
    assert line(upload(people, "P1;;;CLEAR;;;;"), 2).outcome == "same"


def test_a_cell_too_many_is_told(people: People) -> None:
    file = upload(people, "P1;;;F;;;;;7")
    assert "more cells than there are columns" in says(line(file, 2))


def test_a_record_that_hangs_on_a_rejected_line_waits_with_it(people: People) -> None:
    head = "UPN;Transplant number;Transplant date;Stem cell source"
    file = uploaded(people.own_centre, csv(head, "P1;1;31/02/2008;", "P1;;;BM"))
    assert outcomes(file) == {"rejected": 2}
    assert "no record Transplant is known" in says(line(file, 3))


def test_an_error_of_before_stops_the_patients_lines(people: People) -> None:
    people.store({**GIRL, "death": {"date": "2009-01-01"}})
    file = upload(people, "P1;;;M;;;;")
    assert outcomes(file) == {"rejected": 1}
    assert {one["severity"] for one in line(file, 2).findings} == {"error"}


PERSON = "UPN;Sex;Date of birth;Given name;Family name;National number"


def test_who_may_be_registered_already_is_asked_before_the_button(people: People) -> None:
    emma = {"birth_date": "2000-01-05", "given_name": "Emma", "family_name": "Berg"}
    known = people.register({"key": "P1", "sex": "F", "identity": emma}).patient
    file = uploaded(
        people.own_centre, csv(PERSON, "P2;F;05/01/2000;Ema;Berg;", "P3;M;07/07/2001;Otto;Nolte;")
    )
    assert outcomes(file) == {"new": 2}
    assert line(file, 3).findings == []
    (doubt,) = line(file, 2).findings
    assert (doubt["severity"], doubt["rule"]) == ("query", 78)
    assert known.pseudonym in str(doubt["says"])


def test_of_another_centres_patient_nothing_but_that_there_is_one(people: People) -> None:
    emma = {"birth_date": "2000-01-05", "given_name": "Emma", "family_name": "Berg"}
    people.send({"key": "X9", "sex": "F", "identity": emma}, by=people.other_centre)
    file = uploaded(people.own_centre, csv(PERSON, "P2;F;05/01/2000;Emma;Berg;"))
    assert says(line(file, 2)) == "A patient with these details exists in another centre"


def test_a_patient_merged_away_is_the_one_who_was_kept(people: People) -> None:
    people.send({"key": "P1", "sex": "F"}, {"key": "P2", "sex": "F"})
    kept, merged = stored("P1").patient, stored("P2").patient
    assert kept is not None and merged is not None
    merge_patients(by=people.own_centre, kept=kept, merged=merged, reason="the same girl")
    file = upload(people, "P2;;;M;;;;", f";{merged.pseudonym};;;1;14/03/2008;;", "P1;;;F;;;;")
    assert [one.key for one in lines(file).values()] == ["P1"] * 3
    assert outcomes(file) == {"rejected": 2, "new": 1}


NAMED = "UPN;Sex;Given name;Family name;Date of birth"


def test_case_and_spaces_of_a_text_change_nothing(people: People) -> None:
    imported(people.own_centre, uploaded(people.own_centre, csv(NAMED, "P1;F;Zoe;van Quill;")))
    file = uploaded(people.own_centre, csv(NAMED, "P1;F;ZOE;VAN  QUILL;", "P1;F;zoe;;05/01/2000"))
    assert [line(file, 2).outcome, line(file, 3).outcome] == ["same", "changed"]
    imported(people.own_centre, file)
    (identity,) = stored("P1").root.of("identity")
    assert identity.answers["given_name"] == "Zoe"
    assert identity.answers["family_name"] == "van Quill"
    assert str(identity.answers["birth_date"]) == "2000-01-05"
    other = uploaded(people.own_centre, csv(NAMED, "P1;F;Zoé;;"))
    assert line(other, 2).outcome == "changed"


def test_a_number_that_lost_its_zeros_is_asked(people: People) -> None:
    people.register({"key": "00123", "sex": "F"})
    people.register({"key": "A7", "sex": "F"})
    file = uploaded(
        people.own_centre, csv("UPN;Sex", "123;F", "0123;F", "00123;F", "124;F", "A07;F")
    )
    assert [one.outcome for one in lines(file).values()] == [
        "rejected", "rejected", "same", "new", "new",
    ]  # fmt: skip
    assert line(file, 2).findings[0]["column"] == 0
    assert "Is it 00123?" in says(line(file, 2))


def test_two_fractions_and_two_consents_of_a_day_go_in_and_stay(people: People) -> None:
    people.register(GIRL)
    head = "UPN;chimerism.date;chimerism.cell_fraction;chimerism.percent_donor"
    first = uploaded(people.own_centre, csv(head, "P1;14/06/2008;CD3;98", "P1;14/06/2008;CD33;40"))
    assert outcomes(first) == {"new": 2}, [says(one) for one in lines(first).values()]
    imported(people.own_centre, first)
    again = uploaded(people.own_centre, csv(head, "P1;14/06/2008;CD33;40", "P1;14/06/2008;CD3;98"))
    assert outcomes(again) == {"same": 2}
    head = "UPN;consent.type;consent.status;consent.date_signed;consent.given_by"
    for kind, status in (("CORE", "GIVEN"), ("RESEARCH", "REFUSED")):
        row = f"P1;{kind};{status};05/01/2010;PATIENT"
        imported(people.own_centre, uploaded(people.own_centre, csv(head, row)))
    kept = {one.answers["type"]: one.answers["status"] for one in stored("P1").root.of("consent")}
    assert kept == {"CORE": "GIVEN", "RESEARCH": "REFUSED"}


def test_a_share_below_one_percent_is_taken_with_a_warning(people: People) -> None:
    head = "UPN;disease.diagnosis;Date of diagnosis;disease.blasts_bm_dx;disease.fcm_mrd_day15"
    file = uploaded(people.own_centre, csv(head, "P1;AML;01/02/2008;0.3;", "P2;AML;01/02/2008;34;"))
    (doubt,) = line(file, 2).findings
    assert (doubt["severity"], doubt["column"]) == ("warning", 3)
    assert "0.3 % is meant?" in str(doubt["says"])
    assert (line(file, 2).outcome, line(file, 3).findings) == ("new", [])


def test_an_error_in_place_of_the_number_is_no_patient(people: People) -> None:
    file = uploaded(people.own_centre, csv("UPN;Sex", "#N/A;F", "#REF!;M"))
    assert outcomes(file) == {"rejected": 2}
    assert "shows an error here" in says(line(file, 2))
