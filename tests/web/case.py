"""An invented patient with a course long enough for every page."""

GIRL = {
    "key": "N-0032",
    "sex": "F",
    "country": "FR",
    "cmv_serology": "POS",
    "identity": {"birth_date": "2000-01-05", "initials": "AB"},
    "diseases": [
        {
            "key": "d1",
            "diagnosis": "AML",
            "date_diagnosis": "2007-01-03",
            "wbc_dx": 41,
            "cytogenetics": ["T_8_21"],
            "relapse_history": "COMPLETE",
            "pretransplant_relapses": [
                {
                    "key": "p1",
                    "number": 1,
                    "date": "2007-09-20",
                    "sites": ["BM"],
                    "level": "HAEMATOLOGICAL",
                }
            ],
        }
    ],
    "transplants": [
        {
            "key": "t1",
            "number": 1,
            "date": "2008-03-14",
            "type": "ALLO",
            "disease_status": "CR2",
            "post_hsct_cr": "IN_CR",
            "grafts": [
                {
                    "key": "g1",
                    "donor_type": "URD_MATCHED",
                    "source": "BM",
                    "hla_typed": 10,
                    "hla_matched": 10,
                    "cd34_dose": 5.1,
                }
            ],
            "conditioning": {"intensity": "MAC", "tbi": "NO", "drugs": ["BU", "CY"]},
            "acute_gvhds": [
                {
                    "key": "a1",
                    "occurred": "YES",
                    "date_onset": "2008-04-07",
                    "grade_reported": "II",
                    "date_resolved": "2008-06-10",
                }
            ],
        }
    ],
    "relapses": [
        {
            "key": "r1",
            "number": 1,
            "after_transplant": 1,
            "kind": "RELAPSE",
            "date": "2009-02-26",
            "sites": ["BM", "CNS"],
            "bm_blasts": 34,
            "treatment_lines": [
                {
                    "key": "l1",
                    "number": 1,
                    "date_start": "2009-03-04",
                    "date_end": "2009-05-20",
                    "intent": "CURATIVE",
                    "components": ["CHEMO", "DLI"],
                    "regimen": "FLAG_IDA",
                    "infusions": [
                        {"key": "i1", "number": 1, "date": "2009-08-11", "product": "DLI"}
                    ],
                }
            ],
        }
    ],
    "follow_ups": [
        {"key": "f1", "date_of_contact": "2008-06-20", "status": "ALIVE", "disease_status": "CR"},
        {
            "key": "f2",
            "date_of_contact": "2009-11-02",
            "status": "ALIVE",
            "disease_status": "RELAPSE",
        },
    ],
}
