"""Who was analysed? Every criterion as a sentence, with the number left after it."""

from reports import numbers
from reports.columns import Columns
from reports.compute.part import period_in_words
from reports.compute.population import all_hold
from reports.results import Provenance
from reports.study import Study


def cohort_paragraph(study: Study, columns: Columns, provenance: Provenance) -> str:
    """Every criterion as a sentence, with the number of transplants left after it.

    columns : the rows of the period asked for, of which the provenance tells the cut.
    """
    left = columns
    told = []
    for step in study.cohort:
        for criterion in step.criteria:
            left = left.where(all_hold(left, (criterion,)))
            told.append(f"{criterion.sentence} ({numbers.count(left.n)})")
    return f"{_start(columns, provenance)} were kept, in turn: {'; '.join(told)}."


def _start(columns: Columns, provenance: Provenance) -> str:
    where = f" of {provenance.of_centres}" if provenance.of_centres else ""
    whole = f"Of {numbers.count(provenance.rows)} transplants in the data cut{where}"
    if provenance.period is None:
        return whole
    done = "1 was" if columns.n == 1 else f"{numbers.count(columns.n)} were"
    return f"{whole}, {done} done {period_in_words(provenance.period)}. Of these"
