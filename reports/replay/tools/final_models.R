# What else is asked of a final model? Interactions, proportional hazards, treatments in time.

put_test <- function(key, test) {
  if (anyNA(test)) return(for (part in c(".df", ".chi2", ".p")) put_none(paste0(key, part)))
  put_count(paste0(key, ".df"), test[["df"]])
  put_decimals(paste0(key, ".chi2"), test[["chi2"]], 2)
  put_p(paste0(key, ".p"), test[["p"]])
}
NO_TEST <- c(df = NA, chi2 = NA, p = NA)

# ---- Interactions: the likelihood-ratio test of a product of two factors added to a final model

interaction_test <- function(model, names) {
  factors <- Filter(Negate(is.numeric), model$terms)
  if (is.null(model) || !all(names %in% names(factors))) return(NO_TEST)
  pair <- coefficients_of(factors[names[1]]) * coefficients_of(factors[names[2]])
  events <- sum(model$patients$event)
  if (too_few(events, coefficients_of(model$terms) + pair)) return(NO_TEST)
  if (!all_estimable(model$fit, factors[names])) return(NO_TEST)
  columns <- c(design(model$terms), products(factors[names[1]], factors[names[2]]))
  likelihood_ratio(model$fit, fit_columns(outcome_of(model$patients), columns))
}

put_interaction <- function(key, model, first, second) {
  put_p(key, interaction_test(model, c(first$name, second$name))[["p"]])
}

# Each pair of factors added alone; without pairs, every one of the final model.
interaction_tests <- function(id, model, pairs = NULL) {
  if (is.null(pairs)) {
    factors <- names(Filter(Negate(is.numeric), model$terms))
    pairs <- if (length(factors) > 1) combn(factors, 2, simplify = FALSE)
  } else pairs <- lapply(pairs, function(pair) vapply(pair, function(one) one$name, ""))
  if (!length(pairs)) return(put_none(paste0(id, ".pairs")))
  for (names in pairs) {
    put_test(paste(c(id, names), collapse = "."), interaction_test(model, names))
  }
}

# ---- Proportional hazards: cox.zph on the Kaplan-Meier scale, term by term and for all

proportional_hazards <- function(id, model) {
  tests <- if (!is.null(model) && all(estimable(model$fit))) zph_table(model)
  for (name in names(tests$terms)) put_test(paste0(id, ".", name), tests$terms[[name]])
  put_test(paste0(id, ".global"), if (is.null(tests)) NO_TEST else tests$overall)
}

zph_table <- function(model) {
  terms <- Filter(function(term) length(design(list(x = term))) > 0, model$terms)
  outcome <- outcome_of(model$patients)
  for (at in seq_along(terms)) {
    columns <- design(terms[at])
    x <- vapply(columns, function(column) as.numeric(column$x), numeric(nrow(outcome)))
    assign(paste0("x", at), matrix(x, nrow(outcome)))
  }
  formula <- as.formula(paste("outcome ~", paste0("x", seq_along(terms), collapse = " + ")))
  found <- cox.zph(coxph(formula, ties = ties()), transform = "km", terms = TRUE)$table
  of_row <- function(at) c(df = found[at, "df"], chi2 = found[at, "chisq"], p = found[at, "p"])
  by_term <- lapply(seq_along(terms), of_row)
  names(by_term) <- names(terms)
  list(terms = by_term, overall = of_row(nrow(found)))
}

# ---- What happens to a patient on a day, and then stays

# column : its date; status : a grouping of two levels, not happened and happened, or NULL.
switched <- function(name, column, status = NULL) {
  list(name = name, column = column, status = status)
}

# days from the origin (NA = never, -1 = before it), known (whether and when), ever (TRUE, FALSE, NA).
switch_of <- function(patients, one, origin) {
  day <- patients[[one$column]]
  days <- pmax(as.numeric(day - patients[[origin]]), -1)
  ever <- !is.na(day)
  known <- rep(TRUE, nrow(patients))
  if (!is.null(one$status)) {
    status <- as.integer(one$status$of(patients)) == 2
    ever <- ifelse(!is.na(day), TRUE, status)
    known <- !is.na(ever) & !(met(status) & is.na(day))
  }
  list(days = days, ever = ever, known = known)
}

# Rows (start, stop] of each patient, split where a switch falls while the patient is at risk; the
# state of a row is that just after its start, so a switch on the last day is never seen.
rows_in_time <- function(patients, days) {
  pieces <- lapply(seq_len(nrow(patients)), function(i) {
    end <- patients$days[i]
    steps <- sort(unique(vapply(days, function(one) one[i], 0)))
    steps <- steps[steps > -1 & steps < end]
    data.frame(patient = i, start = c(-1, steps), stop = c(steps, end),
               event = c(rep(FALSE, length(steps)), patients$event[i]))
  })
  do.call(rbind, pieces)
}
on_at <- function(days, rows) met(days[rows$patient] <= rows$start)
