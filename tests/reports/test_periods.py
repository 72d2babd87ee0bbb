"""Which transplants does a period hold, and how does a report tell it?"""

from __future__ import annotations

from dataclasses import replace

import pytest

from reports.columns import Columns
from reports.compute import Source, run
from reports.compute.part import done_in
from reports.render.document import document_of
from reports.render.html import report_page
from reports.results import Period, Results
from reports.studies import STUDIES
from tests.reports.network import STUDY
from tests.reports.roux_columns import columns_of, roux_rows

ROUX = STUDIES[STUDY]
MADE = Source("2014-12-31", "test", "test")
COLUMNS = columns_of(roux_rows())


@pytest.mark.parametrize(
    ("period", "taken"),
    [
        (None, [0, 1, 2, 3, 4]),
        (Period("2005-01-01", "2005-12-31"), [1, 2]),
        (Period("2005-01-02", None), [2, 3]),
        (Period(None, "2005-01-01"), [0, 1]),
        (Period("2005-01-01", "2005-01-01"), [1]),
        (Period("2009-01-01", "2009-12-31"), []),
    ],
)
def test_both_days_of_a_period_count_and_an_undated_transplant_is_in_none(
    period: Period | None, taken: list[int]
) -> None:
    dates = ["2004-12-31", "2005-01-01", "2005-12-31", "2006-01-01", None]
    columns = Columns({"patient": [str(n) for n in range(5)], "transplant_date": dates})
    assert done_in(columns, period)["patient"].tolist() == [str(n) for n in taken]


@pytest.mark.parametrize(
    "ends", [(None, None), ("2005-02-30", None), ("2006", "2007"), ("2006-01-01", "2005-12-31")]
)
def test_what_is_no_period_is_refused(ends: tuple[str | None, str | None]) -> None:
    with pytest.raises(ValueError):
        Period(*ends)


def test_a_period_leaves_out_the_others_counts_them_and_says_so() -> None:
    period = Period("2005-01-01", "2009-12-31")
    part = run(ROUX, COLUMNS, replace(MADE, period=period), judged=False)
    done = COLUMNS["transplant_date"].astype("datetime64[Y]").astype(int) + 1970
    inside = (done >= 2005) & (done <= 2009)
    assert 0 < inside.sum() < COLUMNS.n
    alone = run(ROUX, COLUMNS.where(inside), MADE, judged=False)
    assert part.flow == alone.flow and part.tables == alone.tables and part.texts == alone.texts
    assert part.flow[0].n == inside.sum()
    assert (part.provenance.rows, part.provenance.period) == (COLUMNS.n, period)
    assert part.provenance.cut_sha256 == COLUMNS.sha256, "the cut is the whole one"
    assert part.method[0].startswith(
        f"Of 1307 transplants in the data cut of 33 centres, {inside.sum()} were done from 2005-01-01 to "
        "2009-12-31. Of these were kept, in turn: "
    )
    assert Results.from_json(part.to_json()).provenance == part.provenance
    document = document_of(part)
    assert document.period == "1 Jan 2005 to 31 Dec 2009"
    assert ("Transplants done", document.period) in document.facts
    assert "Transplants <b>1 Jan 2005 to 31 Dec 2009</b>" in report_page(part)


def test_an_open_end_is_told_as_one() -> None:
    since = run(ROUX, COLUMNS, replace(MADE, period=Period("2010-06-01")), judged=False)
    assert "were done on or after 2010-06-01." in since.method[0]
    assert document_of(since).period == "since 1 Jun 2010"
    until = run(ROUX, COLUMNS, replace(MADE, period=Period(None, "2004-06-01")), judged=False)
    assert "were done on or before 2004-06-01." in until.method[0]
    assert document_of(until).period == "until 1 Jun 2004"
