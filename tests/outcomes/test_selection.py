"""Does stepwise selection take the steps that R takes, and screening keep the right terms?"""

import numpy as np
import pytest
from pytest import approx

from outcomes._regression.model import entry_test, prepare
from outcomes.cox import cox, likelihood_ratio
from outcomes.interactions import pairwise_interactions
from outcomes.sample import Survival
from outcomes.selection import (
    BACKWARD_ELIMINATION,
    SPSS_BACKWARD,
    SPSS_FORWARD,
    Rule,
    backward,
    screen,
    stepwise,
)
from outcomes.terms import Factor, Interaction, Numeric


def score_of(sample, inside, candidate):
    prepared = prepare(sample, [*inside, candidate], "breslow")
    return entry_test(prepared, [term.name for term in inside], candidate.name)


def test_steps_agree_with_the_same_loop_around_r(data, golden):
    """Removal sequence and P values of BSTEP(WALD) and BSTEP(LR) on five data sets (one re-entry)."""
    rows = golden("backward")
    for name, terms, criterion in {(r["dataset"], r["terms"], r["criterion"]) for r in rows}:
        mine = [row for row in rows if (row["dataset"], row["criterion"]) == (name, criterion)]
        wanted = [row for row in mine if row["action"] != "none"]
        enter_below = 0.10 if name == "invented" else 0.05
        found = backward(
            data[name].sample,
            data[name].named(terms),
            ties="breslow",
            enter_below=enter_below,
            criterion=criterion,
        )
        assert [(s.action, s.term) for s in found.steps] == [
            (row["action"], row["term"]) for row in wanted
        ]
        assert [s.p for s in found.steps] == approx([float(r["p"]) for r in wanted], rel=1e-6)
        assert {step.criterion for step in found.steps} <= {criterion, "score"}
        last = {row["term"]: row["action"] for row in wanted}
        kept = [term for term in terms.split(" + ") if last.get(term) != "remove"]
        assert found.kept == tuple(kept)


def test_every_rule_agrees_with_the_same_loop_around_r(data, golden):
    """Wald, likelihood ratio and SPSS's conditional ratio, backward and forward, with strata."""
    rows = golden("stepwise")
    keys = ("dataset", "terms", "strata", "criterion", "start", "enter")
    for run in dict.fromkeys(tuple(row[key] for key in keys) for row in rows):
        name, terms, strata, criterion, start, enter = run
        source = data[name]
        found = stepwise(
            source.sample,
            source.named(terms),
            ties="breslow",
            rule=Rule(0.10, float(enter), criterion, start),
            strata=source.terms[strata] if strata else None,
        )
        mine = [row for row in rows if tuple(row[key] for key in keys) == run]
        wanted = [row for row in mine if row["action"] != "none"]
        steps = [(row["action"], row["term"]) for row in wanted]
        assert [(step.action, step.term) for step in found.steps] == steps, run
        assert [s.p for s in found.steps] == approx([float(r["p"]) for r in wanted], rel=1e-6)
        assert " + ".join(found.kept) == mine[0]["kept"]
        assert found.fit is not None and found.n == found.fit.n
        assert found.dropped == found.fit.dropped == source.sample.n - found.n


def test_the_score_test_for_entry_agrees_with_r(data, golden):
    roux = data["roux"]
    complete = roux.terms["source"].known
    inside = [term.where(complete) for term in roux.named("treatment + interval")]
    for row in golden("entry"):
        candidate = roux.terms[row["term"]].where(complete)
        found = score_of(roux.sample.where(complete), inside, candidate)
        assert found.p == approx(float(row["p"]), rel=1e-6), row["term"]


def test_the_final_model_of_the_synthetic_cohort_is_the_published_one(data):
    roux = data["roux"]
    names = "remission + treatment + interval + leukemia + sex + source"
    found = backward(roux.sample, roux.named(names), ties="breslow")
    assert found.kept == ("remission", "treatment", "interval")


def test_patients_missing_any_candidate_are_left_out_of_every_model(data):
    lung = data["lung"]
    found = backward(lung.sample, lung.named("age + sex + ph.karno + meal.cal"), ties="breslow")
    complete = np.logical_and.reduce(
        [lung.terms[name].known for name in ("age", "ph.karno", "meal.cal")]
    )
    assert "meal.cal" not in found.kept
    assert found.fit is not None and found.fit.n == np.count_nonzero(complete)


def test_a_term_comes_back_when_it_matters_after_all(data):
    """x2 goes first, then x1 and x0; alone it is worth entering again. R: golden/backward.csv."""
    source = data["invented"]
    found = backward(
        source.sample,
        source.named("x0 + x1 + x2"),
        ties="breslow",
        remove_above=0.10,
        enter_below=0.10,
    )
    assert [(step.action, step.term) for step in found.steps] == [
        ("remove", "x2"),
        ("remove", "x1"),
        ("remove", "x0"),
        ("enter", "x2"),
    ]
    assert (found.steps[-1].criterion, found.kept) == ("score", ("x2",))


def test_the_named_rules():
    """SPSS BSTEP alone is conditional; FSTEP starts empty; elimination never lets a term back."""
    assert Rule(0.10, 0.05, "conditional", "all") == SPSS_BACKWARD
    assert Rule(0.10, 0.05, "conditional", "none") == SPSS_FORWARD
    assert BACKWARD_ELIMINATION.enter_below == 0
    with pytest.raises(ValueError, match=r"criterion: expected one of .* got 'score'"):
        Rule(criterion="score")
    with pytest.raises(ValueError, match="start: expected one of 'all', 'none'; got 'al'"):
        Rule(start="al")


def test_what_selection_answers_is_what_cox_answers(data):
    lung = data["lung"]
    found = stepwise(lung.sample, lung.named("age + sex + ph.karno"), ties="efron")
    assert found.kept == ("sex", "ph.karno")
    known = lung.terms["ph.karno"].known
    inner = [term.where(known) for term in lung.named("sex + ph.karno")]
    fit = cox(lung.sample.where(known), inner, ties="efron")
    assert found.fit.coefficient("sex").beta == approx(fit.coefficient("sex").beta, rel=1e-10)
    assert found.fit.log_likelihood == approx(fit.log_likelihood, rel=1e-12)
    assert found.fit.analysed.values.shape == (found.n, 2)
    assert found.events == fit.events and found.dropped == 1


def test_an_offset_stays_in_every_model():
    """What an offset explains already does not enter again."""
    rng = np.random.default_rng(4)
    x = rng.normal(size=200)
    sample = Survival(np.ceil(rng.exponential(500 * np.exp(-x))), np.ones(200))
    term = Numeric("x", x)
    assert stepwise(sample, [term], ties="efron", rule=SPSS_FORWARD).kept == ("x",)
    assert stepwise(sample, [term], ties="efron", rule=SPSS_FORWARD, offset=x).kept == ()
    assert screen(sample, [term], ties="efron")[0].kept
    assert screen(sample, [term], ties="efron", offset=x, threshold=0.01)[0].kept is False


def test_no_events_leaves_nothing_to_select():
    sample, x = Survival([1, 2, 3], [False] * 3), Numeric("x", [1, 2, 3])
    for rule in (SPSS_BACKWARD, SPSS_FORWARD):
        found = stepwise(sample, [x], ties="efron", rule=rule)
        assert (found.kept, found.fit, found.events) == ((), None, 0)


def test_nothing_matters_and_nothing_is_kept():
    rng = np.random.default_rng(8)
    sample = Survival(rng.integers(1, 500, 80), rng.random(80) < 0.6)
    terms = [Numeric(name, rng.normal(size=80)) for name in ("a", "b")]
    found = backward(sample, terms, ties="efron", remove_above=0.001, enter_below=0.0001)
    assert found.kept == () and found.fit is None
    assert {step.term for step in found.steps} == {"a", "b"}


def test_a_term_with_nothing_to_estimate_goes_first():
    rng = np.random.default_rng(8)
    sample = Survival(rng.integers(1, 500, 80), rng.random(80) < 0.6)
    terms = [Numeric("a", rng.normal(size=80)), Numeric("flat", np.ones(80))]
    first = backward(sample, terms, ties="efron").steps[0]
    assert (first.action, first.term, first.p) == ("remove", "flat", None)


def monotone():
    """Level c never has an event; it holds a third of the patients."""
    rng = np.random.default_rng(5)
    codes = rng.integers(0, 3, 90)
    event = (rng.random(90) < 0.7) & (codes != 2)
    return Survival(rng.integers(1, 40, 90), event), Factor("group", ["a", "b", "c"], codes)


def test_a_monotone_term_is_judged_by_the_likelihood_ratio():
    sample, group = monotone()
    noise = Numeric("noise", np.random.default_rng(6).normal(size=90))
    found = screen(sample, [group], ties="breslow")[0]
    assert found.kept and found.criterion == "likelihood_ratio"
    assert found.p == found.fit.likelihood_ratio.p
    selected = backward(sample, [group, noise], ties="breslow")
    assert "group" in selected.kept
    # Beside an infinite coefficient the conditional ratio has no covariance to shift by.
    found = stepwise(sample, [group, noise], ties="breslow", rule=SPSS_BACKWARD)
    assert (found.steps[0].term, found.steps[0].criterion) == ("noise", "likelihood_ratio")


def test_entry_beside_a_monotone_term():
    """The score test works across the infinite direction: near the likelihood ratio."""
    sample, group = monotone()
    x = Numeric("x", np.random.default_rng(6).normal(size=90) + group.codes)
    found = score_of(sample, [group], x)
    ratio = likelihood_ratio(
        cox(sample, [group], ties="breslow"), cox(sample, [group, x], ties="breslow")
    )
    assert found.df == 1
    assert found.statistic == approx(ratio.statistic, rel=0.1, abs=0.05)


def test_screening_uses_the_overall_p_and_includes_the_threshold(data):
    roux = data["roux"]
    found = {
        s.name: s for s in screen(roux.sample, roux.named("source + tbi + gvhd"), ties="breslow")
    }
    source = found["source"]
    assert source.p == source.fit.term("source").p
    assert source.kept == (source.p <= 0.20)
    assert source.fit.dropped == 3 and found["tbi"].fit.dropped == 0
    exact = screen(roux.sample, [roux.terms["tbi"]], ties="breslow", threshold=found["tbi"].p)
    assert exact[0].kept


def test_screening_a_term_with_nothing_to_estimate():
    found = screen(Survival([1, 2], [True, True]), [Numeric("flat", [1, 1])], ties="efron")[0]
    assert (found.p, found.kept) == (None, False)


@pytest.mark.parametrize("threshold", [0, -0.1, 5, float("nan")])
def test_a_threshold_is_a_p(threshold):
    with pytest.raises(ValueError, match="threshold: expected a P above 0 and up to 1"):
        screen(Survival([1, 2], [True, True]), [Numeric("x", [0, 1])], threshold=threshold)


def test_ties_are_efrons_by_default_and_the_level_reaches_every_fit(data):
    bmt = data["bmt"]
    terms = list(bmt.terms.values())
    plain = [found.fit for found in screen(bmt.sample, terms, level=0.9)]
    plain.append(backward(bmt.sample, terms, level=0.9).fit)
    plain.append(stepwise(bmt.sample, terms, level=0.9).fit)
    plain += [pair.fit for pair in pairwise_interactions(bmt.sample, terms, level=0.9)]
    for fit in plain:
        same = cox(bmt.sample, fit.inputs.terms, ties="efron", level=0.9)
        assert (fit.ties, fit.level) == ("efron", 0.9)
        assert [c.upper for c in fit.coefficients] == approx([c.upper for c in same.coefficients])


def test_a_selection_prints_no_patient(data):
    bmt = data["bmt"]
    found = stepwise(bmt.sample, list(bmt.terms.values()))
    assert len(repr(found)) < 1000 and "array" not in repr(found)
    (pair,) = pairwise_interactions(bmt.sample, list(bmt.terms.values()))
    assert "array" not in repr(pair)


def test_limits_that_would_circle_are_refused():
    with pytest.raises(ValueError, match="enter_below"):
        backward(
            Survival([1, 2], [True, True]),
            [Numeric("x", [0, 1])],
            ties="efron",
            remove_above=0.05,
            enter_below=0.10,
        )


def test_a_factor_stays_while_its_interaction_is_inside():
    """What selection ends with is a model that cox takes."""
    rng = np.random.default_rng(4)
    a, b = rng.integers(0, 2, 120), rng.integers(0, 2, 120)
    days = np.ceil(400 * rng.exponential(size=120) * np.exp(1.5 * (a != b))).astype(int)
    sample = Survival(days, [True] * 120)
    one, two = Factor("one", ["n", "y"], a), Factor("two", ["n", "y"], b)
    both = Interaction(one, two)
    found = backward(sample, [one, two, both])
    assert found.kept == ("one", "two", "one x two")
    assert found.fit.n == cox(sample, [one, two, both]).n
    forward = stepwise(sample, [both, one, two], rule=Rule(0.10, 0.05, start="none"))
    assert "one x two" not in forward.kept or {"one", "two"} <= set(forward.kept)
