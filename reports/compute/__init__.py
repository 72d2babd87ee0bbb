"""What is the answer to a study on these columns? Study and columns in, results out. Pure.

The same columns, in any order of rows, give the same results to the last byte.
"""

from dataclasses import replace

import numpy as np
import scipy

from reports.columns import Columns
from reports.compute.checklist import checklist
from reports.compute.judged import Compared, compared
from reports.compute.linked import linked_told
from reports.compute.method import method, warnings
from reports.compute.nobody import nobody_told
from reports.compute.part import OTHER_PATIENTS, Source, done_in, never_dates_told, possible
from reports.compute.parts import Parts, answered
from reports.compute.population import Context, as_of, flow, populations
from reports.compute.values import Writer
from reports.compute.whole_cohort import part_told
from reports.results import Provenance, Results
from reports.study import Study

__all__ = ["Source", "run"]


def run(study: Study, columns: Columns, source: Source, *, judged: bool = True) -> Results:
    """Compute everything a study shows on the columns of a data cut.

    judged : the patients are the paper's, so each number gets its verdict. Otherwise the printed
    numbers stand beside ours without one.
    Never raises for what the data hold: a number that cannot be given is a sentence.
    Raises ColumnError when the cut lacks a column the study names.
    """
    rows = as_of(done_in(columns, source.period).in_order(), study.end_point.cutoff)
    context = _context(study, rows, judged)
    parts, answers = answered(context, flow(study, rows))
    provenance = _provenance(study, columns, source)
    results = _results(context, parts, compared(study.paper, answers, judged), source, provenance)
    results = replace(
        results,
        method=method(context, parts.record, rows, provenance),
        warnings=(
            *filter(None, (nobody_told(study, possible(columns), rows, source.period),)),
            *filter(None, (never_dates_told(columns),)),
            *filter(None, (linked_told(source.linked, context.patients("").columns),)),
            *results.warnings,
            *warnings(context, rows),
        ),
    )
    return replace(results, checklist=checklist(context, parts.record, results))


def _context(study: Study, rows: Columns, judged: bool) -> Context:
    """What is said of a paper and its patients is said of no others."""
    remarks = study.all_remarks if judged else study.remarks
    limits = (*study.limits, *(study.paper.limits if judged and study.paper else ()))
    return Context(study, populations(study, rows), Writer(study.p_style, remarks), limits)


def _results(
    context: Context, parts: Parts, beside: Compared, source: Source, provenance: Provenance
) -> Results:
    """What was found, beside the paper's numbers; method and checklist are written when it stands."""
    study = context.study
    return Results(
        study=study.id,
        title=study.title,
        citation=study.citation,
        doi=study.doi,
        synthetic=source.synthetic,
        flow=parts.flow,
        tables=tuple(beside.table(table) for table in parts.tables),
        figures=parts.figures,
        texts=tuple(replace(one, value=beside.value(one.value)) for one in parts.texts),
        comparisons=beside.comparisons,
        verdicts=beside.verdicts,
        method=(),
        warnings=_of_whom(study, parts, beside.judged),
        provenance=provenance,
    )


def _of_whom(study: Study, parts: Parts, judged: bool) -> tuple[str, ...]:
    """Whether the patients are others than the paper's, or a part of them."""
    if not judged:
        return (OTHER_PATIENTS,) if study.paper else ()
    return part_told(study.paper, parts.flow)


def _provenance(study: Study, columns: Columns, source: Source) -> Provenance:
    return Provenance(
        study=study.id,
        study_version=study.version,
        cut_date=source.cut_date,
        cut_sha256=columns.sha256,
        rows=columns.n,
        code_version=source.code_version,
        dictionary_version=source.dictionary_version,
        convention=study.convention,
        libraries=(("numpy", np.__version__), ("scipy", scipy.__version__)),
        centres=_centres(columns),
        period=source.period,
    )


def _centres(columns: Columns) -> tuple[str, ...]:
    """The codes of the centres in the cut; none when it does not hold them."""
    if "centre" not in columns:
        return ()
    return tuple(np.unique(columns["centre"][columns.known("centre")]).tolist())
