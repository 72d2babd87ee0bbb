"""What do the API's tests send? Small made-up cases that break no rule."""

from __future__ import annotations

import json
from typing import Any

Case = dict[str, Any]


def case(key: str = "P1", **items: Any) -> Case:
    """A patient with one transplant; `items` are laid over it."""
    return {
        "key": key,
        "sex": "F",
        "identity": {"birth_date": "2001-05-04", "initials": "ZZ"},
        "diseases": [
            {
                "key": "D1",
                "number": 1,
                "diagnosis": "ALL",
                "all_phenotype": "B",
                "date_diagnosis": "2011-02",
            }
        ],
        "transplants": [
            {"key": "T1", "number": 1, "date": "2012-03-01", "type": "ALLO", "disease_number": 1}
        ],
        **items,
    }


def batch(*cases: Any, **envelope: Any) -> Case:
    """An envelope with these cases."""
    return {"source_system": "HIS", "cases": list(cases), **envelope}


def impossible_day(key: str) -> Case:
    """A case whose transplant happened on 30 February."""
    wrong = case(key)
    wrong["transplants"][0]["date"] = "2012-02-30"
    return wrong


def before_diagnosis(key: str) -> Case:
    """A case that can be read but breaks an edit check: the transplant comes before the diagnosis."""
    wrong = case(key)
    wrong["transplants"][0]["date"] = "2010-01-01"
    return wrong


def as_bytes(value: object) -> bytes:
    """As JSON, always in the same bytes."""
    return json.dumps(value).encode()
