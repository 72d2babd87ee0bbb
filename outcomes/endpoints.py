"""From which day to which event, and who is censored when? Dates to times."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from outcomes._dates.first_event import NO_DATE, THE_ORIGIN, Dates, Dropped, first_event
from outcomes._numbers.arguments import expect
from outcomes._numbers.columns import BoolArray
from outcomes.sample import CENSORED, Survival

__all__ = [
    "DAYS_PER_MONTH",
    "DAYS_PER_YEAR",
    "NO_DATE",
    "Dates",
    "Endpoint",
    "disease_free_survival",
    "event_free_survival",
    "gvhd_free_relapse_free_survival",
    "leukaemia_free_survival",
    "months",
    "overall_survival",
    "overall_survival_from",
    "relapse_free_survival",
]

DAYS_PER_YEAR = 365.25
DAYS_PER_MONTH = 365.25 / 12


def months(n: float) -> float:
    """Days in n months of 365.25/12 days: 12 months are 365.25 days. Not rounded.

    n : months, of any sign. For the opposite divide days by DAYS_PER_MONTH. Raises nothing.
    Source: the usage of the published studies, who divide days by 30.4375.
    Checked: by hand.

    >>> months(12)
    365.25
    """
    return n * DAYS_PER_MONTH


@dataclass(frozen=True, eq=False)
class Endpoint:
    """An end point of the kept patients.

    sample : the kept patients, in their order. kept : (n,) mask over the input, read-only.
    dropped : each reason with its number of patients; kept and dropped add up to n.
    """

    name: str
    sample: Survival
    kept: BoolArray
    dropped: Dropped

    def __repr__(self) -> str:
        left_out = sum(count for _, count in self.dropped)
        facts = f"n={self.sample.n}, events={self.sample.events}, dropped={left_out}"
        return f"Endpoint({self.name!r}, {facts})"


def overall_survival(
    origin: ArrayLike,
    death: ArrayLike,
    last_contact: ArrayLike,
    *,
    cutoff: np.datetime64 | str | None = None,
) -> Endpoint:
    """Time from origin to death from any cause, censored at the last contact.

    Dates (n,) as datetime64[D], columns of pandas, full ISO text or date objects; None, NaN, NaT,
    NA or "" = missing or not applicable; without a time zone, up to the year 2200. Rows go by
    position. Death on the day of the origin has time 0. Death after the last contact counts, on its
    own day. Who died before the origin is dropped and counted as "death before the origin".
    origin, death, last_contact : dates of each patient. With a cutoff, whatever happened after it is
    unknown: patients are censored at the cutoff, later origins dropped.
    Raises SampleError (different lengths, columns of pandas whose index differs, partial or later
    dates, time zones, cutoff not a date), EmptySample (nobody left).
    Source: Iacobelli, EBMT Statistical Committee, Bone Marrow Transplant 2013;48 Suppl 1:S1-S37.
    Checked: by hand; days and deaths of R's survival::jasa from its dates.

    >>> found = overall_survival(["2010-01-01", "2010-01-01"], ["2010-01-31", ""],
    ...                          ["2010-01-31", "2011-01-01"])
    >>> found
    Endpoint('overall survival', n=2, events=1, dropped=0)
    >>> found.sample.days.tolist(), found.sample.event.tolist()
    ([30, 365], [True, False])
    """
    return _survival("overall survival", origin, {"death": death}, last_contact, cutoff)


def overall_survival_from(
    what: str,
    origin: ArrayLike,
    death: ArrayLike,
    last_contact: ArrayLike,
    *,
    cutoff: np.datetime64 | str | None = None,
) -> Endpoint:
    """Overall survival of those to whom it happened: from relapse, second transplant, treatment.

    what : the name of the origin in words, for the name of the end point and the reasons. Who has
    no origin, or died before it, is dropped and counted. Other arguments and
    the rest as overall_survival. Raises as overall_survival.
    Time before the origin is no part of it, so groups must be those known on that day; what comes
    later (a second transplant after relapse) is a change in time: counting_process.counting_rows.
    Source: as overall_survival; on later groups Anderson, J Clin Oncol 1983;1:710-719.
    Checked: by hand.

    >>> found = overall_survival_from("relapse", ["2010-02-01", ""], ["2010-02-11", ""],
    ...                               ["2010-02-11", "2012-01-01"])
    >>> found.name, found.sample.days.tolist(), found.dropped
    ('overall survival from relapse', [10], (('no relapse', 1),))
    """
    name = f"overall survival from {what}"
    return _survival(name, origin, {"death": death}, last_contact, cutoff, origin_name=what)


def relapse_free_survival(
    origin: ArrayLike,
    relapse: ArrayLike,
    death: ArrayLike,
    last_contact: ArrayLike,
    *,
    cutoff: np.datetime64 | str | None = None,
) -> Endpoint:
    """Time from origin to relapse (or progression) or death, whichever is first.

    Other arguments and the rest as overall_survival. Raises as overall_survival.
    leukaemia_free_survival and disease_free_survival are the same
    under the names that some papers use.
    Source: Iacobelli, EBMT Statistical Committee, Bone Marrow Transplant 2013;48 Suppl 1:S1-S37.
    Checked: by hand; t2 and d3 of KMsurv::bmt from dates (136 of 137 days; one printed day is odd).

    >>> found = relapse_free_survival(["2010-01-01"], ["2010-01-11"], ["2010-03-01"],
    ...                               ["2010-03-01"])
    >>> found.sample.days.tolist(), found.sample.event.tolist()
    ([10], [True])
    """
    events = {"relapse": relapse, "death": death}
    return _survival("relapse-free survival", origin, events, last_contact, cutoff)


def leukaemia_free_survival(
    origin: ArrayLike,
    relapse: ArrayLike,
    death: ArrayLike,
    last_contact: ArrayLike,
    *,
    cutoff: np.datetime64 | str | None = None,
) -> Endpoint:
    """relapse_free_survival under the name that EBMT uses in leukaemia.

    Arguments as there. Raises as there.
    Source: Iacobelli, EBMT Statistical Committee, Bone Marrow Transplant 2013;48 Suppl 1:S1-S37.
    Checked: with relapse_free_survival.

    >>> leukaemia_free_survival(["2010-01-01"], [""], [""], ["2010-03-01"]).name
    'leukaemia-free survival'
    """
    events = {"relapse": relapse, "death": death}
    return _survival("leukaemia-free survival", origin, events, last_contact, cutoff)


def disease_free_survival(
    origin: ArrayLike,
    relapse: ArrayLike,
    death: ArrayLike,
    last_contact: ArrayLike,
    *,
    cutoff: np.datetime64 | str | None = None,
) -> Endpoint:
    """relapse_free_survival under its other name.

    Arguments as there. Raises as there.
    Source: Iacobelli, EBMT Statistical Committee, Bone Marrow Transplant 2013;48 Suppl 1:S1-S37.
    Checked: with relapse_free_survival.

    >>> disease_free_survival(["2010-01-01"], [""], [""], ["2010-03-01"]).name
    'disease-free survival'
    """
    events = {"relapse": relapse, "death": death}
    return _survival("disease-free survival", origin, events, last_contact, cutoff)


def event_free_survival(
    origin: ArrayLike,
    events: Mapping[str, ArrayLike],
    last_contact: ArrayLike,
    *,
    cutoff: np.datetime64 | str | None = None,
) -> Endpoint:
    """Time from origin to the first of the events that the study names.

    events : name to dates (n,), e.g. graft failure, relapse, second transplant, death. Nothing is
    added: a study that forgets death censors the dead at their last contact. Other arguments
    and the rest as overall_survival. Raises as overall_survival; TypeError (events without names).
    Source: Iacobelli, EBMT Statistical Committee, Bone Marrow Transplant 2013;48 Suppl 1:S1-S37.
    Checked: by hand.

    >>> events = {"graft failure": ["2010-01-29"], "death": ["2010-03-01"]}
    >>> event_free_survival(["2010-01-01"], events, ["2010-03-01"]).sample.days.tolist()
    [28]
    """
    expect(events, Mapping, "events")
    return _survival("event-free survival", origin, events, last_contact, cutoff)


def gvhd_free_relapse_free_survival(
    origin: ArrayLike,
    acute_gvhd: ArrayLike,
    chronic_gvhd: ArrayLike,
    relapse: ArrayLike,
    death: ArrayLike,
    last_contact: ArrayLike,
    *,
    cutoff: np.datetime64 | str | None = None,
) -> Endpoint:
    """GRFS: time from transplant to severe GvHD, relapse or death, whichever is first.

    acute_gvhd : dates of grade III-IV. chronic_gvhd : dates from which it needed systemic
    treatment; EBMT's refined GRFS takes severe chronic GvHD, older studies extensive: the caller
    passes the dates of one of them and says which. Other arguments and
    the rest as overall_survival. Raises as overall_survival.
    Source: Holtan et al., Blood 2015;125:1333-1338, who look at the first year: read the curve
    there.
    Checked: by hand; against the minimum of the four times of KMsurv::bmt.

    >>> origin, never = ["2010-01-01"], [""]
    >>> found = gvhd_free_relapse_free_survival(origin, ["2010-02-10"], never, never, never,
    ...                                         ["2011-01-01"])
    >>> found.sample.days.tolist(), found.sample.event.tolist()
    ([40], [True])
    """
    events = {
        "acute GvHD": acute_gvhd,
        "chronic GvHD": chronic_gvhd,
        "relapse": relapse,
        "death": death,
    }
    return _survival("GvHD-free, relapse-free survival", origin, events, last_contact, cutoff)


def _survival(
    name: str,
    origin: ArrayLike,
    events: Mapping[str, ArrayLike],
    last_contact: ArrayLike,
    cutoff: np.datetime64 | str | None,
    origin_name: str = THE_ORIGIN,
) -> Endpoint:
    found = first_event(name, origin, events, last_contact, cutoff, origin_name=origin_name)
    sample = Survival(found.days, found.cause != CENSORED)
    return Endpoint(name, sample, found.kept, found.dropped)
