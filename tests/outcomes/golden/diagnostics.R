# Residuals, tests of proportional hazards, concordance and predicted curves of Cox models.
# Rscript tests/outcomes/golden/diagnostics.R, from anywhere; package survival.
# The data are what survival ships; "tied" is veteran on a grid of 10 days with invented late
# entry, weights and offset, "heart" in half days.
source(sub("[^/]*$", "common.R", sub("^--file=", "", grep("^--file=", commandArgs(), value = TRUE))))

veteran$celltype <- factor(veteran$celltype, c("squamous", "smallcell", "adeno", "large"))
veteran$trt <- factor(veteran$trt)
tied <- veteran
tied$days <- 10 * ceiling(tied$time / 10)
tied$entry <- pmin((13 * tied$age) %% 100, tied$days - 1)
tied$w <- 0.5 + (tied$age %% 5) / 4
tied$o <- 0.02 * tied$diagtime
half <- survival::heart
half$from <- 2 * half$start
half$until <- 2 * half$stop

tight <- coxph.control(eps = 1e-14, toler.chol = 1e-15, iter.max = 100)
models <- list(
  veteran = list(veteran, Surv(time, status) ~ trt + celltype + karno + age, "efron"),
  breslow = list(veteran, Surv(time, status) ~ trt + celltype + karno + age, "breslow"),
  lung = list(lung, Surv(time, status == 2) ~ age + ph.ecog + strata(sex), "efron"),
  heart = list(half, Surv(from, until, event) ~ age + year + transplant + surgery, "efron"),
  tied = list(tied, Surv(entry, days, status) ~ karno + celltype + offset(o) + strata(prior),
              "efron"),
  tied_breslow = list(tied, Surv(entry, days, status) ~ karno + celltype + offset(o) +
                        strata(prior), "breslow"))
# Later calls look the data up again, under the name part: it must be set to the model's own.
fits <- lapply(models, function(m) {
  part <<- m[[1]]
  wanted <- list(m[[2]], data = as.name("part"), ties = m[[3]], control = tight, x = TRUE,
                 y = TRUE, robust = FALSE)
  if ("w" %in% names(part)) wanted$weights <- as.name("w")
  do.call(coxph, wanted)
})

wide <- function(values, name) {      # five columns whatever the model has
  values <- as.matrix(values)
  full <- matrix(NA_real_, nrow(values), 6)
  full[, seq_len(ncol(values))] <- values
  colnames(full) <- paste0(name, 1:6)
  full
}
kinds <- c("score", "dfbeta", "dfbetas")
rows <- events <- zph <- agreement <- curves <- robust <- list()
for (name in names(fits)) {
  part <- models[[name]][[1]]
  fit <- fits[[name]]
  # even with reference = "zero" R takes the mean offset off a linear predictor
  shift <- if ("o" %in% names(part)) mean(part$o) else 0
  # every fifth row, and the column sums of squares of all as row 0
  every <- seq(1, fit$n, by = 5)
  table <- cbind(
    martingale = residuals(fit, "martingale"), deviance = residuals(fit, "deviance"),
    lp = predict(fit, type = "lp", reference = "zero") + shift,
    do.call(cbind, lapply(kinds, function(kind) wide(residuals(fit, kind), kind))))
  table <- table[!is.na(table[, "martingale"]), ]
  rows[[name]] <- data.frame(model = name, row = c(0L, every),
                             rbind(colSums(table^2), table[every, ]), row.names = NULL)
  schoenfeld <- as.matrix(residuals(fit, "schoenfeld"))
  scaled <- as.matrix(residuals(fit, "scaledsch"))
  # R does not fix the order of tied events, so sums over each stratum and day are compared
  stratum <- if (is.null(fit$strata)) 0L else {
    end <- fit$y[, ncol(fit$y) - 1]
    died <- fit$y[, ncol(fit$y)] == 1
    code <- as.integer(fit$strata)
    (code[order(code, end, -died)])[died[order(code, end, -died)]] - 1L
  }
  slot <- data.frame(stratum, day = as.numeric(rownames(schoenfeld)))
  sums <- aggregate(cbind(wide(schoenfeld, "schoenfeld"), wide(scaled, "scaled")),
                    slot[, 2:1], function(v) sum(v))
  every <- seq(1, nrow(sums), by = 4)
  events[[name]] <- data.frame(model = name, sums[every, ], row.names = NULL)
  for (transform in c("km", "rank", "identity", "log")) {
    found <- cox.zph(fit, transform = transform)$table
    zph[[paste(name, transform)]] <- data.frame(model = name, transform, term = rownames(found),
                                                found, row.names = NULL)
  }
  found <- concordance(fit)
  counts <- if (is.matrix(found$count)) colSums(found$count) else found$count
  agreement[[name]] <- data.frame(model = name, t(counts), c = unname(found$concordance),
                                  std_error = sqrt(unname(found$var)), row.names = NULL)
}
save_table(rows, "diagnostics_rows.csv")
save_table(events, "diagnostics_events.csv")
save_table(zph, "diagnostics_zph.csv")

# --- free scores ------------------------------------------------------------------------------
free <- list(
  karno = concordance(Surv(time, status) ~ karno, veteran, reverse = TRUE),
  karno_strata = concordance(Surv(time, status) ~ karno + strata(prior), veteran, reverse = TRUE),
  late = concordance(Surv(entry, days, status) ~ age, tied, weights = w, reverse = TRUE),
  clusters = concordance(Surv(time, status) ~ karno, veteran, cluster = age, reverse = TRUE))
for (name in names(free)) {
  counts <- free[[name]]$count
  if (is.matrix(counts)) counts <- colSums(counts)
  agreement[[name]] <- data.frame(model = name, t(counts), c = unname(free[[name]]$concordance),
                                  std_error = sqrt(unname(free[[name]]$var)), row.names = NULL)
}
save_table(agreement, "diagnostics_concordance.csv")

# --- predicted curves -------------------------------------------------------------------------
patients <- list(
  veteran = data.frame(trt = c("1", "2"), celltype = c("squamous", "adeno"), karno = c(60, 20),
                       age = c(55, 70)),
  lung = data.frame(age = 70, ph.ecog = 1),
  heart = data.frame(age = -3, year = 2, transplant = "1", surgery = 1),
  tied = data.frame(karno = 40, celltype = "large", o = 0.5))
patients$breslow <- patients$veteran
patients$tied_breslow <- patients$tied
for (name in names(fits)) {
  part <- models[[name]][[1]]
  who <- patients[[name]]
  levels_of <- switch(name, lung = list(sex = 1:2), tied = , tied_breslow = list(prior = c(0, 10)))
  for (i in seq_len(nrow(who))) for (stratum in seq_len(max(1, length(levels_of[[1]])))) {
    one <- who[i, , drop = FALSE]
    if (!is.null(levels_of)) one[[names(levels_of)]] <- levels_of[[1]][stratum]
    curve <- survfit(fits[[name]], newdata = one)
    table <- data.frame(model = name, patient = i, stratum = stratum - 1L, day = curve$time,
                        hazard = c(curve$cumhaz), survival = c(curve$surv),
                        std_error = c(curve$std.err), lower = c(curve$lower),
                        upper = c(curve$upper))
    table <- table[curve$n.event > 0, ]
    curves[[paste(name, i, stratum)]] <- table[seq(1, nrow(table), by = 4), ]
  }
  base <- basehaz(fits[[name]], centered = FALSE)
  curve <- survfit(fits[[name]])
  stratum <- if (is.null(curve$strata)) 0L else rep(seq_along(curve$strata) - 1L, curve$strata)
  # basehaz leaves the weighted mean of the offset in
  shift <- if ("o" %in% names(part)) weighted.mean(part$o, part$w) else 0
  table <- data.frame(model = name, patient = 0L, stratum, day = base$time,
                      hazard = base$hazard * exp(-shift), survival = NA_real_,
                      std_error = NA_real_, lower = NA_real_, upper = NA_real_)
  table <- table[curve$n.event > 0, ]
  curves[[paste(name, 0)]] <- table[seq(1, nrow(table), by = 4), ]
}
save_table(curves, "diagnostics_curves.csv")

# --- robust covariance, and residuals collapsed by patient --------------------------------------
part <- tied
for (by in c("rows", "clusters")) {
  id <- if (by == "rows") seq_len(nrow(tied)) else tied$age
  fit <- coxph(models$tied[[2]], tied, ties = "efron", control = tight, weights = w, cluster = id)
  robust[[by]] <- data.frame(by, row = rep(1:4, 4), column = rep(1:4, each = 4),
                             covariance = c(fit$var))
}
save_table(robust, "diagnostics_robust.csv")
part <- half
collapsed <- data.frame(
  id = sort(unique(half$id)),
  martingale = c(residuals(fits$heart, "martingale", collapse = half$id)),
  deviance = c(residuals(fits$heart, "deviance", collapse = half$id)),
  dfbeta = residuals(fits$heart, "dfbeta", collapse = half$id)[, 1])
save_table(list(collapsed[seq(1, nrow(collapsed), by = 3), ]), "diagnostics_collapsed.csv")
