"""How is a Cox model of a study written in a script?"""

from __future__ import annotations

from reports import model_words as words
from reports.groupings import Covariate
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
    backward = word.selection == "backward"
    made = say.call(
        "multivariable_cox",
        say.text(word.id),
        patients,
        "candidates",
        selection=say.text(word.selection),
        places=say.number(word.ratio_places),
        remove_above=say.number(word.remove_above) if backward else None,
        enter_below=say.number(word.enter_below) if backward else None,
        criterion=say.text(word.criterion) if backward else None,
    )
    return [*lines, say.assign(say.at("models", word.id), made)]


def imputed_cox(scene: Scene, word: words.ImputedCox) -> list[str]:
    """Only Python: R has no generator that draws the same values."""
    say, table = scene.say, _model(scene, word.of)
    covariates = _candidates(scene, table)
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


def _model(scene: Scene, name: str) -> words.MultivariableCox:
    tables = scene.study.tables
    return next(w for w in tables if isinstance(w, words.MultivariableCox) and w.id == name)


def _candidates(scene: Scene, word: words.MultivariableCox) -> tuple[Covariate, ...]:
    """All that were screened for a model or offered to it."""
    tables = scene.study.tables
    screened = [
        covariate
        for table in tables
        if isinstance(table, words.UnivariateCox) and table.id == word.screened_by
        for covariate in table.covariates
    ]
    every = (*screened, *word.screened, *word.offered)
    return tuple({covariate.name: covariate for covariate in every}.values())


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
    say = scene.say
    return [
        say.call(
            "time_dependent_cox",
            say.text(word.id),
            scene.patients(word.on, word.end_point),
            say.text(scene.study.end_point_named(word.end_point).origin),
            switches=say.several(_switch(scene, one) for one in word.switches),
            covariates=scene.several(word.covariates),
            places=say.number(word.ratio_places),
            interacts=scene.by(word.interacts),
            beside=scene.model(word.beside) if word.beside else None,
            compared=scene.by(word.compared),
            against=say.text(word.against) if word.against else None,
        )
    ]


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
