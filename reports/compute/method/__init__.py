"""How was it done? The method section, written from what was run, and what to be warned of.

Each part of the section is a file: cohort, end_points, description, survival, regression (with
models), p_values, software; cautions are the warnings.
"""

from reports.columns import Columns
from reports.compute.method.cautions import warnings
from reports.compute.method.cohort import cohort_paragraph
from reports.compute.method.description import descriptive
from reports.compute.method.end_points import end_point
from reports.compute.method.p_values import p_values
from reports.compute.method.regression import regression
from reports.compute.method.software import software
from reports.compute.method.survival import competing, survival
from reports.compute.population import Context
from reports.results import Provenance

__all__ = ["cohort_paragraph", "method", "warnings"]


def method(context: Context, columns: Columns, provenance: Provenance) -> tuple[str, ...]:
    """The paragraphs in the order of a paper's method section, then what the study must tell."""
    paragraphs = (
        cohort_paragraph(context.study, columns, provenance),
        end_point(context),
        descriptive(context.study),
        survival(context.study),
        competing(context.study),
        regression(context),
        p_values(context.study),
        software(provenance),
        *context.study.limits,
    )
    return tuple(paragraph for paragraph in paragraphs if paragraph)
