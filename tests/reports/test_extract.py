"""Do hand-made records become the right columns?"""

from __future__ import annotations

import pytest

from tests.reports.hand_made import UNKNOWN, Case, girl, relapse, row_of, taken, transplant
from tests.reports.network import Network, new_network


@pytest.fixture
def people(db: None) -> Network:
    return new_network()


OF_SALVAGE = (
    *("indication", "days_in_remission_before", "related_donor", "atg", "acute_gvhd"),
    *("chronic_gvhd_date", "age_at_diagnosis", "bfm_risk_group", "relapse_before"),
    *("remission_protocol", "relapse_cns", "relapse_testis", "salvage_agent", "salvage_drug"),
    *("remission_after_salvage", "salvage_remission_date", "treatment_refused", "car_t_date"),
    *("worst_toxicity", "cytokine_release"),
)
"""The columns of reports.extract.salvage, in the order of the catalogue."""


OF_THE_STATUS = (
    *("relapse_site", "salvage", "chemosensitive", "death_cause", "ecog", "bmi"),
    *("chimerism_before", "intensity", "cd34_dose", "ptcy", "haemoglobin", "lymphocytes"),
    *("ldh", "ferritin"),
)
"""The columns of reports.extract.before, in the order of the catalogue."""


OF_THE_MATCH = ("transplant_year", "sex_mismatch", "gvhd_prophylaxis")
"""The columns of reports.extract.match, in the order of the catalogue."""


def test_a_relapse_treated_by_chemotherapy(people: Network) -> None:
    row = row_of(people, girl(relapses=[relapse()]))
    pseudonym = row.pop("patient")
    assert len(str(pseudonym)) == 9
    assert row == {
        "centre": "C01",
        "sex": "F",
        "transplant_type": "allo",
        "allo_number": 1,
        "transplant_date": "2008-03-14",
        "age_at_transplant": pytest.approx(8.189),  # 69 days after the eighth birthday
        "age_from_partial_date": "no",
        "diagnosis": "AML",
        "all_phenotype": None,
        "leukaemia_type": "AML",
        "days_diagnosis_to_transplant": 436,
        "disease_status": "CR2",
        "donor_group": "matched unrelated",
        "stem_cell_source": "BM",
        "myeloablative": "yes",
        "tbi": "no",
        "acute_gvhd_grade": None,
        "chronic_gvhd": None,
        "failure": "yes",
        "failure_kind": "RELAPSE",
        "failure_date": "2009-02-26",
        "days_to_failure": 349,
        "post_transplant_cr": "yes",
        "treatment": "chemotherapy",
        "second_transplant_date": None,
        "first_dli_date": None,
        "death": "no",
        "death_date": None,
        "last_contact_date": "2010-11-02",
        **dict.fromkeys(OF_SALVAGE),
        "related_donor": "no",
        "age_at_diagnosis": pytest.approx(6.995),  # 436 days earlier
        "relapse_cns": "no",
        "relapse_testis": "no",
        **dict.fromkeys(OF_THE_STATUS),
        "relapse_site": "isolated_bm",
        "salvage": "curative_no_hsct2",
        "intensity": "MAC",
        **dict.fromkeys(OF_THE_MATCH),
        "transplant_year": 2008,
    }


def test_a_partial_date_stands_for_its_middle(people: Network) -> None:
    row = row_of(people, girl(relapses=[relapse("2009-02")]))
    assert row["failure_date"] == "2009-02-14"
    assert row["days_to_failure"] == 337
    assert row_of_follow_up(people, "2011") == "2011-07-02"


@pytest.mark.parametrize(
    ("born", "partial", "age"),
    [("2000-01-05", "no", 8.189), ("2000-01", "yes", 8.159), ("2000", "yes", 7.704)],
)
def test_an_age_from_a_partial_birth_date_is_given_and_told(
    people: Network, born: str, partial: str, age: float
) -> None:
    """Days since the last birthday to 14 March 2008: 69, 58 (of 16 January), 257 (of 1 July)."""
    row = row_of(people, girl(identity={"birth_date": born}))
    assert (row["age_from_partial_date"], row["age_at_transplant"]) == (partial, age)


def row_of_follow_up(people: Network, when: str) -> object:
    follow_up = {"key": "f1", "date_of_contact": when, "status": "ALIVE"}
    columns = taken(people, girl(key="N-2", follow_ups=[follow_up])).columns
    return str(max(columns["last_contact_date"]))


def test_two_transplants_are_two_rows_and_the_failure_belongs_to_the_first(
    people: Network,
) -> None:
    line = {
        "key": "l1",
        "number": 1,
        "date_start": "2009-03-04",
        "components": ["CHEMO", "HSCT2"],
        "infusions": [{"key": "i1", "number": 1, "date": "2009-05-01", "product": "DLI"}],
    }
    case = girl(
        transplants=[
            transplant(
                2, "2009-08-01", disease_status="RELAPSE1", conditioning={"intensity": "RIC"}
            ),
            transplant(1, "2008-03-14"),
            transplant(3, "2010-01-01", boost_or_rescue="CD34_BOOST"),
            transplant(4, "2010-02-01", type="AUTO"),
        ],
        relapses=[relapse(treatment_lines=[line])],
    )
    columns = taken(people, case).columns.in_order()
    assert columns["allo_number"].tolist() == [1, 2]
    assert columns["transplant_date"].astype(str).tolist() == ["2008-03-14", "2009-08-01"]
    assert columns["failure"].tolist() == ["yes", "no"]
    assert columns["treatment"].tolist() == ["second_hsct", ""]
    assert str(columns["second_transplant_date"][0]) == "2009-08-01"
    assert str(columns["first_dli_date"][0]) == "2009-05-01"
    assert columns["disease_status"].tolist() == ["CR2", "advanced"]
    assert columns["myeloablative"].tolist() == ["yes", "no"]


ELSEWHERE = {
    "previous_elsewhere": "YES",
    "previous_elsewhere_date": "2006",
    "previous_elsewhere_centre": "Far",
}


@pytest.mark.parametrize(
    ("transplants", "numbers"),
    [
        ([transplant(2, "2008-03-14")], [None]),
        ([transplant(2, "2008-03-14", **ELSEWHERE)], [None]),
        ([transplant(2, "2008-03-14"), transplant(3, "2009-03-14")], [None, None]),
        ([transplant(1, "2008-03-14"), transplant(3, "2010-03-14")], [1, None]),
        ([transplant(1, "2007-03-14", type="AUTO"), transplant(2, "2008-03-14")], [1]),
        ([transplant(1, "2007-03-14", type=UNKNOWN), transplant(2, "2008-03-14")], [None]),
        ([transplant(UNKNOWN, "2008-03-14", key="t1")], [None]),
    ],
)
def test_only_a_recorded_history_says_which_allograft_was_the_first(
    people: Network, transplants: list[Case], numbers: list[int | None]
) -> None:
    columns = taken(people, girl(transplants=transplants)).columns.in_order()
    known = columns.known("allo_number")
    found = zip(columns["allo_number"].tolist(), known.tolist(), strict=True)
    assert [int(number) if told else None for number, told in found] == numbers


def test_what_was_not_answered_is_missing_whatever_the_reason(people: Network) -> None:
    case = girl(
        sex=UNKNOWN,
        diseases=[{"key": "d1", "diagnosis": "ALL", "all_phenotype": {"missing": "ND"}}],
        transplants=[
            transplant(
                1,
                "2008-03-14",
                disease_status={"missing": "NYA"},
                post_hsct_cr={"missing": "REF"},
                grafts=[{"key": "g1", "donor_type": UNKNOWN, "source": UNKNOWN}],
                conditioning={"intensity": UNKNOWN, "tbi": {"missing": "NA"}},
            )
        ],
    )
    row = row_of(people, case)
    missing = [name for name, value in row.items() if value is None]
    assert missing == [
        "sex",
        "all_phenotype",
        "leukaemia_type",
        "days_diagnosis_to_transplant",
        "disease_status",
        "donor_group",
        "stem_cell_source",
        "myeloablative",
        "tbi",
        "acute_gvhd_grade",
        "chronic_gvhd",
        "failure_kind",
        "failure_date",
        "days_to_failure",
        "post_transplant_cr",
        "treatment",
        "second_transplant_date",
        "first_dli_date",
        "death_date",
        *OF_SALVAGE,
        *OF_THE_STATUS,
        "sex_mismatch",
        "gvhd_prophylaxis",
    ]


@pytest.mark.parametrize(
    ("death", "day"),
    [({"date": "2010-11-02", "primary_cause": UNKNOWN}, "2010-11-02"), (None, None)],
)
def test_a_death_told_by_a_follow_up_alone_is_a_death_without_a_date(
    people: Network, death: Case | None, day: str | None
) -> None:
    dead = {"key": "f1", "date_of_contact": "2010-11-02", "status": "DEAD"}
    case = girl(follow_ups=[dead], **({"death": death} if death else {}))
    row = row_of(people, case)
    assert (row["death"], row["death_date"]) == ("yes", day)
    assert row["last_contact_date"] == "2010-11-02"
