"""Is the only stored record of a kind meant, where a line does not tell its number or its very day?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from registry.dictionary.case import Record
from registry.dictionary.language import RecordType
from registry.dictionary.values import Answer, Answers, Missing, PartialDate
from registry.exchange.main_dates import NUMBER
from registry.exchange.none_of_it import GRADE, OCCURRED
from registry.exchange.told_apart import takes_back


def undated_meant(
    type_: RecordType,
    answers: Answers,
    date_item: str,
    known: Sequence[Record],
    stored: Sequence[Record],
) -> Record | None:
    """The record that a line without a day speaks of, or None where that has to be asked.

    known : the records of this kind in the same place, with what earlier lines add. stored : the
    same without them. Of what happens once after a transplant, as GvHD, the only one is meant: a
    line may change it, but not deny it, nor take back its day or give a reason instead of a
    value. Of what happens often, as visits, it is meant only where both give the same reason why
    there is no day, and the line says nothing else that is not stored.
    """
    only = _only_stored(known, stored)
    if only is None or not date_item:
        return None
    if OCCURRED not in type_.by_name:
        same_reason = isinstance(answers.get(date_item), Missing)
        return only if same_reason and _adds_nothing(only, answers) else None
    if only.answers.get(OCCURRED) == "NO" or _denies(answers):
        return None
    back = (
        item
        for item, answer in answers.items()
        if takes_back(only, answers, item)
        and (answer is None or isinstance(answer, Missing))
        and not isinstance(only.answers[item], Missing)
    )
    return only if next(back, None) is None else None


def dated_meant(
    type_: RecordType,
    answers: Mapping[str, Answer],
    date_item: str,
    known: Sequence[Record],
    stored: Sequence[Record],
) -> Record | None:
    """The record whose day a line makes more exact, else None: of which the month is known, or, of
    what happens once after a transplant, nothing; the line takes nothing else back."""
    only, day = _only_stored(known, stored), answers.get(date_item)
    once = OCCURRED in type_.by_name
    if only is None or not isinstance(day, PartialDate) or not (once or NUMBER in type_.by_name):
        return None
    was = only.answers.get(date_item)
    in_month = (
        isinstance(was, PartialDate)
        and (was.precision, day.precision) == ("M", "D")
        and was.first <= day.first <= was.last
    )
    if not in_month and not (once and isinstance(was, Missing)):
        return None
    others = (item for item in answers if item != date_item)
    return None if any(takes_back(only, answers, item) for item in others) else only


def _only_stored(known: Sequence[Record], stored: Sequence[Record]) -> Record | None:
    """What an earlier line of the table adds may well be another one."""
    if len(known) != 1 or known[0].key not in {one.key for one in stored}:
        return None
    return known[0]


def _adds_nothing(record: Record, answers: Answers) -> bool:
    return all(item in record.answers and not takes_back(record, answers, item) for item in answers)


def _denies(answers: Answers) -> bool:
    return answers.get(OCCURRED) == "NO" or answers.get(GRADE) == "0"
