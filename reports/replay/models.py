"""How is a Cox model of a study written in a script?"""

from __future__ import annotations

from reports import model_words as words
from reports.compute.cox import candidates_named, model_named
from reports.replay.scene import Scene


def univariate_cox(scene: Scene, word: words.UnivariateCox) -> list[str]:
    """The single models are kept by the id of the table: a screen may ask for them."""
    say = scene.say
    made = say.call(
        "univariate_cox",
        say.text(word.id),
        scene.patients(word.on, word.end_point),
        scene.several(word.covariates),
        places=say.number(word.ratio_places),
    )
    return [say.assign(say.at("single", word.id), made)]


def multivariable_cox(scene: Scene, word: words.MultivariableCox) -> list[str]:
    """The candidates, then the model, kept by the id of the table: an interaction may be added."""
    say = scene.say
    patients = scene.patients(word.on, word.end_point)
    lines: list[str] = []
    passed: list[str] = []
    threshold = say.number(word.screen)
    if word.screened_by:
        passed.append(say.call("passed", say.at("single", word.screened_by), threshold))
    if word.screened:
        own = say.call("single_models", patients, scene.several(word.screened))
        lines.append(say.assign(say.at("single", word.id), own))
        passed.append(say.call("passed", say.at("single", word.id), threshold))
    candidates = scene.several(word.offered)
    for one in reversed(passed):
        candidates = say.joined(one, candidates)
    lines.append(say.assign("candidates", candidates))
    model = _selected(scene, word, patients)
    places = say.number(word.ratio_places)
    made = say.call("multivariable_cox", say.text(word.id), model, places=places)
    return [*lines, say.assign(say.at("models", word.id), made)]


def _selected(scene: Scene, word: words.MultivariableCox, patients: str) -> str:
    """The model of all candidates, or of those that backward selection keeps."""
    say = scene.say
    if word.selection == "none":
        return say.call("model_of_all", patients, "candidates")
    return say.call(
        "model_by_selection",
        patients,
        "candidates",
        remove_above=say.number(word.remove_above),
        enter_below=say.number(word.enter_below),
        criterion=say.text(word.criterion),
    )


def imputed_cox(scene: Scene, word: words.ImputedCox) -> list[str]:
    """Only Python: R has no generator that draws the same values."""
    say, table = scene.say, model_named(scene.study, word.of)
    covariates = candidates_named(scene.study, table)
    return [
        say.call(
            "imputed_cox",
            say.text(word.id),
            scene.model(word.of),
            scene.patients(word.on, table.end_point),
            covariates=scene.several(covariates),
            imputed=scene.covariate(word.imputed),
            predictors=scene.several(word.predictors or covariates),
            times=say.number(word.times),
            seed=say.number(word.seed),
            places=say.number(word.ratio_places),
        )
    ]


def interaction_tests(scene: Scene, word: words.InteractionTests) -> list[str]:
    say = scene.say
    pairs = say.several(map(scene.several, word.pairs)) if word.pairs else None
    model = scene.model(word.added_to)
    return [say.call("interaction_tests", say.text(word.id), model, pairs=pairs)]


def proportional_hazards(scene: Scene, word: words.ProportionalHazards) -> list[str]:
    say = scene.say
    return [say.call("proportional_hazards", say.text(word.id), scene.model(word.of))]


def _switch(scene: Scene, switch: words.Switch) -> str:
    say = scene.say
    start = say.text(switch.name), say.text(switch.column)
    return say.call("switched", *start, status=scene.by(switch.status))


def time_dependent_cox(scene: Scene, word: words.TimeDependentCox) -> list[str]:
    """The model, its interactions, and the biased comparison that it replaces."""
    say, id, places = scene.say, scene.say.text(word.id), scene.say.number(word.ratio_places)
    model = say.call(
        "model_in_time",
        scene.patients(word.on, word.end_point),
        say.text(scene.study.end_point_named(word.end_point).origin),
        switches=say.several(_switch(scene, one) for one in word.switches),
        covariates=scene.several(word.covariates),
    )
    lines = [
        say.assign("in_time", model),
        say.call("time_dependent_cox", id, "in_time", places=places),
    ]
    if word.interacts is not None:
        lines.append(
            say.call("switch_interactions", id, "in_time", scene.covariate(word.interacts))
        )
    if word.compared is None:
        return [*lines, say.call("as_if_known", id, "in_time", places=places)]
    compared = scene.model(word.beside), scene.covariate(word.compared)
    against = say.text(word.against)
    return [*lines, say.call("as_published", id, *compared, against=against, places=places)]


def landmark(scene: Scene, word: words.Landmark) -> list[str]:
    say = scene.say
    return [
        say.call(
            "landmark",
            say.text(word.id),
            scene.patients(word.on, word.end_point),
            say.text(scene.study.end_point_named(word.end_point).origin),
            _switch(scene, word.switch),
            at_days=say.number(word.at_days),
            at_years=say.numbers(word.at_years),
        )
    ]
