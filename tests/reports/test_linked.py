"""A person stands in two centres: is she counted in each, and does the report say so?"""

from __future__ import annotations

import pytest

from registry.actions.links import decide_link
from registry.actions.merge_patients import merge_patients
from registry.models import Patient, Role, User
from registry.scope import every_centre, scope
from reports.actions.cuts import compute_cut, take_cut
from reports.columns import Columns
from reports.compute.linked import NOT_JOINED, linked_told
from reports.extract.linked import linked_among
from reports.models import DataCut
from tests.reports.network import STUDY, Network, submit

PATIENTS = Columns(
    {
        "patient": ["AA", "AA", "BB", "CC", "DD"],
        "transplant_date": ["2010-01-01", "2012-01-01", "2012-01-01", "2013-01-01", None],
    }
)


ONE = (
    "1 person stands in two centres (linked by the registry office) and is counted in each: "
    f"2 of the 5 transplants in this report. {NOT_JOINED}"
)
TWO = (
    "2 persons stand in two centres (linked by the registry office) and are counted in each: "
    "5 of the 5 transplants in this report, 1 with a transplant of the same day in both. "
    f"{NOT_JOINED}"
)


@pytest.mark.parametrize(
    "linked, says",
    [
        ((), ""),
        ((("XX", "YY"),), ""),
        # The other one is not among the patients of this report: she is counted once.
        ((("AA", "XX"),), ""),
        ((("CC", "DD"),), ONE),
        ((("AA", "BB"), ("CC", "DD"), ("XX", "YY")), TWO),
    ],
)
def test_the_sentence_counts_who_is_in_the_report(
    linked: tuple[tuple[str, ...], ...], says: str
) -> None:
    assert linked_told(linked, PATIENTS) == says


def test_columns_that_name_nobody_are_about_nobody() -> None:
    assert linked_told((("AA", "BB"),), Columns({"transplant_date": ["2010-01-01"]})) == ""


# --- from the office's word to the report ---------------------------------------------------------


@pytest.fixture
def office(network: Network) -> User:
    return User.objects.create(username="office", role=Role.OFFICE)


def first(centre: str, place: int = 0) -> Patient:
    with every_centre():
        return Patient.objects.filter(centre__code=centre, merged_into=None).order_by("pk")[place]


def link(office: User, one: Patient, other: Patient, *, same: bool = True) -> None:
    with every_centre():
        decide_link(by=office, patient=one, other=other, same=same, note="seen by the office")


def cut(*codes: str) -> DataCut:
    with every_centre():
        found = Patient.objects.filter(centre__code__in=codes).values_list("centre", flat=True)
        return take_cut(sorted(set(found)))


def told(taken: DataCut) -> list[str]:
    results = compute_cut(STUDY, taken)
    return [one for one in results.warnings if "linked by the registry office" in one]


def test_a_run_over_both_centres_tells_of_them(network: Network, office: User) -> None:
    before = cut("C01", "C02")
    assert before.linked == [] and told(before) == []
    link(office, first("C01"), first("C02"))
    after = cut("C01", "C02")
    pair = sorted(one.pseudonym for one in (first("C01"), first("C02")))
    assert after.linked == [pair]
    assert after.pk != before.pk and after.sha256 == before.sha256, "the same rows, told otherwise"
    assert after.pk == cut("C01", "C02").pk
    (says,) = told(after)
    assert says.startswith("1 person stands in two centres")
    assert f"2 of the {compute_cut(STUDY, after).flow[-1].n} transplants" in says
    assert told(before) == [], "an older cut says what it said"


def test_one_centre_alone_counts_her_once(network: Network, office: User) -> None:
    link(office, first("C01"), first("C02"))
    assert [cut(code).linked for code in ("C01", "C02")] == [[], []]


def test_who_was_told_apart_is_not_counted(network: Network, office: User) -> None:
    link(office, first("C01"), first("C02"))
    link(office, first("C01"), first("C02"), same=False)
    assert cut("C01", "C02").linked == []


def test_a_patient_without_rows_stands_in_no_report(network: Network, office: User) -> None:
    submit("C02", [{"key": "empty", "sex": "F"}])
    with every_centre():
        link(office, first("C01"), Patient.objects.get(key="empty"))
    assert cut("C01", "C02").linked == []


def test_a_merge_since_does_not_hide_the_person(network: Network, office: User) -> None:
    submit("C01", [{"key": "second number"}])
    kept, there = first("C01"), first("C02")
    with every_centre():
        merged = Patient.objects.get(key="second number")
    link(office, merged, there)
    merge_patients(by=network.own_centre, kept=kept, merged=merged, reason="one child")
    assert cut("C01", "C02").linked == [sorted([kept.pseudonym, there.pseudonym])]


def test_three_records_are_one_person(network: Network, office: User) -> None:
    one, two, there = first("C01", 0), first("C01", 1), first("C02")
    for mine in (one, two):
        link(office, mine, there)
    names = sorted(each.pseudonym for each in (one, two, there))
    with every_centre():
        assert linked_among(names) == (tuple(names),)
        assert linked_among(names[:1]) == ()
    with scope([one.centre_id]):
        assert linked_among(names) == (), "another centre's patient is not seen"


def test_the_sentence_does_not_change_the_numbers(network: Network, office: User) -> None:
    before = compute_cut(STUDY, cut("C01", "C02"))
    link(office, first("C01"), first("C02"))
    after = compute_cut(STUDY, cut("C01", "C02"))
    assert before.tables == after.tables and before.flow == after.flow
    assert len(after.warnings) == len(before.warnings) + 1
