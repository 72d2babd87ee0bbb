# What does a treatment do from its day on? Cox models in rows of time, and landmarks.

# The patients of whom all is known, their rows in time, the switches that somebody had while
# followed, and the fit, NULL with too few events. switches : by `switched`; covariates : known on
# the first day.
model_in_time <- function(patients, origin, switches, covariates) {
  names(switches) <- vapply(switches, function(one) one$name, "")
  patients <- complete_for(patients, covariates)
  for (one in switches) {
    patients <- patients_where(patients, switch_of(patients, one, origin)$known)
  }
  found <- lapply(switches, function(one) switch_of(patients, one, origin))
  fixed <- named_terms(patients, covariates)
  known <- list(patients = patients, covariates = covariates, found = found, fixed = fixed)
  c(known, if (nrow(patients) > 0) fit_in_time(patients, found, fixed))
}

fit_in_time <- function(patients, found, fixed) {
  days <- lapply(found, function(one) one$days)
  rows <- rows_in_time(patients, days)
  seen <- Filter(function(one) any(met(one < patients$days)), days)
  states <- lapply(seen, function(one) factor(on_at(one, rows), c(FALSE, TRUE)))
  terms <- c(states, lapply(fixed, function(term) term[rows$patient]))
  outcome <- Surv(rows$start, rows$stop, rows$event)
  asked <- length(seen) + coefficients_of(fixed)
  shown <- !too_few(sum(patients$event), asked) && length(terms)
  fit <- if (shown) fit_columns(outcome, design(terms))
  list(rows = rows, seen = seen, states = states, terms = terms, outcome = outcome, fit = fit)
}

# The switches, each from its day on, and the covariates.
time_dependent_cox <- function(id, model, places) {
  for (name in names(model$found)) put_switch(paste0(id, ".", name), model, name, places)
  for (one in model$covariates) {
    cox_rows(id, model$patients, one, model$fixed[[one$name]], model$fit, places)
  }
}

put_switch <- function(key, model, name, places) {
  patients <- model$patients
  seen <- name %in% names(model$seen)
  n <- if (seen) sum(met(model$seen[[name]] < patients$days)) else 0
  events <- if (seen) sum(model$rows$event & on_at(model$seen[[name]], model$rows)) else 0
  put_count(paste0(key, ".n"), n)
  put_count(paste0(key, ".", counted(patients)), events)
  known <- seen && !is.null(model$fit)
  put_ratios(key, if (known) ratio_of(model$fit, name, NA) else rep(NA, 4), places)
}

# Likelihood-ratio P of each switch with one of the covariates.
switch_interactions <- function(id, model, covariate) {
  for (name in names(model$found)) {
    key <- paste0(id, ".", name, ".", covariate$name, ".p")
    put_p(key, switch_interaction_p(model, name, covariate$name))
  }
}

switch_interaction_p <- function(model, name, other) {
  if (is.null(model$fit) || !name %in% names(model$seen)) return(NA)
  wide <- function(term) if (is.numeric(term)) 1 else nlevels(term) - 1
  asked <- sum(vapply(model$terms, wide, 0)) + coefficients_of(model$fixed[other])
  if (too_few(sum(model$patients$event), asked)) return(NA)
  if (!all_estimable(model$fit, model$terms[c(name, other)])) return(NA)
  columns <- c(design(model$terms), products(model$states[name], model$terms[other]))
  likelihood_ratio_p(model$fit, fit_columns(model$outcome, columns))
}

# The biased comparison: the same model with the switches as if known on the first day.
as_if_known <- function(id, model, places) {
  patients <- model$patients
  ever <- lapply(model$found, function(one) factor(one$ever, c(FALSE, TRUE)))
  had <- Filter(function(one) any(one %in% TRUE), ever)
  fit <- if (!is.null(model$fit)) cox(patients, c(had, model$fixed))
  for (name in names(ever)) {
    key <- paste0(id, ".naive.", name)
    here <- ever[[name]] %in% TRUE
    put_count(paste0(key, ".n"), sum(here))
    put_count(paste0(key, ".", counted(patients)), sum(patients$event & here))
    numbers <- if (!is.null(fit) && any(here)) ratio_of(fit, name, NA) else rep(NA, 4)
    put_ratios(key, numbers, places)
  }
}

# The comparison that was printed: a grouping of a final model against another level than its first.
as_published <- function(id, model, compared, against, places) {
  key <- paste0(id, ".published")
  if (!compared$name %in% names(model$terms)) return(put_none(key))
  terms <- model$terms
  terms[[compared$name]] <- relevel(terms[[compared$name]], against)
  compared$levels <- levels(terms[[compared$name]])
  few <- too_few(sum(model$patients$event), coefficients_of(terms))
  fit <- if (!few) cox(model$patients, terms)
  cox_rows(key, model$patients, compared, terms[[compared$name]], fit, places)
}

# Who had the switch by the day against who had not, among those followed longer.
landmark <- function(id, patients, origin, one, at_days, at_years) {
  found <- switch_of(patients, one, origin)
  gone <- patients$days <= at_days
  by_then <- factor(ifelse(met(found$days <= at_days), "yes", "no"), c("no", "yes"))
  kept <- !gone & found$known
  some <- patients_where(patients, kept)
  some$days <- some$days - at_days
  group <- by_then[kept]
  for (level in levels(group)) {
    key <- paste0(id, ".", level)
    here <- in_level(some, group, level)
    put_count(paste0(key, ".n"), nrow(here))
    put_count(paste0(key, ".", counted(patients)), sum(here$event))
    horizons(key, here, at_years)
  }
  put_p(paste0(id, ".logrank.p"), log_rank_p(some, group))
  put_count(paste0(id, ".left_out.event"), sum(gone & patients$event))
  put_count(paste0(id, ".left_out.censored"), sum(gone & !patients$event))
  unknown <- sum(!gone & !found$known)
  if (unknown > 0) put_count(paste0(id, ".left_out.unknown"), unknown)
}
