"""What does an export hold, whatever the program? Every table of one moment, and who is not in it."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

from registry.dictionary import derived
from reports.exports.analysis import analysis_tables
from reports.exports.computed import coarse
from reports.exports.computing import Computing
from reports.exports.left_out import LeftOut
from reports.exports.tidy import items_that_stay, tidy_tables
from reports.exports.variables import Table
from reports.extract import Held, Records, Row, held, row_of

STEP = 250
"""Patients between two notes of how far it is."""

Note = Callable[[int, int], None]


@dataclass(frozen=True, eq=False)
class Content:
    """tables : those of the records, then those ready to be analysed. patients : in the tables.

    with_errors : of them, those whose records have errors, left out of the analysis tables.
    left_out : the records that are in no analysis table, those of with_errors among them.
    withheld, merged : patients in no table (reports.extract.Records). stays : items in no table.
    """

    tables: tuple[Table, ...]
    patients: int
    with_errors: int
    left_out: LeftOut
    withheld: int
    merged: int
    synthetic: bool
    dictionary_version: str
    stays: tuple[str, ...]

    @cached_property
    def sha256(self) -> str:
        """The hash by which the cut is known: the same for every program."""
        sums = "\n".join(table.sha256 for table in self.tables)
        facts = f"{self.withheld} {self.merged} {self.dictionary_version}"
        return hashlib.sha256(f"{facts}\n{sums}".encode()).hexdigest()


def content_of(records: Records, centre: str, note: Note = lambda done, of: None) -> Content:
    """The tables of these records. centre : its code. note : told how many patients are done."""
    computing, rows, sound, n = Computing(records), [], 0, records.tables["patient"].n
    left_out = LeftOut()
    for done, one in enumerate(held(records)):
        if done % STEP == 0:
            note(done, n)
        if one.sound:
            sound += 1
            rows += _rows(one, centre)
        left_out.add(one)
        computing.add(one)
    tables = [*tidy_tables(records, computing.columns()), *analysis_tables(rows)]
    return Content(
        tuple(tables),
        patients=n,
        with_errors=n - sound,
        left_out=left_out,
        withheld=records.withheld,
        merged=records.merged,
        synthetic=records.synthetic,
        dictionary_version=records.dictionary_version,
        stays=tuple(_stays(records)),
    )


def _rows(one: Held, centre: str) -> list[Row]:
    """The rows of a patient for the analysis tables, kept with the patient too."""
    told = {"patient": one.pseudonym, "centre": centre}
    for transplant in derived.allogeneic(one.case):
        age, partial = one.age(transplant), one.partial(transplant)
        row = row_of(transplant, **told, age=age, partial=partial)
        # Here, not in the columns: the order of the rows goes by the ages too, and would tell more.
        row |= _ages(row, coarse(age, first=one.is_first(transplant)))
        one.rows[id(transplant.record)] = row
    return list(one.rows.values())


def _ages(row: Row, at_transplant: Decimal | None) -> Row:
    """Those that may leave, in place of the exact ones."""
    diagnosis = row.get("age_at_diagnosis")
    return {
        "age_at_transplant": None if at_transplant is None else float(at_transplant),
        "age_at_diagnosis": math.floor(diagnosis) if isinstance(diagnosis, float) else None,
    }


def _stays(records: Records) -> Iterator[str]:
    """What leaves with no table, by the dictionary's names."""
    yield "identity (the whole record)"
    yield "key (the own number of each record)"
    for read in records.tables.values():
        for item in items_that_stay(read.type):
            yield f"{read.type.name}.{item.name} (free text)"
