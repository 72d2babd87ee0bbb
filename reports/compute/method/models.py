"""What was done to the models beyond fitting them? Imputation, checks, and switches in time."""

from reports import numbers
from reports.model_words import (
    ImputedCox,
    InteractionTests,
    Landmark,
    ProportionalHazards,
    TimeDependentCox,
)
from reports.study import Study

MISSING = (
    "{0}: missing values of {1}, and of the other covariates, were imputed {2} times by chained "
    "equations, given all covariates, the event and the Nelson-Aalen cumulative hazard; the models "
    "were pooled by Rubin's rules with the degrees of freedom of Barnard and Rubin."
)
PAIRS = (
    "{0}: interactions were added to the final model one at a time and tested by the likelihood "
    "ratio; the P values are not corrected for their number."
)
TREND = (
    "{0}: proportional hazards were tested by the score test of Grambsch and Therneau on the "
    "Kaplan-Meier scale of time."
)
SWITCH = (
    "{0}: {1} counts from the day after it on (rows of time before and after it); what "
    "is counted from the first day stands below it and is biased by immortal time."
)
FROM_DAY = (
    "{0}: groups by {1} up to day {2}, compared from that day on in those still followed after it "
    "(landmark)."
)


def beyond(study: Study) -> list[str]:
    """A sentence for each such table, in the order of the report."""
    told = []
    for word in study.tables:
        match word:
            case ImputedCox():
                imputed = numbers.in_sentence(word.imputed.label)
                told.append(MISSING.format(word.label, imputed, word.times))
            case InteractionTests():
                told.append(PAIRS.format(word.label))
            case ProportionalHazards():
                told.append(TREND.format(word.label))
            case TimeDependentCox():
                labels = [numbers.in_sentence(one.label) for one in word.switches]
                told.append(SWITCH.format(word.label, " or ".join(labels)))
            case Landmark():
                label = numbers.in_sentence(word.switch.label)
                told.append(FROM_DAY.format(word.label, label, numbers.count(word.at_days)))
    return told
