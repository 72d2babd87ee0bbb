"""Who asks for reports in these tests? Two centres with some of the invented cohort's patients."""

from __future__ import annotations

import json
from functools import cache
from typing import Any

import pytest

from demo.cohorts import roux
from registry.actions.receive_submission import Batch, accept_submission, process_submission
from registry.models import CaseReceipt, Centre, Role, User
from registry.scope import every_centre, scope
from reports import actions
from reports.models import Run
from reports.results import Results
from tests.people import People

STUDY = "roux_2017_sfgmtc"
SEES_THE_OWN_CENTRES = pytest.mark.parametrize(
    ("person", "status"),
    [
        ("own_centre", 200),
        ("colleague_read_only", 200),
        ("statistician", 200),
        ("other_centre", 404),
    ],
)
"""Who sees a report of the own centre's patients, and what the others are answered."""
Case = dict[str, Any]


class Network(People):
    """The people whose reports these tests make."""


def new_network() -> Network:
    """Two centres of a synthetic cohort and four people, nobody's patients yet."""
    invented = {"synthetic": True, "cohort": STUDY}
    own = Centre.objects.create(code="C01", name="Testville", **invented)
    other = Centre.objects.create(code="C02", name="Elsewhere", **invented)

    def person(name: str, role: Role, centre: Centre | None) -> User:
        mail = f"{name}@engraft.example"
        return User.objects.create_user(name, email=mail, role=role, centre=centre)

    for centre in (own, other):
        person(f"system-{centre.code}", Role.SERVICE, centre)
    return Network(
        person("manager", Role.DATA_MANAGER, own),
        person("reader", Role.READER, own),
        person("foreigner", Role.DATA_MANAGER, other),
        person("statistician", Role.STATISTICIAN, None),
    )


@cache
def cohort_rows() -> tuple[dict[str, str], ...]:
    """The file's rows: those with a treated failure first, as they fill the study's tables."""
    rows = sorted(roux.rows(), key=lambda row: not row["post_failure_treatment"])
    return tuple(rows)


def some_cases(first: int, last: int) -> list[Case]:
    """A slice of the cohort, always the same."""
    return [roux.case_of(row) for row in cohort_rows()[first:last]]


def submit(centre: str, cases: list[Case]) -> list[str]:
    """What the centre's system sends, and a worker stores; the outcome of each case."""
    by = User.objects.get(username=f"system-{centre}")
    body = json.dumps({"source_system": "test", "cases": cases}).encode()
    sent, _ = accept_submission(
        by=by, body=body, batch=Batch("test", cases), channel="api", idempotency_key=None
    )
    process_submission(submission_id=sent.pk, centre_id=by.centre_id)
    with scope([by.centre_id]):
        receipts = CaseReceipt.objects.filter(submission=sent).order_by("index")
        return list(receipts.values_list("outcome", flat=True))


def now(run: Run) -> Run:
    """The run as it is in the database."""
    with every_centre():
        return Run.objects.select_related("cut").get(pk=run.pk)


def asked(network: Network, by: str = "statistician", **part: Any) -> Run:
    """A run asked for and executed."""
    request = actions.request_run(by=network.person(by), study=STUDY, **part)
    actions.execute_run(run_id=request.pk)
    return now(request)


def results_of(run: Run) -> Results:
    """What it has kept."""
    return Results.from_json(run.results)


def key_of(code: str) -> int:
    """The primary key of a centre."""
    key: int = Centre.objects.get(code=code).pk
    return key
