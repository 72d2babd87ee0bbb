"""Do the hazards of the groups stay proportional, by eye? Curves of log(−log S) over log time."""

from dataclasses import replace

from reports import numbers
from reports.compute.population import Context, why_nobody
from reports.compute.survival import figure
from reports.results import Figure, Scale, Value
from reports.words import KaplanMeierFigure, LogMinusLogFigure

TOLD = (
    "Curves of log(−log S) over the logarithm of time show by eye whether hazards are proportional."
)


def log_minus_log_figure(
    context: Context, word: LogMinusLogFigure
) -> tuple[Figure, dict[str, Value]]:
    """The Kaplan-Meier curves on the axes of the check, and their numbers at risk by key.

    The figure keeps survival itself: only what draws and tells it takes logarithms. It has no P,
    since the log-rank test compares survival and says nothing of how hazards run.
    """
    place = (word.id, word.label, word.title, word.by, word.ticks_months, word.on, word.end_point)
    curves, answers = figure(context, KaplanMeierFigure(*place))
    return replace(
        curves,
        caption=_caption(context, word, curves),
        x_label=f"{curves.x_label}, log scale",
        y_label="log(−log S)",
        test=None,
        p=None,
        scale=Scale.LOG_MINUS_LOG,
    ), {key: value for key, value in answers.items() if key != f"{word.id}.p"}


def _caption(context: Context, word: LogMinusLogFigure, curves: Figure) -> str:
    patients = context.patients(word.on, word.end_point)
    start = f"{patients.end_point.label} by {numbers.in_sentence(word.by.label)}"
    if not curves.series:
        return f"{start}. {why_nobody(patients, word.by)}"
    n = numbers.count(sum(series.n for series in curves.series))
    events = numbers.count(sum(series.events for series in curves.series))
    left = "alive" if patients.end_point.event == "death" else "without the event"
    return (
        f"{start}, Kaplan-Meier as log(−log S); {n} patients, {events} {patients.end_point.counted}. "
        "Where hazards are proportional, curves keep their distance; those that converge, diverge "
        f"or cross speak against it. Drawn from month {word.ticks_months[0]} on, where S is neither 1 "
        "nor 0; few events at the left, few patients at the right, make them rough. Ticks: patients "
        f"{left} at last contact. Below: patients at risk."
    )
