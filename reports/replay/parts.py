"""What is a study made of? Its groupings, and the columns it uses, whatever words name them."""

from __future__ import annotations

from reports.catalogue import catalogue
from reports.compute.method.cautions import AGE_IS_VAGUE
from reports.compute.population import FOLLOWED_BY, TAKEN_BACK
from reports.criteria import Is
from reports.groupings import Bands, Category, Covariate, Measured
from reports.named import columns_named, parts_of
from reports.study import Study

PATIENT = "patient"  # the pseudonym of the registry


def _words(study: Study) -> tuple[object, ...]:
    """All that selects, tells apart or shows patients."""
    steps = tuple(step.criteria for step in study.cohort)
    return (steps, study.subgroups, study.tables, study.figures, study.texts)


def covariates_of(study: Study) -> list[Covariate]:
    """Every grouping and measured number, once, in the order in which they are named."""
    found: dict[int, Covariate] = {}
    for part in parts_of(_words(study)):
        if isinstance(part, Category | Bands | Measured):
            found.setdefault(id(part), part)
    return list(found.values())


def columns_used(study: Study) -> tuple[str, ...]:
    """The columns a study needs, in the order of the catalogue."""
    points = (study.end_point, *study.end_points.values())
    used = columns_named(_words(study)) | {point.origin for point in points} | set(FOLLOWED_BY)
    used |= {AGE_IS_VAGUE}  # a report says of how many, whatever it is of
    if study.end_point.cutoff is not None:
        used |= set(TAKEN_BACK)
    return tuple(name for name in catalogue if name in used)


def names_patients(study: Study) -> bool:
    """Whether a word holds a pseudonym, which means nobody where patients are numbered anew."""
    parts = parts_of(_words(study))
    return any(isinstance(part, Is | Category) and part.column == PATIENT for part in parts)
