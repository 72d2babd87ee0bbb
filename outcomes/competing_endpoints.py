"""Which of several events came first? Dates to competing risks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from outcomes._dates.first_event import Dropped, first_event
from outcomes._numbers.arguments import expect
from outcomes._numbers.columns import BoolArray
from outcomes.sample import CompetingRisks, SampleError

__all__ = [
    "CompetingEndpoint",
    "engraftment",
    "first_of",
    "first_of_gvhd_relapse_death",
    "relapse_and_non_relapse_mortality",
]


@dataclass(frozen=True, eq=False)
class CompetingEndpoint:
    """Competing events of the kept patients.

    sample : the kept patients, in their order. kept : (n,) mask over the input, read-only.
    dropped : each reason with its number of patients; kept and dropped add up to n.
    same_day : kept patients with two or more of the events on the first day, where the order of
    the causes decided which one counts.
    """

    name: str
    sample: CompetingRisks
    kept: BoolArray
    dropped: Dropped
    same_day: int

    def __repr__(self) -> str:
        counts = ", ".join(f"{name}={count}" for name, count in self.sample.events.items())
        left_out = sum(count for _, count in self.dropped)
        facts = f"n={self.sample.n}, {counts}, dropped={left_out}"
        return f"CompetingEndpoint({self.name!r}, {facts})"


def first_of(
    name: str,
    origin: ArrayLike,
    causes: Mapping[str, ArrayLike],
    last_contact: ArrayLike,
    *,
    cutoff: np.datetime64 | str | None = None,
) -> CompetingEndpoint:
    """Time from origin to the first of the causes, censored at the last contact.

    name : of the end point. last_contact : dates (n,). causes : name to dates (n,), in the forms and with the marks of a missing date that
    endpoints.overall_survival takes. Of two on one day the cause named first counts, and same_day
    says how often. An event on the day of the origin has time 0, one after the last contact counts
    on its own day, and who had one before the origin is dropped and counted under its name. With a cutoff, whatever happened after it is
    unknown: patients are censored at the cutoff, later origins dropped.
    An event completed from a partial date may fall after death and then count as never: complete
    it with not_after=death (partial_dates.complete_dates).
    Raises SampleError (as overall_survival), EmptySample, TypeError (causes without names).
    Source: Klein, Rizzo, Zhang and Keiding, Bone Marrow Transplant 2001;28:909-915.
    Checked: by hand; relapses and deaths in remission of KMsurv::bmt.

    >>> day = ["2010-03-01"]
    >>> found = first_of("graft", ["2010-01-01"], {"loss": day, "death": day}, day)
    >>> found.sample.events, found.same_day
    ({'loss': 1, 'death': 0}, 1)
    """
    expect(causes, Mapping, "causes")
    found = first_event(name, origin, causes, last_contact, cutoff)
    sample = CompetingRisks(found.days, found.cause, causes=list(causes))
    return CompetingEndpoint(name, sample, found.kept, found.dropped, found.same_day)


def relapse_and_non_relapse_mortality(
    origin: ArrayLike,
    relapse: ArrayLike,
    death: ArrayLike,
    last_contact: ArrayLike,
    *,
    cutoff: np.datetime64 | str | None = None,
) -> CompetingEndpoint:
    """Relapse (or progression), and death without it: causes relapse, non-relapse mortality.

    Death on the day of relapse counts as relapse. Other arguments as in first_of,
    and the rest. Raises as first_of.
    Source: Klein, Rizzo, Zhang and Keiding, Bone Marrow Transplant 2001;28:909-915.
    Checked: by hand; the 42 relapses and 41 deaths in remission of KMsurv::bmt (Klein and
    Moeschberger, Survival Analysis, 2003).

    >>> found = relapse_and_non_relapse_mortality(
    ...     ["2010-01-01", "2010-01-01"], ["2010-02-01", ""], ["2010-05-01", "2010-03-01"],
    ...     ["2010-05-01", "2010-03-01"])
    >>> found.sample.events
    {'relapse': 1, 'non-relapse mortality': 1}
    """
    causes = {"relapse": relapse, "non-relapse mortality": death}
    name = "relapse and non-relapse mortality"
    return first_of(name, origin, causes, last_contact, cutoff=cutoff)


def first_of_gvhd_relapse_death(
    origin: ArrayLike,
    acute_gvhd: ArrayLike,
    chronic_gvhd: ArrayLike,
    relapse: ArrayLike,
    death: ArrayLike,
    last_contact: ArrayLike,
    *,
    cutoff: np.datetime64 | str | None = None,
) -> CompetingEndpoint:
    """GRFS by its parts: which of the four events ended it.

    Arguments as endpoints.gvhd_free_relapse_free_survival, whose events are those of any_cause().
    On one day death counts before relapse, relapse before acute, acute before chronic GvHD: the
    worst of them. Raises as there.
    Source: Holtan et al., Blood 2015;125:1333-1338; the order is our own rule.
    Checked: by hand; any_cause() against gvhd_free_relapse_free_survival.

    >>> origin, never, day = ["2010-01-01"], [""], ["2010-02-10"]
    >>> found = first_of_gvhd_relapse_death(origin, day, never, day, never, day)
    >>> [cause for cause, count in found.sample.events.items() if count], found.same_day
    (['relapse'], 1)
    """
    causes = {
        "death": death,
        "relapse": relapse,
        "acute GvHD": acute_gvhd,
        "chronic GvHD": chronic_gvhd,
    }
    name = "GvHD-free, relapse-free survival"
    return first_of(name, origin, causes, last_contact, cutoff=cutoff)


def engraftment(
    origin: ArrayLike,
    recovery: ArrayLike,
    death: ArrayLike,
    last_contact: ArrayLike,
    *,
    others: Mapping[str, ArrayLike] | None = None,
    cutoff: np.datetime64 | str | None = None,
) -> CompetingEndpoint:
    """Recovery of neutrophils or platelets, with death before it as a competing event.

    recovery : dates of the first of three days with neutrophils of 0.5 x 10^9/L, or of platelets
    as the study defines them. others : further events after which recovery of this graft cannot be
    seen (relapse, second transplant), by name. On one day recovery counts first, death second.
    Other arguments and the rest as first_of. Raises as first_of.
    Source: Kim and Armand, Biol Blood Marrow Transplant 2013;19:860-866.
    Checked: by hand; the 120 platelet recoveries of KMsurv::bmt.

    >>> found = engraftment(["2010-01-01"], ["2010-01-20"], ["2010-03-01"], ["2010-03-01"])
    >>> found
    CompetingEndpoint('engraftment', n=1, recovery=1, death=0, dropped=0)
    >>> found.sample.days.tolist(), found.sample.events
    ([19], {'recovery': 1, 'death': 0})
    """
    causes = {"recovery": recovery, "death": death}
    others = {} if others is None else others
    expect(others, Mapping, "others")
    for name, dates in others.items():
        if name in causes:
            raise SampleError(f"{name}: named twice; give the others names of their own")
        causes[name] = dates
    return first_of("engraftment", origin, causes, last_contact, cutoff=cutoff)
