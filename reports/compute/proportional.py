"""Do the hazard ratios of a final model hold at all times? Score tests of a trend in time."""

from outcomes.proportional import ProportionalHazards as Found
from outcomes.proportional import proportional_hazards
from outcomes.sample import SampleError
from reports.compute.cox import final_model, model_covariates, model_table
from reports.compute.interactions import COLUMNS, NO_MODEL, test_cells
from reports.compute.population import Context, FinalModel
from reports.model_words import ProportionalHazards
from reports.results import Row, Table

ALL = "All together"
NO_TEST = "Not tested: a coefficient of the model is not estimable."


def proportional_table(context: Context, word: ProportionalHazards) -> Table:
    """A line for each covariate of the final model and one for all of them together."""
    table = model_table(context, word.of)
    final = final_model(context, table)
    found, reason = _tests(final)
    labels = {one.name: one.label for one in model_covariates(context, table)}
    rows = []
    for test in found.terms if found else ():
        cells = test_cells(context, f"{word.id}.{test.term}", test, _why(test.reason))
        rows.append(Row(labels[test.term], cells))
    overall = found.overall if found else None
    why = reason or _why(overall.reason if overall else None)
    rows.append(Row(ALL, test_cells(context, f"{word.id}.global", overall, why)))
    note = (
        f"Final model of {table.label}. Score tests of a trend of each coefficient over time, on "
        "the Kaplan-Meier scale (Grambsch and Therneau). A small P speaks against one hazard "
        "ratio for all times."
    )
    n, events = (final.sample.n, final.sample.events) if final else (0, 0)
    return Table(word.id, word.label, word.title, COLUMNS, tuple(rows), (note,), n, events)


def _why(reason: str | None) -> str:
    """ "not testable: the events …" as a sentence."""
    told = (reason or "").partition(": ")[2] or "nothing to compare"
    return f"Not tested: {told.rstrip('.')}."


def _tests(final: FinalModel | None) -> tuple[Found | None, str]:
    if final is None or final.fit is None:
        return None, NO_MODEL
    try:
        return proportional_hazards(final.fit), ""
    except SampleError:  # a coefficient is infinite
        return None, NO_TEST
