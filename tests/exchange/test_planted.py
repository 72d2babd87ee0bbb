"""Are the twelve planted errors of a table found, is the rest imported, and is nothing written before the button?"""

from __future__ import annotations

from io import BytesIO
from zipfile import ZipFile, is_zipfile

import pytest

from registry.models import CaseReceipt, Patient, Submission
from registry.scope import every_centre
from tests.exchange import planted
from tests.exchange.desk import imported, lines, outcomes, uploaded
from tests.registry.people import People, number_of_patients

FORMATS = {"xlsx": planted.as_xlsx, "ods": planted.as_ods, "csv": planted.as_csv}


def clinical_rows() -> tuple[int, int, int]:
    with every_centre():
        return Patient.objects.count(), Submission.objects.count(), CaseReceipt.objects.count()


def stored_anew(body: bytes) -> bytes:
    """The same table in other bytes: of the very same the table that waits would be opened."""
    file = BytesIO(body)
    if not is_zipfile(file):
        return body + b"\r\n"
    with ZipFile(file, "a") as parts:
        parts.comment = b"stored anew"
    return file.getvalue()


@pytest.mark.parametrize("kind", FORMATS)
def test_all_twelve_are_found_and_the_others_imported(people: People, kind: str) -> None:
    file = uploaded(people.own_centre, FORMATS[kind](), f"patients.{kind}")
    assert (file.state, file.progress, file.rows) == ("ready", 500, 500)
    found = lines(file)
    assert outcomes(file) == {"new": planted.GOOD, "rejected": len(planted.PLACES)}
    for at, column in planted.PLACES:
        assert column in [one["column"] for one in found[at].findings], (at, found[at].findings)
    assert clinical_rows() == (0, 0, 0)
    file = imported(people.own_centre, file)
    assert number_of_patients() == planted.GOOD
    assert file.state == "ready"
    assert sum(one.submission_id is not None for one in found.values()) == 0
    assert sum(one.submission_id is not None for one in lines(file).values()) == planted.GOOD
    again = uploaded(people.own_centre, stored_anew(FORMATS[kind]()), f"patients.{kind}")
    assert outcomes(again) == {"same": planted.GOOD, "rejected": len(planted.PLACES)}
