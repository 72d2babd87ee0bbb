"""On which day of the follow-up did something happen to each patient, and of whom is it unknown?"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from outcomes.counting_process import Change
from outcomes.terms import MISSING, Factor
from reports import numbers
from reports.columns import Mask
from reports.compute.population import Patients
from reports.model_words import Switch

NO_YES = ("no", "yes")


@dataclass(frozen=True, eq=False)
class Switched:
    """A switch in the n followed patients.

    days : from the origin, NaN = never, -1 = before the origin. known : whether and when it
    happened is known. ever : no or yes, whenever it was; -1 where that is not known. undated : it
    happened on an unknown day.
    """

    days: NDArray[np.float64]
    known: Mask
    ever: Factor
    undated: Mask

    def change(self, mask: Mask) -> Change:
        """The change in some of the patients, for rows in time."""
        return Change(self.ever.name, self.days[mask])


def switched(patients: Patients, switch: Switch) -> Switched:
    """The switch in who is followed, in step with `patients.sample`."""
    day = patients.columns[switch.column][patients.followed]
    origin = patients.columns[patients.end_point.origin][patients.followed]
    dated = ~np.isnat(day)
    days = np.full(len(day), np.nan)
    days[dated] = np.maximum((day - origin)[dated].astype(np.int64), -1)
    codes = dated.astype(np.int16)
    undated = np.zeros(len(day), dtype=np.bool_)
    if switch.status is not None:
        told = patients.factor(switch.status).codes
        codes = np.where(dated, 1, told).astype(np.int16)
        undated = (told == 1) & ~dated
    known = (codes != MISSING) & ~undated
    ever = Factor(switch.name, NO_YES, codes)
    return Switched(days, known, ever, undated)


def nobody(switch: Switch, found: Switched) -> str:
    """The sentence in the place of a ratio."""
    label = numbers.in_sentence(switch.label)
    if found.undated.any():
        return f"Not estimated: the day of {label} is not known in any patient."
    return f"Not estimated: nobody had {label} while followed."


def left_out_of(
    switches: tuple[Switch, ...],
    patients: Patients,
    found: dict[str, Switched],
    covered: Mask,
) -> tuple[str, ...]:
    """Who is not in a model, and why; each patient under the first reason that holds.

    covered : the followed in whom every covariate is known.
    """
    told = []
    if unfollowed := patients.n - len(covered):
        told.append(f"{numbers.count(unfollowed)} without a usable follow-up")
    if n := int(np.count_nonzero(~covered)):
        told.append(f"{numbers.count(n)} with a missing covariate")
    left = covered.copy()
    for switch in switches:
        one, label = found[switch.name], numbers.in_sentence(switch.label)
        undated = int(np.count_nonzero(left & one.undated))
        unknown = int(np.count_nonzero(left & ~one.known)) - undated
        if undated:
            told.append(f"{numbers.count(undated)} with {label} on an unknown day")
        if unknown:
            told.append(f"{numbers.count(unknown)} of whom nobody knows whether {label} happened")
        left &= one.known
    return tuple(told)
