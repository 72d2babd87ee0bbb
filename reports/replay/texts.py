"""How is a number of the running text written in a script?"""

from __future__ import annotations

from reports import text_words
from reports.replay.scene import NotRepeated, Scene
from reports.text_words import TextWord


def text_lines(scene: Scene, word: TextWord) -> list[str]:
    """The call that puts the number. Raises NotRepeated."""
    say = scene.say
    key = say.text(word.key)
    if isinstance(word, text_words.InteractionP):
        pair = (scene.covariate(grouping) for grouping in word.of)
        return [say.call("put_interaction", key, scene.model(word.added_to), *pair)]
    return [_followed(scene, word, key) or _counted(scene, word, key)]


def _counted(scene: Scene, word: TextWord, key: str) -> str:
    """A number of the rows of a population."""
    say, rows = scene.say, scene.rows(getattr(word, "on", ""))
    match word:
        case text_words.CountOf():
            return say.call("put_count", key, say.call("sum", scene.all_of(word.where, rows)))
        case text_words.ShareOf():
            part, among = scene.all_of(word.where, rows), scene.all_of(word.among, rows)
            return say.call("put_share", key, part, among)
        case text_words.DistinctOf():
            return say.call("put_distinct", key, say.at(rows, word.column))
        case text_words.YearOf():
            return say.call("put_year", key, say.at(rows, word.column), say.text(word.which))
        case text_words.TransplantsOf():
            return say.call("put_transplants", key, rows)
        case text_words.TimeBetween():
            return say.call(
                "put_time_between",
                key,
                rows,
                start=say.text(word.start),
                end=say.text(word.end),
                chosen=scene.all_of(word.where, rows),
                statistic=say.text(word.statistic),
                unit=say.text(word.unit),
                places=scene.places(word.places),
            )
        case text_words.MedianOf():
            unit = say.text(word.unit) if word.unit else None
            values = _values(scene, word, rows)
            return say.call("put_median", key, values, unit=unit, places=scene.places(word.places))
    raise NotRepeated(f"{type(word).__name__} has no form in a script")


def _values(scene: Scene, word: text_words.MedianOf, rows: str) -> str:
    values = scene.say.at(rows, word.column)
    return f"{values}[{scene.all_of(word.where, rows)}]" if word.where else values


def _followed(scene: Scene, word: TextWord, key: str) -> str | None:
    """A number of followed patients, None for another word."""
    say, places = scene.say, scene.places(getattr(word, "places", None))
    asked: tuple[str, ...]
    match word:
        case text_words.FollowUp():
            name, asked = "put_follow_up", (say.text(word.patients), say.text(word.statistic))
        case text_words.MedianSurvival():
            name, asked = "put_median_survival", (say.text(word.statistic),)
        case text_words.SurvivalAt():
            name, asked = "put_survival_at", (say.number(word.years), say.text(word.statistic))
        case text_words.LogRankP():
            name, asked = "put_log_rank", (scene.covariate(word.by),)
        case _:
            return None
    patients = scene.patients(word.on, word.end_point)
    unit = say.text(word.unit) if hasattr(word, "unit") else None
    return say.call(name, key, patients, *asked, unit=unit, places=places)
