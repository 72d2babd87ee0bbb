"""How does one find one's way in a case: what is nested, what belongs to it, what is looked for once?"""

from __future__ import annotations

from datetime import date

import pytest

from registry.dictionary import derived
from registry.dictionary.case import Case, Node, Record
from registry.dictionary.values import PartialDate
from registry.models import DICTIONARY


def _transplant(day: int, *grafts: str) -> Record:
    told = {"type": "ALLO", "date": PartialDate(date(2020, 1, day))}
    below = {"graft": tuple(Record("graft", key) for key in grafts)} if grafts else {}
    return Record("transplant", str(day), told, below)


@pytest.fixture
def case() -> Case:
    transplants = (_transplant(20, "b", "a"), _transplant(10))
    diseases = (Record("disease", "d"),)
    root = Record("patient", children={"disease": diseases, "transplant": transplants})
    return Case(root, DICTIONARY, date(2026, 1, 1))


def _keys(nodes: object) -> list[str]:
    return [one.record.key for one in nodes]  # type: ignore[attr-defined]


def test_children_are_those_of_this_very_record(case: Case) -> None:
    later, earlier = case.of("transplant")
    assert _keys(later.children("graft")) == ["b", "a"]
    assert _keys(later.seen_from(earlier).children("graft")) == ["b", "a"]
    assert _keys(earlier.children("graft")) == _keys(later.children("relapse")) == []


def test_children_of_no_record_type_are_an_error(case: Case) -> None:
    with pytest.raises(KeyError):
        case.of("transplant")[0].children("planet")


def test_a_number_leads_to_its_record_or_to_the_only_one_without_a_number() -> None:
    def case_of(*numbers: int | None) -> Case:
        told = [{} if one is None else {"number": one} for one in numbers]
        transplants = tuple(Record("transplant", str(at), one) for at, one in enumerate(told))
        relapse = Record("relapse", "r", {"after_transplant": 1, "kind": "RELAPSE"})
        below = {"transplant": transplants, "relapse": (relapse,)}
        return Case(Record("patient", children=below), DICTIONARY, date(2026, 1, 1))

    for numbers, place in (((1,), 0), ((None,), 0), ((2, 1), 1), ((2,), None), ((None, 2), None)):
        case = case_of(*numbers)
        found = case.of("relapse")[0].related("transplant")
        assert found is (None if place is None else case.of("transplant")[place]), numbers
        failed = [derived.first_failure(one) is not None for one in case.of("transplant")]
        assert failed == [at == place for at in range(len(numbers))]


def test_a_related_record_stays_the_same(case: Case) -> None:
    graft = case.of("graft")[0]
    for _ in range(2):
        assert graft.related("transplant") is case.of("transplant")[0]
        assert graft.related("disease") is case.of("disease")[0]
        assert graft.related("death") is None
        assert graft.related("outer") is None


def test_what_was_found_once_is_not_looked_for_again(case: Case) -> None:
    asked: list[Case] = []

    def find(one: Case) -> list[Node]:
        asked.append(one)
        return one.of("graft")

    assert case.once(find) is case.once(find)
    assert asked == [case]
    assert _keys(derived.allogeneic(case)) == _keys(derived.transplants(case)) == ["10", "20"]


def test_a_case_that_was_let_go_holds_nothing(case: Case) -> None:
    patient, graft = case.nodes[0], case.of("graft")[0]
    graft.related("disease")
    case.let_go()
    assert case.nodes == []
    assert patient.nested == {}
    with pytest.raises(KeyError):
        case.of("graft")
