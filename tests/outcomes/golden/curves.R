# Makes curves*.csv: survival curves with weights, late entry and every kind of limits; cumulative
# hazards; restricted means; estimates and tests at landmarks. R with the package survival.
# Rscript tests/outcomes/golden/curves.R, from anywhere.
source(sub("[^/]*$", "common.R", sub("^--file=", "", grep("^--file=", commandArgs(), value = TRUE))))

# --- data: half days of the heart study doubled to whole ones -----------------------------------
datasets <- list(
  lung = with(survival::lung, data.frame(start = -1, stop = time, event = status == 2,
                                         level = as.character(sex))),
  heart = with(survival::heart, data.frame(start = 2 * start, stop = 2 * stop, event = event == 1,
                                           level = as.character(transplant))),
  cgd = with(survival::cgd, data.frame(start = tstart, stop = tstop, event = status == 1,
                                       level = as.character(treat))))
weights_of <- function(kind, n) {
  row <- seq_len(n) - 1
  switch(kind, none = rep(1, n), whole = row %% 4, fraction = 0.5 + (row %% 7) / 4)
}
cases <- list()
for (name in names(datasets)) for (kind in c("none", "whole", "fraction")) {
  data <- datasets[[name]]
  data$weight <- weights_of(kind, nrow(data))
  data <- data[data$weight > 0, ]
  for (level in sort(unique(data$level)))
    cases[[length(cases) + 1]] <- list(name = name, kind = kind, level = level,
                                       data = data[data$level == level, ])
}
fit <- function(case, ...) {
  formula <- if (case$name == "lung") Surv(stop, event) ~ 1 else Surv(start, stop, event) ~ 1
  if (case$kind == "none") survfit(formula, data = case$data, ...)
  else survfit(formula, data = case$data, weights = weight, ...)
}
labels <- function(case, ...) data.frame(dataset = case$name, weights = case$kind,
                                         level = case$level, ...)
log_error <- function(fit) if (fit$logse) fit$std.err else fit$std.err / fit$surv

# --- curves: the error of log survival, robust where R makes it so --------------------------------
save_table(lapply(cases, function(case) {
  one <- fit(case)
  by <- lapply(c(logit = "logit", arcsin = "arcsin", loglog = "log-log"),
               function(type) fit(case, conf.type = type))
  labels(case, day = one$time, at_risk = one$n.risk, died = one$n.event, censored = one$n.censor,
         survival = one$surv, log_error = log_error(one),
         logit_lower = by$logit$lower, logit_upper = by$logit$upper,
         arcsin_lower = by$arcsin$lower, arcsin_upper = by$arcsin$upper,
         loglog_lower = by$loglog$lower, loglog_upper = by$loglog$upper)
}), "curves.csv", quote = FALSE)

# --- cumulative hazards: ctype 1 counts tied deaths together, 2 one by one. The error of log
# --- survival is that of the hazard; survival 3.5-3 returns it so, but with robust variance and
# --- ctype 1 takes it for an error of survival when it makes the limits: those are left out.
save_table(unlist(lapply(cases, function(case) lapply(1:2, function(ctype) {
  one <- fit(case, stype = 2, ctype = ctype, conf.type = "log-log")
  stopifnot(isTRUE(all.equal(one$std.err, one$std.chaz, tolerance = 1e-12)))
  wrong <- !one$logse
  labels(case, ctype = ctype, day = one$time, hazard = one$cumhaz, error = one$std.chaz,
         survival = one$surv, lower = if (wrong) NA_real_ else one$lower,
         upper = if (wrong) NA_real_ else one$upper)
})), recursive = FALSE), "curves_hazard.csv", quote = FALSE)

# --- means: printed by R, which takes Greenwood's variance also with fractional weights; and robust
# --- from the influence of each row on the curve
mean_to <- function(one, to) {
  found <- survival:::survmean(one, rmean = to)$matrix
  c(found[["rmean"]], found[["se(rmean)"]])
}
robust_error <- function(case, to) {
  one <- fit(case, influence = TRUE)
  inside <- one$time <= to
  widths <- diff(c(one$time[inside], to))
  sqrt(sum((one$influence.surv[, inside, drop = FALSE] %*% widths)^2))
}
horizon <- c(lung = 365, heart = 200, cgd = 300)
save_table(lapply(cases, function(case) {
  one <- fit(case)
  to <- horizon[[case$name]]
  own <- mean_to(one, "individual")
  short <- mean_to(one, to)
  labels(case, mean = own[1], error = own[2], to = to, restricted = short[1],
         restricted_error = short[2], robust_error = robust_error(case, to))
}), "curves_means.csv", quote = FALSE)

pairs <- Filter(function(pair) pair[[1]]$name == pair[[2]]$name && pair[[1]]$kind == pair[[2]]$kind,
                lapply(seq_len(length(cases) - 1), function(i) cases[i + 0:1]))
pairs <- Filter(function(pair) pair[[1]]$kind != "fraction", pairs)
z95 <- qnorm(0.975)
save_table(lapply(pairs, function(pair) {
  to <- horizon[[pair[[1]]$name]]
  a <- mean_to(fit(pair[[1]]), to)
  b <- mean_to(fit(pair[[2]]), to)
  se <- sqrt(a[2]^2 + b[2]^2)
  log_se <- sqrt((a[2] / a[1])^2 + (b[2] / b[1])^2)
  data.frame(dataset = pair[[1]]$name, weights = pair[[1]]$kind, to, difference = b[1] - a[1],
             lower = b[1] - a[1] - z95 * se, upper = b[1] - a[1] + z95 * se,
             p = 2 * pnorm(-abs(b[1] - a[1]) / se), ratio = b[1] / a[1],
             ratio_lower = b[1] / a[1] * exp(-z95 * log_se),
             ratio_upper = b[1] / a[1] * exp(z95 * log_se),
             ratio_p = 2 * pnorm(-abs(log(b[1] / a[1])) / log_se))
}), "curves_mean_differences.csv", quote = FALSE)

# --- landmarks: the table below a figure; Klein's tests at one day; survival from a landmark on ---
unweighted <- Filter(function(case) case$kind == "none", cases)
save_table(lapply(unweighted, function(case) {
  one <- fit(case, conf.type = "log-log")
  found <- summary(one, times = c(0, 30, 100, 182.5, 300), extend = TRUE)
  labels(case, day = found$time, at_risk = found$n.risk, events = cumsum(found$n.event),
         survival = found$surv, error = found$std.err, lower = found$lower, upper = found$upper)
}), "curves_at.csv", quote = FALSE)

scales <- list(
  plain = function(s, v) c(s, s^2 * v), log = function(s, v) c(log(s), v),
  "log-log" = function(s, v) c(log(-log(s)), v / log(s)^2),
  logit = function(s, v) c(log(s / (1 - s)), v / (1 - s)^2),
  arcsin = function(s, v) c(asin(sqrt(s)), s * v / (4 * (1 - s))))
save_table(unlist(lapply(Filter(function(pair) pair[[1]]$kind == "none", pairs), function(pair)
  lapply(names(scales), function(scale) {
    day <- horizon[[pair[[1]]$name]]
    values <- sapply(pair, function(case) {
      found <- summary(fit(case), times = day)
      scales[[scale]](found$surv, (found$std.err / found$surv)^2)
    })
    chisq <- (values[1, 1] - values[1, 2])^2 / (values[2, 1] + values[2, 2])
    data.frame(dataset = pair[[1]]$name, scale, day, chisq,
               p = pchisq(chisq, 1, lower.tail = FALSE))
  })), recursive = FALSE), "curves_fixed.csv", quote = FALSE)

late <- subset(datasets$lung, stop > 180)
late$stop <- late$stop - 180
save_table(lapply(sort(unique(late$level)), function(level) {
  one <- survfit(Surv(stop, event) ~ 1, data = late[late$level == level, ])
  data.frame(level, day = one$time, at_risk = one$n.risk, survival = one$surv)
}), "curves_landmark.csv", quote = FALSE)
cat(R.version.string, "survival", as.character(packageVersion("survival")), "\n")
