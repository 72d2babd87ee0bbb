# How many relapse, how many die without it? Aalen-Johansen by survfit, Gray's test by cuminc.

CAUSES <- c(relapse = "relapse", nrm = "non-relapse mortality") # as keys call them: as `follow` does

# Probability and standard error (infinitesimal jackknife) of a cause at a day.
incidence_at <- function(patients, cause, day) {
  if (!any(patients$cause == cause)) return(c(probability = 0, error = NA))
  state <- factor(patients$cause, c("censored", CAUSES))
  fit <- survfit(Surv(patients$days, state) ~ 1)
  at <- findInterval(day, fit$time)
  if (at == 0) return(c(probability = 0, error = NA))
  column <- match(cause, fit$states)
  error <- fit$std.err[at, column]
  # Once everybody had the event the error is 0, but for the last digits of a sum.
  c(probability = fit$pstate[at, column], error = if (error > 1e-12) error else NA)
}

# Log-log limits (lower, upper) of a probability; none at 0 or 1.
incidence_limits <- function(probability, error) {
  if (probability == 0 || is.na(error)) return(c(NA, NA))
  spread <- qnorm(0.975) * error / (probability * abs(log(probability)))
  exp(log(probability) * exp(c(spread, -spread)))
}

gray_p <- function(patients, by, cause) {
  known <- !is.na(by)
  groups <- droplevels(by[known])
  code <- match(patients$cause[known], CAUSES, nomatch = 0)
  wanted <- match(cause, CAUSES)
  if (nlevels(groups) < 2 || !any(code == wanted)) return(NA)
  tests <- cuminc(patients$days[known], code, groups)$Tests
  tests[as.character(wanted), "pv"]
}

# ---- The words of a study

# Both causes after so many years, for all or for each level; then Gray's test of each cause.
cumulative_incidence <- function(id, patients, at_years, by = NULL) {
  group <- if (!is.null(by)) by$of(patients)
  for (short in names(CAUSES)) {
    for (level in if (is.null(by)) NA else by$levels) {
      stem <- if (is.null(by)) id else paste0(id, ".", by$name, ".", level)
      some <- if (is.null(by)) patients else in_level(patients, group, level)
      for (years in at_years) {
        key <- paste0(stem, ".", short, ".", sprintf("%g", years), "y")
        incidence_row(key, some, CAUSES[[short]], years * YEAR)
      }
    }
    if (!is.null(by)) put_p(paste0(id, ".", short, ".p"), gray_p(patients, group, CAUSES[[short]]))
  }
}

incidence_row <- function(key, patients, cause, day) {
  parts <- paste0(key, ".", c("risk", "ci", "se", "lo", "hi"))
  if (nrow(patients) == 0) {
    for (part in parts) put_none(part)
    return(invisible())
  }
  found <- incidence_at(patients, cause, day)
  limits <- incidence_limits(found[["probability"]], found[["error"]])
  put_count(parts[1], sum(patients$days >= day))
  put_decimals(parts[2], 100 * found[["probability"]], 1)
  put_decimals(parts[3], 100 * found[["error"]], 1)
  put_decimals(parts[4], 100 * limits[1], 1)
  put_decimals(parts[5], 100 * limits[2], 1)
}

# The numbers below a figure: patients at risk, free of both events, and Gray's test.
incidence_figure <- function(id, patients, ticks_months, cause, by = NULL) {
  group <- if (is.null(by)) factor(rep("all", nrow(patients))) else by$of(patients)
  for (level in levels(droplevels(group))) {
    stem <- if (is.null(by)) id else paste0(id, ".", by$name, ".", level)
    days <- patients$days[group %in% level]
    for (month in ticks_months) {
      put_count(paste0(stem, ".risk", month), sum(days >= month * DAYS_IN[["months"]]))
    }
  }
  if (!is.null(by)) put_p(paste0(id, ".p"), gray_p(patients, group, cause))
}
