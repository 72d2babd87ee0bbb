"""What is a study made of? Its groupings and the columns it uses, whatever words name them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass

from reports.catalogue import catalogue
from reports.criteria import FirstAllogeneicTransplant, SecondAllogeneicTransplant
from reports.groupings import Bands, Category, Covariate, Measured
from reports.results import Period
from reports.study import EndPoint, Study
from reports.text_words import TransplantsOf

FOLLOW_UP = ("death", "death_date", "last_contact_date", "failure_date")
# What a cutoff takes back (reports.compute.population.as_of).
TAKEN_BACK = (
    *("failure", "failure_kind", "days_to_failure", "treatment"),
    *("second_transplant_date", "first_dli_date"),
)

# By which fields do words name columns? What they hold is one only if the catalogue has it.
NAMING = ("column", "start", "end")


def parts_of(thing: object) -> Iterator[object]:
    """Every word, criterion and grouping inside, each as often as it is named."""
    if isinstance(thing, Mapping):
        thing = tuple(thing.values())
    if isinstance(thing, tuple | list):
        for part in thing:
            yield from parts_of(part)
    elif is_dataclass(thing) and not isinstance(thing, type):
        yield thing
        for field in fields(thing):
            yield from parts_of(getattr(thing, field.name))


def _shown(study: Study) -> tuple[object, ...]:
    return (study.cohort, study.subgroups, study.tables, study.figures, study.texts)


def covariates_of(study: Study) -> list[Covariate]:
    """Every grouping and measured number, once, in the order in which they are named."""
    found: dict[int, Covariate] = {}
    for part in parts_of(_shown(study)):
        if isinstance(part, Category | Bands | Measured):
            found.setdefault(id(part), part)
    return list(found.values())


def columns_used(study: Study, period: Period | None) -> tuple[str, ...]:
    """The columns a study needs on a part of the data, in the order of the catalogue."""
    used = {"patient", *FOLLOW_UP}
    if period is not None:
        used.add("transplant_date")
    if study.end_point.cutoff is not None:
        used |= set(TAKEN_BACK)
    for part in parts_of((_shown(study), study.end_point, study.end_points)):
        if isinstance(part, EndPoint):
            used.add(part.origin)
        if isinstance(part, FirstAllogeneicTransplant | SecondAllogeneicTransplant):
            used |= {"transplant_type", "allo_number"}
        if isinstance(part, TransplantsOf):
            used.add("second_transplant_date")
        used |= {named for name in NAMING if isinstance(named := getattr(part, name, None), str)}
    return tuple(name for name in catalogue if name in used)
