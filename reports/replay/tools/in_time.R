# What does a treatment do from its day on? Cox models in rows of time, and landmarks.

# switches : by `switched`; covariates : known on the first day; interacts : one of them, tested
# with each switch. Below the model stands the biased comparison: the switches as if known on the
# first day, or the ratios of `compared` in a final model against one of its levels.
time_dependent_cox <- function(id, patients, origin, switches, covariates, places,
                               interacts = NULL, beside = NULL, compared = NULL, against = NULL) {
  names(switches) <- vapply(switches, function(one) one$name, "")
  whole <- rep(TRUE, nrow(patients))
  for (one in covariates) whole <- whole & !is.na(one$of(patients))
  for (one in switches) whole <- whole & switch_of(patients, one, origin)$known
  patients <- patients_where(patients, whole)
  found <- lapply(switches, function(one) switch_of(patients, one, origin))
  terms <- named_terms(patients, covariates)
  model <- model_in_time(patients, found, terms)
  for (name in names(switches)) put_switch(paste0(id, ".", name), patients, model, name, places)
  for (one in covariates) {
    cox_rows(id, patients, one, terms[[one$name]], model$fit, places)
  }
  if (!is.null(interacts)) for (name in names(switches)) {
    key <- paste0(id, ".", name, ".", interacts$name, ".p")
    put_p(key, switch_interaction_p(patients, model, terms, name, interacts$name))
  }
  if (is.null(compared)) put_naive(id, patients, found, terms, model, places)
  else put_published(paste0(id, ".published"), beside, compared, against, places)
}

# The switches that somebody had while followed, and the fit, NULL with too few events.
model_in_time <- function(patients, found, terms) {
  if (nrow(patients) == 0) return(list(seen = list()))
  days <- lapply(found, function(one) one$days)
  rows <- rows_in_time(patients, days)
  seen <- Filter(function(one) any(met(one < patients$days)), days)
  states <- lapply(seen, function(one) factor(on_at(one, rows), c(FALSE, TRUE)))
  all_terms <- c(states, lapply(terms, function(term) term[rows$patient]))
  outcome <- Surv(rows$start, rows$stop, rows$event)
  asked <- length(seen) + coefficients_of(terms)
  shown <- !too_few(sum(patients$event), asked) && length(all_terms)
  fit <- if (shown) fit_columns(outcome, design(all_terms))
  list(rows = rows, seen = seen, states = states, terms = all_terms, outcome = outcome, fit = fit)
}

put_switch <- function(key, patients, model, name, places) {
  seen <- name %in% names(model$seen)
  n <- if (seen) sum(met(model$seen[[name]] < patients$days)) else 0
  events <- if (seen) sum(model$rows$event & on_at(model$seen[[name]], model$rows)) else 0
  put_count(paste0(key, ".n"), n)
  put_count(paste0(key, ".", counted(patients)), events)
  put_ratios(key, if (seen && !is.null(model$fit)) ratio_of(model$fit, name, NA) else rep(NA, 4), places)
}

switch_interaction_p <- function(patients, model, terms, name, other) {
  if (is.null(model$fit) || !name %in% names(model$seen)) return(NA)
  wide <- function(term) if (is.numeric(term)) 1 else nlevels(term) - 1
  asked <- sum(vapply(model$terms, wide, 0)) + coefficients_of(terms[other])
  if (too_few(sum(patients$event), asked)) return(NA)
  columns <- c(design(model$terms), products(model$states[name], model$terms[other]))
  likelihood_ratio_p(model$fit, fit_columns(model$outcome, columns))
}

# The same model with the switches as if known on the first day: immortal time.
put_naive <- function(id, patients, found, terms, model, places) {
  ever <- lapply(found, function(one) factor(one$ever, c(FALSE, TRUE)))
  had <- Filter(function(one) any(one %in% TRUE), ever)
  fit <- if (!is.null(model$fit)) cox(patients, c(had, terms))
  for (name in names(ever)) {
    key <- paste0(id, ".naive.", name)
    here <- ever[[name]] %in% TRUE
    put_count(paste0(key, ".n"), sum(here))
    put_count(paste0(key, ".", counted(patients)), sum(patients$event & here))
    numbers <- if (!is.null(fit) && any(here)) ratio_of(fit, name, NA) else rep(NA, 4)
    put_ratios(key, numbers, places)
  }
}

# A grouping of a final model against another level than its first.
put_published <- function(key, model, compared, against, places) {
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
