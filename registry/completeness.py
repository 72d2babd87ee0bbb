"""How complete is the follow-up of a group of patients? Clark's C."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class Followed:
    """One patient's follow-up: from the first transplant to the last contact, or the death."""

    start: date
    last: date | None
    dead: bool


@dataclass(frozen=True)
class Completeness:
    """Days of follow-up that were observed, and that there could have been."""

    observed: int = 0
    potential: int = 0

    @property
    def c(self) -> float | None:
        """Clark's C, from 0 to 1; None where there could have been no follow-up yet."""
        return self.observed / self.potential if self.potential else None

    def __add__(self, other: Completeness) -> Completeness:
        return Completeness(self.observed + other.observed, self.potential + other.potential)


def completeness(patients: Iterable[Followed], today: date) -> Completeness:
    """The follow-up of these patients up to `today`.

    Each could have been followed until today, but nobody beyond death: who died is followed
    completely. A patient without a contact counts with no day observed.
    Source: Clark, Altman, De Stavola, Lancet 2002;359:1309-10.
    Checked: by hand in tests/registry/test_completeness.py.
    """
    observed = potential = 0
    for one in patients:
        last = min(one.last or one.start, today)
        end = last if one.dead else today
        observed += max((last - one.start).days, 0)
        potential += max((end - one.start).days, 0)
    return Completeness(observed, potential)
