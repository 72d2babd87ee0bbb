"""Who is analysed? Times, events and causes of the patients, checked when they are stated."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from outcomes._numbers.arguments import expect_list
from outcomes._numbers.columns import (
    BoolArray,
    EmptySample,
    FloatArray,
    IntArray,
    SampleError,
    aligned,
    checked_mask,
    first_row,
    is_missing,
    present_codes,
    same_labels,
    truth,
    vector,
    weights,
    whole_days,
    wrong_row,
)

__all__ = ["CENSORED", "FROM_THE_START", "CompetingRisks", "EmptySample", "SampleError", "Survival"]

FROM_THE_START = -1  # entry of a row that is at risk from day 0 on, day 0 included
CENSORED = -1  # cause of a row that no event ended


def _checked_entry(entry: ArrayLike | None, days: IntArray) -> IntArray | None:
    if entry is None:
        return None
    start = whole_days(entry, "entry", least=FROM_THE_START)
    aligned(len(start), len(days), "entry")
    if (start >= days).any():
        row = first_row(start >= days)
        raise SampleError(
            f"entry: row {row} enters on day {start[row]} and leaves on day {days[row]}; "
            "a row is at risk from the day after entry, so drop it or correct the dates "
            "(rows count from 0)"
        )
    return start


def _checked_weight(weight: ArrayLike | None, n: int) -> FloatArray | None:
    if weight is None:
        return None
    found = weights(weight)
    aligned(len(found), n, "weight")
    return found


def _names(causes: Sequence[str]) -> tuple[str, ...]:
    expect_list(causes, "causes", 'pass the names: ["relapse", "death"]')
    names = tuple(causes)
    if not names or len(set(names)) != len(names):
        # Not shown: a column of patients' labels may have been passed by mistake.
        raise SampleError(
            f"causes: must be distinct and at least one, got {len(names)} names, "
            f"{len(set(names))} of them distinct"
        )
    return names


def _part(column: NDArray[np.generic] | None, keep: BoolArray) -> NDArray[np.generic] | None:
    return None if column is None else column[keep]


def _extras(entry: IntArray | None, weight: FloatArray | None) -> str:
    return (", late entry" if entry is not None else "") + (
        ", weighted" if weight is not None else ""
    )


@dataclass(frozen=True, init=False, eq=False)
class Survival:
    """n rows: whole days from the origin, and whether the event (True) ended them.

    days : (n,) non-negative whole days; day 0 is allowed.
    event : (n,) True = event, False = censored.
    entry : (n,) whole days or None; a row is at risk on (entry, days]: left truncation, and the
        intervals of one patient whose covariates change. -1 = from day 0 on, day 0 included.
    weight : (n,) case weights from 0 on, or None; a row of weight 0 takes no part.
    Rows go by position, here and in every call that follows: columns of pandas must carry the same
    index, or none (.to_numpy()).
    Raises SampleError (negative, missing or fractional days, different lengths, columns whose
    index differs), EmptySample.

    >>> Survival([5, 8, 8], [True, False, True])
    Survival(n=3, events=2)
    """

    days: IntArray
    event: BoolArray
    entry: IntArray | None
    weight: FloatArray | None

    def __init__(
        self,
        days: ArrayLike,
        event: ArrayLike,
        *,
        entry: ArrayLike | None = None,
        weight: ArrayLike | None = None,
    ) -> None:
        whole, happened = whole_days(days), truth(event)
        aligned(len(happened), len(whole), "event")
        same_labels({"days": days, "event": event, "entry": entry, "weight": weight})
        if not len(whole):
            raise EmptySample("days: no patient; check the cohort definition")
        object.__setattr__(self, "days", whole)
        object.__setattr__(self, "event", happened)
        object.__setattr__(self, "entry", _checked_entry(entry, whole))
        object.__setattr__(self, "weight", _checked_weight(weight, len(whole)))

    def __repr__(self) -> str:
        return f"Survival(n={self.n}, events={self.events}{_extras(self.entry, self.weight)})"

    @property
    def n(self) -> int:
        """Rows."""
        return len(self.days)

    @property
    def events(self) -> int:
        """Rows that the event ended."""
        return int(np.count_nonzero(self.event))

    @property
    def in_play(self) -> BoolArray:
        """(n,) rows that take part: all but those of weight 0."""
        if self.weight is None:
            return np.ones(self.n, dtype=np.bool_)
        return np.asarray(self.weight > 0, dtype=np.bool_)

    def where(self, mask: ArrayLike) -> Survival:
        """The rows for which the mask is True. Raises EmptySample if there are none."""
        keep = checked_mask(mask, self.n)
        return Survival(
            self.days[keep],
            self.event[keep],
            entry=_part(self.entry, keep),
            weight=_part(self.weight, keep),
        )


@dataclass(frozen=True, init=False, eq=False)
class CompetingRisks:
    """n rows of which each is ended by one of several causes, or censored.

    days, entry, weight : as in Survival. causes : names, at least one; a cause that nobody had
    is allowed. cause : (n,) position in causes, -1 = censored: 0 is the first cause and NOT
    censored, unlike in R's cmprsk, whose codes must be given as code - 1. from_labels needs no
    codes.
    Raises SampleError (as Survival; repeated causes; a code outside them), EmptySample, TypeError
    (causes that are no list).

    >>> ended = ["relapse", "death", "censored"]
    >>> risks = CompetingRisks.from_labels([3, 5, 9], ended, causes=["relapse", "death"])
    >>> risks
    CompetingRisks(n=3, relapse=1, death=1)
    >>> risks.only("relapse").events, risks.any_cause().events
    (1, 2)
    >>> CompetingRisks([3, 5, 9], [0, 1, -1], causes=["relapse", "death"]).events
    {'relapse': 1, 'death': 1}
    """

    days: IntArray
    cause: NDArray[np.int16]
    causes: tuple[str, ...]
    entry: IntArray | None
    weight: FloatArray | None

    def __init__(
        self,
        days: ArrayLike,
        cause: ArrayLike,
        *,
        causes: Sequence[str],
        entry: ArrayLike | None = None,
        weight: ArrayLike | None = None,
    ) -> None:
        names = _names(causes)
        codes = present_codes(vector(cause, "cause"), "cause")
        if codes.size and codes.dtype.kind not in "iu":
            raise SampleError(
                f"cause: codes must be whole numbers, got {codes.dtype}; "
                "use CompetingRisks.from_labels for text"
            )
        if codes.size and (codes.min() < CENSORED or codes.max() >= len(names)):
            bad = (codes < CENSORED) | (codes >= len(names))
            fault = f"has a code outside {names}; use 0 to {len(names) - 1}"
            raise wrong_row("cause", bad, f"{fault}, and {CENSORED} for censored")
        rows = Survival(days, codes != CENSORED, entry=entry, weight=weight)
        same_labels({"days": days, "cause": cause, "entry": entry, "weight": weight})
        found = np.array(codes, dtype=np.int16)
        found.setflags(write=False)
        object.__setattr__(self, "days", rows.days)
        object.__setattr__(self, "cause", found)
        object.__setattr__(self, "causes", names)
        object.__setattr__(self, "entry", rows.entry)
        object.__setattr__(self, "weight", rows.weight)

    @classmethod
    def from_labels(
        cls,
        days: ArrayLike,
        labels: Iterable[str],
        *,
        causes: Sequence[str],
        censored: str = "censored",
        entry: ArrayLike | None = None,
        weight: ArrayLike | None = None,
    ) -> CompetingRisks:
        """From what ended each row, in words: one of the causes, or the word for censored.

        labels : (n,). causes : as in CompetingRisks; their order is that of the results.
        Raises SampleError (as CompetingRisks; a missing or an unknown label, by its row).

        >>> ended = ["alive", "relapse", "alive"]
        >>> CompetingRisks.from_labels([3, 5, 9], ended, causes=["relapse"], censored="alive")
        CompetingRisks(n=3, relapse=1)
        """
        names = _names(causes)
        if censored in names:
            raise SampleError(f"censored: {censored!r} is one of the causes; name it differently")
        same_labels({"days": days, "labels": labels, "entry": entry, "weight": weight})
        code = {name: place for place, name in enumerate(names)} | {censored: CENSORED}
        found = list(labels)
        codes = np.array([code.get(label, len(code)) for label in found], dtype=np.int16)
        bad = codes == len(code)
        if bad.any():
            if is_missing(found[first_row(bad)]):
                raise wrong_row("labels", bad, f"is missing; write {censored!r} for censored")
            raise wrong_row("labels", bad, f"holds a label outside {tuple(code)}; add the cause")
        return cls(days, codes, causes=names, entry=entry, weight=weight)

    def __repr__(self) -> str:
        counts = ", ".join(f"{name}={count}" for name, count in self.events.items())
        return f"CompetingRisks(n={self.n}, {counts}{_extras(self.entry, self.weight)})"

    @property
    def n(self) -> int:
        """Rows."""
        return len(self.days)

    @property
    def events(self) -> dict[str, int]:
        """Rows ended by each cause."""
        found = np.bincount(self.cause[self.cause != CENSORED], minlength=len(self.causes))
        return {name: int(count) for name, count in zip(self.causes, found, strict=True)}

    def only(self, cause: str) -> Survival:
        """Cause-specific survival: this cause is the event, the others censor.

        With cox this is the cause-specific hazards model.
        """
        code = self.code_of(cause)
        return Survival(self.days, self.cause == code, entry=self.entry, weight=self.weight)

    def any_cause(self) -> Survival:
        """Survival free of every cause."""
        return Survival(self.days, self.cause != CENSORED, entry=self.entry, weight=self.weight)

    def code_of(self, cause: str) -> int:
        """Position of a cause. Raises SampleError for an unknown name."""
        if cause not in self.causes:
            raise SampleError(f"cause: {cause!r} is none of {self.causes}")
        return self.causes.index(cause)

    def where(self, mask: ArrayLike) -> CompetingRisks:
        """The rows for which the mask is True. Raises EmptySample if there are none."""
        keep = checked_mask(mask, self.n)
        return CompetingRisks(
            self.days[keep],
            self.cause[keep],
            causes=self.causes,
            entry=_part(self.entry, keep),
            weight=_part(self.weight, keep),
        )
