"""What can a case hold? Cases made up at random from the dictionary alone: every type, every item.

They make no medical sense, and break many rules. The same number always gives the same case.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from random import Random
from typing import Any

from registry.dictionary.language import Item, Kind, RecordType
from registry.dictionary.values import Missing
from registry.models import DICTIONARY

TODAY = date(2026, 1, 1)
FIRST_DAY = date(1950, 1, 1)
LETTERS = "aZ9 -'éßğİ漢ש‌\n\"\\<&;%"


def made_up_case(number: int, *, complete: bool = False) -> dict[str, Any]:
    """A case; `complete` answers every item of every type at least once."""
    return _record(DICTIONARY["patient"], f"P{number}", Random(number), complete)


def _record(type_: RecordType, key: str, dice: Random, complete: bool) -> dict[str, Any]:
    asked = [item for item in type_.items if complete or dice.random() < 0.6]
    record: dict[str, Any] = {item.name: _answer(item, dice) for item in asked}
    if "as_of" in type_.by_name:
        # Without it a "no" cannot be stored (rule 76).
        record["as_of"] = "2020-01-31"
    if not type_.single:
        record["key"] = key
    for child in DICTIONARY.children(type_.name):
        if child.single:
            if complete or dice.random() < 0.5:
                record[child.name] = _record(child, "", dice, complete)
        elif count := max(dice.choice((0, 1, 1, 2)), complete):
            record[child.plural] = [
                _record(child, f"{child.name[:3]}{n}", dice, complete) for n in range(count)
            ]
    if dice.random() < 0.1:
        record["keep"] = {"22": "seen in the file"}
    return record


def _answer(item: Item, dice: Random) -> Any:
    if dice.random() < 0.15:
        return {"missing": dice.choice(list(Missing)).value}
    return _VALUES[item.kind](item, dice)


def _code(item: Item, dice: Random) -> str:
    return dice.choice(item.code_values)


def _codes(item: Item, dice: Random) -> list[str]:
    return dice.sample(item.code_values, dice.randint(1, min(3, len(item.code_values))))


def _date(item: Item, dice: Random) -> str:
    day = (FIRST_DAY + timedelta(days=dice.randrange(27_000))).isoformat()
    return day[: dice.choice((10, 10, 7, 4))] if item.partial else day


def _number(item: Item, dice: Random) -> Any:
    assert item.low is not None and item.high is not None
    step = Decimal(1).scaleb(-item.places)
    number = item.low + step * dice.randint(0, int((item.high - item.low) / step))
    if item.units and dice.random() < 0.5:
        unit = dice.choice(item.units)
        inside = min(max(number, item.low + 1), item.high - 1)
        return {"value": float(round(inside / unit.factor, 4)), "unit": unit.name}
    return int(number) if item.kind is Kind.INTEGER else float(number)


def _text(item: Item, dice: Random) -> str:
    return "x" + "".join(dice.choices(LETTERS, k=dice.randint(0, item.length - 2))) + "y"


_VALUES = {
    Kind.CODE: _code,
    Kind.CODES: _codes,
    Kind.DATE: _date,
    Kind.NUMBER: _number,
    Kind.INTEGER: _number,
    Kind.TEXT: _text,
}

JUNK: tuple[Any, ...] = (
    None, "", "  ", "x", "x" * 10_000, "\u202eevil", "a\x85b", True, False, 0, -1, 7.5, 1e300,
    -1e300, 5e-324, 10**39, "1e999999", "-1e-999999", "NaN", "Infinity", "1" * 5000, "٣", "1_0",
    "0.1234567890123456789012345", "9999-12-31", "0000-01-01", "2100-12", "2012-02-30", [], ["x"],
    [[]], [{}], [None], {}, {"missing": None}, {"missing": "?"}, {"missing": "UNK", "x": 1},
    {"value": [], "unit": {}}, {"value": 1e300, "unit": "g/L"}, {"value": "1e999", "unit": "g/L"},
    {"value": 1, "unit": 7}, {"key": 1}, {"key": "x" * 65}, {"key": "\u202e"}, {"keep": 1},
    {"keep": {"9" * 5000: "x", "²": "x", "1": 7, "2": " ", "3": "x" * 1001}},
)  # fmt: skip
"""What a sender may put in the place of an answer or a record."""


def spoiled(case: dict[str, Any], junk: Any) -> Iterator[dict[str, Any]]:
    """The case with junk in each place in turn: every item, key, record and list."""
    for name, value in case.items():
        yield {**case, name: junk}
        if isinstance(value, dict) and name != "keep":
            yield from ({**case, name: one} for one in spoiled(value, junk))
        if isinstance(value, list) and value and isinstance(value[0], dict):
            yield from ({**case, name: [one, *value[1:]]} for one in spoiled(value[0], junk))
