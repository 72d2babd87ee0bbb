"""Is a relapse of unknown kind nowhere told as no relapse: in columns, studies, exports and replays?"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from registry.models import Patient
from registry.scope import scope
from reports.columns import Columns
from reports.compute.incidence import competing
from reports.compute.population import NO_EVENT_DATE, NO_FAILURE_DATE, followed
from reports.exports.analysis import RELAPSES, TRANSPLANTS
from reports.exports.content import content_of
from reports.exports.programs import PROGRAMS
from reports.exports.words import readme
from reports.extract import read_records, take_columns
from reports.replay.tools.cohort import EndPoint as ReplayedPoint
from reports.replay.tools.cohort import follow, read_columns
from reports.study import EndPoint
from tests.registry.people import People, new_people
from tests.reports.exported import exported, table, unpacked

RFS = EndPoint("Relapse-free survival", "transplant_date", "failure or death")
UNKNOWN = {"missing": "UNK"}
DEATH = EndPoint("Overall survival", "transplant_date")


def _case(
    key: str, year: int, *relapses: dict[str, Any], then: tuple[dict[str, Any], ...] = ()
) -> dict[str, Any]:
    transplant = {"key": "t", "number": 1, "date": f"{year}-03-01", "type": "ALLO"}
    seen = {"key": "f", "date_of_contact": f"{year + 8}-03-01", "status": "ALIVE"}
    told = [
        {"key": f"r{at}", "number": at, "after_transplant": 1, "date": f"{year + at}-03-01"} | one
        for at, one in enumerate(relapses, 1)
    ]
    return {"key": key, "sex": "F", "transplants": [transplant, *then], "relapses": told,
            "follow_ups": [seen]}  # fmt: skip


AUTOLOGOUS = {"key": "a", "number": 2, "date": "2006-06-01", "type": "AUTO"}
CASES = (
    _case("free", 2001),
    _case("failed", 2002, {"kind": "RELAPSE"}, {"kind": UNKNOWN}),
    _case("not known", 2003, {"kind": {"missing": "NYA"}}, {"kind": "RELAPSE"}),
    _case("not answered", 2004, {}),
    # After the allogeneic or the autologous one: nobody knows.
    _case(
        "whose",
        2005,
        {"kind": "RELAPSE", "after_transplant": UNKNOWN, "date": UNKNOWN},
        then=(AUTOLOGOUS,),
    ),
    _case("molecular", 2006, {"kind": "MOLECULAR"}),
    _case("undated", 2007, {"kind": "RELAPSE", "date": UNKNOWN}),
)
FAILURE = ["no", "yes", "", "", "", "no", "yes"]


@pytest.fixture
def centre(db: None) -> People:
    """A patient of each case, by the year of the transplant; none has errors."""
    made = new_people()
    for case in CASES:
        made.store(case)
    with scope([made.own_centre.centre_id]):
        Patient.objects.update(error_count=0)
    return made


def _columns(centre: People) -> Columns:
    with scope([centre.own_centre.centre_id]):
        return take_columns().columns.in_order()


def test_the_columns_of_studies_leave_it_open(centre: People) -> None:
    columns = _columns(centre)
    assert columns["failure"].tolist() == FAILURE
    assert columns["failure_kind"].tolist() == ["", "RELAPSE", "", "", "", "", "RELAPSE"]
    assert columns.known("failure_date").tolist() == [False, True, *[False] * 5]
    assert columns.known("days_to_failure").tolist() == [False, True, *[False] * 5]


def test_no_study_counts_it_as_free_of_relapse(centre: People) -> None:
    columns = _columns(centre)
    rfs = followed(columns, RFS)
    assert rfs.followed.tolist() == [True, True, *[False] * 3, True, False]
    assert rfs.dropped == ((NO_FAILURE_DATE, 4),)
    assert rfs.sample is not None and rfs.sample.event.tolist() == [False, True, False]
    risks = competing(columns, DEATH)
    assert risks.followed.tolist() == rfs.followed.tolist()
    # Its death is known all the same.
    assert followed(columns, DEATH).followed.all()


def test_who_died_on_an_unknown_day_is_counted_once(centre: People) -> None:
    columns = _columns(centre).changed(death=["no", "no", "yes", "no", "no", "no", "no"])
    assert followed(columns, RFS).dropped == ((NO_EVENT_DATE, 1), (NO_FAILURE_DATE, 3))


def test_a_replay_follows_the_same_patients(centre: People, tmp_path: Path) -> None:
    columns = _columns(centre)
    names = ("failure", "failure_date", "death", "death_date", "last_contact_date",
             "transplant_date")  # fmt: skip
    dated = [name for name in names if name.endswith("date")]
    lines = zip(*(columns[name].astype(str).tolist() for name in names), strict=True)
    told = [",".join("" if one == "NaT" else one for one in line) for line in lines]
    (tmp_path / "data.csv").write_text("\n".join([",".join(names), *told, ""]), "utf-8")
    rows = read_columns(str(tmp_path / "data.csv"), numbers=(), dates=dated)
    found = follow(rows, ReplayedPoint("transplant_date", "failure or death"))
    assert found.rows["row"].tolist() == np.flatnonzero(followed(columns, RFS).followed).tolist()
    assert follow(rows, ReplayedPoint("transplant_date", "death")).n == len(CASES)


def test_an_export_tells_it_with_its_reason(centre: People, tmp_path: Path) -> None:
    told = unpacked(exported(centre.own_centre, "csv"), tmp_path)["left_out"]
    assert told["relapses_from_analysis_tables"] == {
        "of_patients_with_errors": 0, "transplant_not_known": 1, "transplant_left_out": 0,
        "kind_not_known": 3, "molecular": 1, "first_not_known": 1, "not_the_first": 0,
    }  # fmt: skip
    lines = table(tmp_path, "csv", TRANSPLANTS).rows
    assert [one["failure"] for one in lines] == ["0", "1", "", "", "", "0", "1"]
    assert [one["failure_missing"] for one in lines] == ["", "", "NYA", "", "UNK", "", ""]
    assert [one["failure_date"] for one in lines] == ["", "2003-03-01", *[""] * 5]
    for name in ("rfs_event", "ci_event"):
        assert [one[name] for one in lines] == ["0", "1", "", "", "", "0", ""], name
    assert [one["os_event"] for one in lines] == ["0"] * 7
    relapses = table(tmp_path, "csv", RELAPSES).rows
    assert [one["failure_date"] for one in relapses] == ["2003-03-01", ""]


def test_its_readme_says_how_many(centre: People) -> None:
    with scope([centre.own_centre.centre_id]):
        content = content_of(read_records(), "C01")
    told = " ".join(readme(content, PROGRAMS["spss"], {}).split())
    assert f"Of 3 transplants in {TRANSPLANTS} it is not known whether" in told
    assert "1 of which it is not known whether it was the first after its transplant" in told
