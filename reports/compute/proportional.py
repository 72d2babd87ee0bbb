"""Do the hazard ratios of a final model hold at all times? Score tests of a trend in time."""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from outcomes.proportional import ProportionalHazards as Found
from outcomes.proportional import proportional_hazards
from outcomes.sample import SampleError
from reports import numbers
from reports.compute.cox import candidates_named, model_named
from reports.compute.done import Deed, Made, deeds_in, full_label, made
from reports.compute.final import final_of
from reports.compute.interactions import COLUMNS, NO_MODEL, test_cells
from reports.compute.population import Context, FinalModel
from reports.model_words import ProportionalHazards
from reports.results import Row, Table

DEEDS = {"p": (Deed.PROPORTIONAL, Deed.TESTED, Deed.SENSITIVITY)}
ALL = "All together"
REJECTED = 0.05  # P below which one hazard ratio for all times is not believed
NO_TEST = "Not tested: a coefficient of the model is not estimable."


def proportional_table(context: Context, word: ProportionalHazards) -> Made:
    """A line for each covariate of the final model and one for all of them together."""
    table, final = model_named(context.study, word.of), final_of(context, word.of)
    rows = _rows(context, word, final)
    note = (
        f"Final model of {table.label}. Score tests of a trend of each coefficient over time, on "
        "the Kaplan-Meier scale (Grambsch and Therneau). A small P speaks against one hazard "
        "ratio for all times."
    )
    notes = (note, *rejections(rows))
    n, events = (final.sample.n, final.sample.events) if final else (0, 0)
    finished = Table(word.id, word.label, word.title, COLUMNS, tuple(rows), notes, n, events)
    told = (
        f"{word.label}: proportional hazards in {table.label} were tested by the score test of "
        "Grambsch and Therneau on the Kaplan-Meier scale of time."
    )
    deeds, points = deeds_in(rows, DEEDS), (table.end_point,)
    sentences = (told,) if deeds else ()
    return made(finished, deeds, sentences, end_points=points, on=table.on, of=table.label)


def _rows(context: Context, word: ProportionalHazards, final: FinalModel | None) -> list[Row]:
    found, reason = _tests(final)
    covariates = candidates_named(context.study, model_named(context.study, word.of))
    labels = {one.name: one.label for one in covariates}
    rows = []
    for test in found.terms if found else ():
        cells = test_cells(context, f"{word.id}.{test.term}", test, _why(test.reason))
        rows.append(Row(labels[test.term], cells))
    overall = found.overall if found else None
    why = reason or _why(overall.reason if overall else None)
    rows.append(Row(ALL, test_cells(context, f"{word.id}.global", overall, why)))
    return rows


def rejections(rows: Iterable[Row]) -> Iterator[str]:
    """A warning for each covariate whose hazards are not proportional, and for all together."""
    for row in rows:
        df, _, p = row.cells
        if df is None or p is None or p.value is None or p.value >= REJECTED:
            continue
        of, then = numbers.in_sentence(row.label), "its hazard ratio is an average over time"
        if row.label == ALL:
            of, then = "the model as a whole", "its hazard ratios are averages over time"
        elif df.value != 1:
            then = "its hazard ratios are averages over time"
        yield f"▲ Proportional hazards are rejected for {of} (P {numbers.with_sign(p.text)}): {then}."


def with_rejections(
    tables: Iterable[Made], tests: Iterable[tuple[ProportionalHazards, Table]]
) -> list[Made]:
    """The tables of the models with the warnings of the tests that were made of them."""
    warned: dict[str, tuple[str, ...]] = {}
    for word, tested in tests:
        by = f" {full_label(tested.label, tested.title)} holds the test."
        told = tuple(f"{note}{by}" for note in rejections(tested.rows))
        warned[word.of] = (*warned.get(word.of, ()), *told)
    return [_warned(one, warned.get(one.table.id, ())) for one in tables]


def _warned(one: Made, told: tuple[str, ...]) -> Made:
    return replace(one, table=replace(one.table, footnotes=(*one.table.footnotes, *told)))


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
