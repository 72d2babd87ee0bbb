"""Is only plain JSON read, and everything that two readers might understand differently refused?"""

from __future__ import annotations

from typing import Any

import pytest

from registry.strict_json import DEEPEST, MOST_BYTES, BadJson, parse
from tests.yardstick import in_sums

REFUSED = [
    (b"", "Not JSON"),
    (b"{", "Not JSON at line 1"),
    (b"{'a': 1}", "Not JSON"),
    (b'{"a": 1,}', "Not JSON"),
    (b"01", "Not JSON"),
    (b'"a" "b"', "Not JSON"),
    (b'{"a": 1, "a": 1}', "'a' stands twice"),
    ('{"é": 1, "e\u0301": 2}'.encode(), "stands twice"),
    (b"[NaN]", "NaN is not JSON"),
    (b"[-Infinity]", "-Infinity is not JSON"),
    (b"[1e400]", "too large"),
    (b"[-1e400]", "too large"),
    (b"[" + b"9" * 41 + b"]", "more than 40 digits"),
    (b"[" + b"9" * 5000 + b"]", "more than 40 digits"),
    (b"[0." + b"1" * 5000 + b"]", "too long"),
    (b'["\\u0000"]', "NUL"),
    (b'["\\ud800"]', "surrogate"),
    (b'{"\\udfff": 1}', "surrogate"),
    (b'["\x00"]', "Not JSON"),
    (b'["\xff"]', "not UTF-8"),
    (b'\xef\xbb\xbf{"a": 1}', "byte order mark"),
    ('{"a": 1}'.encode("utf-16"), "not UTF-8"),
    (b"[" * (DEEPEST + 1) + b"]" * (DEEPEST + 1), "Nested deeper"),
    (b"[" * 1_000_000, "Nested deeper"),
    (b'{"a":' * 100_000, "Nested deeper"),
    (b" " * (MOST_BYTES + 1), "larger than"),
]


@pytest.mark.parametrize(("body", "says"), REFUSED, ids=[says for _, says in REFUSED])
def test_refused(body: bytes, says: str) -> None:
    with pytest.raises(BadJson, match=says):
        parse(body)


READ: list[tuple[bytes, Any]] = [
    (b'{"a": [1, 2.5, -3e2, true, null, "x"]}', {"a": [1, 2.5, -300.0, True, None, "x"]}),
    (b"[" * DEEPEST + b"]" * DEEPEST, None),
    (b'"[[[[[[[[[[[[[[[[[[[[[[[[[\\"[["', '[[[[[[[[[[[[[[[[[[[[[[[[["[['),
    (b'"\\ud83d\\ude00"', "😀"),
    ('"e\u0301"'.encode(), "é"),
    (b'"\\u202e"', "\u202e"),
]


@pytest.mark.parametrize(("body", "value"), READ)
def test_read(body: bytes, value: Any) -> None:
    found = parse(body)
    assert value is None or found == value


@pytest.mark.parametrize(
    "body", [b'"' + b'\\"' * 2_000_000, b'["' + b"\\" * 4_000_001, b'"a' * 999_999]
)
def test_a_text_without_end_takes_no_longer_than_another(body: bytes) -> None:
    assert in_sums(lambda: _refused(body)) < 5


def _refused(body: bytes) -> None:
    with pytest.raises(BadJson):
        parse(body)
