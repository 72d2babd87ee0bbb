"""What does README.txt tell who has unzipped the files?"""

from __future__ import annotations

from collections.abc import Mapping

from reports.compute.part import period_in_words
from reports.replay.dialects import one_line
from reports.replay.script import SYNTHETIC, Script
from reports.results import Period, Results
from reports.study import Study

SAFE = """\
KEEP THIS SAFE. data.csv holds data of single patients, one row per transplant. No pseudonym stands in
it, but dates and diagnoses can tell who somebody is, so these are personal data: keep them encrypted,
do not pass them on, and delete them when you have done."""

RUN = """\
In this folder:

    Rscript study.R                                 (R 4 with the packages survival and cmprsk)
    PYTHONPATH=/path/to/engraft python study.py     (with the package outcomes of Engraft)

Each computes every number of the report anew from data.csv, writes it to result_R.csv or
result_py.csv, and compares with expected.csv. It tells how many numbers agree at the printed
digits, lists those that do not, and ends with status 1 if there is any.

    sha256sum -c SHA256SUMS                         (are these the files that were made?)"""

FILES = """\
data.csv       the columns that the study uses, one row per transplant; empty = missing
study.R        the study in R: groupings, end points, cohort, then a call for each table, figure
               and number of the text; study.py is the same in Python
tools/         the functions that the scripts call; R with survfit, survdiff, coxph, cuminc and
               fisher.test, Python with the package outcomes: two ways to the same numbers
expected.csv   the report: key of the number, value to 12 digits, text as printed. "\u2013" stands
               where a number cannot be given; ranges have a text alone"""


def readme(study: Study, results: Results, scripts: Mapping[str, Script]) -> str:
    """What this is, what it was made with, how it is run, and what it leaves out."""
    source = results.provenance
    libraries = ", ".join(f"{name} {version}" for name, version in source.libraries)
    made = (
        f"Study file {source.study}, version {source.study_version}; conventions of "
        f"{source.convention}.\n"
        f"Data cut of {source.cut_date}, {source.rows} rows, SHA-256\n  {source.cut_sha256}\n"
        f"(of the whole cut; data.csv holds {_rows(source.period)} and the columns that this study uses).\n"
        f"Computed by Engraft {source.code_version} ({libraries}), data dictionary "
        f"{source.dictionary_version}."
    )
    title = f"{one_line(study.title)}\n{one_line(study.citation)}"
    marks = [SYNTHETIC] if results.synthetic else [SAFE]
    return "\n\n".join([title, *marks, made, RUN, FILES, _left_out(scripts)]) + "\n"


def _rows(period: Period | None) -> str:
    return "its rows" if period is None else f"the transplants {period_in_words(period)}"


def _left_out(scripts: Mapping[str, Script]) -> str:
    """Each word that a script does not repeat, with the reason."""
    told = [
        (
            "Of the curves of the figures, those at risk at the ticks are repeated, and of curves of "
            "log(−log S)\ntheir heights there."
        )
    ]
    for name, script in scripts.items():
        lines = [
            f"  {one_line(word)}: {one_line(reason)}" for word, reason in script.omitted.items()
        ]
        told += [f"Not repeated by {name}:", *lines] if lines else [f"{name} repeats every word."]
    return "\n".join(told)
