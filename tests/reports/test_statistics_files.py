"""Are the files of SPSS, Stata and SAS byte for byte those that the library writes cell by cell?"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyreadstat
import pytest

from reports.exports import statistics_files
from reports.exports.programs import FIRST_MISSING, stata_letter
from reports.exports.statistics_files import WRITERS, stata
from reports.exports.variables import Column, Table, Variable, categories, days, texts

MISSING = 500
MOMENT = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
LISTED = categories([("A", "First"), ("B", "Second")])
WRITES = {"spss": "write_sav", "stata": "write_dta", "sas": "write_xport"}
STAMPS = {
    "spss": rb"(?s)^(.{92}).{17}",
    "stata": rb"(?s)(<timestamp>\x11).{17}",
    "sas": rb"()\d\d[A-Z]{3}\d\d(:\d\d){3}",
}
EPOCHS = {"spss": "1582-10-14", "stata": "1960-01-01", "sas": "1960-01-01"}
NUMBERS = [
    *(0.0, 1.0, -1.0, 15.0, 16.0, 17.0, 151.0, 152.0, -99.0, -100.0, 0.1, -0.1, 1 / 3),
    *(1e-9, 1e12, -123456.789, 255.999, 4096.0, 65535.5, 2.0**52 + 1, 16.0**-5, 1e-70, 7e70),
]
"""At the borders of the bytes of SPSS, and of the powers of 16 of SAS."""


def _table(n: int, seed: int = 1) -> Table:
    """Every kind of column, with and without reasons, n rows."""
    dice = np.random.default_rng(seed)

    def some(values: list[float]) -> Any:
        drawn = dice.choice(np.array([*values, np.nan]), n)
        return drawn, (np.isnan(drawn) * dice.integers(0, 7, n)).astype(np.uint8)

    def words(*said: str) -> Any:
        return texts(dice.choice(np.array(said, dtype=object), n).tolist())

    found = [
        Column(Variable("pseudonym", "Pseudonym", "text"), words("PX-7K2", "PY-3M4")),
        Column(Variable("dose", "Dose", "number", places=3, missing="why_1"), *some(NUMBERS)),
        Column(Variable("plain", "No reasons", "number"), some(NUMBERS)[0]),
        Column(Variable("code", "Code", "code", categories=LISTED, missing="why_2"), *some([1, 2])),
        Column(Variable("note", "Note", "text", missing="why_3"), words("", "Ş", "a b"), some([1])[1]),
        Column(Variable("when", "Day", "date", missing="why_4"),
               days([None if one else MOMENT.date() for one in dice.integers(0, 2, n)]), some([1])[1]),
        Column(Variable("eight", "Eight", "text"), words("        ", "12345678", "")),
        Column(Variable("lengthy", "Long", "text"), words("", "é" * 127, "é" * 128, "x" * 255)),
        Column(Variable("longer", "Longer", "text"), words("", "y" * 256, "ğ" * 300, "z" * 800)),
    ]  # fmt: skip
    return Table("every_kind", "Every kind of column", "", tuple(found), n)


def _for_library(column: Column, kind: str) -> Any:
    """The cells as the library takes them one by one, from the plain values and reasons."""
    if column.variable.kind == "text":
        return pd.Series(column.values, dtype=object)
    values = column.values
    if column.variable.kind == "date":
        passed = (values - np.datetime64(EPOCHS[kind], "D")).astype(np.float64)
        values = np.where(np.isnat(values), np.nan, passed) * (86_400 if kind == "spss" else 1)
    reasons = np.zeros(len(values)) if column.reasons is None else column.reasons.astype(int)
    if kind == "spss":
        return pd.Series(np.where(reasons > 0, -(FIRST_MISSING + reasons), values))
    if kind == "sas" or not reasons.any():
        return pd.Series(values)
    told = zip(values.tolist(), reasons.tolist(), strict=True)
    mixed = [stata_letter(why) if why else value for value, why in told]
    own = sorted({one for one in mixed if isinstance(one, float) and not np.isnan(one)})
    letters = sorted({one for one in mixed if isinstance(one, str)})
    return pd.Categorical(mixed, categories=[*own, *letters])


def _by_library(
    kind: str, table: Table, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> tuple[bytes, bytes]:
    """Our file, and what the library makes of all rows with all else that it was told for ours."""
    asked: list[Any] = []
    real: Callable[..., None] = getattr(pyreadstat, WRITES[kind])

    def heard(frame: pd.DataFrame, path: Path, **told: Any) -> None:
        asked.append((frame, told))
        real(frame, path, **told)

    monkeypatch.setattr(statistics_files.pyreadstat, WRITES[kind], heard)
    ours = WRITERS[kind](table, MOMENT)
    ((frame, told),) = asked
    assert len(frame) == 1
    by_name = {one.variable.name: one for one in table.columns}
    reasons = {one.variable.missing: one for one in table.columns if one.variable.missing}
    whole = {}
    for name in frame.columns:
        if name in by_name:
            whole[name] = _for_library(by_name[name], kind)
        else:
            why = reasons[name].reasons
            assert why is not None
            whole[name] = pd.Series(np.where(why > 0, why, np.nan))
    real(pd.DataFrame(whole), tmp_path / "whole", **told)
    return ours, (tmp_path / "whole").read_bytes()


@pytest.mark.parametrize("kind", [*WRITES])
@pytest.mark.parametrize("n", [1, 2, 7, 400])
def test_the_bytes_are_those_of_the_library(
    kind: str, n: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ours, theirs = _by_library(kind, _table(n, seed=n), tmp_path, monkeypatch)
    ours, theirs = (re.sub(STAMPS[kind], rb"\1", one) for one in (ours, theirs))
    assert ours == theirs


@pytest.mark.parametrize("columns", [*range(1, 20)])
def test_of_spss_a_row_of_any_number_of_columns(
    columns: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn = np.random.default_rng(columns).choice(np.array([*NUMBERS, -0.0, np.nan]), (columns, 5))
    told = (Column(Variable(f"v{at}", "", "number"), one) for at, one in enumerate(drawn))
    table = Table("wide", "", "", tuple(told), 5)
    ours, theirs = _by_library("spss", table, tmp_path, monkeypatch)
    assert re.sub(STAMPS["spss"], rb"\1", ours) == re.sub(STAMPS["spss"], rb"\1", theirs)


@pytest.mark.parametrize("kind", [*WRITES])
def test_a_table_without_rows_is_read_as_such(kind: str, tmp_path: Path) -> None:
    (tmp_path / "none").write_bytes(WRITERS[kind](_table(0), MOMENT))
    read = {"spss": pyreadstat.read_sav, "stata": pyreadstat.read_dta}.get(kind)
    frame, about = (read or pyreadstat.read_xport)(tmp_path / "none")
    assert (len(frame), about.column_names[:3]) == (0, ["pseudonym", "dose", *(
        ["why_1"] if kind == "sas" else ["plain"])])  # fmt: skip


def test_a_library_that_writes_otherwise_is_found_out(monkeypatch: pytest.MonkeyPatch) -> None:
    real = pyreadstat.write_xport

    def other(frame: pd.DataFrame, path: Path, **told: Any) -> None:
        real(frame.assign(dose=1.0), path, **told)

    monkeypatch.setattr(statistics_files.pyreadstat, "write_xport", other)
    with pytest.raises(ValueError, match="in another way"):
        WRITERS["sas"](_table(3), MOMENT)


def test_stata_has_numbers_after_many_reasons(tmp_path: Path) -> None:
    reasons = np.array([1, 2] * (MISSING // 2) + [0, 0, 0], dtype=np.uint8)
    values = np.array([np.nan] * MISSING + [2.5, np.nan, 1.0])
    table = Table(
        "table",
        "A table",
        "",
        (Column(Variable("dose", "Dose", "number", places=1), values, reasons),),
        len(values),
    )
    path = tmp_path / "table.dta"
    path.write_bytes(stata(table, datetime(2026, 1, 2, tzinfo=UTC)))
    found, _ = pyreadstat.read_dta(path, user_missing=True)
    told = found["dose"].tolist()
    assert told[:MISSING] == [stata_letter(1), stata_letter(2)] * (MISSING // 2)
    assert told[MISSING] == 2.5 and np.isnan(told[MISSING + 1]) and told[-1] == 1
