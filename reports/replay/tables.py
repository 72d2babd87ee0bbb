"""How is a table or figure of a study written in a script? One call, or a few, for each word."""

from __future__ import annotations

from dataclasses import replace

from reports import words
from reports.groupings import Grouping, Quantity
from reports.replay.scene import Scene
from reports.replay.texts import text_lines


def characteristics(scene: Scene, word: words.Characteristics) -> list[str]:
    say, of = scene.say, _characteristics(scene, word.of)
    return [say.call("characteristics", say.text(word.id), scene.rows(word.on), of)]


def _characteristics(scene: Scene, of: tuple[Grouping | Quantity, ...]) -> str:
    parts = (
        _quantity(scene, one) if isinstance(one, Quantity) else scene.covariate(one) for one in of
    )
    return scene.say.several(parts)


def _quantity(scene: Scene, one: Quantity) -> str:
    say = scene.say
    return say.call("quantity", say.text(one.name), say.text(one.column), say.number(one.places))


def group_comparison(scene: Scene, word: words.GroupComparison) -> list[str]:
    say = scene.say
    return [
        say.call(
            "group_comparison",
            say.text(word.id),
            scene.rows(word.on),
            scene.covariate(word.by),
            _characteristics(scene, word.of),
            quantities=say.text(word.quantities),
            quantity_test=say.text(word.quantity_test),
            one_sided=say.yes if word.paper_test == "one-sided" else None,
        )
    ]


def survival_table(scene: Scene, word: words.SurvivalTable) -> list[str]:
    say = scene.say
    return [
        say.call(
            "survival_table",
            say.text(word.id),
            scene.patients(word.on, word.end_point),
            scene.covariate(word.by),
            at_years=say.number(word.at_years),
            unit=say.text(word.unit),
            places=scene.places(word.places),
        )
    ]


def survival_at_horizons(scene: Scene, word: words.SurvivalAtHorizons) -> list[str]:
    """A call for each end point."""
    say = scene.say
    return [
        say.call(
            "survival_at_horizons",
            say.text(".".join(part for part in (word.id, point) if part)),
            scene.patients(word.on, point),
            at_years=say.numbers(word.at_years),
            by=scene.by(word.by),
        )
        for point in word.end_points
    ]


def cumulative_incidence(scene: Scene, word: words.CumulativeIncidence) -> list[str]:
    say = scene.say
    return [
        say.call(
            "cumulative_incidence",
            say.text(word.id),
            _competing(scene, word),
            at_years=say.numbers(word.at_years),
            by=scene.by(word.by),
        )
    ]


def _competing(
    scene: Scene, word: words.CumulativeIncidence | words.CumulativeIncidenceFigure
) -> str:
    """The population followed from the origin of the end point to the first of the two causes."""
    point, say = scene.study.end_point_named(word.end_point), scene.say
    cutoff = None if point.cutoff is None else say.text(point.cutoff)
    first = say.call(
        "end_point", say.text(point.origin), say.text("failure or death"), cutoff=cutoff
    )
    return say.call("follow", scene.rows(word.on), first)


def univariate_log_rank(scene: Scene, word: words.UnivariateLogRank) -> list[str]:
    say = scene.say
    return [
        say.call(
            "univariate_log_rank",
            say.text(word.id),
            scene.patients(word.on, word.end_point),
            scene.several(word.covariates),
            at_years=say.number(word.at_years),
        )
    ]


def cross_table(scene: Scene, word: words.CrossTable) -> list[str]:
    say = scene.say
    groupings = scene.covariate(word.rows), scene.covariate(word.across)
    median = _quantity(scene, word.median) if word.median else None
    start = say.text(word.id), scene.rows(word.on)
    return [say.call("cross_table", *start, *groupings, median=median)]


def side_by_side(scene: Scene, word: words.SideBySide) -> list[str]:
    """The patients of each population, then every number in each of them."""
    say = scene.say
    lines = [
        say.call(
            "put_count", say.text(f"{word.id}.{on}.n"), say.call(count_of(scene), scene.rows(on))
        )
        for on in word.columns
    ]
    for row in word.rows:
        for on in word.columns:
            lines += text_lines(scene, replace(row, on=on, key=f"{word.id}.{on}.{row.key}"))
    return lines


def count_of(scene: Scene) -> str:
    """What counts rows."""
    return "nrow" if scene.say.name == "R" else "count"


def survival_figure(scene: Scene, word: words.KaplanMeierFigure) -> list[str]:
    say = scene.say
    return [
        say.call(
            "survival_figure",
            say.text(word.id),
            scene.patients(word.on, word.end_point),
            ticks_months=say.numbers(word.ticks_months),
            by=scene.by(word.by),
        )
    ]


def log_minus_log_figure(scene: Scene, word: words.LogMinusLogFigure) -> list[str]:
    say = scene.say
    return [
        say.call(
            "log_minus_log_figure",
            say.text(word.id),
            scene.patients(word.on, word.end_point),
            ticks_months=say.numbers(word.ticks_months),
            by=scene.covariate(word.by),
        )
    ]


def incidence_figure(scene: Scene, word: words.CumulativeIncidenceFigure) -> list[str]:
    say = scene.say
    return [
        say.call(
            "incidence_figure",
            say.text(word.id),
            _competing(scene, word),
            ticks_months=say.numbers(word.ticks_months),
            cause=say.text(word.cause),
            by=scene.by(word.by),
        )
    ]
