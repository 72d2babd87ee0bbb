"""Are these terms fit for a model of these patients?"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, get_args

import numpy as np
from numpy.typing import ArrayLike, NDArray

from outcomes._numbers.arguments import EVERY_COPY, expect_names
from outcomes._numbers.columns import Places, SampleError, aligned, ids
from outcomes.terms import Factor, Interaction, Numeric, Term


def checked_terms(terms: Sequence[Term], n: int) -> list[str]:
    """The names of the terms.

    Raises TypeError (not a list of terms), SampleError (a name twice, another number of rows, an
    interaction without its parts).
    """
    if isinstance(terms, Term) or not isinstance(terms, Sequence):
        raise TypeError(_wrong(terms))
    for term in terms:
        if not isinstance(term, Term):
            raise TypeError(_wrong(term))
    names = [term.name for term in terms]
    if len(set(names)) != len(names):
        raise SampleError(f"terms: a name occurs twice in {names}; name every term differently")
    for term in terms:
        aligned(term.n, n, term.name)
        if isinstance(term, Interaction) and not term.alone:
            _with_its_parts(term, terms)
    return names


def _wrong(found: object) -> str:
    kinds = "/".join(kind.__name__ for kind in get_args(Term))
    kind = type(found).__name__
    remedy = "put it in a list" if isinstance(found, Term) else "wrap it: Numeric('name', values)"
    remedy = EVERY_COPY if kind == "Imputations" else remedy
    return f"terms: expected a list of {kinds}, got {kind}; {remedy}"


def names_of_rows(values: ArrayLike, n: int, name: str) -> tuple[NDArray[Any], Places]:
    """As ids, of names that are no term: a term may lack some.

    Raises TypeError (a term), SampleError as ids.
    """
    expect_names(values, Term, name)
    return ids(values, n, name)


def _with_its_parts(pair: Interaction, terms: Sequence[Term]) -> None:
    for part in (pair.a, pair.b):
        present = {term.name: term for term in terms if isinstance(term, type(part))}
        if part.name not in present:
            raise SampleError(
                f"terms: interaction {pair.name!r} needs {part.name!r} in the model; add it, "
                "or say Interaction(..., alone=True) where it is the stratum or the period"
            )
        if not same_term(part, present[part.name]):
            raise SampleError(
                f"terms: interaction {pair.name!r} is made of another {part.name!r} than the "
                f"model has; make it of the same {type(part).__name__}"
            )


def same_term(one: Term, other: Term) -> bool:
    """Whether two terms say the same of every row."""
    if one is other:
        return True
    if isinstance(one, Interaction) and isinstance(other, Interaction):
        return same_term(one.a, other.a) and same_term(one.b, other.b)
    if isinstance(one, Factor) and isinstance(other, Factor):
        return one.levels == other.levels and np.array_equal(one.codes, other.codes)
    if isinstance(one, Numeric) and isinstance(other, Numeric):
        return np.array_equal(one.values, other.values, equal_nan=True)
    return False


def parts_of(terms: Sequence[Term]) -> dict[str, tuple[str, str]]:
    """The parts that each interaction needs in the model, by its name."""
    return {
        term.name: (term.a.name, term.b.name)
        for term in terms
        if isinstance(term, Interaction) and not term.alone
    }
