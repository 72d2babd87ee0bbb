"""Which script repeats a study? The same blocks, one for each word, in R and in Python."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from reports import model_words, words
from reports.catalogue import catalogue
from reports.compute.part import period_in_words
from reports.replay import models, tables
from reports.replay.dialects import PYTHON, Dialect, R, comment, heading
from reports.replay.parts import columns_used
from reports.replay.scene import NotRepeated, Scene, covariate_lines, end_point_lines
from reports.replay.texts import text_lines
from reports.results import Period, Provenance
from reports.study import Step, Study

TOOLS = Path(__file__).parent / "tools"

Block = Callable[[Scene, Any], list[str]]
BLOCKS: Mapping[type, Block] = {
    words.Characteristics: tables.characteristics,
    words.SurvivalTable: tables.survival_table,
    words.SurvivalAtHorizons: tables.survival_at_horizons,
    words.CumulativeIncidence: tables.cumulative_incidence,
    words.UnivariateLogRank: tables.univariate_log_rank,
    words.GroupComparison: tables.group_comparison,
    model_words.UnivariateCox: models.univariate_cox,
    model_words.MultivariableCox: models.multivariable_cox,
    model_words.ImputedCox: models.imputed_cox,
    model_words.InteractionTests: models.interaction_tests,
    model_words.ProportionalHazards: models.proportional_hazards,
    model_words.TimeDependentCox: models.time_dependent_cox,
    model_words.Landmark: models.landmark,
    words.CrossTable: tables.cross_table,
    words.SideBySide: tables.side_by_side,
    words.KaplanMeierFigure: tables.survival_figure,
    words.CumulativeIncidenceFigure: tables.incidence_figure,
    words.LogMinusLogFigure: tables.log_minus_log_figure,
}
# Words that a language leaves out on purpose, with the reason that a reader is given.
LEFT_OUT: Mapping[tuple[str, type], str] = {
    ("R", model_words.ImputedCox): "missing values are filled in at random, by a generator that R "
    "does not have; study.py draws the same values from the same seed",
}

SYNTHETIC = "SYNTHETIC DATA: no row is a real person."
PATIENTS = (
    "The rows of data.csv are data of single patients, without pseudonyms but not anonymous: keep "
    "them safe, do not pass them on."
)


@dataclass(frozen=True)
class Script:
    """The text of a script; omitted : id or key of each word it does not repeat, and why."""

    text: str
    omitted: Mapping[str, str]


def script(study: Study, dialect: Dialect, provenance: Provenance, synthetic: bool) -> Script:
    """The script of a study. It holds no value of any patient.

    Raises NotRepeated when the cohort itself has no form in a script.
    """
    scene = Scene.of(study, dialect)
    omitted: dict[str, str] = {}
    body = [
        *_data(scene, provenance.period),
        heading("How patients are told apart; the first level is the reference"),
        *covariate_lines(scene),
        heading("End points: from, to"),
        *end_point_lines(scene),
        heading("Who is in"),
        *_cohort(scene),
        *_shown(scene, omitted),
        heading("Compare with the report"),
        dialect.call("finish", omitted=dialect.texts(omitted) if omitted else None),
    ]
    text = "\n".join([*_opening(study, dialect, provenance, synthetic), *_preparing(scene, body)])
    return Script(f"{text}\n", omitted)


def r_script(study: Study, provenance: Provenance, synthetic: bool) -> Script:
    """study.R"""
    return script(study, R, provenance, synthetic)


def python_script(study: Study, provenance: Provenance, synthetic: bool) -> Script:
    """study.py"""
    return script(study, PYTHON, provenance, synthetic)


def _opening(study: Study, dialect: Dialect, provenance: Provenance, synthetic: bool) -> list[str]:
    """What this is, on which data, how it is run."""
    run, needs = {
        "R": ("Rscript study.R", "R with the packages survival and cmprsk"),
        "Python": ("python study.py", "Python 3.11 or later with the package outcomes of Engraft"),
    }[dialect.name]
    source = f"{study.citation} {study.doi and 'doi ' + study.doi}"
    made = (
        f"Study file {provenance.study} version {provenance.study_version}; data cut of "
        f"{provenance.cut_date} with {provenance.rows} rows; conventions of {study.convention}."
    )
    told = (study.title, source, made, f"SHA-256 of the data cut: {provenance.cut_sha256}")
    warning = SYNTHETIC if synthetic else PATIENTS
    use = f"Run in this folder: {run} (needs {needs}). It computes every number anew from data.csv,"
    rest = "and compares with expected.csv. Each tool used here is a short function of the folder tools."
    return [*map(comment, told), comment(warning), comment(use), comment(rest), ""]


def _preparing(scene: Scene, body: list[str]) -> list[str]:
    say, study = scene.say, scene.study
    if say.name == "R":
        starts = [
            'for (package in c("survival", "cmprsk")) {',
            '  if (!requireNamespace(package, quietly = TRUE)) stop("Please install ", package)',
            "  suppressPackageStartupMessages(library(package, character.only = TRUE))",
            "}",
            'for (tool in list.files("tools", "[.]R$", full.names = TRUE)) source(tool)',
            "",
        ]
        holders = ["populations <- list()", "single <- list()", "models <- list()"]
        setting = "settings${0} <- {1}"
    else:
        used = "\n".join(body)
        starts = [
            "# It needs the package outcomes: PYTHONPATH=/path/to/engraft python study.py",
            *_imports(used),
            "",
        ]
        holders = ["populations = {}", "single = {}", "models = {}"]
        setting = "settings.{0} = {1}"
    style = (("convention", study.convention), ("p_style", study.p_style))
    settings = [setting.format(name, say.text(value)) for name, value in style]
    return [*starts, *settings, *holders, *body]


def _imports(body: str) -> list[str]:
    """The names of the tools that a body uses, from their modules."""
    lines = []
    for module in sorted(TOOLS.glob("*.py")):
        names = re.findall(
            r"^(?:def )?([a-z]\w*)(?:\(| = )", module.read_text("utf-8"), re.MULTILINE
        )
        used = [name for name in names if name == "settings" or re.search(rf"\b{name}\(", body)]
        if used:
            lines.append(f"from tools.{module.stem} import {', '.join(used)}")
    return lines


def _data(scene: Scene, period: Period | None) -> list[str]:
    say, used = scene.say, columns_used(scene.study)
    kinds = {kind: [n for n in used if catalogue[n].kind == kind] for kind in ("number", "date")}
    read = say.call(
        "read_columns",
        say.text("data.csv"),
        numbers=say.texts(kinds["number"]),
        dates=say.texts(kinds["date"]),
    )
    lines = [heading("Data: one row per transplant"), say.assign("data", read)]
    if period is not None:
        lines.append(comment(f"They are those done {period_in_words(period)}."))
    if cutoff := scene.study.end_point.cutoff:
        lines.append(comment(f"What happened after {cutoff} has not happened yet."))
        lines.append(say.assign("data", say.call("as_of", "data", say.text(cutoff))))
    return lines


def _cohort(scene: Scene) -> list[str]:
    """The filters of each step, its box of the flow chart, and the populations by name."""
    say, study = scene.say, scene.study
    lines = [say.assign("rows", "data")]
    for position, step in enumerate(study.cohort):
        lines += _step(scene, step, position)
    last = study.cohort[-1].name
    gone = say.call("those_not_in", "before", say.at("populations", last))
    lines.append(say.assign(say.at("populations", "excluded"), gone))
    for name, found in study.subgroups.items():
        part = say.call("keep", scene.rows(""), say.text(name), scene.all_of(found, scene.rows("")))
        lines.append(say.assign(say.at("populations", name), part))
    return lines


def _step(scene: Scene, step: Step, position: int) -> list[str]:
    say = scene.say
    lines = [comment(f"Step {position + 1}: {step.label}"), say.assign("before", "rows")]
    for criterion in step.criteria:
        asked = say.text(criterion.sentence), scene.criterion(criterion, "rows")
        lines.append(say.assign("rows", say.call("keep", "rows", *asked)))
    before = "before" if position else None
    excluded = say.yes if step.excluded else None
    box = say.call("flow_box", say.text(step.name), "rows", before=before, excluded=excluded)
    return [*lines, box, say.assign(say.at("populations", step.name), "rows")]


def _shown(scene: Scene, omitted: dict[str, str]) -> list[str]:
    """A block for every table, figure and number of the text, or the comment that says why not."""
    study = scene.study
    lines: list[str] = []
    for word in (*study.tables, *study.figures):
        lines.append(heading(f"{word.label} ({word.id}): {word.title}"))
        lines += _block(scene, word, word.id, omitted)
    for group, numbers in study.texts.items():
        lines.append(heading(f"In the text: {group}"))
        for number in numbers:
            lines.append(comment(number.label))
            lines += _block(scene, number, number.key, omitted)
    return lines


def _block(scene: Scene, word: object, name: str, omitted: dict[str, str]) -> list[str]:
    try:
        if reason := LEFT_OUT.get((scene.say.name, type(word))):
            raise NotRepeated(reason)
        if isinstance(word, words.TableWord | words.FigureWord):
            if type(word) not in BLOCKS:
                raise NotRepeated(f"{type(word).__name__} has no form in a script")
            return BLOCKS[type(word)](scene, word)
        return text_lines(scene, word)  # type: ignore[arg-type]
    except NotRepeated as fault:
        omitted[name] = str(fault)
        return [comment(f"not repeated by this script: {name}: {fault}")]
