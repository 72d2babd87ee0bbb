"""How was it done? The method section, collected from what was done, and what to be warned of.

Each part of the section is a file: cohort, end_points, description, survival, regression,
p_values, not_made, software; cautions are the warnings.
"""

from reports.columns import Columns
from reports.compute.method.cautions import warnings
from reports.compute.method.cohort import cohort_paragraph
from reports.compute.method.collected import Record
from reports.compute.method.description import descriptive
from reports.compute.method.end_points import end_point
from reports.compute.method.not_made import not_made
from reports.compute.method.p_values import p_values
from reports.compute.method.regression import regression
from reports.compute.method.software import software
from reports.compute.method.survival import competing, survival
from reports.compute.population import Context
from reports.results import Provenance

__all__ = ["Record", "cohort_paragraph", "method", "warnings"]


def method(
    context: Context, record: Record, columns: Columns, provenance: Provenance
) -> tuple[str, ...]:
    """The paragraphs in the order of a paper's method section, then what the study must tell.

    record : what was done, part by part. columns : the rows of the period asked for.
    """
    paragraphs = (
        cohort_paragraph(context.study, columns, provenance),
        end_point(context, record),
        descriptive(record),
        survival(record, context.study.convention),
        competing(record),
        regression(context, record),
        p_values(record),
        not_made(record),
        software(provenance),
        *context.limits,
    )
    return tuple(paragraph for paragraph in paragraphs if paragraph)
