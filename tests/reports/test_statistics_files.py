"""Does the library write a column whose first cells are all missing for a reason?"""

from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pyreadstat

from reports.exports.programs import stata_letter
from reports.exports.statistics_files import stata
from reports.exports.variables import Column, Table, Variable

MISSING = 500


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
