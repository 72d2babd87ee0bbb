# Makes the numbers that test_competing_risks.py and test_gray.py compare with: R with the packages
# survival, cmprsk and prodlim. Rscript tests/outcomes/golden/competing.R, from anywhere.
source(sub("[^/]*$", "common.R", sub("^--file=", "", grep("^--file=", commandArgs(), value = TRUE))))
suppressPackageStartupMessages({library(cmprsk); library(prodlim)})

# days, cause (a factor whose first level is censored), group, stratum, entry, weight
transplant <- with(survival::transplant, data.frame(
  days = futime, cause = event, group = abo, stratum = factor(sex), entry = -1,
  weight = rep(c(0.5, 1, 2.25), length.out = nrow(survival::transplant))))
mgus <- with(survival::mgus2, data.frame(
  days = ifelse(pstat == 1, ptime, futime),
  cause = factor(ifelse(pstat == 1, 1, 2 * death), 0:2, c("censored", "pcm", "death")),
  group = cut(dxyr, c(1900, 1979, 1984, 1989, 2000), c("-1979", "-1984", "-1989", "1990-")),
  stratum = sex, entry = age * 12, weight = rep(c(1, 3, 2), length.out = nrow(survival::mgus2))))
late <- subset(mgus, days > 0)  # months of age, at risk from diagnosis on
late$days <- late$entry + late$days
late$weight <- late$weight / 4
liver <- with(survival::pbc, data.frame(
  days = time, cause = factor(status, 0:2, c("censored", "transplant", "death")),
  group = factor(stage), stratum = factor(edema), entry = -1, weight = 1))
liver <- subset(liver, !is.na(group))
datasets <- list(transplant = transplant, mgus = mgus, late = late, liver = liver)

# --- Aalen-Johansen -------------------------------------------------------------------------
rows <- limits <- list()
add_survival <- function(name, data, weighted) for (level in levels(data$group)) {
  part <- data[data$group == level, ]
  part$id <- seq_len(nrow(part))
  part$w <- if (weighted) part$weight else 1
  late <- name == "late"
  for (kind in c("log", "log-log", "plain", "logit", "arcsin")) {
    fit <- if (late) {
      survfit(Surv(entry, days, cause) ~ 1, part, id = id, weights = w, conf.type = kind)
    } else survfit(Surv(days, cause) ~ 1, part, weights = w, conf.type = kind)
    keep <- seq_along(fit$time)
    if (length(keep) > 25) keep <- unique(round(seq(1, length(keep), length.out = 25)))
    states <- if (kind == "log") seq_along(fit$states) else 2
    for (state in states) {
      label <- data.frame(dataset = name, weighted, level, day = fit$time[keep],
                          state = fit$states[state])
      if (kind == "log") rows[[length(rows) + 1]] <<- data.frame(
        label, at_risk = fit$n.risk[keep, 1], probability = fit$pstate[keep, state],
        jackknife = fit$std.err[keep, state])
      if (state == 2 && !weighted && name == "transplant") limits[[length(limits) + 1]] <<- data.frame(
        label, kind, lower = matrix(fit$lower, ncol = length(fit$states))[keep, state],
        upper = matrix(fit$upper, ncol = length(fit$states))[keep, state])
    }
  }
}
for (name in names(datasets)) for (weighted in c(FALSE, TRUE)) {
  if (!weighted || name %in% c("transplant", "late")) add_survival(name, datasets[[name]], weighted)
}
save_table(rows, "competing.csv")
save_table(limits, "competing_limits.csv")

# --- cmprsk: the same estimates, Aalen's variance, Gray's test ----------------------------------
aalen <- gray <- days <- list()
for (name in c("transplant", "mgus", "liver")) {
  data <- datasets[[name]]
  causes <- levels(data$cause)[-1]
  plain <- with(data, cuminc(days, cause, group, cencode = levels(cause)[1]))
  for (cause in causes) for (level in levels(data$group)) {
    fit <- plain[[paste(level, cause)]]
    last <- which(!duplicated(fit$time, fromLast = TRUE))
    if (length(last) > 25) last <- last[unique(round(seq(1, length(last), length.out = 25)))]
    aalen[[length(aalen) + 1]] <- data.frame(
      dataset = name, level, cause, day = fit$time[last], probability = fit$est[last],
      variance = fit$var[last])
  }
  for (rho in c(0, 1, 0.5)) for (stratified in c(FALSE, TRUE)) {
    fit <- if (stratified) with(data, cuminc(days, cause, group, stratum, rho, levels(cause)[1]))
      else with(data, cuminc(days, cause, group, rho = rho, cencode = levels(cause)[1]))
    gray[[length(gray) + 1]] <- data.frame(
      dataset = name, rho, stratified, cause = rownames(fit$Tests), statistic = fit$Tests[, "stat"],
      df = as.integer(fit$Tests[, "df"]),
      p = pchisq(fit$Tests[, "stat"], fit$Tests[, "df"], lower.tail = FALSE))
  }
  # A whole weight is that many patients: by cmprsk on the rows repeated.
  if (name == "mgus") {
    again <- data[rep(seq_len(nrow(data)), data$weight), ]
    fit <- with(again, cuminc(days, cause, group, stratum, 0, levels(cause)[1]))
    gray[[length(gray) + 1]] <- data.frame(
      dataset = "mgus repeated", rho = 0, stratified = TRUE, cause = rownames(fit$Tests),
      statistic = fit$Tests[, "stat"], df = as.integer(fit$Tests[, "df"]),
      p = pchisq(fit$Tests[, "stat"], fit$Tests[, "df"], lower.tail = FALSE))
    for (cause in causes) for (level in levels(data$group)) {
      fit1 <- fit[[paste(level, cause)]]
      last <- which(!duplicated(fit1$time, fromLast = TRUE))
      last <- last[unique(round(seq(1, length(last), length.out = 25)))]
      aalen[[length(aalen) + 1]] <- data.frame(
        dataset = "mgus repeated", level, cause, day = fit1$time[last],
        probability = fit1$est[last], variance = fit1$var[last])
    }
  }
  # The day by which a share has had the cause.
  for (level in levels(data$group)) {
    part <- data[data$group == level, ]
    part$status <- as.integer(part$cause) - 1
    for (cause in seq_along(causes)) {
      if (length(unique(part$status[part$status > 0])) < length(causes)) next
      fit <- prodlim(Hist(days, status) ~ 1, part)
      found <- quantile(fit, q = c(0.07, 0.26, 0.52), cause = cause)[[1]]
      days[[length(days) + 1]] <- data.frame(
        dataset = name, level, cause = causes[cause], share = found$q, day = found$quantile)
    }
  }
}
save_table(aalen, "competing_aalen.csv")
save_table(days, "competing_days.csv")
save_table(gray, "competing_gray.csv")
