# What changes the hazard? Cox models by coxph, the screen, and backward selection.

FEWEST_EVENTS <- 5 # per coefficient; a model with fewer is not shown

# SPSS knows Breslow's approximation only.
ties <- function() if (settings$convention == "SPSS") "breslow" else "efron"

# ---- A model: its terms are factors and numbers, by their names

# A column of 0 and 1 for each level with patients but the first; a number is a column itself.
design <- function(terms) {
  columns <- list()
  for (name in names(terms)) {
    term <- terms[[name]]
    if (is.numeric(term)) {
      columns[[length(columns) + 1]] <- list(term = name, level = NA, x = term)
      next
    }
    for (level in levels(term)[-1]) if (any(term %in% level)) {
      columns[[length(columns) + 1]] <- list(term = name, level = level, x = +(term %in% level))
    }
  }
  columns
}

# A column for each pair of columns of two factors that somebody has.
products <- function(a, b) {
  columns <- list()
  for (one in design(a)) for (other in design(b)) {
    x <- one$x * other$x
    if (any(x > 0)) columns[[length(columns) + 1]] <- list(term = "product", level = NA, x = x)
  }
  columns
}

coefficients_of <- function(terms) {
  per_term <- vapply(terms, function(term) {
    if (is.numeric(term)) 1 else max(sum(table(term) > 0) - 1, 0)
  }, 0)
  sum(per_term)
}

outcome_of <- function(patients) Surv(patients$days, patients$event)

# Columns that tell no two patients apart have no coefficient.
nothing_to_fit <- function(outcome, columns) {
  some <- nrow(outcome) > 1 && any(outcome[, "status"] == 1)
  null <- if (some) coxph(outcome ~ 1, ties = ties())$loglik else 0
  list(columns = columns, beta = rep(NA_real_, length(columns)),
       infinite = rep(FALSE, length(columns)), log_likelihood = null, null = null, score = NA)
}

# The fit of an outcome (Surv); start and still: no step is made from there (for score tests).
# `infinite` marks the columns whose coefficient the likelihood does not bound.
fit_columns <- function(outcome, columns, start = NULL, still = FALSE) {
  varies <- vapply(columns, function(column) length(unique(column$x)) > 1, FALSE)
  if (!any(varies)) return(nothing_to_fit(outcome, columns))
  x <- vapply(columns, function(column) as.numeric(column$x), numeric(nrow(outcome)))
  x <- matrix(x, nrow(outcome))
  infinite <- rep(FALSE, length(columns))
  told <- function(warning) {
    said <- conditionMessage(warning)
    if (grepl("may be infinite", said)) {
      numbers <- regmatches(sub(";.*", "", said), gregexpr("[0-9]+", sub(";.*", "", said)))[[1]]
      infinite[as.integer(numbers)] <<- TRUE
    } else if (grepl("did not converge", said) && !still) {
      infinite[] <<- TRUE
    }
    invokeRestart("muffleWarning")
  }
  control <- if (still) coxph.control(iter.max = 0) else coxph.control(iter.max = 50)
  fit <- withCallingHandlers(
    if (is.null(start)) coxph(outcome ~ x, ties = ties(), control = control)
    else coxph(outcome ~ x, ties = ties(), control = control, init = start),
    warning = told)
  list(
    columns = columns, beta = unname(fit$coefficients), variance = fit$var, infinite = infinite,
    log_likelihood = tail(fit$loglik, 1), null = fit$loglik[1], score = fit$score
  )
}

cox <- function(patients, terms) fit_columns(outcome_of(patients), design(terms))

place_of <- function(fit, name, level = NULL) {
  which(vapply(fit$columns, function(column) {
    column$term == name && (is.null(level) || is.na(level) || identical(column$level, level))
  }, FALSE))
}
estimable <- function(fit) !is.na(fit$beta) & !fit$infinite
# Whether every level of these factors but the first has a coefficient in the fit.
all_estimable <- function(fit, factors) {
  all(vapply(names(factors), function(name) {
    all(table(factors[[name]]) > 0) && all(estimable(fit)[place_of(fit, name)])
  }, FALSE))
}

# Hazard ratio, its limits and Wald P of a coefficient; NA where it cannot be estimated.
ratio_of <- function(fit, name, level) {
  at <- place_of(fit, name, level)
  if (!length(at) || !estimable(fit)[at]) return(rep(NA_real_, 4))
  beta <- fit$beta[at]
  error <- sqrt(fit$variance[at, at])
  spread <- qnorm(0.975) * error
  c(exp(c(beta, beta - spread, beta + spread)), 2 * pnorm(-abs(beta / error)))
}

# The Wald test of all coefficients of a term together.
overall_p <- function(fit, name) {
  at <- place_of(fit, name)
  at <- at[!is.na(fit$beta[at])]
  if (!length(at) || any(fit$infinite[at])) return(NA)
  beta <- fit$beta[at]
  statistic <- sum(beta * solve(fit$variance[at, at, drop = FALSE], beta))
  pchisq(statistic, length(at), lower.tail = FALSE)
}

# Degrees of freedom, chi-square and P of the likelihood-ratio test of two nested fits.
likelihood_ratio <- function(smaller, larger) {
  df <- sum(!is.na(larger$beta)) - sum(!is.na(smaller$beta))
  if (df < 1) return(c(df = NA, chi2 = NA, p = NA))
  gain <- max(2 * (larger$log_likelihood - smaller$log_likelihood), 0)
  c(df = df, chi2 = gain, p = pchisq(gain, df, lower.tail = FALSE))
}
likelihood_ratio_p <- function(smaller, larger) likelihood_ratio(smaller, larger)[["p"]]
without_terms <- function(fit) list(beta = numeric(), log_likelihood = fit$null)

# The P of a single covariate: Wald's, or the likelihood ratio's where a coefficient is infinite.
single_p <- function(fit, name) {
  p <- overall_p(fit, name)
  if (is.na(p)) likelihood_ratio_p(without_terms(fit), fit) else p
}

# ---- The lines of a table

too_few <- function(events, asked) events == 0 || events < FEWEST_EVENTS * asked

put_ratios <- function(key, numbers, places) {
  for (at in 1:3) put_ratio(paste0(key, ".", c("hr", "lo", "hi")[at]), numbers[at], places)
  put_p(paste0(key, ".p"), numbers[4])
}

# A line for a number, a line for each level of a grouping and its overall P; fit NULL: no numbers.
cox_rows <- function(id, patients, covariate, term, fit, places) {
  stem <- paste0(id, ".", covariate$name)
  tell <- function(key, n, events, numbers) {
    put_count(paste0(key, ".n"), n)
    put_count(paste0(key, ".", counted(patients)), events)
    if (!is.null(numbers)) put_ratios(key, numbers, places)
  }
  numbers <- function(level) {
    if (is.null(fit)) rep(NA_real_, 4) else ratio_of(fit, covariate$name, level)
  }
  if (is_number(covariate)) return(tell(stem, nrow(patients), sum(patients$event), numbers(NA)))
  if (length(covariate$levels) > 2) {
    put_p(paste0(stem, ".p"), if (is.null(fit)) NA else overall_p(fit, covariate$name))
  }
  reference <- any(term %in% covariate$levels[1]) # without patients in it there are no ratios
  for (level in covariate$levels) {
    here <- term %in% level
    found <- if (level != covariate$levels[1]) {
      if (reference) numbers(level) else rep(NA_real_, 4)
    }
    tell(paste0(stem, ".", level), sum(here), sum(patients$event[here]), found)
  }
}

named_terms <- function(rows, covariates) {
  terms <- lapply(covariates, function(covariate) covariate$of(rows))
  names(terms) <- vapply(covariates, function(covariate) covariate$name, "")
  terms
}

# Each covariate alone in the patients in whom it is known. What it gives is for `passed`.
single_models <- function(patients, covariates) {
  lapply(covariates, function(covariate) {
    known <- !is.na(covariate$of(patients))
    some <- patients_where(patients, known)
    terms <- named_terms(some, list(covariate))
    fits <- !too_few(sum(some$event), coefficients_of(terms)) && length(design(terms))
    fit <- if (fits) cox(some, terms)
    p <- if (fits) single_p(fit, covariate$name) else NA
    list(covariate = covariate, patients = some, term = terms[[1]], fit = fit, p = p)
  })
}

univariate_cox <- function(id, patients, covariates, places) {
  found <- single_models(patients, covariates)
  for (one in found) cox_rows(id, one$patients, one$covariate, one$term, one$fit, places)
  invisible(found)
}

# The covariates whose univariate P is at most the threshold.
passed <- function(found, threshold) {
  through <- Filter(function(one) !is.na(one$p) && one$p <= threshold, found)
  lapply(through, function(one) one$covariate)
}

# ---- The final model

# Covariates in order, each name once; patients complete for all of them.
complete_for <- function(patients, covariates) {
  whole <- rep(TRUE, nrow(patients))
  for (covariate in covariates) whole <- whole & !is.na(covariate$of(patients))
  patients_where(patients, whole)
}
each_once <- function(covariates) {
  names <- vapply(covariates, function(covariate) covariate$name, "")
  lapply(unique(names), function(name) covariates[[max(which(names == name))]])
}

# Rao's score test of a term beside those inside.
score_p <- function(patients, terms, inside, name) {
  rest <- design(terms[inside])
  added <- design(terms[name])
  start <- rep(0, length(rest) + length(added))
  if (length(rest)) {
    beta <- fit_columns(outcome_of(patients), rest)$beta
    start[seq_along(rest)] <- ifelse(is.na(beta), 0, beta)
  }
  if (!length(added)) return(NA)
  still <- fit_columns(outcome_of(patients), c(rest, added), start, still = TRUE)
  pchisq(still$score, length(added), lower.tail = FALSE)
}

removal_p <- function(patients, terms, inside, name, criterion) {
  fit <- cox(patients, terms[inside])
  p <- if (criterion == "wald") overall_p(fit, name) else NA
  if (!is.na(p)) return(p)
  rest <- setdiff(inside, name)
  smaller <- if (length(rest)) cox(patients, terms[rest]) else without_terms(fit)
  likelihood_ratio_p(smaller, fit)
}

# Backward stepwise as SPSS does it: while the largest P of removal is above `remove_above`, that
# term goes; else the one outside with the smallest score P below `enter_below` returns; a model
# met before ends it. Prints the steps and answers with the names kept.
backward <- function(patients, terms, remove_above, enter_below, criterion) {
  inside <- names(terms)
  met_before <- list(sort(inside))
  repeat {
    p <- vapply(inside, function(name) removal_p(patients, terms, inside, name, criterion), 0)
    if (anyNA(p)) step <- inside[which(is.na(p))[1]] # nothing to estimate: goes first
    else if (length(p) && max(p) > remove_above) step <- inside[which.max(p)]
    else {
      outside <- setdiff(names(terms), inside)
      score <- vapply(outside, function(name) score_p(patients, terms, inside, name), 0)
      if (!any(score < enter_below, na.rm = TRUE)) break
      step <- outside[which.min(score)]
    }
    after <- if (step %in% inside) setdiff(inside, step) else c(inside, step)
    if (list(sort(after)) %in% met_before) break
    cat(sprintf("         %s %s\n", step, if (step %in% inside) "removed" else "returned"))
    met_before <- c(met_before, list(sort(after)))
    inside <- names(terms)[names(terms) %in% after]
  }
  inside
}

# The patients complete for all candidates, the covariates kept, their terms and the fit.
final_model <- function(patients, covariates) {
  if (!length(covariates)) return(NULL)
  terms <- named_terms(patients, covariates)
  list(patients = patients, covariates = covariates, terms = terms, fit = cox(patients, terms))
}

# One model of all candidates; NULL without one, or with too few events.
model_of_all <- function(patients, candidates) {
  candidates <- each_once(candidates)
  patients <- complete_for(patients, candidates)
  asked <- coefficients_of(named_terms(patients, candidates))
  if (too_few(sum(patients$event), asked)) NULL else final_model(patients, candidates)
}

# The model of the candidates that backward selection keeps; NULL when it keeps none.
model_by_selection <- function(patients, candidates, remove_above, enter_below, criterion) {
  candidates <- each_once(candidates)
  patients <- complete_for(patients, candidates)
  terms <- named_terms(patients, candidates)
  if (nrow(patients) == 0 || sum(patients$event) < coefficients_of(terms)) return(NULL)
  kept <- backward(patients, terms, remove_above, enter_below, criterion)
  final_model(patients, Filter(function(one) one$name %in% kept, candidates))
}

# The lines of a final model, none with too few events. Answers with the model, to which an
# interaction can be added.
multivariable_cox <- function(id, model, places) {
  if (is.null(model)) {
    put_none(paste0(id, ".model"))
    return(invisible(NULL))
  }
  few <- too_few(sum(model$patients$event), coefficients_of(model$terms))
  shown <- if (!few) model$fit
  for (covariate in model$covariates) {
    cox_rows(id, model$patients, covariate, model$terms[[covariate$name]], shown, places)
  }
  invisible(model)
}
