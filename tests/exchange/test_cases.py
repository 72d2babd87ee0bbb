"""Does a line find the record that it means, so that a second upload says the same, and ask where it cannot?"""

from __future__ import annotations

from typing import Any

import pytest

from registry.dictionary.case import Record
from registry.dictionary.reading import merge, read_case, write_record
from registry.exchange.cases import case_of_row
from registry.exchange.lines import Layout, read_line
from registry.exchange.told_apart import NoPlace
from registry.models import DICTIONARY


def known(**case: Any) -> Record:
    """The patient's record as it is stored."""
    reading = read_case(DICTIONARY, {"key": "P1", **case})
    assert not reading.problems
    return reading.record


def said(stored: Record, *earlier: dict[str, str], **cells: str) -> dict[str, Any]:
    """What a line with these cells says, as JSON; `earlier` lines of the table come before it."""
    so_far = stored
    for one in (*earlier, cells):
        targets = ["key", *one]
        layout = Layout.of([{"header": target, "target": target} for target in targets])
        line = read_line(layout, 2, ["P1", *one.values()])
        assert not line.problems
        root = case_of_row(line, layout, so_far, stored)
        so_far = merge(so_far, root)
    return write_record(DICTIONARY, root)


def refusal(stored: Record, *earlier: dict[str, str], **cells: str) -> str:
    with pytest.raises(NoPlace) as refused:
        said(stored, *earlier, **cells)
    return f"{refused.value.problem.column}: {refused.value.problem.says}"


ONE = known(
    transplants=[
        {"key": "t1", "number": 1, "date": "2008-03-14", "grafts": [{"key": "g1", "source": "BM"}]}
    ]
)
TWO = known(
    transplants=[
        {"key": "t1", "number": 1, "date": "2008-03-14"},
        {"key": "t2", "number": 2, "date": "2009-05-01"},
    ]
)
SEEN = known(follow_ups=[{"key": "f1", "date_of_contact": "2010-01-02", "status": "ALIVE"}])


def test_a_new_patient_gets_keys_that_follow_from_the_line() -> None:
    cells = {
        "patient.sex": "F", "identity.birth_date": "2000-01-05", "transplant.number": "1",
        "transplant.date": "14/03/2008", "graft.source": "BM", "follow_up.date_of_contact": "2010",
        "conditioning.tbi": "no",
    }  # fmt: skip
    assert said(known(), **cells) == {
        "key": "P1",
        "sex": "F",
        "identity": {"birth_date": "2000-01-05"},
        "transplants": [
            {
                "key": "transplant-1", "number": 1, "date": "2008-03-14",
                "grafts": [{"key": "graft-1", "source": "BM"}], "conditioning": {"tbi": "NO"},
            }
        ],
        "follow_ups": [{"key": "follow_up-2010", "date_of_contact": "2010"}],
    }  # fmt: skip


def test_a_record_is_found_by_its_number() -> None:
    found = said(TWO, **{"transplant.number": "2", "transplant.date": "02/05/2009"})
    assert found["transplants"] == [{"key": "t2", "number": 2, "date": "2009-05-02"}]


def test_or_by_its_date() -> None:
    found = said(TWO, **{"transplant.date": "01/05/2009", "transplant.type": "ALLO"})
    assert found["transplants"] == [{"key": "t2", "date": "2009-05-01", "type": "ALLO"}]
    found = said(SEEN, **{"follow_up.date_of_contact": "2010-01-02", "follow_up.status": "DEAD"})
    assert found["follow_ups"][0]["key"] == "f1"


def test_or_as_the_only_one() -> None:
    assert said(ONE, **{"transplant.type": "ALLO"})["transplants"][0]["key"] == "t1"
    assert said(ONE, **{"graft.viability": "90"})["transplants"] == [
        {"key": "t1", "grafts": [{"key": "g1", "viability": 90.0}]}
    ]


def test_another_graft_or_a_correction_of_the_only_one_is_asked() -> None:
    says = refusal(ONE, **{"graft.source": "PB"})
    assert says.startswith(
        "1: Donor and graft: another one, or a correction of the one that is known?"
    )
    assert "differs in Type of donor, Source" in says


AT_3_MONTHS = known(
    transplants=[
        {
            "key": "t1", "number": 1, "date": "2008-03-14",
            "chimerisms": [{"key": "c1", "date": "2008-06-14", "cell_fraction": "CD3", "percent_donor": 98}],
        }
    ]
)  # fmt: skip
SIGNED = known(
    consents=[{"key": "k1", "type": "CORE", "status": "GIVEN", "date_signed": "2010-01-05"}]
)


def of_day(**cells: str) -> dict[str, str]:
    return {"chimerism.date": "14/06/2008"} | {
        f"chimerism.{name}": text for name, text in cells.items()
    }


def keys(found: dict[str, Any]) -> list[str]:
    return [one["key"] for one in found["transplants"][0]["chimerisms"]]


def test_another_fraction_of_the_same_day_is_another_record() -> None:
    other = of_day(cell_fraction="CD33", percent_donor="40")
    assert keys(said(AT_3_MONTHS, **other)) == ["chimerism-2008-06-14"]
    again = of_day(cell_fraction="CD3", percent_donor="97")
    assert keys(said(AT_3_MONTHS, **again)) == ["c1"]


def test_two_fractions_of_one_day_in_one_table_are_two() -> None:
    first = {"transplant.number": "1", **of_day(cell_fraction="CD3", percent_donor="98")}
    second = {"transplant.number": "1", **of_day(cell_fraction="CD33", percent_donor="40")}
    assert keys(said(known(), first, **second)) == ["chimerism-2008-06-14.2"]


def test_a_value_without_its_fraction_takes_nothing_back() -> None:
    asked = "Chimerism: is it one of the 1 known of this day, or another? Tell Tissue, Cells"
    assert asked in refusal(AT_3_MONTHS, **of_day(percent_donor="40"))
    assert keys(said(AT_3_MONTHS, **of_day(percent_donor="98"))) == ["c1"]


def test_of_two_of_the_day_the_line_has_to_tell_which() -> None:
    both = [
        {"key": key, "date": "2008-06-14", "cell_fraction": fraction}
        for key, fraction in (("c1", "CD3"), ("c2", "CD33"))
    ]
    stored = known(
        transplants=[{"key": "t1", "number": 1, "date": "2008-03-14", "chimerisms": both}]
    )
    assert "one of the 2 known of this day" in refusal(stored, **of_day(percent_donor="40"))
    assert keys(said(stored, **of_day(cell_fraction="CD33", percent_donor="40"))) == ["c2"]


def test_a_second_consent_signed_that_day_is_not_the_first_one() -> None:
    day = {"consent.date_signed": "05/01/2010"}
    found = said(SIGNED, **day, **{"consent.type": "RESEARCH", "consent.status": "REFUSED"})
    assert [one["key"] for one in found["consents"]] == ["consent-2010-01-05"]
    withdrawn = said(SIGNED, **day, **{"consent.type": "CORE", "consent.status": "WITHDRAWN"})
    assert [one["key"] for one in withdrawn["consents"]] == ["k1"]
    assert "Tell" in refusal(SIGNED, **day, **{"consent.status": "REFUSED"})


def test_two_infusions_of_a_day_need_their_numbers() -> None:
    first = {"key": "i1", "date": "2010-01-01", "product": "DLI"}
    line = {"key": "l1", "number": 1, "infusions": [first]}
    stored = known(relapses=[{"key": "r1", "number": 1, "treatment_lines": [line]}])
    cells = {"infusion.date": "2010-01-01", "infusion.product": "NK"}
    assert "another one of this day" in refusal(stored, **cells)


def test_a_number_for_a_record_that_had_none() -> None:
    stored = known(transplants=[{"key": "t1", "date": "2008-03-14"}])
    found = said(stored, **{"transplant.number": "1", "transplant.date": "2008-03-14"})
    assert found["transplants"][0]["key"] == "t1"


def test_a_date_for_the_only_record_that_had_none() -> None:
    stored = known(diseases=[{"key": "d1", "diagnosis": "AML"}])
    assert said(stored, **{"disease.date_diagnosis": "2007"})["diseases"][0]["key"] == "d1"


def test_what_happens_often_is_new_on_another_day() -> None:
    found = said(SEEN, **{"follow_up.date_of_contact": "2011-01-02", "follow_up.status": "ALIVE"})
    assert found["follow_ups"][0]["key"] == "follow_up-2011-01-02"


def test_a_second_transplant_or_another_date_of_the_first_is_asked() -> None:
    says = refusal(ONE, **{"transplant.date": "15/03/2008"})
    assert says == "1: Transplant: a new one, or another date of one that is known? Add its number"


def test_two_of_one_table_are_two() -> None:
    first = {"transplant.date": "14/03/2008"}
    found = said(known(), first, **{"transplant.date": "01/05/2009"})
    assert found["transplants"][0]["key"] == "transplant-2009-05-01"


def test_which_of_several_is_asked() -> None:
    assert refusal(TWO, **{"transplant.type": "ALLO"}).startswith("1: Transplant: which of the 2")
    assert "Donor and graft: of which Transplant? There are 2" in refusal(
        TWO, **{"graft.source": "BM"}
    )


def test_a_visit_without_its_day_is_not_taken_for_the_one_that_is_known() -> None:
    assert "which of the 1 that are known" in refusal(SEEN, **{"follow_up.status": "DEAD"})


def test_a_new_record_needs_its_date_or_number() -> None:
    blasts = {"relapse.bm_blasts": "34"}
    says = refusal(ONE, **{"transplant.number": "1"}, **blasts)
    assert says == (
        "2: This would add “Relapse or progression” without its date: "
        "add a column with the date, or leave this column out"
    )
    assert refusal(ONE, **blasts, **{"relapse.date": ""}).startswith("2: This would add")
    for told in ({"relapse.date": "2009"}, {"relapse.date": "UNK"}, {"relapse.number": "1"}):
        assert len(said(ONE, **blasts, **told)["relapses"]) == 1
    relapsed = known(relapses=[{"key": "r1", "number": 1, "date": "2009-01-05"}])
    assert said(relapsed, **blasts)["relapses"][0]["key"] == "r1"


def test_death_needs_its_date_and_no_gvhd_needs_none() -> None:
    assert "without its date" in refusal(ONE, **{"death.autopsy": "NO"})
    assert "death" in said(ONE, **{"death.date": "UNK"})
    assert "without its date" in refusal(ONE, **{"acute_gvhd.grade_reported": "II"})
    found = said(ONE, **{"acute_gvhd.occurred": "NO"})
    assert len(found["transplants"][0]["acute_gvhds"]) == 1


def test_what_hangs_on_nothing_is_refused() -> None:
    assert "no record Transplant is known" in refusal(known(), **{"graft.source": "BM"})


def test_a_nested_record_belongs_to_the_one_the_line_names() -> None:
    found = said(TWO, **{"transplant.number": "2", "graft.source": "BM"})
    assert found["transplants"] == [
        {"key": "t2", "number": 2, "grafts": [{"key": "graft-1", "source": "BM"}]}
    ]


def test_two_steps_down_through_the_record_the_line_names() -> None:
    stored = known(
        relapses=[
            {"key": "r1", "number": 1, "treatment_lines": [{"key": "l1", "number": 1}]},
            {"key": "r2", "number": 2, "treatment_lines": [{"key": "l2", "number": 1}]},
        ]
    )
    found = said(stored, **{"relapse.number": "2", "infusion.date": "2010-01-01"})
    assert found["relapses"][0]["key"] == "r2"
    assert found["relapses"][0]["treatment_lines"][0]["key"] == "l2"
    assert "of which Treatment line? There are 2" in refusal(
        stored, **{"infusion.date": "2010-01-01"}
    )


def test_a_key_that_is_taken_by_another_record_gets_a_neighbour() -> None:
    stored = known(transplants=[{"key": "transplant-2", "number": 1}])
    found = said(stored, **{"transplant.number": "2"})
    assert found["transplants"][0]["key"] == "transplant-2.2"


def test_a_blank_says_nothing_and_clear_says_none() -> None:
    found = said(ONE, **{"patient.sex": "", "patient.country": "CLEAR"})
    assert found == {"key": "P1", "country": None}
