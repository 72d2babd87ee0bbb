"""Which numbers does a cell of a pasted table hold, and which cells can be meant in two ways?

Thousands are set apart by a comma, a space or an apostrophe, decimals by a point, a raised point
or a comma. What can be meant in two ways is refused with what to write instead, never guessed.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum, auto

MOST_DIGITS, MOST_PATIENTS = 12, 1_000_000

# Quantifiers are possessive: a cell that does not fit is given up in one pass.
_NUMBER = r"((?:[0-9]++(?:[ ,.'’][0-9]++)*+|[.,][0-9]++))"
_SIZE = re.compile(r"\bn *+= *+([^)\]]*+)", re.IGNORECASE)
_SIZE_ALONE = re.compile(rf"{_NUMBER}(?![0-9%]| %)[^0-9]*+")
_PAIR = re.compile(rf"{_NUMBER} *+\( *+(SD *+)?+{_NUMBER} *+(%?+) *+\) *+(%?+)", re.IGNORECASE)
_PLUS_MINUS = re.compile(rf"{_NUMBER} *+(?:±|\+/-|\+-) *+{_NUMBER}")
_ALONE = re.compile(rf"{_NUMBER} *+(%?+)")
_RANGE_SIGN = re.compile(r"-|–|—|to|, ")
_NUMERIC = re.compile(r"[-0-9., ]++")
_P = re.compile(rf"(?:p *+)?+(<=|≤|<|=)?+ *+{_NUMBER}", re.IGNORECASE)
_MEANS = re.compile(r"\b(?:means?|averages?|sd)\b")
_NOTHING = ("", "-", "–", "—", ".", "na", "n/a", "nr")
_ALIKE = str.maketrans(
    dict.fromkeys(
        "\u00a0\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f", " "
    )
    | dict.fromkeys("·∙⋅", ".")
    | {"\u2212": "-"}
)


class Unreadable(ValueError):
    """A cell or line that cannot be read; the message says what to write."""


class Meant(Enum):
    """What a number is, which decides what a single comma or point before three digits is."""

    PATIENTS = auto()
    MEASURE = auto()
    SHARE = auto()  # a percentage or a P value, never in thousands


@dataclass(frozen=True)
class Number:
    """A number of a cell: the end of its key, its unit, and its text with a decimal point.

    certain : false for a count with a percentage that nothing but its brackets calls one.
    """

    key: str
    unit: str
    text: str
    certain: bool = True


def alike(text: str) -> str:
    """Narrow spaces, raised points and long minus signs as plain ones."""
    return text.translate(_ALIKE).strip()


def is_nothing(cell: str) -> bool:
    """Is the cell empty, or a sign for it?"""
    return cell.lower() in _NOTHING


def read_size(name: str) -> tuple[str, str] | None:
    """The label of a group and its number of patients; None where no size is named."""
    found = _SIZE.search(name)
    if found is None:
        return None
    size = _SIZE_ALONE.fullmatch(found.group(1))
    rest = name[found.end() :]
    if size is None or "." in size.group(1) or _SIZE.search(rest):
        raise Unreadable(
            f"“{name[:60]}”: the size of the group can be read in more than one way. Write it "
            "alone, as in Group (n = 1234)."
        )
    try:
        patients = count(size.group(1))
    except Unreadable as fault:
        raise Unreadable(
            f"“{name[:60]}”: the size of the group is no whole number up to {MOST_PATIENTS}. Write "
            "it as in Group (n = 1234)."
        ) from fault
    if int(patients) == 0:
        raise Unreadable(f"{name[:60]}: a group has at least one patient.")
    label = f"{name[: found.start()]}{found.group(1)[size.end(1) :]}{rest}"
    return " ".join(re.sub(r"[()\[\]]", " ", label).strip(" ,").split()), patients


def says_means(label: str, cells: Sequence[str]) -> bool:
    """Are the numbers of a line means, by its label or by one of its cells?"""
    pairs = [pair for cell in cells if (pair := _PAIR.fullmatch(cell))]
    return (
        _MEANS.search(label.lower()) is not None
        or any(_PLUS_MINUS.fullmatch(cell) for cell in cells)
        or any(pair.group(2) or _has_decimals(pair.group(1)) for pair in pairs)
    )


def read_cell(cell: str, label: str, size: int, means: bool = False) -> list[Number]:
    """The numbers of a cell under a label, in a group of `size` patients.

    means : 45 (12) is a mean with its standard deviation, as the line says elsewhere.
    """
    if is_nothing(cell) or "median" in label.lower() or _is_range(cell):
        return []  # of medians and ranges nothing follows
    if measured := _PLUS_MINUS.fullmatch(cell):
        return _measured(*measured.groups())
    if pair := _PAIR.fullmatch(cell):
        first, spread, second, *signs = pair.groups()
        if spread and any(signs):
            raise _no_count(cell)
        if spread or (means and not any(signs)):
            return _measured(first, second)
        return _counted(cell, first, second, any(signs), size)
    if alone := _ALONE.fullmatch(cell):
        if alone.group(2):
            return [Number("pct", "%", plain(alone.group(1), Meant.SHARE))]
        return _counted(cell, alone.group(1), None, False, size)
    raise _no_count(cell)


def read_p(text: str) -> tuple[str, str]:
    """The sign and the number of a P value."""
    found = _P.fullmatch(text)
    if found is None:
        raise Unreadable(
            f"“{text[:40]}” is no P value: write 0.45, <0.001, or leave it empty (also for >0.05)."
        )
    value = plain(found.group(2), Meant.SHARE)
    if float(value) > 1:
        raise Unreadable(f"A P value is at most 1, not {text[:40]}.")
    sign = found.group(1) or "="
    return {"≤": "<="}.get(sign, sign), value


def count(text: str) -> str:
    """A number of patients, without what sets thousands apart."""
    whole = plain(text, Meant.PATIENTS)
    if len(whole) > 7 or int(whole) > MOST_PATIENTS:
        raise Unreadable(f"{text[:20]} patients are more than the {MOST_PATIENTS} allowed here.")
    return whole


def plain(text: str, meant: Meant) -> str:
    """A number with a point before its decimals and nothing between its thousands."""
    parts, signs = re.split(r"[ ,.'’]", text), re.findall(r"[ ,.'’]", text)
    if sum(map(len, parts)) > MOST_DIGITS:
        raise Unreadable(
            f"“{text[:20]}…” is too long: write a number with {MOST_DIGITS} digits at most."
        )
    if not signs:
        return text
    last, before = signs[-1], signs[:-1]
    thousands = _in_threes(parts) and len(set(signs)) == 1
    if thousands and (before or last not in ",."):
        return "".join(parts)
    if thousands and meant is Meant.PATIENTS and last == ",":
        return "".join(parts)
    clear = meant is Meant.SHARE or (meant is Meant.MEASURE and last == ".")
    if thousands and not clear:
        raise _two_ways(text, "".join(parts), ".".join(parts), meant)
    decimals = last in ",." and last not in before
    grouped = not before or (len(set(before)) == 1 and _in_threes(parts[:-1]))
    if not decimals or not grouped:
        raise Unreadable(f"“{text[:40]}” can be read in more than one way: write one plain number.")
    if meant is Meant.PATIENTS:
        raise _no_count(text)
    return f"{''.join(parts[:-1])}.{parts[-1]}"


def _in_threes(parts: list[str]) -> bool:
    """Can these digits be thousands set apart?"""
    first, *rest = parts
    return first[:1] not in ("", "0") and len(first) <= 3 and all(len(part) == 3 for part in rest)


def _has_decimals(text: str) -> bool:
    """Is it certainly no whole number? 6.9 and 6,9, but neither 1,234 nor 1.234."""
    parts = re.split(r"[ ,.'’]", text)
    return len(parts) > 1 and not _in_threes(parts)


def _is_range(cell: str) -> bool:
    """A median with its range or quartiles, as 12 (3-40) or 12 [3 to 40]."""
    middle, bracket, inside = cell.replace("[", "(").replace("]", ")").partition("(")
    if not bracket or not inside.endswith(")") or not _NUMERIC.fullmatch(middle):
        return False
    parts = [part.strip() for part in _RANGE_SIGN.split(inside[:-1].lower())]
    lower, upper = (*parts, "", "")[-2:] if len(parts) < 2 else parts[-2:]
    return lower[-1:].isdecimal() and bool(_NUMERIC.fullmatch(upper))


def _measured(mean: str, spread: str) -> list[Number]:
    texts = (plain(mean, Meant.MEASURE), plain(spread, Meant.MEASURE))
    return [Number(key, "", text) for key, text in zip(("mean", "sd"), texts, strict=True)]


def _counted(cell: str, text: str, share: str | None, named: bool, size: int) -> list[Number]:
    whole = count(text)
    if int(whole) > size and not named:
        raise Unreadable(
            f"“{cell[:40]}” is more than the {size} patients of its group. Write 6.9 ± 2.8 for a "
            "mean with its standard deviation, – for what is no count, or correct the size of the "
            "group in the first line."
        )
    found = [Number("n", "patients", whole, named or share is None)]
    if share is not None:
        found.append(Number("pct", "%", plain(share, Meant.SHARE), named))
    return found


def _no_count(cell: str) -> Unreadable:
    return Unreadable(
        f"“{cell[:40]}” is no count: write 8, 8 (88) or 88%, or 6.9 ± 2.8 for a mean with its "
        "standard deviation, or – for nothing."
    )


def _two_ways(text: str, whole: str, broken: str, meant: Meant) -> Unreadable:
    other = f"{broken} ± 2.8 for a mean" if meant is Meant.PATIENTS else broken
    return Unreadable(f"“{text}” can be {whole} or {broken}: write {whole}, or {other}.")
