"""Who may do what to an imported table, in which state, and what is left of it afterwards?"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.utils import timezone

from registry.actions import check_file as checking
from registry.actions.check_file import check_file, unchecked
from registry.actions.correct_cell import correct_cell
from registry.actions.drop_file import drop_file
from registry.actions.import_state import NotNow
from registry.actions.name_columns import name_columns
from registry.actions.send_file import NothingToSend, send_file
from registry.actions.upload_file import upload_file
from registry.exchange.columns import BadColumns
from registry.exchange.progress import progress_words
from registry.exchange.tables import BadTable
from registry.models import ImportFile, ImportMapping, ImportRow, Patient, Submission
from registry.scope import every_centre, scope
from tests.exchange import planted
from tests.exchange.desk import csv, imported, judged, line, lines, now, outcomes, says, uploaded
from tests.registry.people import People, number_of_patients, process, state_of, stored

HEAD = "UPN;Sex;Transplant: Number;Transplant: Date"
SECRET = "born on 05/01/2000"
TABLE = csv(HEAD, "P1;F;1;14/03/2008", "P2;Q;1;14/03/2008", "P3;M;1;31/02/2008")


def small(people: People, body: bytes = TABLE) -> ImportFile:
    return uploaded(people.own_centre, body, "table.csv")


def deeds(file: ImportFile) -> dict[str, Callable[[Any], object]]:
    """Every deed on a table that exists, by whom it is done."""
    return {
        "name": lambda by: name_columns(by=by, file=file, targets=["key", "patient.sex", "", ""]),
        "correct": lambda by: correct_cell(by=by, row=line(file, 2), column=1, text="M"),
        "send": lambda by: send_file(by=by, file=file),
        "drop": lambda by: drop_file(by=by, file=file),
        "upload": lambda by: upload_file(by=by, name="a.csv", body=TABLE),
    }


@pytest.mark.parametrize("person", ["colleague_read_only", "other_centre"])
@pytest.mark.parametrize("deed", ["name", "correct", "send", "drop"])
def test_only_who_enters_data_of_the_centre(people: People, person: str, deed: str) -> None:
    file = small(people)
    with pytest.raises(PermissionDenied):
        deeds(file)[deed](people.person(person))
    assert now(file).state == "ready"


def test_a_reader_uploads_nothing(people: People) -> None:
    with pytest.raises(PermissionDenied):
        upload_file(by=people.colleague_read_only, name="a.csv", body=TABLE)


def test_another_centre_sees_no_file_and_no_line(people: People) -> None:
    small(people)
    with scope([people.other_centre.centre_id]):
        assert not ImportFile.objects.exists()
        assert not ImportRow.objects.exists()


def test_what_is_kept_of_a_table_is_sealed(people: People) -> None:
    file = small(people)

    with scope([file.centre_id]), connection.cursor() as cursor:
        cursor.execute(
            "SELECT body FROM registry_importfile UNION ALL SELECT cells FROM registry_importrow"
        )
        kept = [bytes(one) for (one,) in cursor.fetchall()]
    assert len(kept) == 4
    assert not any(b"UPN" in one or b"14/03/2008" in one for one in kept)


def test_no_table_leaves_nothing(people: People) -> None:
    with pytest.raises(BadTable):
        upload_file(by=people.own_centre, name="a.pdf", body=b"%PDF-1.7\x00\x81")
    with every_centre():
        assert not ImportFile.objects.exists()


def test_a_name_is_kept_without_its_folder(people: People) -> None:
    file = upload_file(by=people.own_centre, name="C:\\data\\ta\u202eble.csv", body=TABLE)
    assert file.name == "table.csv"


def test_unknown_columns_are_asked_once_and_remembered(people: People) -> None:
    body = csv("Nr;Cinsiyet;Tarih", "P1;F;14/03/2008")
    file = small(people, body)
    assert (file.state, [one["target"] for one in file.columns]) == ("columns", ["", "", ""])
    with pytest.raises(BadColumns):
        name_columns(by=people.own_centre, file=file, targets=["", "patient.sex", ""])
    named = name_columns(by=people.own_centre, file=file, targets=["key", "patient.sex", ""])
    assert named.state == "queued"
    assert outcomes(judged(file)) == {"new": 1}
    again = small(people, csv("NR;CİNSİYET;tarih", "P2;M;01/01/2009"))
    assert (again.state, [one["target"] for one in again.columns]) == (
        "ready",
        ["key", "patient.sex", ""],
    )
    with every_centre():
        assert ImportMapping.objects.count() == 3


def test_another_centre_has_its_own_words(people: People) -> None:
    file = small(people, csv("Nr;Cinsiyet", "P1;F"))
    name_columns(by=people.own_centre, file=file, targets=["key", "patient.sex"])
    theirs = upload_file(by=people.other_centre, name="a.csv", body=csv("Nr;Cinsiyet", "P1;F"))
    assert theirs.state == "columns"


def test_columns_named_otherwise_are_judged_again_with_what_was_corrected(people: People) -> None:
    file = small(people)
    correct_cell(by=people.own_centre, row=line(file, 3), column=1, text="M")
    targets = ["key", "patient.sex", "transplant.number", ""]
    name_columns(by=people.own_centre, file=file, targets=targets)
    file = judged(file)
    assert (file.state, outcomes(file)) == ("ready", {"new": 3})
    assert line(file, 3).texts == ["P2", "M", "1", "14/03/2008"]


def test_a_corrected_cell_is_judged_at_once(people: People) -> None:
    file = small(people)
    row = correct_cell(by=people.own_centre, row=line(file, 3), column=1, text=" f ")
    told = [one["rule"] for one in row.findings]
    assert (row.outcome, told, row.texts[1]) == ("new", [81], "f"), "no type of transplant"
    row = correct_cell(by=people.own_centre, row=line(file, 4), column=3, text="31/02/2009")
    assert (row.outcome, row.findings[0]["column"]) == ("rejected", 3)
    assert number_of_patients() == 0
    with pytest.raises(IndexError):
        correct_cell(by=people.own_centre, row=row, column=4, text="x")


def test_the_other_lines_of_the_patient_are_judged_with_it(people: People) -> None:
    file = small(people, csv("UPN;Sex", "P1;F", "P1;M", "P2;F", "P3;M"))
    assert outcomes(file) == {"rejected": 2, "new": 2}
    correct_cell(by=people.own_centre, row=line(file, 3), column=1, text="F")
    assert (line(file, 2).outcome, says(line(file, 3))) == ("new", "The same as line 2")
    # The number itself was wrong: the line goes to another patient, whose line now contradicts it.
    correct_cell(by=people.own_centre, row=line(file, 3), column=0, text="p3")
    assert [line(file, n).outcome for n in (2, 3, 4, 5)] == ["new", "rejected", "new", "rejected"]
    assert says(line(file, 5)) == "Line 3 says something else of the same"


def test_a_corrected_line_goes_in_with_the_second_press(people: People) -> None:
    file = imported(people.own_centre, small(people))
    assert (file.state, number_of_patients()) == ("ready", 1)
    correct_cell(by=people.own_centre, row=line(file, 3), column=1, text="F")
    file = imported(people.own_centre, file)
    assert (file.state, number_of_patients()) == ("ready", 2)
    correct_cell(by=people.own_centre, row=line(file, 4), column=3, text="01/02/2008")
    file = imported(people.own_centre, file)
    assert (file.state, number_of_patients(), file.finished_at is not None) == ("done", 3, True)
    with every_centre():
        assert Submission.objects.filter(channel="import", atomic=True).count() == 3


def test_a_stored_line_is_corrected_no_more(people: People) -> None:
    file = small(people)
    send_file(by=people.own_centre, file=file)
    for number in (2, 3):
        with pytest.raises(NotNow):
            correct_cell(by=people.own_centre, row=line(file, number), column=1, text="M")


def test_pressed_twice_it_is_sent_once(people: People) -> None:
    file = small(people)
    first = send_file(by=people.own_centre, file=file)
    assert send_file(by=people.own_centre, file=file).pk == first.pk
    process(first)
    with pytest.raises(NothingToSend):
        send_file(by=people.own_centre, file=now(file))
    assert number_of_patients() == 1


def test_nothing_is_sent_of_a_table_that_is_the_same(people: People) -> None:
    imported(people.own_centre, small(people))
    again = small(people, TABLE + b"\r\n")
    with pytest.raises(NothingToSend):
        send_file(by=people.own_centre, file=again)


def test_a_table_that_is_not_judged_is_not_sent(people: People) -> None:
    file = upload_file(by=people.own_centre, name="a.csv", body=TABLE)
    with pytest.raises(NotNow):
        send_file(by=people.own_centre, file=file)


def test_only_what_is_chosen_is_sent(people: People) -> None:
    people.register({"key": "P9", "sex": "F"})
    file = small(people, csv("UPN;Sex", "P1;F", "P9;M"))
    assert outcomes(file) == {"new": 1, "changed": 1}
    process(send_file(by=people.own_centre, file=file, outcomes={"new"}))
    assert (now(file).state, number_of_patients()) == ("ready", 2)
    assert stored("P9").root.answers["sex"] == "F"


def test_lines_of_one_patient_become_one_case(people: People) -> None:
    head = "UPN;Sex;Transplant: Number;Date of contact;Follow-up: Status"
    file = small(people, csv(head, "P1;F;1;;", "P1;;;01/01/2010;alive", "P1;;;01/01/2011;lost"))
    submission = send_file(by=people.own_centre, file=file)
    assert submission.cases == 1
    process(submission)
    root = stored("P1").root
    assert [len(root.of(one)) for one in ("transplant", "follow_up")] == [1, 2]


def test_when_the_registry_changed_meanwhile_nothing_is_stored_and_all_is_judged_afresh(
    people: People,
) -> None:
    file = small(
        people, csv("UPN;Sex;Transplant: Number;Transplant: Date", "P1;F;2;14/03/2008", "P2;F;;")
    )
    assert outcomes(file) == {"rejected": 1, "new": 1}
    people.register(
        {"key": "P1", "transplants": [{"key": "t1", "number": 1, "date": "2007-01-01"}]}
    )
    name_columns(by=people.own_centre, file=file, targets=[one["target"] for one in file.columns])
    assert outcomes(judged(file)) == {"changed": 1, "new": 1} or outcomes(file) == {"new": 2}
    submission = send_file(by=people.own_centre, file=now(file))
    people.save(patient_of("P1"), (("transplant", "t1"),), 1, date="2009-01-01")
    process(submission)
    assert state_of(submission).state == "done"
    assert now(file).state == "queued"
    assert number_of_patients() == 1
    assert unchecked(file.centre_id) == [file.pk]
    assert outcomes(judged(file)) == {"rejected": 1, "new": 1}
    assert (imported(people.own_centre, file).state, number_of_patients()) == ("ready", 2)


def patient_of(key: str) -> Patient:
    found = stored(key).patient
    assert found is not None
    return found


def test_a_table_given_up_is_forgotten(people: People) -> None:
    file = drop_file(by=people.own_centre, file=small(people))
    assert (file.state, bytes(now(file).body), lines(file)) == ("dropped", b"", {})
    with pytest.raises(NotNow):
        drop_file(by=people.own_centre, file=file)
    with pytest.raises(NotNow):
        send_file(by=people.own_centre, file=file)


def test_the_rest_of_an_imported_table_can_be_given_up(people: People) -> None:
    file = imported(people.own_centre, small(people))
    assert drop_file(by=people.own_centre, file=file).state == "done"
    assert list(lines(file)) == [2]
    assert number_of_patients() == 1


def test_progress_is_told_in_words(people: People) -> None:
    file = ImportFile(rows=20_000, progress=3_000, state="checking")
    assert progress_words(file).startswith("3,000 of 20,000 lines are read and judged")
    sent = Submission(cases=19_988)
    file.state = ImportFile.State.SENT
    assert progress_words(file, sent).startswith("3,000 of 19,988 patients are judged once more")
    file.progress = 30_000
    assert progress_words(file, sent).startswith("10,012 of 19,988 patients are written")
    file.state = ImportFile.State.READY
    assert progress_words(file) == ""


def test_a_killed_check_goes_on_after_the_lines_it_had(
    people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(checking, "CHUNK", 10)
    body = planted.as_csv(planted.rows(35, errors=False))
    file = upload_file(by=people.own_centre, name="a.csv", body=body)
    judge, calls = checking.judge_lines, []

    def dies(patients: Any, *rest: Any) -> Any:
        calls.append(len(patients))
        if len(calls) == 3:
            raise KeyboardInterrupt  # what no handler of the action catches: the process is gone
        return judge(patients, *rest)

    monkeypatch.setattr(checking, "judge_lines", dies)
    with pytest.raises(KeyboardInterrupt):
        check_file(file_id=file.pk, centre_id=file.centre_id)
    assert (now(file).state, now(file).progress, len(lines(file))) == ("checking", 20, 20)
    check_file(file_id=file.pk, centre_id=file.centre_id)
    assert now(file).progress == 20, "the lease of the killed worker still stands"
    with every_centre():
        past = timezone.now() - timedelta(seconds=1)
        ImportFile.objects.filter(pk=file.pk).update(lease_until=past)
    check_file(file_id=file.pk, centre_id=file.centre_id)
    assert (now(file).state, now(file).progress, outcomes(file)) == ("ready", 35, {"new": 35})
    assert calls == [10, 10, 10, 10, 5]


def test_a_check_that_fails_five_times_is_over(
    people: People, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fails(*_args: Any) -> Any:
        raise ValueError(SECRET)

    monkeypatch.setattr(checking, "judge_lines", fails)
    file = upload_file(by=people.own_centre, name="a.csv", body=TABLE)
    for _attempt in range(6):
        check_file(file_id=file.pk, centre_id=file.centre_id)
    assert (now(file).state, now(file).failure != "") == ("dead", True)
    assert SECRET not in caplog.text
    assert drop_file(by=people.own_centre, file=now(file)).state == "dropped"
