"""Does each program get what the database holds? Every file is read back, every item compared."""

from __future__ import annotations

import hashlib
import re
import shutil
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pyreadstat
import pytest

from registry.dictionary.intervals import middle
from registry.dictionary.language import Item
from registry.dictionary.values import Answer, Missing, PartialDate, Quantity
from registry.models import DICTIONARY, ClinicalRecord, Patient
from registry.records import load_case
from registry.scope import every_centre
from reports.actions.exports import IN_IT
from reports.exports.csv_files import guarded
from reports.exports.programs import PROGRAMS
from reports.exports.tidy import MAY_TELL_WHO, NAMES_A_THING
from reports.models import Export
from tests.registry.made_up import made_up_case
from tests.registry.people import People, new_people
from tests.reports.exported import (
    Back,
    answers,
    codes_of,
    exported,
    in_r,
    rows_of_csv,
    stored_rows,
    table,
    unpacked,
)

ALL_KINDS = tuple(PROGRAMS)
EPOCH = {"spss": date(1582, 10, 14), "stata": date(1960, 1, 1), "sas": date(1960, 1, 1)}
KEYS = [f"P{n}" for n in range(3)]
TURKISH = "=İĞÜŞÖÇ ığüşöç"
REASONS = list(Missing)
HAS_R = shutil.which("Rscript") is not None


@pytest.fixture
def people(db: None) -> People:
    """A centre whose patients answer every item, in every kind of way."""
    made = new_people()
    for number, key in enumerate(KEYS):
        case = made_up_case(number, complete=True)
        case["diseases"][0]["frontline_protocol"] = TURKISH
        for consent in case["consents"]:
            consent["status"] = "GIVEN"
        assert case["key"] == key
        made.store(case)
    return made


def _files(people: People, kind: str, folder: Path) -> tuple[dict[str, Any], Export]:
    export = exported(people.own_centre, kind)
    return unpacked(export, folder), export


# --- every item of every record --------------------------------------------------------------------


@pytest.mark.parametrize("kind", ALL_KINDS)
def test_every_answer_is_in_the_file_as_the_database_holds_it(
    people: People, kind: str, tmp_path: Path
) -> None:
    _files(people, kind, tmp_path)
    read = _Read(kind, tmp_path)
    compared = 0
    for pseudonym, number, row in stored_rows(KEYS):
        line = read.line(row, pseudonym, number)
        for item, answer in answers(row):
            compared += _compare(read, row, item, answer, line)
    assert compared > 1000
    places = {(row.record_type.name) for _, _, row in stored_rows(KEYS)}
    assert places == {one.name for one in DICTIONARY.types} - {"identity"}


@pytest.mark.skipif(not HAS_R, reason="THERE IS NO R HERE: read.R was not tried")
def test_r_reads_every_answer_as_the_database_holds_it(people: People, tmp_path: Path) -> None:
    _files(people, "csv", tmp_path)
    in_r(tmp_path)
    read = _Read("r", tmp_path)
    for pseudonym, number, row in stored_rows(KEYS):
        line = read.line(row, pseudonym, number)
        for item, answer in answers(row):
            _compare(read, row, item, answer, line)


class _Read:
    """The files of one program, and how this program says a day, a code and a reason."""

    def __init__(self, kind: str, folder: Path) -> None:
        self.kind, self.folder = kind, folder
        self._tables: dict[str, Back] = {}
        self._codes = codes_of(folder)

    def table(self, name: str) -> Back:
        if name not in self._tables:
            if self.kind == "r":
                back = Back(rows_of_csv(self.folder / "as_texts" / f"{name}.csv"), {}, {})
            else:
                back = table(self.folder, self.kind, name)
            self._tables[name] = back
        return self._tables[name]

    def line(self, row: ClinicalRecord, pseudonym: str, number: int) -> dict[str, Any]:
        type_ = row.record_type
        found = [
            line
            for line in self.table(type_.plural).rows
            if line["pseudonym"] == pseudonym
            and (type_.parent is None or float(line[f"{type_.name}_no"]) == number)
        ]
        assert len(found) == 1, (type_.name, number)
        return found[0]

    def label(self, name: str, variable: str, cell: Any) -> str:
        """The label that stands for a cell."""
        if self.kind == "r":
            return str(cell)
        listed = self._codes[name, variable]
        if self.kind == "csv":
            by_code = {
                line["code"]: line["label"]
                for line in rows_of_csv(self.folder / "codes.csv")
                if (line["table"], line["variable"]) == (name, variable)
            }
            return by_code[cell]
        if self.kind == "sas":
            return listed[float(cell)]
        labels = self.table(name).labels[variable]
        assert labels.items() >= listed.items(), "the labels in the file are those of codes.csv"
        return labels[float(cell)]

    def day(self, cell: Any) -> date:
        if self.kind in ("csv", "r"):
            return date.fromisoformat(cell)
        days = float(cell) / 86_400 if self.kind == "spss" else float(cell)
        assert days == int(days)
        return EPOCH[self.kind] + timedelta(days=int(days))

    def reason(self, name: str, line: dict[str, Any], item: Item, variable: str, text: bool) -> str:
        """Why there is no value, "" where there is one."""
        if self.kind == "spss" and not text:
            cell = line[variable]
            return REASONS[-int(cell) - 91].value if cell is not None and -97 < cell < -90 else ""
        if self.kind == "stata" and not text:
            cell = line[variable]
            return REASONS["abcdef".index(cell)].value if isinstance(cell, str) else ""
        column = _column(line, item, "_missing")
        cell = line[column]
        if cell in ("", None):
            return ""
        label = self.label(name, column, cell)
        return next(one.value for one in REASONS if one.label == label)


def _column(line: dict[str, Any], item: Item, ending: str) -> str:
    """The column beside an item's: its name may be cut to fit."""
    cut = len(ending)
    named = [one for one in line if one.endswith(ending) and item.name.startswith(one[:-cut])]
    return max(named, key=len)


def _variables(line: dict[str, Any], item: Item) -> list[str]:
    """The 0/1 columns of a set of codes, in the order of its codes: they stand one after another."""
    names = list(line)
    first = next(place for place, one in enumerate(names) if one.startswith(f"{item.name[:20]}_"))
    return names[first : first + len(item.code_values)]


def _compare(
    read: _Read, row: ClinicalRecord, item: Item, answer: Answer, line: dict[str, Any]
) -> int:
    type_ = row.record_type
    source, name, where = f"{type_.name}.{item.name}", type_.plural, item.name
    if item.kind == "text" and source not in NAMES_A_THING:
        assert item.name not in line
        return 0
    sets = item.kind == "set of codes"
    variables = _variables(line, item) if sets else [where]
    text = item.kind == "text"
    for variable in variables:
        told = answer.value if isinstance(answer, Missing) else ""
        assert read.reason(name, line, item, variable, text) == told, source
    if isinstance(answer, Missing):
        return 1
    cells = [line[one] for one in variables]
    if answer is None:
        assert all(cell in ("", None) for cell in cells), source
    elif sets:
        assert [float(cell) for cell in cells] == [code in answer for code in item.code_values]
    else:
        _compare_one(read, name, item, answer, line)
    return 1


def _compare_one(read: _Read, name: str, item: Item, answer: Any, line: dict[str, Any]) -> None:
    cell = line[item.name]
    if item.kind == "code":
        assert read.label(name, item.name, cell).startswith(item.labels[answer])
    elif isinstance(answer, PartialDate):
        assert read.day(cell) == middle(answer)
        if item.partial:
            precise = _column(line, item, "_precision")
            words = {"D": "Day", "M": "Month", "Y": "Year"}[answer.precision]
            assert read.label(name, precise, line[precise]) == words
    elif isinstance(answer, Quantity):
        assert float(cell) == pytest.approx(float(answer.normalised))
        assert float(line[f"{item.name}_entered"]) == pytest.approx(float(answer.entered))
        unit = f"{item.name}_unit"
        assert read.label(name, unit, line[unit]) == answer.unit
    elif item.kind == "text":
        assert cell == (guarded(answer) if read.kind == "csv" else answer)
    else:
        assert float(cell) == pytest.approx(float(answer))


# --- words, hashes, what stays here ------------------------------------------------------------------


def test_turkish_letters_and_a_formula_leave_as_text(people: People, tmp_path: Path) -> None:
    for kind in ALL_KINDS:
        _files(people, kind, tmp_path / kind)
        rows = table(tmp_path / kind, kind, "diseases").rows
        wanted = f"'{TURKISH}" if kind == "csv" else TURKISH
        assert [row["frontline_protocol"] for row in rows].count(wanted) == len(KEYS)


@pytest.mark.parametrize("kind", ["spss", "stata", "sas"])
def test_each_column_has_its_label(people: People, kind: str, tmp_path: Path) -> None:
    _files(people, kind, tmp_path)
    words = table(tmp_path, kind, "statuses_before").words
    assert words["haemoglobin"] == "Haemoglobin"
    assert words["haemoglobin_unit"] == "Haemoglobin: unit as entered"
    assert words["hct_ci_obesity"] == "Comorbidities (HCT-CI): Obesity"
    assert all(words.values())


def test_spss_knows_which_numbers_are_no_values(people: People, tmp_path: Path) -> None:
    _files(people, "spss", tmp_path)
    _, about = pyreadstat.read_sav(
        tmp_path / "data" / "transplants.sav", user_missing=True, disable_datetime_conversion=True
    )
    assert about.missing_ranges["disease_status"] == [{"lo": -96.0, "hi": -91.0}]
    assert about.variable_value_labels["disease_status"][-91.0] == "Not done"
    assert about.original_variable_types["type"] == "F4.0"
    assert about.original_variable_types["date"] == "SDATE10"
    frame, _ = pyreadstat.read_sav(tmp_path / "data" / "transplants.sav")
    assert not (frame["disease_status"] < 0).any(), "SPSS itself takes them for missing"


@pytest.mark.parametrize("kind", ALL_KINDS)
def test_the_manifest_tells_rows_and_hashes(people: People, kind: str, tmp_path: Path) -> None:
    manifest, export = _files(people, kind, tmp_path)
    # Who is in the files is remembered here, and told in them by pseudonym only.
    assert manifest == {name: told for name, told in export.manifest.items() if name != IN_IT}
    for name, told in manifest["files"].items():
        raw = (tmp_path / name).read_bytes()
        assert (hashlib.sha256(raw).hexdigest(), len(raw)) == (told["sha256"], told["bytes"])
    there = {str(one.relative_to(tmp_path)) for one in tmp_path.rglob("*") if one.is_file()}
    assert there == {*manifest["files"], "manifest.json"}
    for name, told in manifest["tables"].items():
        assert len(table(tmp_path, kind, name).rows) == told["rows"]
    assert (manifest["centre"], manifest["by"]) == ("C01", "manager")
    assert manifest["patients"] == len(KEYS) == export.patients


@pytest.mark.parametrize("kind", ALL_KINDS)
def test_the_dictionary_tells_every_column(people: People, kind: str, tmp_path: Path) -> None:
    manifest, _ = _files(people, kind, tmp_path)
    told: dict[str, list[str]] = {}
    for line in rows_of_csv(tmp_path / "dictionary.csv"):
        told.setdefault(line["table"], []).append(line["variable"])
        assert line["label"] and line["kind"]
        assert line["source_item"] or line["role"] in ("key", "derived"), line
    for name in manifest["tables"]:
        rows = table(tmp_path, kind, name).rows
        if rows:
            assert list(rows[0]) == told[name]


def test_no_identity_and_no_own_number_leaves(people: People, tmp_path: Path) -> None:
    for kind in ALL_KINDS:
        _files(people, kind, tmp_path / kind)
    with every_centre():
        rows = [row for key in KEYS for row in _identities(key)]
    secrets = {secret for row in rows for secret in row if len(secret) > 5}
    assert len(secrets) > len(KEYS)
    for path in tmp_path.rglob("*"):
        if path.is_file():
            raw = path.read_bytes()
            assert not [one for one in secrets if one.encode() in raw], path
            assert not re.search(rb"(?<![A-Za-z0-9])(P[0-2]|rel0|tra0|fol0)(?![A-Za-z0-9])", raw), (
                path
            )


def _identities(key: str) -> Iterator[list[str]]:
    stored = load_case(Patient.objects.get(key=key))
    for row in stored.rows.values():
        for item, answer in answers(row):
            source = f"{row.record_type.name}.{item.name}"
            if item.kind == "text" and source not in NAMES_A_THING and isinstance(answer, str):
                assert item.identifying or source in MAY_TELL_WHO
                yield [answer]


# --- the same cut, the same bytes ------------------------------------------------------------------


@pytest.mark.parametrize("kind", ALL_KINDS)
def test_the_same_data_give_the_same_hash(people: People, kind: str) -> None:
    first, second = (exported(people.own_centre, kind) for _ in range(2))
    assert first.manifest["cut"]["sha256"] == second.manifest["cut"]["sha256"]
    for name, told in first.manifest["files"].items():
        if kind == "csv" and name != "README.txt":
            assert told == second.manifest["files"][name]
    with every_centre():
        one = Patient.objects.get(key="P0")
        one.sex, one.sex_missing = ("F" if one.sex == "M" else "M"), None
        one.save()
    third = exported(people.own_centre, kind)
    assert third.manifest["cut"]["sha256"] != first.manifest["cut"]["sha256"]
