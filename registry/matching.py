"""Are two identities one person's? Compared by keyed tokens that tell nothing without the key.

An identity becomes a set of short HMACs of its normalised parts. Equal parts of two identities have
equal tokens, so two sets can be compared, and searched, by whoever may not read either identity
(docs/adr/0010). Pure: no database, no settings; the key is passed in.
"""

from __future__ import annotations

import hmac
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

HEX = 15
"""Hexadecimal signs of a token behind the letter of its kind: 60 bits."""

BLOCKING = frozenset("ebstkfn")
"""Kinds that few share. A search asks for an equal one of these, and scores whom it finds."""

HERE, ELSEWHERE = 15, 18
"""Points from which two may be one person: in the own centre, and in the whole registry.

Points are bits, as in Fellegi and Sunter, J Am Stat Assoc 1969;64:1183-1210: how many times more
often a detail agrees in one person's two records than in two people's, as a power of two. Among
30 000 patients a pair needs 15 to be likelier one person than two; what is told across centres
needs more than that. Measured in tests/registry/test_matching.py.
"""

_LETTERS = str.maketrans(
    {
        "İ": "i", "I": "i", "ı": "i", "ß": "ss", "ẞ": "ss", "ø": "o", "Ø": "o", "ł": "l",
        "Ł": "l", "đ": "d", "Đ": "d", "ð": "d", "Ð": "d", "þ": "th", "Þ": "th", "æ": "a",
        "Æ": "a", "œ": "o", "Œ": "o", "ə": "e", "Ə": "e", "'": "", "’": "", "ʼ": "", "`": "",
    }
)  # fmt: skip
_UMLAUT = re.compile("([aou])e")  # Müller is written Mueller where a keyboard has no ü
_DATE = re.compile(r"(\d{4})(?:-(\d\d))?(?:-(\d\d))?")
SEXES = ("F", "M")


def words_of(text: str) -> tuple[str, ...]:
    """The words of a name in one spelling: small Latin letters without marks, hyphens or order.

    İ, I, ı and i are one letter, and so are ü, ue and u. Letters of other scripts stay as they are.
    """
    spelt = (_UMLAUT.sub(r"\1", word) for word in _bare_words(text))
    return tuple(sorted(word for word in spelt if word))


def _bare_words(text: str) -> list[str]:
    plain = unicodedata.normalize("NFKD", text.translate(_LETTERS)).casefold()
    bare = "".join(one for one in plain if not unicodedata.combining(one))
    return re.split(r"[\W\d_]+", bare)


def tokens_of(identity: Mapping[str, str], sex: str | None, *, key: bytes) -> frozenset[str]:
    """The tokens of an identity: a letter for the kind, then 60 bits of HMAC-SHA-256.

    identity : birth_date (ISO; the month or the year alone will do), initials, given_name,
    family_name, national_number; each may be missing. sex : F, M, or anything for not known.
    key : of this registry; other keys make other tokens. Never raises.
    """
    return frozenset(
        kind + hmac.digest(key, f"{kind}:{part}".encode(), "sha256").hex()[:HEX]
        for kind, part in _parts(identity, sex)
    )


def blocking(tokens: Iterable[str]) -> list[str]:
    """Those that few share: whoever has one of them is worth comparing."""
    return sorted(one for one in tokens if one[0] in BLOCKING)


def _parts(identity: Mapping[str, str], sex: str | None) -> Iterator[tuple[str, str]]:
    letters = _initials(identity)
    yield from _date_parts(identity.get("birth_date", ""), "".join(sorted(letters)))
    yield from (("l", f"{one}{letters[:n].count(one)}") for n, one in enumerate(letters))
    words = _name_words(identity)
    for word in words:
        framed = f"_{word}_"
        yield from (("g", framed[n : n + 2]) for n in range(len(framed) - 1))
    if len(words) > 1:
        yield "f", " ".join(words)
    if number := re.sub(r"[\W_]+", "", identity.get("national_number", "")).casefold():
        yield "n", number
    if sex in SEXES:
        yield "x", str(sex)


def _name_words(identity: Mapping[str, str]) -> tuple[str, ...]:
    return words_of(f"{identity.get('given_name', '')} {identity.get('family_name', '')}")


def _initials(identity: Mapping[str, str]) -> str:
    """As typed; otherwise the first letters of the names. At most eight."""
    if typed := "".join(_bare_words(identity.get("initials", ""))):
        return typed[:8]
    names = (identity.get(name, "") for name in ("given_name", "family_name"))
    return "".join("".join(_bare_words(name))[:1] for name in names)


def _date_parts(text: str, letters: str) -> Iterator[tuple[str, str]]:
    found = _DATE.fullmatch(text)
    if found is None:
        return
    year, month, day = found.groups()
    yield "y", year
    if letters:
        yield "k", f"{year} {letters}"
    if month:
        yield "m", f"{year}-{month}"
    if day:
        yield from _day_parts(year, month, day, letters)


def _day_parts(year: str, month: str, day: str, letters: str) -> Iterator[tuple[str, str]]:
    digits = year + month + day
    yield "e", digits
    # One wrong digit: both dates have the same text with a hole at its place. Many dates have, so
    # that a search asks for an initial too.
    for hole in (f"{digits[:n]}*{digits[n + 1 :]}" for n in range(len(digits))):
        yield "w", hole
        yield from (("b", f"{hole} {letter}") for letter in letters)
    yield "s", f"{year} {min(day, month)} {max(day, month)}"
    # Two neighbouring digits exchanged, in the year or in the day.
    yield "t", f"{year[:2]}{_sorted(year[2:])}{month}{day}"
    yield "t", f"{year}{month}~{_sorted(day)}"
    yield from (("p", part) for part in (f"{year}-{month}", f"{year}--{day}", f"{month}-{day}"))


def _sorted(text: str) -> str:
    return "".join(sorted(text))


@dataclass(frozen=True)
class Agreement:
    """How two identities agree, detail by detail: one of the words in `WORTH`, and the points."""

    birth_date: str
    names: str
    sex: str
    national_number: str

    @property
    def details(self) -> dict[str, str]:
        """The word for each detail, by name."""
        return {name: getattr(self, name) for name in WORTH}

    @property
    def points(self) -> int:
        """Bits for one person, less those for two."""
        return sum(WORTH[name][word] for name, word in self.details.items())


WORTH: dict[str, dict[str, int]] = {
    "birth_date": {
        "same": 13,  # one of some 10 000 days
        "swapped": 11,
        "exchanged": 9,
        "one digit": 8,
        "same month": 9,
        "same year": 5,
        "two parts": 4,
        "unknown": 0,
        "different": -12,
    },
    "names": {
        "same": 14,
        "similar": 8,
        "in part": 3,
        "same initials": 8,
        "one initial": 1,
        "unknown": 0,
        "other initials": -8,
        "different": -8,
    },
    "sex": {"same": 1, "unknown": 0, "different": -4},
    "national_number": {"same": 30, "unknown": 0, "different": -4},
}
"""Every word of an agreement, and its points."""

SAME_NAME, SIMILAR_NAME, PART_OF_NAME = 0.8, 0.65, 0.45
"""Shares of common pairs of letters (Dice). One wrong letter in names of n letters leaves n / (n + 2)."""


def compare(one: frozenset[str], other: frozenset[str]) -> Agreement:
    """How two sets of tokens agree. The order of the two plays no part."""
    mine, yours = _by_kind(one), _by_kind(other)
    return Agreement(
        _dates(mine, yours),
        _names(mine, yours),
        _equal(mine, yours, "x"),
        _equal(mine, yours, "n"),
    )


Kinds = dict[str, set[str]]


def _by_kind(tokens: frozenset[str]) -> Kinds:
    found: Kinds = {}
    for token in tokens:
        found.setdefault(token[0], set()).add(token)
    return found


def _equal(one: Kinds, other: Kinds, kind: str) -> str:
    if kind not in one or kind not in other:
        return "unknown"
    return "same" if one[kind] == other[kind] else "different"


def _dates(one: Kinds, other: Kinds) -> str:
    if "y" not in one or "y" not in other:
        return "unknown"
    if "e" not in one or "e" not in other:
        if "m" in one and "m" in other:
            return "same month" if one["m"] == other["m"] else "different"
        return "same year" if one["y"] == other["y"] else "different"
    if one["e"] == other["e"]:
        return "same"
    for kind, word in (
        ("s", "swapped"),
        ("t", "exchanged"),
        ("w", "one digit"),
        ("p", "two parts"),
    ):
        if one[kind] & other[kind]:
            return word
    return "different"


def _names(one: Kinds, other: Kinds) -> str:
    mine, yours = one.get("g", set()), other.get("g", set())
    if mine and yours:
        dice = 2 * len(mine & yours) / (len(mine) + len(yours))
        limits = ((SAME_NAME, "same"), (SIMILAR_NAME, "similar"), (PART_OF_NAME, "in part"))
        return next((word for limit, word in limits if dice >= limit), "different")
    mine, yours = one.get("l", set()), other.get("l", set())
    if not mine or not yours:
        return "unknown"
    common = len(mine & yours)
    if common >= 2 and common == min(len(mine), len(yours)):
        return "same initials"
    return "one initial" if common else "other initials"
