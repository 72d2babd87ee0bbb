"""Is Fine and Gray's regression right by hand and by its definition?"""

import math

import numpy as np
import pytest
from pytest import approx

from outcomes._competing.subdistribution_likelihood import SubdistributionLikelihood
from outcomes._competing.subdistribution_sets import subdistribution_sets
from outcomes._regression.design import design
from outcomes.cox import cox
from outcomes.fine_gray import fine_gray, predicted_incidence
from outcomes.sample import CENSORED, CompetingRisks
from outcomes.terms import Factor, Interaction, Numeric
from tests.outcomes.fine_gray_data import (
    CAUSES,
    MONOTONE,
    made_up,
    numbers_of,
    without_numbers,
)

# --- by hand ------------------------------------------------------------------------------


def test_a_competing_event_keeps_its_patient_at_risk_by_hand():
    """Relapse, death, relapse on days 1, 2, 3, nobody censored; x = 1, 0, 0, the last is left.

    All weights are 1, so the dead stay: L = e/(e+3) * 1/3, e = exp(beta), if the relapse of day 3
    has x = 0. It rises without end; with x = 1 for the patient left as well, everybody stays:
    L = e/(2e+2) * 1/(e+2), and d log L = 1 - e/(e+1) - e/(e+2) = 0  <=>  e^2 = 2.
    """
    risks = CompetingRisks([1, 2, 3, 4], [0, 1, 0, CENSORED], causes=CAUSES)
    endless = fine_gray(risks, "relapse", [Numeric("x", [1, 0, 0, 0])])
    assert without_numbers(endless.coefficient("x"), MONOTONE)
    assert endless.pseudo_log_likelihood == approx(math.log(1 / 3))
    fit = fine_gray(risks, "relapse", [Numeric("x", [1, 0, 0, 1])])
    e, found = math.sqrt(2), fit.coefficient("x")
    assert found.hazard_ratio == approx(e)
    information = e / (e + 1) ** 2 + 2 * e / (e + 2) ** 2
    assert math.sqrt(fit.naive_covariance[0, 0]) == approx(1 / math.sqrt(information))
    assert fit.pseudo_log_likelihood == approx(math.log(e / ((2 * e + 2) * (e + 2))))
    assert fit.pseudo_log_likelihood_null == approx(math.log(1 / 4 * 1 / 3))
    # Score of each patient: own event, less the jumps met. Means e/(e+1) and e/(e+2), jumps
    # 1/(2e+2) and 1/(e+2); the last meets both, as the patient who died does.
    m1, m2, j1, j2 = e / (e + 1), e / (e + 2), 1 / (2 * e + 2), 1 / (e + 2)
    first = (1 - m1) - e * j1 * (1 - m1)
    dead = j1 * m1 + j2 * m2
    third = -m2 + j1 * m1 + j2 * m2
    last = -e * (j1 * (1 - m1) + j2 * (1 - m2))
    squares = first**2 + dead**2 + third**2 + last**2
    assert found.std_error == approx(math.sqrt(squares) / information)
    curve = predicted_incidence(fit, {"x": 0})
    assert curve.day.tolist() == [1, 3]
    assert curve.incidence == approx([1 - math.exp(-j1), 1 - math.exp(-j1 - j2)])
    assert curve.at(0) == 0 and curve.at(2) == curve.at(1) and curve.at(99) == curve.at(3)


def test_censoring_lowers_the_weight_of_the_dead_by_hand():
    """Death on day 1; on day 2 one of three censored, G = 2/3; relapse on day 3 of two left.

    The dead weighs 2/3: with x = 1 for the dead and who relapses, L = e/(e + 1 + 2e/3).
    On day 2 itself G(2-) is still 1: a relapse then meets a dead of full weight.
    """
    risks = CompetingRisks([1, 2, 3, 4], [1, CENSORED, 0, CENSORED], causes=CAUSES)
    fit = fine_gray(risks, "relapse", [Numeric("x", [1, 0, 1, 0])])
    assert fit.pseudo_log_likelihood_null == approx(math.log(1 / (2 + 2 / 3)))
    same_day = CompetingRisks([1, 2, 2, 4], [1, CENSORED, 0, CENSORED], causes=CAUSES)
    fit = fine_gray(same_day, "relapse", [Numeric("x", [1, 0, 1, 0])])
    assert fit.pseudo_log_likelihood_null == approx(math.log(1 / 4))


def test_censoring_groups_have_a_curve_each_by_hand():
    """As above, but who died shares no censoring with who was censored: weight 1 throughout.

    A third of that group is followed beyond day 3, else it would be known to nobody.
    """
    risks = CompetingRisks([1, 2, 3, 4, 4], [1, CENSORED, 0, CENSORED, CENSORED], causes=CAUSES)
    place = Factor("place", ["north", "south"], [0, 1, 1, 1, 0])
    fit = fine_gray(risks, "relapse", [Numeric("x", [1, 0, 1, 0, 0])], censoring_groups=place)
    assert fit.pseudo_log_likelihood_null == approx(math.log(1 / 4))
    assert fit.censoring_groups == ("north", "south")
    gone = CompetingRisks([1, 2, 3, 4], [1, CENSORED, 0, CENSORED], causes=CAUSES)
    place = Factor("place", ["north", "south"], [0, 1, 1, 1])
    fit = fine_gray(gone, "relapse", [Numeric("x", [1, 0, 1, 0])], censoring_groups=place)
    assert fit.pseudo_log_likelihood_null == approx(math.log(1 / 2))  # nobody left in the north


# --- by the definition --------------------------------------------------------------------


def by_definition(risks, x, beta, groups):
    """Weights, then score, information and influence, as double sums over patients.

    x (n, p). groups (n,). Source: Fine and Gray 1999, section 3.
    """
    days, relapse, dead = risks.days, risks.cause == 0, risks.cause == 1
    censored, n = risks.cause == CENSORED, risks.n

    def staying(group, day):
        mine, curve = groups == group, 1.0
        if day > days[mine].max():
            return 0.0
        for u in np.unique(days[mine & censored]):
            if u < day:
                curve *= 1 - (mine & censored & (days == u)).sum() / (mine & (days >= u)).sum()
        return curve

    weight = np.zeros((n, n))  # of patient j at the event of patient i
    for i in np.flatnonzero(relapse):
        for j in range(n):
            if days[j] >= days[i]:
                weight[i, j] = 1
            elif dead[j]:
                weight[i, j] = staying(groups[j], days[i]) / staying(groups[j], days[j])
    load = np.exp(x @ beta)
    total, mean = weight @ load, np.zeros_like(x)
    at = np.flatnonzero(relapse)
    mean[at] = (weight[at] * load) @ x / total[at, None]
    value = float((x[at] @ beta - np.log(total[at])).sum())
    score = (x[at] - mean[at]).sum(axis=0)
    information = sum(
        weight[i, j] * load[j] / total[i] * np.outer(x[j] - mean[i], x[j] - mean[i])
        for i in at
        for j in range(n)
    )
    influence = np.zeros_like(x)
    for j in range(n):
        influence[j] += relapse[j] * (x[j] - mean[j])
        for i in at:
            influence[j] -= weight[i, j] * load[j] / total[i] * (x[j] - mean[i])
    for u, group in {(int(days[j]), int(groups[j])) for j in np.flatnonzero(censored)}:
        mine = groups == group
        q = np.zeros(x.shape[1])
        for i in at[days[at] >= u]:
            for j in np.flatnonzero(mine & dead & (days < u)):
                q += weight[i, j] * load[j] / total[i] * (x[j] - mean[i])
        followed = (mine & (days >= u)).sum()
        here = mine & censored & (days == u)
        influence[here] += q / followed
        influence[mine & (days >= u)] -= q * here.sum() / followed**2
    return value, score, information, influence


def prepared(data, terms, groups=None):
    sets = subdistribution_sets(data.risks, 0, groups)
    columns = design(terms, sets.order)
    return SubdistributionLikelihood(columns.values, columns.spread, sets)


@pytest.mark.parametrize("grouped", [False, True])
def test_the_running_sums_are_the_double_sums(grouped):
    data = made_up(60, longest=25)
    groups = data.group.codes.astype(np.intp) if grouped else np.zeros(60, dtype=np.intp)
    likelihood = prepared(data, [data.x, data.y, data.group], groups if grouped else None)
    beta, order = np.array([0.4, -0.7, 0.2, 0.1]), likelihood.sets.order
    unsorted = np.argsort(order)
    x = likelihood.values[unsorted]
    value, score, information, influence = by_definition(data.risks, x, beta, groups)
    found = likelihood.at(beta)
    assert found.log_likelihood == approx(value, rel=1e-12)
    assert likelihood.far(beta) == approx(value, rel=1e-12)
    assert found.score == approx(score, rel=1e-10, abs=1e-10)
    assert found.information == approx(information, rel=1e-10, abs=1e-10)
    each = likelihood.influence(likelihood.hazard(beta))[unsorted]
    assert each == approx(influence, rel=1e-9, abs=1e-10)


def test_score_and_information_are_the_derivatives():
    data = made_up(90, longest=20)
    likelihood = prepared(data, [data.x, data.y])
    beta, h = np.array([0.3, -0.7]), 1e-5
    here = likelihood.at(beta)
    alone = likelihood.score(beta)
    assert alone is None or alone == approx(here.score, abs=1e-12)
    for place, step in enumerate(np.eye(2) * h):
        up, down = likelihood.at(beta + step), likelihood.at(beta - step)
        slope = (up.log_likelihood - down.log_likelihood) / (2 * h)
        assert here.score[place] == approx(slope, abs=1e-7)
        assert -here.information[place] == approx((up.score - down.score) / (2 * h), abs=1e-7)


def test_the_influences_add_up_to_the_score():
    """What censoring adds, adds up to nothing."""
    data = made_up()
    likelihood = prepared(data, [data.x, data.group])
    beta = np.array([0.5, -0.2, 0.1])
    influence = likelihood.influence(likelihood.hazard(beta))
    assert influence.sum(axis=0) == approx(likelihood.at(beta).score, abs=1e-10)


def test_an_influence_is_what_one_more_patient_does_to_the_score():
    """Each patient of two censoring groups 40 times; once more changes the score by influence.

    This tells apart whose competing events a censoring bears on: with those of the other group
    (as crr) the largest difference is 0.10, without the term for censoring 0.10 as well.
    """
    rng = np.random.default_rng(0)
    n, beta = 150, np.array([0.4])
    days, cause = rng.permutation(n) + 1, rng.choice([CENSORED, 0, 1], n, p=[0.35, 0.3, 0.35])
    group = rng.integers(0, 2, n)
    x = rng.normal(size=n) + 0.8 * group

    def likelihood(rows):
        risks = CompetingRisks(days[rows], cause[rows], causes=CAUSES)
        sets = subdistribution_sets(risks, 0, group[rows].astype(np.intp))
        return SubdistributionLikelihood(x[rows][sets.order][:, None], np.ones(1), sets)

    once, often = likelihood(np.arange(n)), np.repeat(np.arange(n), 40)
    before = likelihood(often).at(beta).score
    changes = [likelihood(np.append(often, row)).at(beta).score - before for row in range(n)]
    influence = once.influence(once.hazard(beta))[np.argsort(once.sets.order), 0]
    assert influence == approx(np.ravel(changes), abs=0.025)


def test_without_competing_events_it_is_cox_with_breslow_and_robust_errors():
    data = made_up()
    alone = CompetingRisks(
        data.risks.days, np.where(data.risks.cause == 1, CENSORED, data.risks.cause), causes=CAUSES
    )
    s = Factor("s", ["-", "+"], (data.y.values > 0).astype(int))
    terms = [data.x, data.group, Interaction(data.group, s, alone=True)]
    fit = fine_gray(alone, "relapse", terms)
    plain = cox(alone.only("relapse"), terms, ties="breslow")
    robust = cox(alone.only("relapse"), terms, ties="breslow", robust=True)
    assert numbers_of(fit) == approx(numbers_of(plain), rel=1e-8)
    assert fit.naive_covariance == approx(plain.covariance, rel=1e-8)
    assert fit.covariance == approx(robust.covariance, rel=1e-7)
    assert fit.pseudo_log_likelihood == approx(plain.log_likelihood, rel=1e-11)
    assert fit.term("group").p == approx(robust.term("group").p, rel=1e-6)
