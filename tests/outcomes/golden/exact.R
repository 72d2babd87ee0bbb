# Exact partial likelihood: survival::coxph(ties = "exact") and survival::clogit, run to convergence.
# Rscript tests/outcomes/golden/exact.R, from anywhere.
source(sub("[^/]*$", "common.R", sub("^--file=", "", grep("^--file=", commandArgs(), value = TRUE))))
tight <- coxph.control(eps = 1e-13, toler.chol = 1e-14, iter.max = 100)

months <- function(days) ceiling(days / 30.4375)
whole <- function(data) transform(data, start = 2 * start, stop = 2 * stop)  # one stay of half a day
veteran$month <- months(veteran$time)
rotterdam$year_of_death <- ceiling(rotterdam$dtime / 365.25)
nodes <- rotterdam[seq(1, nrow(rotterdam), 6), ]
models <- list(
  veteran = coxph(Surv(time, status) ~ trt + karno + age, veteran, ties = "exact", control = tight),
  months = coxph(Surv(month, status) ~ trt + karno + age, veteran, ties = "exact", control = tight),
  strata = coxph(Surv(month, status) ~ trt + karno + strata(celltype) + offset(age / 50), veteran,
                 ties = "exact", control = tight),
  heart = coxph(Surv(start, stop, event) ~ age + transplant + surgery, whole(heart),
                ties = "exact", control = tight),
  years = coxph(Surv(year_of_death, death) ~ age + nodes + meno, nodes, ties = "exact",
                control = tight),
  infert = clogit(case ~ spontaneous + induced + strata(stratum), infert, method = "exact",
                  control = tight))
rows <- lapply(names(models), function(name) {
  fit <- models[[name]]
  data.frame(model = name, place = seq_along(coef(fit)), beta = number(coef(fit)),
             std_error = number(sqrt(diag(fit$var))), log_likelihood_null = number(fit$loglik[1]),
             log_likelihood = number(fit$loglik[2]), score = number(fit$score))
})
save_table(rows, "exact.csv")
