"""Is a case read as it was meant, whatever is sent, and written as it is read?"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.dictionary.case import Record
from registry.dictionary.language import DICTIONARY_VERSION
from registry.dictionary.reading import (
    MOST_IN_A_LIST,
    MOST_PROBLEMS,
    MOST_RECORDS,
    merge,
    read_case,
    write_record,
)
from registry.dictionary.values import Missing, PartialDate, Quantity
from registry.models import DICTIONARY
from registry.validation import judge
from tests.registry.made_up import JUNK, TODAY, made_up_case, spoiled
from tests.registry.people import read

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


def problems(case: Any) -> dict[str, str]:
    """What cannot be read, by pointer."""
    return {one.pointer: one.detail for one in read_case(DICTIONARY, case).problems}


def status_before(**answers: Any) -> dict[str, Any]:
    return {"key": "P", "transplants": [{"key": "T", "status_before": answers}]}


@pytest.mark.parametrize("number", range(30))
def test_what_was_written_is_read_again(number: int) -> None:
    record = read(made_up_case(number))
    assert read(write_record(DICTIONARY, record)) == record  # type: ignore[arg-type]


def test_the_made_up_cases_hold_every_item_of_every_type() -> None:
    def answered(record: Record) -> set[tuple[str, str]]:
        own = {(record.type, name) for name in record.answers}
        return own.union(*(answered(one) for many in record.children.values() for one in many))

    items = {(type_.name, item.name) for type_ in DICTIONARY.types for item in type_.items}
    assert answered(read(made_up_case(1, complete=True))) == items


@pytest.mark.parametrize("junk", JUNK, ids=[repr(one)[:30] for one in JUNK])
def test_junk_in_any_place_is_named_or_read_but_never_raises(junk: Any) -> None:
    for case in spoiled(made_up_case(1, complete=True), junk):
        reading = read_case(DICTIONARY, case)
        assert all(len(one.detail) < 500 for one in reading.problems)


@given(json_values)
def test_any_json_is_read_without_raising(value: Any) -> None:
    read_case(DICTIONARY, value)
    read_case(DICTIONARY, {"key": "P", "sex": value, "keep": value, "transplants": value})


@pytest.mark.parametrize("number", range(100))
def test_the_judge_never_raises(number: int) -> None:
    for finding in judge(read(made_up_case(number)), DICTIONARY, TODAY):
        assert finding.pointer.startswith("/") or finding.record_type == "patient"


@pytest.mark.parametrize("day", ["1900-01-01", "1900", "2100-12-31", "2100"])
def test_the_judge_never_raises_at_the_ends_of_time(day: str) -> None:
    def moved(value: Any) -> Any:
        if isinstance(value, dict):
            return {name: moved(one) for name, one in value.items()}
        if isinstance(value, list):
            return [moved(one) for one in value]
        return day if isinstance(value, str) and value[:2] in ("19", "20") else value

    for number in range(20):
        judge(read_case(DICTIONARY, moved(made_up_case(number))).record, DICTIONARY, TODAY)


@pytest.mark.parametrize(
    ("given", "entered", "unit", "normalised"),
    [
        (9.4, "9.4", "g/dL", "9.40"),
        ("9,4", "9.4", "g/dL", "9.40"),
        ({"value": 94, "unit": "g/L"}, "94", "g/L", "9.40"),
        ({"value": 5.83, "unit": "mmol/L"}, "5.83", "mmol/L", "9.39"),
    ],
)
def test_a_number_keeps_the_unit_it_was_entered_in(
    given: Any, entered: str, unit: str, normalised: str
) -> None:
    case = read(status_before(haemoglobin=given))
    answer = case.of("transplant")[0].of("status_before")[0].answers["haemoglobin"]
    assert answer == Quantity(Decimal(entered), unit, Decimal(normalised))


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2008-02-26", "2008-02-26", "2008-02-26"),
        ("2008-02", "2008-02-01", "2008-02-29"),
        ("2008", "2008-01-01", "2008-12-31"),
    ],
)
def test_a_date_is_as_vague_as_it_was_sent(text: str, first: str, last: str) -> None:
    when = read({"key": "P", "cmv_date": text}).answers["cmv_date"]
    assert isinstance(when, PartialDate)
    assert (str(when), when.first.isoformat(), when.last.isoformat()) == (text, first, last)


@pytest.mark.parametrize("reason", Missing)
def test_every_missing_reason_is_an_answer(reason: Missing) -> None:
    assert read({"key": "P", "sex": {"missing": reason.value}}).answers["sex"] is reason


def test_null_clears_and_a_blank_changes_nothing() -> None:
    before = read({"key": "P", "sex": "F", "country": "FR", "blood_group": "A"})
    after = merge(before, read({"key": "P", "sex": None, "country": "", "blood_group": " "}))
    assert after.answers == {"country": "FR", "blood_group": "A"}


def test_a_reason_is_taken_back_with_null() -> None:
    kept = merge(read({"key": "P", "keep": {"22": "seen"}}), read({"key": "P"}))
    assert kept.kept == {22: "seen"}
    assert merge(kept, read({"key": "P", "keep": {"22": None}})).kept == {}


def test_a_single_record_has_no_key_of_its_own() -> None:
    told = problems({"key": "P", "death": {"key": "D2", "date": "2010"}})
    assert "there is one Death" in told["/death/key"]
    assert not problems({"key": "P", "death": {"key": "death", "date": "2010"}})


@pytest.mark.parametrize(
    "key", ["", "  ", "x" * 65, "a\u202eb", "a\u200bb", "a\nb", "\ufeff", 7, None]
)
def test_a_key_that_nobody_can_see_through_is_refused(key: Any) -> None:
    assert "/key" in problems({"key": key})
    assert "/relapses/0/key" in problems({"key": "P", "relapses": [{"key": key}]})


@pytest.mark.parametrize("text", ["a\u202eb", "a\u2066b", "a\x85b", "a\x00b", "a\u2028b", "\ufeff"])
def test_a_text_that_turns_the_reading_direction_is_refused(text: str) -> None:
    assert "/identity/family_name" in problems({"key": "P", "identity": {"family_name": text}})


def test_a_persian_name_keeps_its_joiner() -> None:
    name = "علی‌رضا"
    assert read({"key": "P", "identity": {"given_name": name}})


def test_a_case_without_end_is_refused_in_a_few_words() -> None:
    many = [{"key": f"C{n}"} for n in range(MOST_IN_A_LIST)]
    transplants = [{"key": f"T{n}", "chimerisms": many} for n in range(6)]
    assert not problems({"key": "P", "transplants": transplants[:4]})
    told = problems({"key": "P", "transplants": transplants})
    assert any(f"more than {MOST_RECORDS} records" in detail for detail in told.values())
    told = problems({"key": "P", "follow_ups": [*many, {"key": "X"}]})
    assert told == {"/follow_ups": "201 follow_ups: at most 200 are taken"}
    wrong = {f"item{n}": 1 for n in range(10 * MOST_PROBLEMS)}
    assert len(problems({"key": "P", **wrong})) == MOST_PROBLEMS


def test_identifying_answers_are_the_sealed_ones() -> None:
    sealed = {item.name for item in DICTIONARY["identity"].items}
    assert sealed == {
        item.name for type_ in DICTIONARY.types for item in type_.items if item.identifying
    }


def test_what_a_rule_says_fits_into_its_question() -> None:
    assert max(len(rule.says) for _, rule in DICTIONARY.rules) <= 300
    assert len(DICTIONARY_VERSION) <= 16
