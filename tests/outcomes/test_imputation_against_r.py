"""Is multiple imputation that of R's mice?"""

import numpy as np
import pytest
from pytest import approx

from outcomes._imputation.chained import Chain
from outcomes._imputation.draws import line
from outcomes._imputation.level_draws import choice, probabilities
from outcomes._imputation.predictors import prepared
from outcomes.cox import cox
from outcomes.imputation import impute
from outcomes.pooled_cox import pool_cox
from tests.outcomes.golden_tables import read_golden
from tests.outcomes.imputation_data import completed_by_r, incomplete, values_of


def test_the_regressions_are_those_of_mice():
    """Fitted values in the first data set that mice completed: line 1e-9, logistic 1e-7.

    nnet, which mice calls for several levels, stops by its own rule: 1e-5.
    """
    sample, terms = incomplete()
    columns, design = prepared(terms, sample, {})
    chain = Chain([c for c in columns if len(c.fill)], design, 5, np.random.default_rng(1))
    full = {term.name: values_of(term) for term in completed_by_r()[0]}
    for gap in chain.columns:
        chain._fill(gap, full[gap.name][gap.fill].astype(float))
    for gap in chain.columns:
        if gap.name not in ("bili", "hepato", "stage"):
            continue  # R was asked for one column of each kind
        rows = read_golden("imputation_regressions", column=gap.name)
        usable = np.ones(len(chain.design), dtype=bool)
        usable[gap.rows] = False
        x_fit, x_fill = chain.design[:, gap.fit], chain.design[:, gap.fill]
        if gap.name == "bili":
            y = (gap.value[gap.fit] - gap.centre) / gap.scale
            found = gap.centre + gap.scale * (line(y, x_fit, usable, chain.rng).fitted @ x_fill)
            assert found == approx([float(row["value"]) for row in rows], rel=1e-9)
            continue
        levels = gap.term.levels
        start = np.zeros((len(levels) - 1, len(design)))
        level = gap.value[gap.fit].astype(np.intp)
        fit = choice(level, len(levels), x_fit, x_fill, usable, start, chain.rng)
        shares = probabilities(fit.fitted @ x_fill)
        place = {int(row): at for at, row in enumerate(gap.fill)}
        ours = [shares[levels.index(row["level"]), place[int(row["row"])]] for row in rows]
        tolerance = 1e-7 if len(levels) == 2 else 1e-5
        assert ours == approx([float(row["value"]) for row in rows], abs=tolerance)


@pytest.mark.parametrize("methods", ["default", "normal"])
def test_pooled_estimates_are_distributed_as_those_of_mice(methods):
    """30 runs of 5 imputations: mean estimate and SE within one SD between runs of mice.

    The mean of mice is itself of 40 runs; the SD of ours may not be of another order either.
    """
    sample, terms = incomplete()
    asked = {"bili": "normal", "albumin": "normal"} if methods == "normal" else {}
    runs = []
    for seed in range(30):
        found = impute(terms, outcome=sample, m=5, iterations=5, seed=seed, methods=asked)
        pooled = pool_cox([cox(sample, copy) for copy in found.completed])
        each = [c.log_hazard for c in pooled.coefficients]
        runs.append([(one.estimate, one.std_error, one.missing_information) for one in each])
    rows = read_golden("imputation_runs", methods=methods)
    means, spreads = np.mean(runs, axis=0), np.std(runs, axis=0, ddof=1)
    for mean, spread, row in zip(means, spreads, rows, strict=True):
        for place, name in enumerate(("estimate", "error", "fmi")):
            one_sd = float(row[f"{name}_sd"])
            assert mean[place] == approx(float(row[name]), abs=one_sd), (name, row)
            assert one_sd / 3 < spread[place] < 3 * one_sd
