"""Which transplant did a relapse follow, and which of the patient's is it?"""

from datetime import date
from typing import Any

import pytest

from registry.dictionary import derived
from registry.dictionary.case import Case
from registry.dictionary.reading import read_case
from registry.models import DICTIONARY
from registry.validation import judge

TODAY = date(2026, 1, 1)
FIRST = {"number": 1, "date": "2010-01-01", "type": "ALLO"}
SECOND = {"number": 2, "date": "2012-01-01", "type": "ALLO"}
BOOST = {"boost_or_rescue": "CD34_BOOST", "date": "2010-06-01", "type": "ALLO"}
RELAPSE = {"number": 1, "kind": "RELAPSE", "date": "2011-06-01", "sites": ["BM"]}
UNKNOWN = {"missing": "UNK"}


def _case(**told: list[dict[str, Any]]) -> Case:
    keyed = {
        name: [{"key": f"{name}{at}", **one} for at, one in enumerate(records)]
        for name, records in told.items()
    }
    reading = read_case(DICTIONARY, {"key": "P1", "sex": "F", **keyed})
    assert not reading.problems, reading.problems
    return Case(reading.record, DICTIONARY, TODAY)


def _rules(case: Case) -> set[int]:
    return {one.rule for one in judge(case.root, DICTIONARY, TODAY)}


@pytest.mark.parametrize(
    ("transplants", "relapse", "followed"),
    [
        ([FIRST], {}, 0),
        ([FIRST], {"after_transplant": UNKNOWN}, 0),
        ([FIRST, SECOND], {"after_transplant": UNKNOWN}, 0),
        ([FIRST, SECOND], {}, 0),
        ([SECOND, FIRST], {"date": "2012-01-02"}, 0),
        ([FIRST, SECOND], {"date": "2012-01-01"}, None),
        ([FIRST, BOOST], {}, 0),
        ([FIRST, SECOND], {"date": "2009-12-31"}, None),
        ([FIRST, SECOND], {"date": "2012"}, None),
        ([FIRST, SECOND], {"date": "2011"}, 0),
        ([FIRST, {"number": 2, "type": "ALLO"}], {}, None),
        ([FIRST, SECOND], {"date": UNKNOWN}, None),
        ([FIRST, SECOND], {"after_transplant": 3}, None),
        ([FIRST, SECOND], {"after_transplant": 2}, 1),
        ([{**FIRST, "number": UNKNOWN}], {"after_transplant": 2}, None),
    ],
)
def test_a_relapse_follows_the_transplant_it_names_or_the_last_before_it(
    transplants: list[dict[str, Any]], relapse: dict[str, Any], followed: int | None
) -> None:
    case = _case(transplants=transplants, relapses=[{**RELAPSE, **relapse}])
    found = case.of("relapse")[0].related("transplant")
    assert found is (None if followed is None else case.of("transplant")[followed])
    failed = [derived.first_failure(one) is not None for one in case.of("transplant")]
    assert failed == [at == followed for at in range(len(transplants))]


ELSEWHERE = {
    **SECOND,
    "indication": "RELAPSE",
    "previous_elsewhere": "YES",
    "previous_elsewhere_date": "2010-01-01",
    "previous_elsewhere_centre": "Lyon",
}


def test_a_relapse_after_a_transplant_elsewhere_can_be_told() -> None:
    """Rule 10 asks for the relapse before a second transplant for relapse; 77 must let it stand."""
    assert 10 in _rules(_case(transplants=[ELSEWHERE]))
    told = _case(transplants=[ELSEWHERE], relapses=[{**RELAPSE, "after_transplant": 1}])
    assert not _rules(told) & {10, 77}
    assert derived.first_failure(told.of("transplant")[0]) is None


@pytest.mark.parametrize(
    ("transplants", "named"),
    [([ELSEWHERE], 3), ([{**SECOND, "previous_elsewhere": "NO"}], 1), ([SECOND], 1)],
)
def test_a_number_that_leads_nowhere_is_an_error(
    transplants: list[dict[str, Any]], named: int
) -> None:
    case = _case(transplants=transplants, relapses=[{**RELAPSE, "after_transplant": named}])
    assert 77 in _rules(case)


def test_a_transplant_for_a_second_disease_is_not_of_the_first() -> None:
    disease = {"diagnosis": "AML", "date_diagnosis": "2005-01-01"}
    one, second = (
        _case(diseases=[disease], transplants=[{**FIRST, "disease_number": number}])
        for number in (1, 2)
    )
    assert derived.leukaemia_type(one.of("transplant")[0]) == "AML"
    assert 77 not in _rules(one)
    assert derived.leukaemia_type(second.of("transplant")[0]) is None
    assert 77 in _rules(second)


@pytest.mark.parametrize(
    ("earlier", "own", "number"),
    [
        ([], {"number": 1}, 1),
        ([{**FIRST, "type": "AUTO"}], {}, 1),
        ([FIRST], {}, 2),
        ([{"number": 1, "date": "2010-01-01"}], {}, None),  # may have been allogeneic
        ([{**FIRST, "type": UNKNOWN}], {}, None),
        ([], {}, None),
        ([FIRST], {"number": 3}, None),
        ([FIRST], {"number": UNKNOWN}, None),
        ([FIRST], {"type": UNKNOWN}, None),
        ([], {"number": 1, "type": UNKNOWN}, 1),
        ([], {"number": 1, "previous_elsewhere": "YES"}, None),
    ],
)
def test_which_of_its_type_a_transplant_is(
    earlier: list[dict[str, Any]], own: dict[str, Any], number: int | None
) -> None:
    case = _case(transplants=[*earlier, {**SECOND, **own}])
    assert derived.number_of_its_type(case.of("transplant")[-1]) == number
