"""Is this JSON, and nothing but plain JSON? Refuses what other readers might understand otherwise."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterable

MOST_BYTES = 20 * 1024 * 1024
DEEPEST = 20
LONGEST_NUMBER = 40
"""Characters. No measurement has more, and numbers without end cost time without end."""


class BadJson(ValueError):
    """Not acceptable as JSON; the message says why and what to do."""


def parse(body: bytes, most_bytes: int = MOST_BYTES) -> object:
    """Read UTF-8 JSON; text comes out in Unicode normal form C.

    Raises BadJson for more than `most_bytes`, nesting deeper than DEEPEST, keys that stand twice,
    numbers longer than LONGEST_NUMBER or beyond every float, NaN and Infinity, NUL and lone
    surrogates, a byte order mark, and everything that is no JSON at all.
    """
    if len(body) > most_bytes:
        raise BadJson(f"The body is larger than {most_bytes // 2**20} MiB: send smaller batches")
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError as bad:
        raise BadJson(f"The body is not UTF-8 (byte {bad.start})") from None
    if text.startswith("\ufeff"):
        raise BadJson("The body begins with a byte order mark: leave it out")
    _refuse_depth(text)
    try:
        value = json.loads(
            text,
            object_pairs_hook=_object,
            parse_constant=_constant,
            parse_int=_integer,
            parse_float=_float,
        )
    except json.JSONDecodeError as bad:
        raise BadJson(f"Not JSON at line {bad.lineno}, column {bad.colno}: {bad.msg}") from None
    return _clean(value)


# A string without its end is taken to the end of the text, so that no character is looked at twice.
_STRINGS_OR_BRACKETS = re.compile(r'"(?:[^"\\]++|\\.)*+"?|[\[\]{}]', re.DOTALL)


def _refuse_depth(text: str) -> None:
    depth = 0
    for token in _STRINGS_OR_BRACKETS.finditer(text):
        if token.group() in "[{":
            depth += 1
            if depth > DEEPEST:
                raise BadJson(f"Nested deeper than {DEEPEST} levels at character {token.start()}")
        elif token.group() in "]}":
            depth -= 1


def _object(pairs: Iterable[tuple[str, object]]) -> dict[str, object]:
    out: dict[str, object] = {}
    for raw, value in pairs:
        name = _text(raw)
        if name in out:
            raise BadJson(f"The key {name[:64]!r} stands twice in one object")
        out[name] = value
    return out


def _constant(name: str) -> object:
    raise BadJson(f"{name} is not JSON: leave the item out or give a missing reason")


def _integer(text: str) -> int:
    if len(text) > LONGEST_NUMBER:
        raise BadJson(f"A number has more than {LONGEST_NUMBER} digits")
    return int(text)


def _float(text: str) -> float:
    number = float(text)
    if len(text) > LONGEST_NUMBER or number in (float("inf"), float("-inf")):
        raise BadJson(f"The number {text[:LONGEST_NUMBER]} is too long or too large")
    return number


def _clean(value: object) -> object:
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, list):
        return [_clean(one) for one in value]
    if isinstance(value, dict):
        # The names are clean since `_object`.
        return {name: _clean(one) for name, one in value.items()}
    return value


_NO_TEXT = re.compile("[\x00\ud800-\udfff]")


def _text(text: str) -> str:
    if _NO_TEXT.search(text):
        raise BadJson("A text holds NUL or half a surrogate pair")
    return text if text.isascii() else unicodedata.normalize("NFC", text)
