"""What tells the reader of an export what is in it? dictionary.csv, codes.csv, README.txt."""

from __future__ import annotations

from collections.abc import Iterator
from textwrap import fill

import numpy as np

from reports.exports import analysis
from reports.exports.content import Content
from reports.exports.csv_files import csv_bytes, guarded
from reports.exports.left_out import RELAPSES, TRANSPLANTS, sentence
from reports.exports.programs import REASON_CODES, Program, laid_out
from reports.exports.variables import Column

WIDTH = 100
"""Characters of the lines of README.txt that are as long as what they tell."""

_DICTIONARY = (
    *("table", "variable", "label", "kind", "role", "unit", "codes", "missing_codes"),
    *("missing_variable", "source_item", "rule"),
)
_ROLES = {
    "key": "key",
    "answer": "as answered",
    "entered": "as entered",
    "unit": "as entered",
    "precision": "as answered",
    "reason": "as answered",
    "computed": "derived",
}


def dictionary_csv(content: Content, program: Program) -> bytes:
    """One line per variable of each table, as the program has them."""
    lines = (
        (table.name, *_described(column, program))
        for table in content.tables
        for column in laid_out(table, program)
    )
    return csv_bytes(_DICTIONARY, ([guarded(cell) for cell in line] for line in lines))


def _described(column: Column, program: Program) -> Iterator[str]:
    told = column.variable
    as_codes = program.kind == "csv" and told.kind == "code"
    yield told.name
    yield told.label
    yield told.kind
    yield _ROLES[told.role]
    yield told.unit
    yield "; ".join(
        f"{one.value if as_codes else one.number} = {one.label}" for one in told.categories
    )
    own = column.reasons is not None and program.own_missing and told.kind != "text"
    codes = ((program.reason(one.number), one) for one in REASON_CODES)
    yield "; ".join(f"{code} = {one.value} {one.label}" for code, one in codes) if own else ""
    yield told.missing if column.reasons is not None and not own else ""
    yield told.source
    yield told.rule


def codes_csv(content: Content, program: Program) -> bytes:
    """One line per code of each variable: its number, its code in the registry, its label."""
    lines = (
        (table.name, column.variable.name, str(one.number), one.value, one.label)
        for table in content.tables
        for column in laid_out(table, program)
        for one in column.variable.categories
    )
    header = ("table", "variable", "number", "code", "label")
    return csv_bytes(header, ([guarded(cell) for cell in line] for line in lines))


_MISSING = {
    "spss": "Numbers and dates without a value have user-missing values: {codes}. The system-\n"
    "missing value means that nobody has answered yet. For texts see <variable>_missing.",
    "stata": "Numbers and dates without a value have extended missing values: {codes}. The plain .\n"
    "means that nobody has answered yet. For texts see <variable>_missing.",
    "sas": "Why there is no value stands in <variable>_missing: {codes}. Where both are empty\n"
    "nobody has answered yet. Transport files have no labels: read.sas gives them.",
    "csv": "Why there is no value stands in <variable>_missing: {codes}. Where both are empty\n"
    "nobody has answered yet. A text that would begin with = + - @ has a ' before it, so that no\n"
    "spreadsheet computes it; read.R takes it away again.",
}
_HOW = {
    "spss": "Open data/*.sav in SPSS (or with haven in R).",
    "stata": "use data/<table>.dta (Stata 14 or later).",
    "sas": "Set the folder in read.sas and run it. The files are transport files of version 8, which\n"
    "%xpt2loc reads. SAS itself was not at hand when this was tested: pyreadstat reads them back.",
    "csv": 'In R (4.2 or later, no packages): source("read.R"); engraft <- read_engraft(".")\n'
    "gives a list of data frames with factors, dates and labels.",
}


_KEEP = """These are rows of patients. Keep them as you keep a patient's file, and delete them when you
have done with them. Each time they are fetched is written down."""
_DESCRIBED = """Each variable is described in dictionary.csv, each code in codes.csv. manifest.json holds the
rows of each table and the SHA-256 of each file."""
_DATES = """A date known to the month or the year only is its middle day, as in the reports;
<variable>_precision says which (D day, M month, Y year)."""
_AGES = """Only ages leave, never the birth date. One age of each patient is cut to tenths of a year:
that at the first allogeneic transplant, without one at the first transplant. The ages at further
transplants and at diagnosis are completed years. Age groups are exact."""


def readme(content: Content, program: Program, facts: dict[str, str]) -> str:
    """README.txt. facts : the first lines, such as who took it and when."""
    stays = "\n".join(f"  {one}" for one in content.stays)
    chapters = {
        "HOW TO READ THEM": f"{_HOW[program.kind]}\n{_DESCRIBED}",
        "TABLES (rows)": _tables(content),
        "MISSING VALUES": _missing(program),
        "DATES": _DATES,
        "AGES": _AGES,
        "LEFT OUT, BECAUSE IT MAY TELL WHO THE PATIENT IS": stays,
    }
    told = [_beginning(content, program, facts)]
    told += [f"{heading}\n{text}" for heading, text in chapters.items()]
    return "\n\n".join(told) + "\n"


def _beginning(content: Content, program: Program, facts: dict[str, str]) -> str:
    told = "\n".join(f"{name}: {value}" for name, value in facts.items())
    invented = "ALL OR SOME OF THESE PATIENTS ARE INVENTED.\n\n" if content.synthetic else ""
    title = f"Records of a centre, from Engraft, for {program.name}\n{'=' * 60}"
    return f"{title}\n\n{invented}{told}\n\n{_KEEP}"


def _tables(content: Content) -> str:
    rows = "\n".join(f"  {one.name:<24}{one.n:>8}  {one.label}" for one in content.tables)
    return f"""{rows}
Patients: {content.patients}. Tables are joined by pseudonym and <record>_no.
The two analysis tables leave out {content.with_errors} patients whose records have errors still to be
corrected. Left out of all tables: {content.withheld} patients without consent to the use of their
records, and {content.merged} that are told under another pseudonym since they were found to be the same.
{_left_out(content)}"""


def _left_out(content: Content) -> str:
    """Which records of the tables are in no analysis table."""
    told = content.left_out
    sentences = (
        sentence(told.transplants, TRANSPLANTS, "transplant", analysis.TRANSPLANTS),
        sentence(told.relapses, RELAPSES, "relapse", analysis.RELAPSES),
    )
    return "\n".join(fill(one, WIDTH) for one in (*sentences, _not_known(content)) if one)


def _not_known(content: Content) -> str:
    """Of how many transplants it is not known whether a failure followed; "" of none."""
    transplants = next(one for one in content.tables if one.name == analysis.TRANSPLANTS)
    n = int(np.count_nonzero(np.isnan(transplants.column("failure").values)))
    of = "1 transplant" if n == 1 else f"{n} transplants"
    return (
        (
            f"Of {of} in {transplants.name} it is not known whether, or with which of several relapses, "
            "a relapse or progression came: failure is missing there, neither yes nor no."
        )
        if n
        else ""
    )


def _missing(program: Program) -> str:
    codes = ", ".join(
        f"{program.reason(one.number) or one.value} {one.label.lower()}" for one in REASON_CODES
    )
    return _MISSING[program.kind].format(codes=codes)
