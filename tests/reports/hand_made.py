"""Which patient can be told by hand, and which columns do her records become?"""

from __future__ import annotations

from typing import Any

from registry.actions.register_patient import register_patient
from registry.dictionary.reading import read_case
from registry.models import DICTIONARY, Patient
from registry.scope import every_centre
from reports.catalogue import catalogue
from reports.extract import Taken, take_columns
from tests.reports.network import Network

UNKNOWN = {"missing": "UNK"}
Case = dict[str, Any]


def girl(**items: Any) -> Case:
    """A patient whose every column can be told by hand."""
    return {
        "key": "N-1",
        "sex": "F",
        "identity": {"birth_date": "2000-01-05"},
        "diseases": [
            {"key": "d1", "diagnosis": "AML", "date_diagnosis": "2007-01-03"},
        ],
        "transplants": [transplant(1, "2008-03-14")],
        "follow_ups": [
            {"key": "f1", "date_of_contact": "2010-11-02", "status": "ALIVE"},
        ],
        **items,
    }


def transplant(number: int, date: str, **items: Any) -> Case:
    return {
        "key": f"t{number}",
        "number": number,
        "date": date,
        "type": "ALLO",
        "disease_status": "CR2",
        "post_hsct_cr": "IN_CR",
        "grafts": [{"key": "g1", "donor_type": "URD_MATCHED", "source": "BM"}],
        "conditioning": {"intensity": "MAC", "tbi": "NO"},
        **items,
    }


def relapse(date: object = "2009-02-26", **items: Any) -> Case:
    line = {"key": "l1", "number": 1, "date_start": "2009-03-04", "components": ["CHEMO"]}
    return {
        "key": "r1",
        "number": 1,
        "after_transplant": 1,
        "kind": "RELAPSE",
        "date": date,
        "sites": ["BM"],
        "treatment_lines": [line],
        **items,
    }


def taken(people: Network, *cases: Case, sound: bool = True) -> Taken:
    """The columns of these cases, entered by the data manager; errors in them are forgiven."""
    for case in cases:
        reading = read_case(DICTIONARY, case)
        assert not reading.problems
        register_patient(by=people.own_centre, case=reading.record)
    with every_centre():
        if sound:
            Patient.objects.update(error_count=0)
        return take_columns()


def row_of(people: Network, case: Case, place: int = 0) -> dict[str, object]:
    """One row of one patient: name of the column to plain value, None where missing."""
    columns = taken(people, case).columns
    row = {}
    for name in columns.names:
        known = columns.known(name)[place]
        row[name] = columns[name][place].item() if known else None
    return {k: str(v) if catalogue[k].kind == "date" and v else v for k, v in row.items()}
