"""Do the hazard ratios of a final model hold at all times? Score tests of a trend in time."""

from outcomes.proportional import ProportionalHazards as Found
from outcomes.proportional import proportional_hazards
from outcomes.sample import SampleError
from reports.compute.cox import candidates_named, model_named
from reports.compute.done import Deed, Made, deeds_in, made
from reports.compute.final import final_of
from reports.compute.interactions import COLUMNS, NO_MODEL, test_cells
from reports.compute.population import Context, FinalModel
from reports.model_words import ProportionalHazards
from reports.results import Row, Table

DEEDS = {"p": (Deed.PROPORTIONAL, Deed.TESTED, Deed.SENSITIVITY)}
ALL = "All together"
NO_TEST = "Not tested: a coefficient of the model is not estimable."


def proportional_table(context: Context, word: ProportionalHazards) -> Made:
    """A line for each covariate of the final model and one for all of them together."""
    table, final = model_named(context.study, word.of), final_of(context, word.of)
    found, reason = _tests(final)
    labels = {one.name: one.label for one in candidates_named(context.study, table)}
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
    finished = Table(word.id, word.label, word.title, COLUMNS, tuple(rows), (note,), n, events)
    told = (
        f"{word.label}: proportional hazards in {table.label} were tested by the score test of "
        "Grambsch and Therneau on the Kaplan-Meier scale of time."
    )
    deeds, points = deeds_in(rows, DEEDS), (table.end_point,)
    sentences = (told,) if deeds else ()
    return made(finished, deeds, sentences, end_points=points, on=table.on, of=table.label)


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
