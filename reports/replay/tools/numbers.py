"""How does a number become text, and where is it kept until the end?

Rounding is half up on the decimal number that Python shows for a value, as the report does it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal

from outcomes.endpoints import DAYS_PER_MONTH, DAYS_PER_YEAR

NONE = "\u2013"  # stands where a number cannot be given
NARROW_SPACE = "\u202f"
DAYS_IN = {"days": 1.0, "months": DAYS_PER_MONTH, "years": DAYS_PER_YEAR}

Number = float | int


@dataclass
class Settings:
    """The convention ("SPSS" or "R") and the style of P values, set by study.py."""

    convention: str = "SPSS"
    p_style: str = "0.001"


@dataclass
class Answers:
    """Key, value with 12 digits, and text of every number, in the order in which they were made."""

    rows: list[tuple[str, str, str]] = field(default_factory=list)


settings = Settings()
answers = Answers()


def half_up(x: Number, places: int) -> str:
    """x with so many decimals, rounded half away from zero; never "-0.0"."""
    shown = Decimal(repr(float(x)))
    rounded = shown.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)
    return format(abs(rounded) if rounded == 0 else rounded, "f")


def count_text(n: int) -> str:
    """Thousands are set apart by a narrow space from five digits on."""
    return str(n) if n < 10000 else f"{n:,}".replace(",", NARROW_SPACE)


def percent_text(part: int, whole: int) -> str:
    return f"{half_up(100 * part / whole, 1)}%"


def p_text(p: float) -> str:
    if settings.p_style == "0.001":
        return "<0.001" if p < 0.001 else half_up(p, 3)
    if p < 1e-5:
        return "<10^-5"
    return half_up(p, 3 if p >= 0.001 else 1 - Decimal(repr(p)).adjusted())


def ratio_text(ratio: float, places: int) -> str:
    if ratio >= 1000:
        return f"{ratio:.1e}"
    return half_up(ratio, max(places, 3) if 0 < ratio < 0.1 else places)


def duration_text(days: float, unit: str, places: int | None = None) -> str:
    """Days in a unit: whole or half days as they are, months with one decimal, years with two."""
    told = days / DAYS_IN[unit]
    if places is None:
        whole = 0 if told == int(told) else 1
        places = {"days": whole, "months": 1, "years": 2}[unit]
    return half_up(told, places)


def put(key: str, value: Number | None, text: str) -> None:
    """A number under the key by which the report knows it; None for one that cannot be given."""
    row = (key, "", NONE) if value is None else (key, format(float(value), ".12g"), text)
    answers.rows.append(row)


def put_none(*keys: str) -> None:
    for key in keys:
        put(key, None, NONE)


def put_text(key: str, text: str) -> None:
    answers.rows.append((key, "", text))


def put_count(key: str, n: int) -> None:
    put(key, int(n), count_text(int(n)))


def put_percent(key: str, part: int, whole: int) -> None:
    if whole == 0:
        put_none(key)
    else:
        put(key, 100 * int(part) / int(whole), percent_text(int(part), int(whole)))


def put_decimals(key: str, value: float | None, places: int) -> None:
    put(key, value, "" if value is None else half_up(value, places))


def put_p(key: str, p: float | None) -> None:
    put(key, p, "" if p is None else p_text(p))


def put_ratio(key: str, ratio: float | None, places: int) -> None:
    """A hazard ratio; one beyond a million is no answer."""
    told = ratio is not None and 1e-6 <= ratio <= 1e6
    put(key, ratio if told else None, ratio_text(ratio, places) if ratio and told else NONE)


def put_duration(key: str, days: float | None, unit: str, places: int | None = None) -> None:
    if days is None:
        put_none(key)
    else:
        put(key, days / DAYS_IN[unit], duration_text(days, unit, places))
