"""Can one hospital's system see or touch what another hospital sent?"""

import uuid

import pytest

from registry.api.patients import visible_record
from registry.models import Centre, Role, User
from registry.queries import patients_for
from registry.scope import every_centre, scope
from tests.api.callers import Caller
from tests.api.cases import as_bytes, batch, case
from tests.api.problems import problem


@pytest.fixture
def foreign(theirs: Caller) -> dict[str, str]:
    """A submission and a patient of the other hospital."""
    status = theirs.send(case("P1"))
    (receipt,) = theirs.receipts(status)
    return {"submission": status["id"], "patient": receipt["patient"]}


def test_the_same_number_in_two_hospitals_is_two_patients(
    ours: Caller, theirs: Caller, foreign: dict[str, str]
) -> None:
    status = ours.send(case("P1", sex="M"))
    (receipt,) = ours.receipts(status)
    assert receipt["outcome"] == "new"
    assert receipt["patient"] != foreign["patient"]
    theirs_still = theirs.get(f"patients/{foreign['patient']}").json()
    assert theirs_still["record"]["sex"] == "F"


@pytest.mark.parametrize(
    ("mine", "missing"),
    [
        ("patients/{patient}", "patients/ZZZZZZZZZ"),
        ("patients/{patient}/records/transplant", "patients/ZZZZZZZZZ/records/transplant"),
        ("submissions/{submission}", f"submissions/{uuid.uuid4()}"),
        ("submissions/{submission}/receipts", f"submissions/{uuid.uuid4()}/receipts"),
    ],
)
def test_foreign_and_missing_look_the_same(
    ours: Caller, theirs: Caller, foreign: dict[str, str], mine: str, missing: str
) -> None:
    path = mine.format(**foreign)
    assert theirs.get(path).status_code == 200
    assert problem(ours.get(path), 404) == problem(ours.get(missing), 404)


@pytest.mark.parametrize("path", ["patients", "submissions"])
def test_lists_hold_the_own_hospital_only(
    ours: Caller, theirs: Caller, foreign: dict[str, str], path: str
) -> None:
    assert theirs.get(path).json()["count"] == 1
    assert ours.get(path).json() == {"count": 0, "next": None, "previous": None, "results": []}
    assert ours.get(path, search="P1").json()["count"] == 0


def test_a_token_sees_only_its_hospital_even_without_the_scoping_of_queries(
    ours: Caller, foreign: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("registry.queries.centres_for", lambda user: Centre.objects.all())
    monkeypatch.setattr("registry.api.base.centre_ids_for", lambda user: [user.centre_id])
    assert ours.get("patients").json()["count"] == 0
    problem(ours.get(f"patients/{foreign['patient']}"), 404)


def test_the_office_sees_the_record_but_not_who_it_is(foreign: dict[str, str]) -> None:
    office = User.objects.create(username="office", role=Role.OFFICE)
    with every_centre():
        patient = patients_for(office).get(pseudonym=foreign["patient"])
        seen = visible_record(office, patient)
    assert "identity" not in seen.children
    assert seen.children["transplant"]


def test_the_own_hospital_sees_who_it_is(theirs: Caller, foreign: dict[str, str]) -> None:
    record = theirs.get(f"patients/{foreign['patient']}").json()["record"]
    assert record["identity"] == {"birth_date": "2001-05-04", "initials": "ZZ"}
    path = f"patients/{foreign['patient']}/records/identity"
    (found,) = theirs.get(path).json()["records"]
    assert found["record"]["initials"] == "ZZ"


def test_who_may_not_send_is_told_so(ours: Caller) -> None:
    ours.user.role = Role.READER
    ours.user.save()
    told = problem(ours.post(as_bytes(batch(case()))), 403)
    assert told["detail"] == "You may not submit cases."


def test_the_scope_ends_with_the_request(ours: Caller) -> None:
    ours.send(case("P1"))
    assert not patients_for(ours.user).exists()
    with scope([ours.user.centre_id]):
        assert patients_for(ours.user).exists()
