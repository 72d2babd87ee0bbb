"""Is the condition before a transplant what a pencil gives?"""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from registry.dictionary import derived
from registry.dictionary.case import Case, Node
from registry.dictionary.reading import read_case
from registry.models import DICTIONARY
from tests.spec.tables import patient

UNKNOWN = {"missing": "UNK"}
Items = dict[str, object]


def second(first: Items, relapses: tuple[Items, ...] = (), **items: object) -> Node:
    """The second of two transplants, of 2008-03-14 and 2009-03-14."""
    reading = read_case(
        DICTIONARY,
        patient(
            transplants=[
                {"number": 1, "date": "2008-03-14", "type": "ALLO", **first},
                {"number": 2, "date": "2009-03-14", "type": "ALLO", **items},
            ],
            relapses=[
                {"number": n, "after_transplant": 1, "kind": "RELAPSE", **one}
                for n, one in enumerate(relapses, start=1)
            ],
        ),
    )
    assert not reading.problems, reading.problems
    case = Case(reading.record, DICTIONARY, date(2020, 1, 1))
    return max(case.of("transplant"), key=derived.transplant_day)


def sample(when: object, percent: object, **items: object) -> Items:
    return {"date": when, "percent_donor": percent, **items}


@pytest.mark.parametrize(
    ("samples", "relapses", "group"),
    [
        ([], (), None),
        ([sample("2008-06-01", 99)], (), "full"),
        ([sample("2008-06-01", 99), sample("2009-01-01", 40)], (), "mixed"),
        ([sample("2009-01-01", 40), sample("2008-06-01", 99)], (), "mixed"),
        ([sample("2009-03-14", 99)], (), None),
        ([sample(UNKNOWN, UNKNOWN, group_reported="RECIPIENT")], (), "recipient"),
        ([sample(UNKNOWN, UNKNOWN, group_reported="FULL"), sample("2008-06", 3)], (), "recipient"),
        ([sample("2008-06-01", UNKNOWN), sample("2008-05-01", 96)], (), "full"),
        (
            [
                sample("2008-06-01", 99, cell_fraction="WHOLE"),
                sample("2008-06-01", 60, cell_fraction="CD3"),
            ],
            (),
            "full",
        ),
        ([sample("2009-03-01", 99)], ({"date": "2009-02-01", "chimerism": 94.99},), "mixed"),
        ([sample("2009-03-01", 99)], ({"date": "2009-02-01", "chimerism": UNKNOWN},), "full"),
        ([sample("2008-06-01", 99)], ({"date": "2009-04-01", "chimerism": 2},), "full"),
    ],
)
def test_the_chimerism_before_is_the_relapses_else_the_latest_samples(
    samples: list[Items], relapses: tuple[Items, ...], group: str | None
) -> None:
    assert derived.chimerism_before(second({"chimerisms": samples}, relapses)) == group


def test_a_first_transplant_has_no_chimerism_before_it() -> None:
    node = second({"chimerisms": [sample("2008-06-01", 99)]})
    first = min(node.case.of("transplant"), key=derived.transplant_day)
    assert derived.chimerism_before(first) is None


@pytest.mark.parametrize(
    ("items", "index"),
    [
        ({"weight_kg": 70, "height_cm": 175}, "22.9"),  # 70 / 3.0625 = 22.857
        ({"weight_kg": 70, "height_cm": 175, "bmi_reported": 30}, "22.9"),
        ({"weight_kg": 70, "height_cm": UNKNOWN, "bmi_reported": 27.2}, "27.2"),
        ({"weight_kg": 70}, None),
    ],
)
def test_the_body_mass_index_is_computed_where_it_can_be(items: Items, index: str | None) -> None:
    status = next(second({}, status_before=items).children("status_before"))
    assert derived.bmi(status) == (None if index is None else Decimal(index))


@pytest.mark.parametrize(
    ("items", "answer"),
    [
        ({"drugs": ["PTCY", "MMF"]}, "yes"),
        ({"drugs": ["CSA"]}, "no"),
        ({"drugs": ["NONE"], "ptcy_reported": "YES"}, "no"),
        ({"drugs": UNKNOWN, "ptcy_reported": "YES"}, "yes"),
        ({"drugs": UNKNOWN, "ptcy_reported": "NO"}, "no"),
        ({"drugs": UNKNOWN}, None),
    ],
)
def test_cyclophosphamide_is_read_from_the_drugs_else_as_reported(
    items: Items, answer: str | None
) -> None:
    assert derived.ptcy(second({"prophylaxis": {"drugs": ["CSA"]}}, prophylaxis=items)) == answer


def test_a_transplant_does_not_borrow_the_prophylaxis_of_another() -> None:
    assert derived.ptcy(second({"prophylaxis": {"drugs": ["PTCY"]}})) is None


@pytest.mark.parametrize(
    ("items", "group"),
    [
        ({"sites": UNKNOWN, "site_group_reported": "ISOLATED_EM"}, "ISOLATED_EM"),
        ({"sites": ["BM"], "site_group_reported": "COMBINED"}, "ISOLATED_BM"),
        ({"sites": UNKNOWN}, None),
    ],
)
def test_the_group_of_the_sites_is_as_reported_where_they_are_not_known(
    items: Items, group: str | None
) -> None:
    node = second({}, ({"date": "2009-02-01", **items},))
    assert derived.site_group(node.case.of("relapse")[0]) == group


def test_a_death_not_of_the_disease_is_known_without_its_cause() -> None:
    reading = read_case(DICTIONARY, patient(death={"primary_cause": "NON_RELAPSE_NOS"}))
    case = Case(reading.record, DICTIONARY, date(2020, 1, 1))
    assert derived.death_group(case) == "non-relapse"


@pytest.mark.parametrize(
    ("grades", "highest"),
    [(("II-IV",), "II-IV"), (("II", "II-IV"), "II-IV"), (("III", "II-IV"), "III")],
)
def test_a_grade_of_ii_to_iv_stands_between_ii_and_iii(
    grades: tuple[str, ...], highest: str
) -> None:
    episodes = [{"occurred": "YES", "grade_reported": one} for one in grades]
    assert derived.acute_gvhd_grade(second({}, acute_gvhds=episodes)) == highest
