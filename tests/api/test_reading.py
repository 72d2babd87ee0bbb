"""Can a hospital read back what it sent, and what it may send?"""

import pytest

from registry.models import DICTIONARY
from tests.api.callers import Caller
from tests.api.cases import case
from tests.api.problems import problem


@pytest.fixture
def pseudonym(ours: Caller) -> str:
    """A stored patient."""
    (receipt,) = ours.receipts(ours.send(full_case()))
    assert receipt["outcome"] == "new", receipt
    return str(receipt["patient"])


def full_case() -> dict[str, object]:
    one = case("P/1 x", cmv_serology={"missing": "UNK"})
    one["transplants"][0]["grafts"] = [{"key": "G1", "source": "BM"}]
    return one


def test_what_was_sent_is_what_is_read(ours: Caller, pseudonym: str) -> None:
    stored = ours.get(f"patients/{pseudonym}").json()
    assert stored["record"] == full_case()
    assert stored["key"] == "P/1 x"
    assert stored["centre"] == "C01"
    assert stored["open_findings"]["error"] == 0


def test_what_is_read_can_be_sent_again_and_is_the_same(ours: Caller, pseudonym: str) -> None:
    record = ours.get(f"patients/{pseudonym}").json()["record"]
    assert ours.send(record)["outcomes"]["same"] == 1


def test_a_pseudonym_may_be_typed_in_small_letters(ours: Caller, pseudonym: str) -> None:
    assert ours.get(f"patients/{pseudonym.lower()}").json()["pseudonym"] == pseudonym


def test_records_of_one_type_come_with_the_way_to_them(ours: Caller, pseudonym: str) -> None:
    told = ours.get(f"patients/{pseudonym}/records/graft").json()
    assert told == {
        "type": "graft",
        "records": [
            {
                "pointer": "/transplants/0/grafts/0",
                "parents": [
                    {"type": "patient", "key": "P/1 x"},
                    {"type": "transplant", "key": "T1"},
                ],
                "record": {"key": "G1", "source": "BM"},
            }
        ],
    }
    assert ours.get(f"patients/{pseudonym}/records/death").json()["records"] == []


def test_the_patient_s_own_items_come_without_what_is_nested(ours: Caller, pseudonym: str) -> None:
    (one,) = ours.get(f"patients/{pseudonym}/records/patient").json()["records"]
    assert one["record"] == {"key": "P/1 x", "sex": "F", "cmv_serology": {"missing": "UNK"}}


def test_an_unknown_record_type_is_not_found(ours: Caller, pseudonym: str) -> None:
    told = problem(ours.get(f"patients/{pseudonym}/records/transplnt"), 404)
    assert "Did you mean 'transplant'?" in told["detail"]


@pytest.mark.parametrize(
    ("search", "found"),
    [
        ("A-1", ["A-1", "A-10"]),
        ("a-10", ["A-10"]),
        ("%", []),
        ("", ["A-1", "A-10", "B-2"]),
        ("\x00", ["A-1", "A-10", "B-2"]),
    ],
)
def test_patients_are_found_by_part_of_their_key(
    ours: Caller, search: str, found: list[str]
) -> None:
    ours.send(case("A-1"), case("A-10"), case("B-2"))
    listed = ours.get("patients", search=search).json()["results"]
    assert [one["key"] for one in listed] == found


def test_patients_are_found_by_the_begin_of_their_pseudonym(ours: Caller, pseudonym: str) -> None:
    listed = ours.get("patients", search=pseudonym[:6].lower()).json()["results"]
    assert [one["pseudonym"] for one in listed] == [pseudonym]
    assert ours.client.get(listed[0]["url"], headers=ours._headers()).status_code == 200


def test_answers_are_not_to_be_stored_on_the_way(ours: Caller) -> None:
    assert ours.get("patients")["Cache-Control"] == "no-store"


def test_the_dictionary_tells_types_items_codes_and_rules(ours: Caller) -> None:
    told = ours.get("dictionary").json()
    assert [one["name"] for one in told["record_types"]] == [one.name for one in DICTIONARY.types]
    patient = told["record_types"][0]
    sex = next(one for one in patient["items"] if one["name"] == "sex")
    assert {"value": "F", "label": "Female"}.items() <= sex["codes"][1].items()
    assert len(told["rules"]) == len(DICTIONARY.rules)
    assert told["missing_reasons"]["UNK"] == "Unknown"
    asked = [item["asked_if"] for one in told["record_types"] for item in one["items"]]
    assert any(one and one["is"] for one in asked)
