"""Are these terms fit for a model of these patients?"""

from __future__ import annotations

from collections.abc import Sequence
from typing import get_args

import numpy as np

from outcomes._numbers.columns import SampleError, aligned
from outcomes.terms import Factor, Interaction, Term


def checked_terms(terms: Sequence[Term], n: int) -> list[str]:
    """The names of the terms.

    Raises TypeError (not a list of terms), SampleError (a name twice, another number of rows, an
    interaction without its factors).
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
        aligned(len(term.known), n, term.name)
        if isinstance(term, Interaction) and not term.alone:
            _with_its_factors(term, terms)
    return names


def _wrong(found: object) -> str:
    kinds = "/".join(kind.__name__ for kind in get_args(Term))
    remedy = "put it in a list" if isinstance(found, Term) else "wrap it: Numeric('name', values)"
    return f"terms: expected a list of {kinds}, got {type(found).__name__}; {remedy}"


def _with_its_factors(pair: Interaction, terms: Sequence[Term]) -> None:
    present = {term.name: term for term in terms if isinstance(term, Factor)}
    for factor in (pair.a, pair.b):
        if factor.name not in present:
            raise SampleError(
                f"terms: interaction {pair.name!r} needs {factor.name!r} in the model; add it, "
                "or say Interaction(..., alone=True) where it is the stratum or the period"
            )
        if not _same(factor, present[factor.name]):
            raise SampleError(
                f"terms: interaction {pair.name!r} is made of another {factor.name!r} than the "
                "model has; make it of the same Factor"
            )


def _same(one: Factor, other: Factor) -> bool:
    return one is other or (one.levels == other.levels and np.array_equal(one.codes, other.codes))
