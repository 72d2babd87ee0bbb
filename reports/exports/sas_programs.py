"""What does SAS need beside the transport files? Formats for the codes, and a program that reads all."""

from __future__ import annotations

from reports.exports.content import Content
from reports.exports.programs import PROGRAMS, laid_out
from reports.exports.variables import Category, Table

_LETTERS = "abcdefghijklmnopqrstuvwxyz"

READ = """* Reads every table of this export into WORK. Set the folder first, then run this program;
%let folder = .;
options validvarname=v7;
%include "&folder/formats.sas";
"""


def sas_programs(content: Content) -> dict[str, str]:
    """formats.sas and read.sas, by name."""
    formats: dict[tuple[Category, ...], str] = {}
    read = [READ]
    for table in content.tables:
        read.append(_read(table, formats))
    values = "\n".join(_format(name, listed) for listed, name in formats.items())
    return {"formats.sas": f"proc format;\n{values}\nrun;\n", "read.sas": "\n".join(read)}


def _read(table: Table, formats: dict[tuple[Category, ...], str]) -> str:
    lines = [
        f'%xpt2loc(libref=work, memlist={table.name}, filespec="&folder/data/{table.name}.xpt");',
        "proc datasets lib=work nolist;",
        f"  modify {table.name};",
    ]
    for column in laid_out(table, PROGRAMS["sas"]):
        listed = column.variable.categories
        if listed:
            name = formats.setdefault(listed, f"engraft_{_letters(len(formats))}")
            lines.append(f"  format {column.variable.name} {name}.;")
    return "\n".join([*lines, "quit;", ""])


def _letters(number: int) -> str:
    """The name of a format may not end in a digit."""
    tens, ones = divmod(number, len(_LETTERS))
    return _LETTERS[tens] + _LETTERS[ones] + "_"


def _format(name: str, listed: tuple[Category, ...]) -> str:
    values = "\n".join(f"    {one.number} = {_quoted(one.label)}" for one in listed)
    return f"  value {name}\n{values};"


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
