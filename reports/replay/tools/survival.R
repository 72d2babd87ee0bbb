# How long did they live? Kaplan-Meier by survfit, the log-rank test by survdiff.

# The curve of the patients, NULL when there are none: a row for each day on which somebody left.
km <- function(patients) {
  if (nrow(patients) == 0) return(NULL)
  fit <- survfit(Surv(days, event) ~ 1, data = patients)
  list(
    n = nrow(patients), events = sum(patients$event), days = patients$days,
    time = fit$time, died = fit$n.event, survival = fit$surv,
    log_error = fit$std.err # of log survival, after Greenwood
  )
}
reverse_km <- function(patients) {
  patients$event <- !patients$event
  km(patients)
}
row_at <- function(curve, day) findInterval(day, curve$time)
survival_at <- function(curve, day) c(1, curve$survival)[row_at(curve, day) + 1]
log_error_at <- function(curve, day) c(0, curve$log_error)[row_at(curve, day) + 1]
at_risk_at <- function(curve, day) sum(curve$days >= day)

# Greenwood's standard error; none where survival is 100% or 0%.
error_at <- function(curve, day) {
  s <- survival_at(curve, day)
  if (s == 0 || s == 1) NA else s * log_error_at(curve, day)
}
# Log-log limits of survival (lower, upper); none where survival is 100% or 0%.
limits_at <- function(curve, day) {
  s <- survival_at(curve, day)
  if (s == 0 || s == 1) return(c(NA, NA))
  spread <- qnorm(0.975) * log_error_at(curve, day) / abs(log(s))
  exp(log(s) * exp(c(spread, -spread)))
}

# The median of SPSS: the first day with S <= 0.5. Its standard error is SE(S) at the median over
# the slope between u, the last death with S >= 0.55, and l, the first day with S <= 0.45; the
# limits are the median -+ 1.96 SE, not cut at 0. Without such days there are no limits.
spss_median <- function(curve) {
  nearly <- sqrt(.Machine$double.eps) # 0.5 as a product of fractions is not always 0.5
  reached <- which(curve$survival <= 0.5 + nearly)
  if (!length(reached)) return(c(median = NA, lower = NA, upper = NA))
  median <- curve$time[reached[1]]
  u <- tail(which(curve$died > 0 & curve$survival >= 0.55 - nearly), 1)
  l <- head(which(curve$survival <= 0.45 + nearly), 1)
  if (!length(u) || !length(l)) return(c(median = median, lower = NA, upper = NA))
  slope <- (curve$survival[u] - curve$survival[l]) / (curve$time[l] - curve$time[u])
  s <- survival_at(curve, median)
  error <- if (s == 0) 0 else s * log_error_at(curve, median) / slope
  c(median = median, lower = median - 1.96 * error, upper = median + 1.96 * error)
}

# The median of R, its limits after Brookmeyer and Crowley on the log-log scale.
r_median <- function(patients) {
  fit <- survfit(Surv(days, event) ~ 1, data = patients, conf.type = "log-log")
  found <- quantile(fit, 0.5)
  c(median = found$quantile[[1]], lower = found$lower[[1]], upper = found$upper[[1]])
}

# By the convention of the study. Limits of no width (all die on one day) are not shown.
median_of <- function(patients) {
  if (nrow(patients) == 0) return(c(median = NA, lower = NA, upper = NA))
  found <- if (settings$convention == "SPSS") spss_median(km(patients)) else r_median(patients)
  if (!is.na(found["lower"]) && isTRUE(found[["lower"]] == found[["upper"]])) {
    found[c("lower", "upper")] <- NA
  }
  found
}

# P of the two-sided log-rank test; none with fewer than two groups at risk at an event.
log_rank_p <- function(patients, by) {
  known <- !is.na(by)
  groups <- droplevels(by[known])
  some <- patients_where(patients, known)
  if (nlevels(groups) < 2 || !any(some$event)) return(NA)
  test <- survdiff(Surv(some$days, some$event) ~ groups)
  df <- sum(test$exp > 0) - 1
  if (df < 1) NA else pchisq(test$chisq, df, lower.tail = FALSE)
}

# ---- The words of a study

in_level <- function(patients, by, level) patients_where(patients, by %in% level)

survival_row <- function(key, patients, at_years, unit, places) {
  put_count(paste0(key, ".n"), nrow(patients))
  parts <- paste0(key, ".", c(counted(patients), "risk", "s", "median", "lo", "hi"))
  if (nrow(patients) == 0) {
    for (part in parts) put_none(part)
    return(invisible())
  }
  curve <- km(patients)
  day <- at_years * YEAR
  middle <- median_of(patients)
  of_limits <- if (unit == "days" && is.na(places)) 1 else places
  put_count(parts[1], curve$events)
  put_count(parts[2], at_risk_at(curve, day))
  put_decimals(parts[3], 100 * survival_at(curve, day), 1)
  put_duration(parts[4], middle[["median"]], unit, places)
  put_duration(parts[5], middle[["lower"]], unit, of_limits)
  put_duration(parts[6], middle[["upper"]], unit, of_limits)
}

# Patients, survival at a horizon, median with limits for each level and for all; log-rank test.
survival_table <- function(id, patients, by, at_years, unit, places = NA) {
  group <- by$of(patients)
  for (level in by$levels) {
    key <- paste0(id, ".", by$name, ".", level)
    survival_row(key, in_level(patients, group, level), at_years, unit, places)
  }
  survival_row(paste0(id, ".global"), patients, at_years, unit, places)
  put_p(paste0(id, ".logrank.p"), log_rank_p(patients, group))
}

horizons <- function(key, patients, at_years) {
  curve <- km(patients)
  for (years in at_years) {
    parts <- paste0(key, ".", sprintf("%g", years), "y.", c("risk", "s", "se", "lo", "hi"))
    if (is.null(curve)) {
      for (part in parts) put_none(part)
      next
    }
    day <- years * YEAR
    limits <- limits_at(curve, day)
    put_count(parts[1], at_risk_at(curve, day))
    put_decimals(parts[2], 100 * survival_at(curve, day), 1)
    put_decimals(parts[3], 100 * error_at(curve, day), 1)
    put_decimals(parts[4], 100 * limits[1], 1)
    put_decimals(parts[5], 100 * limits[2], 1)
  }
}

# Survival after so many years with standard error and limits, for all or for each level.
survival_at_horizons <- function(id, patients, at_years, by = NULL) {
  if (is.null(by)) return(horizons(paste0(id, ".global"), patients, at_years))
  group <- by$of(patients)
  for (level in by$levels) {
    horizons(paste0(id, ".", by$name, ".", level), in_level(patients, group, level), at_years)
  }
}

# For each grouping: patients, events and survival of its levels, and its log-rank test.
univariate_log_rank <- function(id, patients, covariates, at_years) {
  for (by in covariates) {
    group <- by$of(patients)
    stem <- paste0(id, ".", by$name)
    put_p(paste0(stem, ".p"), log_rank_p(patients, group))
    for (level in by$levels) {
      some <- in_level(patients, group, level)
      key <- paste0(stem, ".", level)
      put_count(paste0(key, ".n"), nrow(some))
      put_count(paste0(key, ".", counted(patients)), sum(some$event))
      curve <- km(some)
      day <- at_years * YEAR
      share <- if (is.null(curve)) NA else 100 * survival_at(curve, day)
      error <- if (is.null(curve)) NA else 100 * error_at(curve, day)
      put_decimals(paste0(key, ".s"), share, 1)
      put_decimals(paste0(key, ".se"), error, 1)
    }
  }
}

# The numbers below a figure: patients at risk at the ticks, and the log-rank test of the groups.
survival_figure <- function(id, patients, ticks_months, by = NULL) {
  group <- if (is.null(by)) factor(rep("global", nrow(patients))) else by$of(patients)
  stem <- if (is.null(by)) id else paste0(id, ".", by$name)
  for (level in levels(droplevels(group))) {
    curve <- km(in_level(patients, group, level))
    for (month in ticks_months) {
      key <- paste0(stem, ".", level, ".risk", month)
      put_count(key, at_risk_at(curve, month * DAYS_IN[["months"]]))
    }
  }
  if (!is.null(by)) put_p(paste0(id, ".p"), log_rank_p(patients, group))
}

# The numbers below a figure of log(-log S): patients at risk at the ticks, and the height of each
# curve there; none where S is 1 or 0, or the last patient was seen before.
log_minus_log_figure <- function(id, patients, ticks_months, by) {
  group <- by$of(patients)
  for (level in levels(droplevels(group))) {
    curve <- km(in_level(patients, group, level))
    for (month in ticks_months) {
      key <- paste0(id, ".", by$name, ".", level)
      day <- month * DAYS_IN[["months"]]
      put_count(paste0(key, ".risk", month), at_risk_at(curve, day))
      s <- survival_at(curve, day)
      drawn <- s > 0 && s < 1 && day <= max(curve$days)
      put_decimals(paste0(key, ".at", month), if (drawn) log(-log(s)) else NA, 2)
    }
  }
}

put_median_survival <- function(key, patients, statistic, unit, places = NA) {
  put_duration(key, median_of(patients)[[statistic]], unit, places)
}

put_survival_at <- function(key, patients, years, statistic) {
  curve <- km(patients)
  if (is.null(curve)) return(put_none(key))
  day <- years * YEAR
  value <- switch(statistic,
    survival = survival_at(curve, day), error = error_at(curve, day),
    lower = limits_at(curve, day)[1], upper = limits_at(curve, day)[2])
  put_decimals(key, 100 * value, 1)
}

# Observed time of "all" or of the "survivors", or the median by "reverse" Kaplan-Meier.
put_follow_up <- function(key, patients, whose, statistic, unit, places = NA) {
  if (whose == "reverse") {
    days <- if (nrow(patients) == 0) NA else {
      if (settings$convention == "SPSS") spss_median(reverse_km(patients))[["median"]]
      else r_median(transform(patients, event = !event))[["median"]]
    }
  } else {
    times <- if (whose == "all") patients$days else patients$days[!patients$event]
    of <- list(median = median, minimum = min, maximum = max)[[statistic]]
    days <- if (length(times)) of(times) else NA
  }
  put_duration(key, days, unit, places)
}

put_log_rank <- function(key, patients, by) put_p(key, log_rank_p(patients, by$of(patients)))
