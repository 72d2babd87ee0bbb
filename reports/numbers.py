"""How does a number become text? The only place where that happens.

Rounding is half up from the exact decimal value that Python prints for the number: 0.0425 becomes
0.043 and 2.5 % becomes 3 %, never the bankers' or the binary neighbour. Nothing is forced to add
up to 100.
"""

from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal
from fractions import Fraction
from math import log
from typing import Literal

from outcomes.endpoints import DAYS_PER_MONTH, DAYS_PER_YEAR

Number = float | int
PStyle = Literal["0.001", "10^-5"]
Unit = Literal["days", "months", "years"]

DAYS_IN: dict[Unit, float] = {"days": 1, "months": DAYS_PER_MONTH, "years": DAYS_PER_YEAR}

NARROW_SPACE = "\u202f"
NO_VALUE = "–"


def exact(value: Number | Fraction) -> Decimal:
    """The decimal number Python shows for `value`; a fraction to 40 digits."""
    if isinstance(value, Fraction):
        return Decimal(value.numerator * 10**40 // value.denominator).scaleb(-40)
    return Decimal(int(value)) if isinstance(value, int) else Decimal(repr(float(value)))


def rounded(value: Number | Fraction, places: int) -> Decimal:
    """`value` rounded half up (away from zero) to `places` decimals."""
    return exact(value).quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)


def truncated(value: Number | Fraction, places: int) -> Decimal:
    """`value` cut after `places` decimals, as some papers print percentages."""
    return exact(value).quantize(Decimal(1).scaleb(-places), rounding=ROUND_DOWN)


def decimals(value: Number | Fraction, places: int) -> str:
    """`value` with `places` decimals; never "-0.0"."""
    number = rounded(value, places)
    return format(abs(number) if number == 0 else number, "f")


def count(n: int) -> str:
    """A count; thousands are set apart from five digits on, as in 1307 and 12 345."""
    digits = str(abs(int(n)))
    if len(digits) > 4:
        digits = f"{int(digits):,}".replace(",", NARROW_SPACE)
    return f"-{digits}" if n < 0 else digits


def share(part: int, whole: int) -> Fraction:
    """The exact percentage `part` is of `whole` (whole > 0)."""
    return Fraction(100 * int(part), int(whole))


def percent(value: Number | Fraction, places: int = 1) -> str:
    """A percentage given as 0-100: "60.4%"."""
    return f"{decimals(value, places)}%"


def count_and_percent(part: int, whole: int, places: int = 1) -> str:
    """ "174 (60.4%)"; without patients the count stands alone."""
    if whole == 0:
        return count(part)
    return f"{count(part)} ({percent(share(part, whole), places)})"


def p_value(p: Number, style: PStyle = "0.001") -> str:
    """A P value with three decimals.

    "0.001" prints "<0.001" below 0.001. "10^-5" is the style of papers that print "<10^-5": values
    from there up to 0.001 get two significant digits ("0.000081").
    """
    if style == "0.001":
        return "<0.001" if p < 0.001 else decimals(p, 3)
    if p < 1e-5:
        return "<10^-5"
    return decimals(p, 3 if p >= 0.001 else 1 - exact(p).adjusted())


def with_sign(p_text: str) -> str:
    """ "= 0.006" or "< 0.001", to stand after the letter P."""
    return f"< {p_text[1:]}" if p_text.startswith("<") else f"= {p_text}"


def hazard_ratio(value: Number, places: int = 2) -> str:
    """Two decimals unless asked for more; at least three below 0.1; scientific from 1000 on."""
    if value >= 1000:
        return f"{value:.1e}"
    return decimals(value, max(places, 3) if 0 < value < 0.1 else places)


def interval(lower: Number, upper: Number, places: int = 2) -> str:
    """Confidence limits: "0.43–0.85"; "to" keeps a negative limit readable."""
    joint = " to " if lower < 0 else "–"
    return f"{decimals(lower, places)}{joint}{decimals(upper, places)}"


def days(value: Number) -> str:
    """Whole days as they are, a half day (median of an even number) with its half."""
    return decimals(value, 0 if value == int(value) else 1)


def duration(value_in_days: Number, unit: Unit, places: int | None = None) -> str:
    """Days told in a unit: months (365.25/12 days) with one decimal, years with two.

    places : other decimals than these; days are whole or half without it.
    """
    if places is None:
        if unit == "days":
            return days(value_in_days)
        places = 1 if unit == "months" else 2
    return decimals(value_in_days / DAYS_IN[unit], places)


def horizon(years: Number) -> str:
    """ "1 year", "2 years", "0.5 years"."""
    return f"{years:g} year{'' if years == 1 else 's'}"


def statistic(value: Number, df: int) -> str:
    """A chi-square statistic: "13.80 (2 df)"."""
    return f"{decimals(value, 2)} ({df} df)"


def log_minus_log(survival: float) -> float | None:
    """log(−log S) of a survival S, 0-1; None where S is 1 or 0, as it runs out of every frame."""
    return log(-log(survival)) if 0 < survival < 1 else None


def in_sentence(label: str) -> str:
    """A label within a sentence: small first letter, unless the first word is an abbreviation
    such as ECOG or GvHD, or a letter of its own such as T-cell."""
    rest = label.partition(" ")[0][1:]
    plain = (rest.islower() or not rest) and not rest.startswith("-")
    return label[:1].lower() + label[1:] if plain else label


def tolerance(width: float | None) -> str:
    """ "±0.35"; "" where none was stated."""
    return "" if width is None else f"±{width:g}"


def places_of(printed: str) -> int:
    """Decimals of a printed number: 2 for "0.43", 0 for "108"."""
    return len(printed.partition(".")[2])
