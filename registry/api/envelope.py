"""Is this a batch of cases? Only the envelope is judged here; the cases are, one by one, later."""

from __future__ import annotations

import difflib

from registry.actions.receive_submission import Batch
from registry.api.problems import Problem
from registry.dictionary.reading import escape
from registry.models.submission import IDEMPOTENCY_LENGTH, SOURCE_LENGTH

MOST_CASES = 2000
NAMES = ("source_system", "atomic", "cases")

Errors = list[dict[str, str]]


def read_batch(value: object) -> Batch:
    """The batch that a JSON value describes. Raises Problem 422 with a pointer to each fault."""
    if not isinstance(value, dict):
        raise _problem([_error("", "A batch is an object with source_system and cases")])
    errors = [_error(f"/{escape(name)}", _unknown(name)) for name in value if name not in NAMES]
    errors += [*_source_system(value), *_atomic(value), *_cases(value)]
    if errors:
        raise _problem(errors)
    return Batch(
        source_system=value["source_system"].strip(),
        cases=value["cases"],
        atomic=value.get("atomic", False),
    )


def read_idempotency_key(header: str | None) -> str | None:
    """The Idempotency-Key, or None. Raises Problem 400 for one that cannot be kept."""
    if header is None:
        return None
    if 0 < len(header) <= IDEMPOTENCY_LENGTH and header.isascii() and header.isprintable():
        return header
    raise Problem(
        400,
        "bad_idempotency_key",
        f"An Idempotency-Key is 1 to {IDEMPOTENCY_LENGTH} printable ASCII characters, such as a UUID.",
    )


def _source_system(batch: dict[str, object]) -> Errors:
    name = batch.get("source_system")
    fits = (
        isinstance(name, str) and name.strip() and len(name) <= SOURCE_LENGTH and name.isprintable()
    )
    says = f"Name the system that sends, in 1 to {SOURCE_LENGTH} printable characters"
    return [] if fits else [_error("/source_system", says)]


def _atomic(batch: dict[str, object]) -> Errors:
    fits = isinstance(batch.get("atomic", False), bool)
    return [] if fits else [_error("/atomic", "true (all cases or none) or false (each by itself)")]


def _cases(batch: dict[str, object]) -> Errors:
    cases = batch.get("cases")
    if not isinstance(cases, list) or not cases:
        return [_error("/cases", "A list of at least one case is needed")]
    if len(cases) > MOST_CASES:
        return [_error("/cases", f"{len(cases)} cases: send at most {MOST_CASES} at once")]
    return []


def _unknown(name: str) -> str:
    near = difflib.get_close_matches(name, NAMES, n=1)
    hint = f" Did you mean {near[0]!r}?" if near else ""
    return f"A batch has no {name!r}.{hint}"


def _error(pointer: str, detail: str) -> dict[str, str]:
    return {"pointer": pointer, "detail": detail}


def _problem(errors: Errors) -> Problem:
    return Problem(422, "bad_envelope", "This is not a batch of cases; nothing was stored.", errors)
