"""Where does this report answer what readers of a cohort study ask for, and what is left to write?

The numbers of the points are those of the STROBE checklist for cohort studies; its sentences are
not repeated, the points are told in our own words. Every answer is made from what was done and found,
so that a report without a part does not claim to have it.
"""

from collections.abc import Iterator

from reports.compute.checklist.answers import Answers
from reports.compute.done import Deed
from reports.compute.method import Record
from reports.compute.population import Context
from reports.results import ChecklistItem, Results

__all__ = ["checklist"]

NONE = "This report has none; say why, or where they are."

Point = tuple[str, str, str, str]


def checklist(context: Context, record: Record, results: Results) -> tuple[ChecklistItem, ...]:
    """Every point of the checklist, in its order, for one report; record : what was done for it."""
    told = Answers(context, record, results)
    points = (*_paper(), *_patients(told), *_values(told), *_analyses(told), *_rest(told))
    return tuple(
        ChecklistItem(item, topic, answered, authors or ("" if answered else NONE))
        for item, topic, answered, authors in points
    )


def _paper() -> Iterator[Point]:
    """Title, abstract and introduction."""
    yield (
        "1",
        "Title and abstract: design, and a summary with numbers",
        "The numbers of the abstract stand in the tables.",
        "A title or abstract that calls it a cohort from a registry; the abstract.",
    )
    yield "2", "Background: what is known, and why the question matters", "", "All of it."
    yield (
        "3",
        "Aims and hypotheses fixed beforehand",
        "",
        "The aims, and which comparisons were planned before the data were seen.",
    )


def _patients(told: Answers) -> Iterator[Point]:
    """Design, place and time, and who was eligible."""
    yield (
        "4",
        "Design, told early",
        "Method: cohort, end points.",
        "That it is a cohort from a registry, and whether it was planned before the data came.",
    )
    yield (
        "5",
        "Setting: where, and from when to when",
        told.setting(),
        "The centres, how they treated and followed patients, and how complete they report.",
    )
    yield (
        "6",
        "Who was eligible, how chosen, how followed",
        told.eligible(),
        "How centres chose whom to report. Nobody was matched.",
    )


def _values(told: Answers) -> Iterator[Point]:
    """What was measured and how, how many patients, and how numbers were grouped."""
    yield (
        "7",
        "Definitions of outcomes, exposures, confounders",
        told.definitions(),
        "Clinical definitions and criteria of diagnosis, as of relapse or of GvHD.",
    )
    source = told.results.provenance
    yield (
        "8",
        "Sources of the data, alike in all groups",
        f"Registry, data cut of {source.cut_date}, data dictionary {source.dictionary_version}.",
        "How the values were measured and checked at the centres.",
    )
    yield (
        "9",
        "What was done against bias",
        told.bias(),
        "Selection of patients by treatment, and differences between centres and years.",
    )
    yield "10", "Why this many patients", told.size(), "Any calculation of power made before."
    yield (
        "11",
        "How numbers were handled and grouped",
        told.bands(),
        "Why these cut points; whether they were chosen before the data were seen.",
    )


def _analyses(told: Answers) -> Iterator[Point]:
    """The statistical methods."""
    yield (
        "12a",
        "Statistical methods, and control of confounding",
        told.models(),
        "Why these confounders were considered.",
    )
    yield "12b", "Subgroups and interactions", told.subgroups(), ""
    yield (
        "12c",
        "Missing values: how they were met",
        told.gaps_met(),
        "Why values are missing, and whether they may be missing at random.",
    )
    yield (
        "12d",
        "Loss to follow-up: how it was met",
        "Method: censored at last contact.",
        "Whether those lost differ from the others.",
    )
    yield (
        "12e",
        "Sensitivity analyses",
        told.where(Deed.SENSITIVITY),
        "",
    )


def _rest(told: Answers) -> Iterator[Point]:
    """Results and discussion."""
    yield (
        "13",
        "Patients at each step, who left and why, as a diagram",
        told.flow(),
        "Who was treated at the centres but never reported.",
    )
    yield "14a", "Characteristics of the patients", told.where(Deed.DESCRIBES), ""
    yield "14b", "Patients with missing values, by variable", told.missing(), ""
    yield "14c", "Length of follow-up", told.follow_up(), ""
    yield "15", "Number of events", told.events(), ""
    yield (
        "16a",
        "Estimates before and after adjustment, with limits",
        told.estimates(),
        "Why these and not other confounders are adjusted for.",
    )
    yield "16b", "Bounds of categories made of numbers", told.bands(), ""
    yield "16c", "Absolute risks over a stated time", told.where(Deed.ABSOLUTE), ""
    yield "17", "Other analyses", told.others(), ""
    yield "18", "Key results, held against the aims", "", "All of it."
    yield (
        "19",
        "Limits: bias and imprecision, and in which direction",
        told.limits(),
        "The direction and size of each bias.",
    )
    yield "20", "A cautious interpretation, with other evidence", "", "All of it."
    yield "21", "To whom the results apply", "", "All of it."
    yield "22", "Funding, and the part of those who paid", "", "All of it."
