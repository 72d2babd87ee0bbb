"""What does each term add to a model, when many models with some of the terms are compared?"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np

from outcomes._numbers.linear import inverse
from outcomes._regression.analysed import Inputs
from outcomes._regression.columns import Columns, reasons_of
from outcomes._regression.model import Model, Prepared, entry_test, fit_model, prepare
from outcomes.cox import CoxFit
from outcomes.results import Test, chi_square_result

Names = tuple[str, ...]


@dataclass(frozen=True, eq=False)
class Submodels:
    """Models with some of the terms on the same rows: sorted once, each fitted at most once."""

    inputs: Inputs
    prepared: Prepared
    dropped: int = 0
    level: float = 0.95
    models: dict[Names, Model] = field(default_factory=dict)

    @classmethod
    def of(cls, inputs: Inputs, dropped: int = 0, level: float = 0.95) -> Submodels:
        """dropped : rows left out as incomplete, and level : of the limits, for the fits."""
        ties, codes, offset = inputs.ties, inputs.codes, inputs.offset
        prepared = prepare(inputs.sample, inputs.terms, ties, codes, offset)
        return cls(inputs, prepared, dropped, level)

    @property
    def names(self) -> Names:
        return self.prepared.terms

    @property
    def columns(self) -> Columns:
        """All columns before any fit: their reasons are those of the data."""
        own = self.prepared
        reasons = reasons_of(
            own.labels, own.kept, empty=own.empty, events=own.likelihood is not None
        )
        return Columns(own.labels, reasons, own.kept, own.scale)

    def model(self, inside: Names) -> Model:
        """The fit of some terms, in the order given."""
        if inside not in self.models:
            self.models[inside] = fit_model(self.prepared.only(inside))
        return self.models[inside]

    def fit(self, inside: Names) -> CoxFit:
        """The same as cox would answer."""
        terms = {term.name: term for term in self.inputs.terms}
        inputs = replace(self.inputs, terms=tuple(terms[name] for name in inside))
        return CoxFit._of(inputs, self.model(inside), self.dropped, level=self.level)

    def likelihood_ratio(self, inside: Names, name: str) -> Test:
        """Twice what the log-likelihood loses when the term is left out."""
        larger = self.model(inside)
        smaller = self.model(tuple(other for other in inside if other != name))
        df = len(larger.prepared.kept) - len(smaller.prepared.kept)
        return chi_square_result(2 * (larger.log_likelihood - smaller.log_likelihood), df)

    def conditional(self, inside: Names, name: str) -> Test:
        """The same, the other coefficients not fitted anew but shifted by the covariance.

        Nothing to test when a coefficient is infinite or none of the term can be estimated.
        Source: Lawless and Singhal, Biometrics 1978;34:318-327; SPSS calls it conditional.
        """
        model = self.model(inside)
        kept, likelihood = model.prepared.kept, model.prepared.likelihood
        mine = [place for place in model.columns.places.get(name, ()) if place in kept]
        if not mine or not model.finite or likelihood is None:
            return Test(None, 0, None)
        own = model.covariance[np.ix_(mine, mine)]
        shift = model.covariance[np.ix_(kept, mine)] @ inverse(own) @ model.beta[mine]
        beta = model.beta[kept] - shift
        beta[[kept.index(place) for place in mine]] = 0.0
        without = likelihood.take(kept).far(beta)
        return chi_square_result(2 * (model.log_likelihood - without), len(mine))

    def score(self, inside: Names, name: str) -> Test:
        """Score test for adding a term to the fitted inner terms."""
        return entry_test(self.prepared, inside, name)
