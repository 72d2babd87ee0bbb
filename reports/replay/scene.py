"""By which names does a script know the groupings, end points and populations of its study?"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from reports import criteria
from reports.catalogue import catalogue
from reports.criteria import Criterion
from reports.groupings import Bands, Category, Covariate
from reports.replay.dialects import Dialect, comment
from reports.replay.parts import covariates_of
from reports.study import EndPoint, Study


class NotRepeated(Exception):
    """A word these scripts do not repeat; the message is the reason a reader is given."""


@dataclass(frozen=True, eq=False)
class Scene:
    """A study told in one language.

    covariates : the variable of each, by its identity. end_points : that of each, by its name.
    """

    study: Study
    say: Dialect
    covariates: dict[int, str]
    end_points: dict[str, str]

    @classmethod
    def of(cls, study: Study, dialect: Dialect) -> Scene:
        taken: set[str] = set()
        points = {name: _variable("E", name or "main", taken) for name in _end_points(study)}
        covariates = {id(one): _variable("G", one.name, taken) for one in covariates_of(study)}
        return cls(study, dialect, covariates, points)

    def covariate(self, covariate: Covariate) -> str:
        return self.covariates[id(covariate)]

    def several(self, covariates: Iterable[Covariate]) -> str:
        return self.say.several(map(self.covariate, covariates))

    def by(self, grouping: Covariate | None) -> str | None:
        """The argument of a word that may have groups."""
        return None if grouping is None else self.covariate(grouping)

    def rows(self, on: str) -> str:
        """The rows of a population, "" being the last step."""
        return self.say.at("populations", on or self.study.cohort[-1].name)

    def patients(self, on: str, end_point: str = "") -> str:
        """A population followed to an end point."""
        return self.say.call("follow", self.rows(on), self.end_points[end_point])

    def model(self, name: str) -> str:
        """The final model of a table, nothing when it has none."""
        found = self.say.at("models", name)
        return found if self.say.name == "R" else self.say.call("models.get", self.say.text(name))

    def places(self, places: int | None) -> str | None:
        return None if places is None else self.say.number(places)

    def criterion(self, found: Criterion, rows: str) -> str:
        """A condition on rows. Raises NotRepeated."""
        say = self.say
        match found:
            case criteria.Is():
                return say.call("is_one_of", rows, say.text(found.column), say.texts(found.codes))
            case criteria.Between():
                limits = say.text(found.first), say.text(found.last)
                return say.call("is_between", rows, say.text(found.column), *limits)
            case criteria.Below():
                return say.call("is_below", rows, say.text(found.column), say.number(found.limit))
            case criteria.Known():
                return say.call("is_known", rows, say.text(found.column))
            case criteria.FirstAllogeneicTransplant():
                return say.call("is_allogeneic", rows, "1")
            case criteria.SecondAllogeneicTransplant():
                return say.call("is_allogeneic", rows, "2")
        raise NotRepeated(f"the condition {found.sentence!r} has no form in a script")

    def all_of(self, found: tuple[Criterion, ...], rows: str) -> str:
        return self.say.call("all_of", rows, *(self.criterion(one, rows) for one in found))


def _variable(kind: str, name: str, taken: set[str]) -> str:
    """A name for a variable of both languages, in capitals, that no other has; it is taken now.

    The letter of its kind before it keeps it apart from words of a language and from the tools.
    """
    plain = re.sub(r"[^A-Z0-9]+", "_", name.upper(), flags=re.ASCII).strip("_")
    first = f"{kind}_{plain}".rstrip("_")
    found, n = first, 2
    while found in taken:
        found, n = f"{first}_{n}", n + 1
    taken.add(found)
    return found


def _end_points(study: Study) -> dict[str, EndPoint]:
    """By the names that the words use, "" being the main one."""
    return {"": study.end_point, **study.end_points}


def covariate_lines(scene: Scene) -> list[str]:
    """The definition of every grouping and measured number."""
    lines = []
    for covariate in covariates_of(scene.study):
        lines.append(comment(f"{covariate.label} ({_levels(covariate)})"))
        lines.append(scene.say.assign(scene.covariate(covariate), _definition(scene, covariate)))
    return lines


def _levels(covariate: Covariate) -> str:
    column = catalogue[covariate.column]
    if isinstance(covariate, Category | Bands):
        told = "; ".join(f"{level} = {label}" for level, label in covariate.levels.items())
        return f"{told}; from {column.label!r}"
    return f"as measured, per {covariate.per:g} {column.unit}".rstrip()


def _definition(scene: Scene, covariate: Covariate) -> str:
    say = scene.say
    start = say.text(covariate.name), say.text(covariate.column)
    if isinstance(covariate, Category):
        joined = say.mapping(covariate.join) if covariate.join else None
        return say.call("category", *start, say.texts(covariate.levels), joined=joined)
    if isinstance(covariate, Bands):
        reference = say.text(covariate.reference) if covariate.reference else None
        starts = say.numbers(covariate.starts.values())
        levels = say.texts(covariate.starts)
        return say.call("bands", *start, levels, starts=starts, reference=reference)
    return say.call("measured", *start, per=say.number(covariate.per))


def end_point_lines(scene: Scene) -> list[str]:
    """The definition of every end point."""
    lines = []
    for name, point in _end_points(scene.study).items():
        defined = scene.say.assign(scene.end_points[name], _end_point(scene, point))
        lines += [comment(point.label), defined]
    return lines


def _end_point(scene: Scene, point: EndPoint) -> str:
    say = scene.say
    cutoff = None if point.cutoff is None else say.text(point.cutoff)
    return say.call("end_point", say.text(point.origin), say.text(point.event), cutoff=cutoff)
