"""Is this JSON, and nothing but plain JSON? Refuses what other readers might understand otherwise."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterable

MOST_BYTES = 20 * 1024 * 1024
DEEPEST = 20


class BadJson(ValueError):
    """Not acceptable as JSON; the message says why and what to do."""


def parse(body: bytes) -> object:
    """Read UTF-8 JSON; text comes out in Unicode normal form C.

    Raises BadJson for more than MOST_BYTES, nesting deeper than DEEPEST, keys that stand twice,
    NaN and Infinity, NUL and lone surrogates, and everything that is no JSON at all.
    """
    if len(body) > MOST_BYTES:
        raise BadJson(f"The body is larger than {MOST_BYTES // 2**20} MiB: send smaller batches")
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError as bad:
        raise BadJson(f"The body is not UTF-8 (byte {bad.start})") from None
    _refuse_depth(text)
    try:
        value = json.loads(text, object_pairs_hook=_object, parse_constant=_constant)
    except json.JSONDecodeError as bad:
        raise BadJson(f"Not JSON at line {bad.lineno}, column {bad.colno}: {bad.msg}") from None
    except ValueError as bad:
        raise BadJson(str(bad)) from None
    return _clean(value)


_STRINGS_OR_BRACKETS = re.compile(r'"(?:[^"\\]|\\.)*"|[\[\]{}]', re.DOTALL)


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
    for name, value in pairs:
        if name in out:
            raise BadJson(f"The key {name!r} stands twice in one object")
        out[name] = value
    return out


def _constant(name: str) -> object:
    raise BadJson(f"{name} is not JSON: leave the item out or give a missing reason")


def _clean(value: object) -> object:
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, list):
        return [_clean(one) for one in value]
    if isinstance(value, dict):
        return {_text(name): _clean(one) for name, one in value.items()}
    return value


def _text(text: str) -> str:
    if "\x00" in text or any("\ud800" <= char <= "\udfff" for char in text):
        raise BadJson("A text holds NUL or half a surrogate pair")
    return unicodedata.normalize("NFC", text)
