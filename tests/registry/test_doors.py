"""Does a wrong case get the same findings through the form, the API and the import?

Each case below is sent three times: typed into the form of its last record, posted over HTTP, and
read from a file. Rules, severities, places and words must be the same.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.http import QueryDict
from django.test import Client

from registry.actions.create_service_account import create_service_account
from registry.actions.receive_submission import process_submission
from registry.actions.register_patient import register_patient
from registry.actions.save_record import save_record
from registry.actions.store import CannotBeStored
from registry.dictionary.reading import escape
from registry.forms.entry import SHOWN, answer_to, read_entry, typed_for
from registry.forms.places import settled
from registry.models import DICTIONARY, CaseReceipt, Patient, Submission
from registry.records import Path as Way
from registry.records import load_case
from registry.scope import every_centre
from tests.registry.made_up import made_up_case
from tests.registry.people import People, read

Found = set[tuple[int | None, str, str, str]]
"""Rule, severity, pointer inside the case, and words of each finding."""

PERSON = {"key": "P1", "sex": "F", "identity": {"birth_date": "2001-05-04"}}
DISEASE = {"key": "D1", "number": 1, "diagnosis": "AML", "date_diagnosis": "2011-02-01"}
T1 = {"key": "T1", "number": 1, "date": "2012-03-01", "type": "ALLO", "disease_number": 1}
GRAFT = {"key": "G1", "donor_type": "URD_MATCHED", "source": "BM"}
RELAPSE = {"key": "R1", "number": 1, "after_transplant": 1, "kind": "RELAPSE", "sites": ["BM"]}
VISIT = {"key": "F1", "date_of_contact": "2013-05-01", "status": "ALIVE"}


def patient(**records: Any) -> dict[str, Any]:
    return {**PERSON, "diseases": [DISEASE], "transplants": [T1], **records}


def with_transplant(**items: Any) -> dict[str, Any]:
    return patient(transplants=[{**T1, **items}])


WRONG: dict[str, tuple[dict[str, Any], Way]] = {
    "an error": (
        patient(relapses=[RELAPSE | {"date": "2012-02-29"}]),
        (("relapse", "R1"),),
    ),
    "an error of another record": (
        patient(follow_ups=[VISIT], death={"date": "2013-01", "primary_cause": "INFECTION_FUNGAL"}),
        (("death", "death"),),
    ),
    "a warning": (
        with_transplant(grafts=[GRAFT | {"cd34_dose": 40, "hla_typed": 10, "hla_matched": 10}]),
        (("transplant", "T1"), ("graft", "G1")),
    ),
    "a kept warning": (
        with_transplant(grafts=[GRAFT | {"cd34_dose": 40, "keep": {"22": "two bags"}}]),
        (("transplant", "T1"), ("graft", "G1")),
    ),
    "a merely possible error": (
        with_transplant(date="2011-02-15")
        | {"diseases": [DISEASE | {"date_diagnosis": "2011-02"}]},
        (("disease", "D1"),),
    ),
    "a question": (
        with_transplant(post_hsct_cr="NEVER")
        | {"relapses": [RELAPSE | {"kind": "PROGRESSION", "date": "2012-09"}]},
        (("relapse", "R1"),),
    ),
    "a no without its day": (
        with_transplant(acute_gvhds=[{"key": "A1", "occurred": "NO"}]),
        (("transplant", "T1"), ("acute_gvhd", "A1")),
    ),
    "a number that names nothing": (
        patient(relapses=[RELAPSE | {"date": "2012-09-01", "after_transplant": 4}]),
        (("relapse", "R1"),),
    ),
    "an unknown code": (
        with_transplant(grafts=[GRAFT | {"source": "BONE"}]),
        (("transplant", "T1"), ("graft", "G1")),
    ),
    "an impossible day": (
        patient(follow_ups=[VISIT | {"date_of_contact": "2013-02-30"}]),
        (("follow_up", "F1"),),
    ),
    "a number out of range": (
        with_transplant(status_before={"haemoglobin": {"value": 12, "unit": "g/L"}}),
        (("transplant", "T1"), ("status_before", "status_before")),
    ),
    "a text with hidden marks": (
        PERSON | {"identity": {"initials": "A\u202eB"}},
        (("identity", "identity"),),
    ),
}


def by_form(people: People, case: dict[str, Any], way: Way, tmp_path: Path) -> Found:
    """Everything but the record is there already; the record is typed in and saved."""
    before, typed, place = taken_out(case, way)
    stored = register_patient(by=people.own_centre, case=read(before)).patient
    type_ = DICTIONARY[way[-1][0]]
    data = QueryDict(mutable=True)
    for name, raw in typed.items():
        if name == "keep":
            data.update({f"keep-{rule}": reason for rule, reason in raw.items()})
        elif name in type_.by_name:
            data.appendlist(SHOWN, name)
            data.setlist(name, raw if isinstance(raw, list) else [as_typed(raw)])
            if isinstance(raw, dict):
                data[f"{name}__unit"] = raw["unit"]
    entry = read_entry(type_, way[-1][1], data)
    if entry.problems:
        return {
            (None, "error", f"{place}/{escape(name)}", says)
            for name, says in entry.problems.items()
        }
    with every_centre():
        _, ready = settled(load_case(stored).root, way, entry.record)
    try:
        saved = save_record(
            by=people.own_centre, patient=stored, path=way, record=ready, version=None
        )
        findings = saved.plan.findings
    except CannotBeStored as refusal:
        findings = refusal.plan.findings
    return {(one.rule, one.severity.value, one.pointer, one.says) for one in findings}


def by_api(people: People, case: dict[str, Any], way: Way, tmp_path: Path) -> Found:
    """The whole case in one batch, over HTTP."""
    assert people.own_centre.centre is not None
    _, token = create_service_account(centre=people.own_centre.centre, name="HIS", lifetime=None)
    answer = Client().post(
        "/api/v1/submissions",
        as_bytes(case),
        content_type="application/json",
        headers={"Authorization": f"Bearer {token}"},
    )
    assert answer.status_code == 202, answer.content
    with every_centre():
        sent = Submission.objects.get(pk=answer.json()["id"])
    process_submission(submission_id=sent.pk, centre_id=sent.centre_id)
    return in_receipt()


def by_import(people: People, case: dict[str, Any], way: Way, tmp_path: Path) -> Found:
    """The whole case in one file."""
    file = tmp_path / "batch.json"
    file.write_bytes(as_bytes(case))
    call_command("import_cases", str(file), centre="C01", by="manager", stdout=StringIO())
    return in_receipt()


DOORS: list[Callable[[People, dict[str, Any], Way, Path], Found]] = [by_form, by_api, by_import]


@pytest.mark.parametrize("name", WRONG)
def test_the_same_findings_through_every_door(people: People, tmp_path: Path, name: str) -> None:
    case, way = WRONG[name]
    found = []
    for door in DOORS:
        found.append(door(people, case, way, tmp_path))
        with every_centre():
            Patient.objects.all().delete()
            CaseReceipt.objects.all().delete()
    form, api, imported = found
    assert form == api == imported
    assert form


def test_every_severity_and_what_cannot_be_read_is_among_the_examples(people: People) -> None:
    seen: set[str] = set()
    for case, _way in WRONG.values():
        (receipt,) = people.send(case)
        seen |= {one["severity"] if one["rule"] else "unreadable" for one in receipt.findings}
        seen |= {"kept" for one in receipt.findings if one.get("kept")}
        with every_centre():
            Patient.objects.all().delete()
    assert seen == {"error", "warning", "query", "kept", "unreadable"}


@pytest.mark.parametrize("number", range(8))
def test_what_a_form_shows_is_what_it_reads_again(number: int) -> None:
    """So that opening and saving a form changes nothing that came in through another door."""
    from_json = read(made_up_case(number))

    def check(record: Any) -> None:
        for name, answer in record.answers.items():
            item = DICTIONARY[record.type].by_name[name]
            assert answer_to(item, typed_for(item, answer)) == answer
        for children in record.children.values():
            for child in children:
                check(child)

    check(from_json)


def taken_out(case: dict[str, Any], way: Way) -> tuple[dict[str, Any], dict[str, Any], str]:
    """The case without the record at the end of the way, that record, and its JSON pointer."""
    (type_name, key), *rest = way
    type_ = DICTIONARY[type_name]
    name = type_.json_key
    if type_.single:
        if not rest:
            return {one: case[one] for one in case if one != name}, case[name], f"/{name}"
        inner, record, pointer = taken_out(case[name], tuple(rest))
        return {**case, name: inner}, record, f"/{name}{pointer}"
    index, mine = next((n, one) for n, one in enumerate(case[name]) if one["key"] == key)
    others = [one for one in case[name] if one is not mine]
    if not rest:
        return {**case, name: others}, mine, f"/{name}/{index}"
    inner, record, pointer = taken_out(mine, tuple(rest))
    changed = [inner if one is mine else one for one in case[name]]
    return {**case, name: changed}, record, f"/{name}/{index}{pointer}"


def as_typed(raw: Any) -> str:
    return str(raw["value"] if isinstance(raw, dict) else raw)


def as_bytes(case: dict[str, Any]) -> bytes:
    return json.dumps({"source_system": "HIS", "cases": [case]}).encode()


def in_receipt() -> Found:
    with every_centre():
        receipt = CaseReceipt.objects.latest("pk")
        severe = [
            (one["rule"], one["severity"], one["pointer"].removeprefix("/cases/0"), one["detail"])
            for one in receipt.findings
        ]
    # After the rule's words the receipt shows the values concerned, in parentheses.
    says = {one for _, rule in DICTIONARY.rules for one in (rule.says, rule.says_perhaps)}
    return {
        (
            rule,
            severity,
            place,
            max((one for one in says if detail.startswith(one)), key=len, default=detail),
        )
        for rule, severity, place, detail in severe
    }
