"""Is an argument what the function asks for? If not, the message says what to pass."""

from __future__ import annotations

from collections.abc import Iterable
from numbers import Integral, Real
from types import UnionType

import numpy as np

REMEDIES = {
    "Survival": "pass Survival(days, event)",
    "CompetingRisks": "pass CompetingRisks.from_labels(days, labels, causes=[...])",
    "Factor": 'wrap the labels: Factor.from_labels("name", labels, levels)',
    "Numeric": 'wrap the numbers: Numeric("name", values)',
    "Curve": "pass a curve, as kaplan_meier(sample) returns it",
    "Mapping": 'pass names with their dates: {"relapse": relapse, "death": death}',
    "CoxFit": "pass a fit, as cox(sample, terms) returns it",
    "FineGrayFit": "pass a fit, as fine_gray(risks, cause, terms) returns it",
    "str": "pass the name of a cause, one of risks.causes, before the terms",
}
EVERY_COPY = "fit each completed copy: [cox(sample, terms) for terms in imputations.completed]"
INSTEAD = {  # what helps when the first is wanted and the second given
    ("CoxFit", "FineGrayFit"): (
        "a Fine-Gray fit has predicted_incidence(fit, covariates); "
        "else pass cox(risks.only(cause), terms)"
    ),
    ("CoxFit", "FirthFit"): "Firth's fit has its table only; else pass cox(sample, terms)",
    ("CoxFit", "PooledCox"): "pass the fits that were pooled, one at a time",
    ("CoxFit", "Imputations"): EVERY_COPY,
    ("FineGrayFit", "CoxFit"): "a Cox fit has predicted_curve(fit, covariates)",
}


def expect(value: object, kind: type | tuple[type, ...], name: str) -> None:
    """Raises TypeError when the value is not of the kind, and says how one is made."""
    if not isinstance(value, kind):
        kinds = [one.__name__ for one in (kind if isinstance(kind, tuple) else (kind,))]
        found = type(value).__name__
        remedies = ", or ".join(INSTEAD.get((one, found), REMEDIES[one]) for one in kinds)
        raise _wrong_kind(name, " or ".join(kinds), value, remedies)


def expect_number(value: object, name: str, remedy: str) -> None:
    """Raises TypeError for what is not one number: a list, text, a difference of dates."""
    if not isinstance(value, Real) or isinstance(value, np.timedelta64):  # which passes as Integral
        raise _wrong_kind(name, "one number", value, remedy)


def expect_share(value: object, name: str, example: str) -> None:
    """Raises TypeError for what is not one number, ValueError for one outside (0, 1)."""
    expect_number(value, name, f"pass a share, such as {example}")
    if not 0 < value < 1:  # type: ignore[operator]
        raise ValueError(f"{name}: expected a number between 0 and 1, got {value}")


def expect_flag(value: object, name: str) -> None:
    """Raises TypeError for what is neither True nor False: any text would count as True."""
    if not isinstance(value, bool | np.bool_):
        raise _wrong_kind(name, "True or False", value, "pass one of them")


def expect_names(value: object, term: type | UnionType, name: str) -> None:
    """Raises TypeError for a term in place of names, one per row: a term may lack some."""
    if isinstance(value, term):
        remedy = "pass factor.codes, if none is missing"
        raise _wrong_kind(name, "names, one per row", value, remedy)


def expect_whole(value: object, name: str, remedy: str) -> None:
    """Raises TypeError for what is not one whole number."""
    if not isinstance(value, Integral):
        raise _wrong_kind(name, "one whole number", value, remedy)


def expect_list(value: object, name: str, remedy: str) -> None:
    """Raises TypeError for one thing in place of several, and for text, a list of letters."""
    if isinstance(value, str) or not isinstance(value, Iterable):
        raise _wrong_kind(name, "a list", value, remedy)


def _wrong_kind(name: str, wanted: str, value: object, remedy: str) -> TypeError:
    return TypeError(f"{name}: expected {wanted}, got {type(value).__name__}; {remedy}")
