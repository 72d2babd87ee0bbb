"""Does a form show what follows from what was typed, and nothing where it does not follow?"""

import re

import pytest

from registry.forms.computed import computed_lines
from registry.forms.places import case_of
from tests.registry.people import read
from tests.web.case import GIRL
from tests.web.hospital import Hospital, filled


def _told(type_name: str, **changes: object) -> dict[str, list[tuple[str, str]]]:
    node = next(iter(case_of(read(GIRL | changes)).of(type_name)))
    return {
        item: [(one.label, one.words) for one in lines]
        for item, lines in computed_lines(node).items()
    }


@pytest.mark.parametrize(
    "type_name, item, line",
    [
        ("disease", "date_diagnosis", ("Age at diagnosis", "6.9 years")),
        ("transplant", "date", ("Age at transplant", "8.1 years")),
        ("transplant", "date", ("From diagnosis", "436 days")),
        (
            "pretransplant_relapse",
            "date",
            ("Timing", "Very early (under 18 months from diagnosis)"),
        ),
        ("relapse", "date", ("From the transplant", "day 349")),
        ("relapse", "sites", ("Site group", "Combined")),
        ("treatment_line", "components", ("Will be analysed as", "Chemotherapy and DLI")),
        ("treatment_line", "date_end", ("From its beginning", "77 days")),
        ("acute_gvhd", "date_onset", ("From the transplant", "day 24")),
        ("graft", "hla_matched", ("HLA", "matched")),
        ("follow_up", "date_of_contact", ("From the transplant", "day 98")),
    ],
)
def test_by_hand(type_name: str, item: str, line: tuple[str, str]) -> None:
    assert line in _told(type_name)[item]


@pytest.mark.parametrize(
    "level, matched, typed, words",
    [
        ("MATCHED", 8, 8, "matched"),
        ("MATCHED", 6, 8, "6 of 8 loci match, reported as matched"),
        ("MATCHED", 11, 12, "11 of 12 loci match, reported as matched"),
        ("MISMATCHED", 6, 8, "mismatched"),
        ("UNSPECIFIED", 9, 10, "mismatched"),
        ("MATCHED", 9, 8, None),
        ("UNSPECIFIED", 9, 8, None),
    ],
)
def test_a_report_does_not_hide_the_loci(
    level: str, matched: int, typed: int, words: str | None
) -> None:
    graft = {"key": "g1", "match_level": level, "hla_matched": matched, "hla_typed": typed}
    told = _told("graft", transplants=[{"key": "t1", "number": 1, "grafts": [graft]}])
    assert told.get("hla_matched") == (words and [("HLA", words)])


def test_nothing_is_told_that_does_not_follow() -> None:
    told = _told("relapse", relapses=[{"key": "r1", "date": "2008-03"}], transplants=[])
    assert told == {}
    told = _told("relapse", relapses=[{"key": "r1", "date": "2009-03"}])
    assert told["date"] == [("From the transplant", "about day 367")]


def test_a_second_transplant_is_named() -> None:
    again = {"key": "t2", "number": 2, "date": "2010-01-01", "type": "ALLO"}
    late = {"key": "r2", "number": 2, "after_transplant": 2, "date": "2010-02-01"}
    transplants = [*GIRL["transplants"], again]  # type: ignore[misc]
    told = _told("relapse", transplants=transplants, relapses=[late])
    assert told["date"] == [("From the transplant", "day 31 after SCT 2")]


def test_units_are_shown_as_typed_and_normalised(hospital: Hospital) -> None:
    client = hospital.client("own_centre")
    address = f"{hospital.page_of('transplant')}new/status_before/"
    sent = filled(client.get(address).content.decode()) | {
        "haemoglobin": ["85"], "haemoglobin__unit": ["g/L"], "weight_kg": ["24.5"],
        "height_cm": ["128"], "hct_ci": ["RENAL", "OBESITY"], "platelets__missing": ["ND"],
    }  # fmt: skip
    page = client.post(f"{address}fields/", sent, headers={"HX-Request": "true"}).content.decode()
    assert "= 8.5 g/dL" in page
    assert "Body mass index: <strong>15.0 kg/m²</strong>" in page
    assert "Score: <strong>3</strong>" in page
    assert re.search(r'mark missing"[^>]*>.*?–.*?Not done', page, re.DOTALL)
    assert "not done, unknown or the like" in page
