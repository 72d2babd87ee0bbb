"""Is an export made once and only once, of whose records, for whom, and how long is it kept?"""

from __future__ import annotations

import logging
import uuid
from datetime import date, timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import ProgrammingError, connection
from django.utils import timezone

from registry import lease
from registry.models import Centre, Consent, Patient, Role, User
from registry.scope import every_centre, scope
from reports import actions, tasks
from reports.actions import exports
from reports.models import Export, TakenOut
from tests.reports.exported import exported, now, table, unpacked
from tests.reports.network import Network

PATIENTS = 40


def change(export: Export, **values: object) -> None:
    """What another worker, or time, does to the row."""
    with every_centre():
        Export.objects.filter(pk=export.pk).update(**values)


def lines() -> list[TakenOut]:
    with every_centre():
        return list(TakenOut.objects.order_by("at"))


def centre(code: str) -> Centre:
    return Centre.objects.get(code=code)


# --- who may ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("person", ["colleague_read_only", "other_centre"])
def test_only_the_own_data_manager_takes_a_centres_records(network: Network, person: str) -> None:
    with pytest.raises(PermissionDenied):
        actions.request_export(by=network.person(person), centre=centre("C01"), kind="spss")
    made = exported(network.own_centre, "csv")
    with pytest.raises(PermissionDenied):
        actions.fetch_export(by=network.person(person), export=made)
    assert lines() == []


def test_the_registrys_staff_take_those_of_the_centre_they_choose(network: Network) -> None:
    office = User.objects.create_user("office", role=Role.OFFICE)
    for by in (network.statistician, office):
        made = exported(by, "csv", centre("C02"))
        assert (made.patients, made.manifest["centre"]) == (8, "C02")


def test_only_the_centres_own_patients_leave(network: Network, tmp_path: Any) -> None:
    unpacked(exported(network.own_centre, "csv"), tmp_path)
    with scope([network.own_centre.centre_id]):
        own = set(Patient.objects.values_list("pseudonym", flat=True))
    found = {line["pseudonym"] for line in table(tmp_path, "csv", "patients").rows}
    assert found == own and len(own) == PATIENTS


# --- who is left out -------------------------------------------------------------------------------


def test_withdrawn_and_merged_patients_are_left_out_and_counted(
    network: Network, tmp_path: Any
) -> None:
    with every_centre():
        own = Patient.objects.filter(centre=network.own_centre.centre_id).order_by("pk")
        withdrawn, merged, stays, faulty = own[:4]
        merged.merged_into = stays
        merged.save()
        Patient.objects.filter(pk=faulty.pk).update(error_count=1)
        Consent.objects.create(
            patient=withdrawn, centre_id=withdrawn.centre_id, key="c", type="CORE",
            status="WITHDRAWN", withdrawal_scope="NO_FURTHER_USE", withdrawal_date="2020-01-01",
            withdrawal_date_precision="D",
        )  # fmt: skip
    made = exported(network.own_centre, "csv")
    manifest = unpacked(made, tmp_path)
    assert made.patients == manifest["patients"] == PATIENTS - 2
    told = manifest["left_out"]
    assert (told["without_consent"], told["merged"]) == (1, 1)
    assert told["with_errors_from_analysis_tables"] == 1
    for name in manifest["tables"]:
        found = {line["pseudonym"] for line in table(tmp_path, "csv", name).rows}
        assert not found & {withdrawn.pseudonym, merged.pseudonym}, name
        if name.startswith("analysis_"):
            assert faulty.pseudonym not in found
    tidy = {line["pseudonym"] for line in table(tmp_path, "csv", "transplants").rows}
    assert faulty.pseudonym in tidy


def test_a_withdrawal_that_stops_new_data_only_leaves_the_patient_in(network: Network) -> None:
    with every_centre():
        one = Patient.objects.filter(centre=network.own_centre.centre_id).first()
        Consent.objects.create(
            patient=one, centre_id=one.centre_id, key="c", type="CORE", status="WITHDRAWN",
            withdrawal_scope="NO_NEW_DATA", withdrawal_date="2020-01-01",
            withdrawal_date_precision="D",
        )  # fmt: skip
    assert exported(network.own_centre, "csv").patients == PATIENTS


def withdrawal(patient: Patient) -> None:
    with every_centre():
        Consent.objects.create(
            patient=patient, centre_id=patient.centre_id, key="c", type="CORE", status="WITHDRAWN",
            withdrawal_scope="NO_FURTHER_USE", withdrawal_date="2020-01-01",
            withdrawal_date_precision="D",
        )  # fmt: skip


def owns(network: Network) -> list[Patient]:
    with every_centre():
        return list(Patient.objects.filter(centre=network.own_centre.centre_id).order_by("pk"))


def test_files_made_before_a_withdrawal_are_not_fetched_after_it(network: Network) -> None:
    by = network.own_centre
    before, patients = exported(by, "csv"), owns(network)
    assert actions.fetch_export(by=by, export=before)
    withdrawal(patients[0])
    with pytest.raises(exports.NoLongerKept):
        actions.fetch_export(by=by, export=before)
    assert (now(before).archive, len(lines())) == (None, 1)
    after = exported(by, "csv")
    assert after.patients == PATIENTS - 1
    assert actions.fetch_export(by=by, export=after)


def test_nor_when_the_patient_was_merged_before_the_withdrawal(network: Network) -> None:
    by = network.own_centre
    _first, merged, kept, *_rest = owns(network)
    withdrawal(kept)
    made = exported(by, "csv")
    assert made.patients == PATIENTS - 1
    with every_centre():
        Patient.objects.filter(pk=merged.pk).update(merged_into=kept)
    with pytest.raises(exports.NoLongerKept):
        actions.fetch_export(by=by, export=made)


def test_a_patient_who_is_not_in_the_files_holds_them_up_by_no_word(network: Network) -> None:
    made = exported(network.own_centre, "csv")
    with every_centre():
        later = Patient.objects.create(centre=centre("C01"), key="later", pseudonym="P-LATER")
    withdrawal(later)
    withdrawal(Patient(pk=others(network)[0].pk, centre_id=centre("C02").pk))
    assert actions.fetch_export(by=network.own_centre, export=made)


def others(network: Network) -> list[Patient]:
    with every_centre():
        return list(Patient.objects.filter(centre=network.other_centre.centre_id))


# --- once and only once ----------------------------------------------------------------------------


def test_a_thousand_clicks_are_one_export(network: Network) -> None:
    ask = {"by": network.own_centre, "centre": centre("C01")}
    first, again = (actions.request_export(**ask, kind="spss") for _ in range(2))
    assert first == again != actions.request_export(**ask, kind="sas")
    actions.make_export(export_id=first.pk)
    assert actions.request_export(**ask, kind="spss") != first
    with pytest.raises(KeyError):
        actions.request_export(**ask, kind="excel")


def test_another_worker_finishes_what_a_killed_one_began(
    network: Network, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Killed(BaseException):
        """As kill -9: nothing of ours catches it."""

    def dies(*_: object) -> None:
        raise Killed

    export = actions.request_export(by=network.own_centre, centre=centre("C01"), kind="stata")
    with monkeypatch.context() as patch, pytest.raises(Killed):
        patch.setattr(exports, "archive", dies)
        actions.make_export(export_id=export.pk)
    half = now(export)
    assert (half.state, half.fence, half.archive, half.manifest) == ("running", 1, None, {})
    assert actions.waiting_exports() == [], "its lease still runs"
    change(export, lease_until=timezone.now() - timedelta(seconds=1))
    assert actions.waiting_exports() == [export.pk]
    actions.make_export(export_id=export.pk)
    done = now(export)
    assert (done.state, done.fence, done.progress, done.patients) == ("done", 2, 100, PATIENTS)
    assert actions.waiting_exports() == []


def test_a_worker_that_was_taken_over_writes_nothing(
    network: Network, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    export = actions.request_export(by=network.own_centre, centre=centre("C01"), kind="csv")
    real = exports.archive

    def slow(*given: Any) -> Any:
        change(export, lease_until=timezone.now() - timedelta(seconds=1))
        with every_centre():
            assert lease.claim(Export.objects.filter(pk=export.pk), exports.LEASE) == 2
        return real(*given)

    monkeypatch.setattr(exports, "archive", slow)
    actions.make_export(export_id=export.pk)
    assert "was taken over from fence 1" in caplog.text
    found = now(export)
    assert (found.state, found.fence, found.archive) == ("running", 2, None)


def test_an_export_that_fails_five_times_is_dead_and_no_value_is_logged(
    network: Network, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    value = str(date(2005, 5, 7))

    def broken(*_: object) -> None:
        raise ValueError(value)

    monkeypatch.setattr(exports, "content_of", broken)
    export = actions.request_export(by=network.own_centre, centre=centre("C01"), kind="sas")
    for _ in range(6):
        actions.make_export(export_id=export.pk)
    assert (now(export).state, now(export).failure) == ("dead", exports.FAILED)
    assert f"Export {export.pk} is dead after 5 attempts" in caplog.text
    assert "ValueError" in caplog.text and value not in caplog.text
    assert {one.levelno for one in caplog.records} >= {logging.ERROR, logging.CRITICAL}


def test_an_unknown_export_is_nobodys_work(db: None) -> None:
    actions.make_export(export_id=uuid.uuid4())


def test_how_far_it_is_is_told_in_words(network: Network, monkeypatch: pytest.MonkeyPatch) -> None:
    steps: list[tuple[str, int]] = []
    real = exports._Work.update

    def heard(work: Any, changes: dict[str, Any]) -> None:
        steps.append((changes["step"], changes["progress"]))
        real(work, changes)

    monkeypatch.setattr(exports, "BETWEEN_NOTES", 0)
    monkeypatch.setattr(exports._Work, "update", heard)
    exported(network.own_centre, "csv")
    words = [words for words, _ in steps]
    assert words[:2] == ["Reading the records", "Computing: 0 of 40 patients"]
    assert "Writing: 23 of 23 tables" in words and words[-1] == ""
    assert [far for _, far in steps] == sorted(far for _, far in steps)


# --- what is kept, and what stays of it --------------------------------------------------------------


def test_the_files_are_kept_encrypted_for_seven_days(network: Network) -> None:
    made = exported(network.own_centre, "csv")
    with every_centre(), connection.cursor() as cursor:
        cursor.execute("SELECT archive FROM reports_export WHERE id = %s", [made.pk])
        (kept,) = cursor.fetchone()
    assert bytes(made.archive).startswith(b"PK") and not bytes(kept).startswith(b"PK")
    assert b"patients.csv" not in bytes(kept)
    seven = made.finished_at + exports.KEPT
    assert actions.delete_old_exports(seven) == 0
    assert actions.delete_old_exports(seven + timedelta(seconds=1)) == 1
    after = now(made)
    assert (after.archive, after.manifest, after.state) == (None, made.manifest, "done")
    with pytest.raises(exports.NoLongerKept):
        actions.fetch_export(by=network.own_centre, export=after)
    assert lines() == []


def test_each_time_the_files_are_fetched_is_a_line_that_nobody_can_change(
    network: Network,
) -> None:
    made = exported(network.own_centre, "csv")
    for by in (network.own_centre, network.statistician):
        assert actions.fetch_export(by=by, export=made) == made.archive
    found = lines()
    assert [(one.by, one.export_id, one.cut) for one in found] == [
        (network.own_centre, made.pk, None),
        (network.statistician, made.pk, None),
    ]
    rows = sum(one["rows"] for one in made.manifest["tables"].values())
    assert {one.rows for one in found} == {rows} and now(made).fetched_at == found[-1].at
    for deed in (lambda rows: rows.update(rows=0), lambda rows: rows._raw_delete("default")):
        with pytest.raises(ProgrammingError, match="permission denied"), every_centre():
            deed(TakenOut.objects.all())


def test_without_the_line_nobody_has_the_bytes(
    network: Network, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(**line: object) -> None:
        raise OSError("no space left")

    made = exported(network.own_centre, "csv")
    monkeypatch.setattr(TakenOut.objects, "create", full)
    with pytest.raises(OSError):
        actions.fetch_export(by=network.own_centre, export=made)
    assert now(made).fetched_at is None


def test_the_sweeper_rings_for_what_waits(
    network: Network, monkeypatch: pytest.MonkeyPatch
) -> None:
    rung: list[str] = []
    monkeypatch.setattr(tasks.make_export, "delay", rung.append)
    monkeypatch.setattr(tasks.ring_again, "delay", lambda: None)
    export = actions.request_export(by=network.own_centre, centre=centre("C01"), kind="csv")
    tasks.dispatch_due()
    assert rung == [str(export.pk)]
