# What R's mice and mitml say about incomplete data: pooled fits, and the spread between runs.
# Rscript tests/outcomes/golden/imputation.R, from anywhere; takes about two minutes.
source(sub("[^/]*$", "common.R", sub("^--file=", "", grep("^--file=", commandArgs(), value = TRUE))))
suppressPackageStartupMessages({library(mice); library(mitml)})

# --- 300 patients of the trial in pbc, with values deleted more often in the old ---------------
trial <- subset(survival::pbc, !is.na(trt))[1:300, ]
data <- with(trial, data.frame(
  days = time, event = as.integer(status == 2), age,
  bili = log(bili), albumin, edema = factor(edema, c(0, 0.5, 1), c("0", "0.5", "1")),
  hepato = factor(hepato, 0:1, c("0", "1")), stage = factor(stage, 1:4, c("1", "2", "3", "4"))))
stopifnot(!anyNA(data))
set.seed(20170601)
for (name in c("bili", "albumin", "edema", "hepato", "stage"))
  data[runif(nrow(data)) < plogis(-1.4 + 0.04 * (data$age - 50)), name] <- NA
save_table(data, "imputation_data.csv")

# As mice::nelsonaalen, but of deaths on one day all at once (three days have two deaths).
hazard <- basehaz(coxph(Surv(days, event) ~ 1, data, ties = "breslow"))
data$hazard <- hazard$hazard[match(data$days, hazard$time)]
stopifnot(max(abs(data$hazard - nelsonaalen(data, days, event))) < 1e-4)
use <- make.predictorMatrix(data)
use[, "days"] <- 0
complete_by <- function(seed, m, methods = NULL) {
  method <- make.method(data)
  for (name in names(methods)) method[name] <- methods[[name]]
  mice(data, m = m, maxit = 5, predictorMatrix = use, method = method, seed = seed,
       printFlag = FALSE)
}

# --- fixed imputations: the filled cells, the fits, Rubin's rules -------------------------------
m <- 6
imputed <- complete_by(1, m)
cells <- list()
for (copy in seq_len(m)) for (name in c("bili", "albumin", "edema", "hepato", "stage")) {
  rows <- which(is.na(data[[name]]))
  filled <- complete(imputed, copy)[[name]][rows]
  text <- if (is.factor(filled)) as.character(filled) else number(filled)
  cells[[length(cells) + 1]] <- data.frame(copy, column = name, row = rows - 1L, value = text)
}
save_table(do.call(rbind, cells), "imputation_cells.csv")

tight <- coxph.control(eps = 1e-14, toler.chol = 1e-15, iter.max = 100)
fits <- with(imputed, coxph(Surv(days, event) ~ age + bili + albumin + edema + hepato + stage,
                            control = tight))
rows <- list()
for (copy in seq_len(m)) {
  fit <- fits$analyses[[copy]]
  covariance <- vcov(fit)
  colnames(covariance) <- paste0("v", seq_len(ncol(covariance)))
  rows[[copy]] <- data.frame(copy, coefficient = names(coef(fit)), beta = coef(fit), covariance)
}
save_table(do.call(rbind, rows), "imputation_fits.csv")

pooled <- function(dfcom, name) {
  found <- pool(fits, dfcom = dfcom)
  limits <- summary(found, conf.int = TRUE)
  with(found$pooled, data.frame(
    rule = name, coefficient = as.character(term), estimate, within = ubar, between = b,
    total = t, complete_df = dfcom, df, riv, lambda, fmi, std_error = limits$std.error,
    t = limits$statistic, p = limits$p.value, lower = limits[["2.5 %"]],
    upper = limits[["97.5 %"]]))
}
save_table(rbind(pooled(NULL, "default"), pooled(20, "twenty"), pooled(Inf, "infinite")),
           "imputation_pooled.csv")

# --- the regressions behind the draws, at their maximum, in the first completed data set --------
first <- complete(imputed, 1)
tight_glm <- glm.control(epsilon = 1e-14, maxit = 100)
rows <- list()
add_fitted <- function(column, row, level, value)
  rows[[length(rows) + 1]] <<- data.frame(column, row = row - 1L, level, value)
design_of <- function(column)
  model.matrix(reformulate(setdiff(names(first), c("days", column))), first)[, -1]
for (column in c("bili", "hepato", "stage")) {
  x <- design_of(column)
  gap <- is.na(data[[column]])
  y <- first[[column]]
  if (column == "bili") {
    line <- lm.fit(cbind(1, x)[!gap, ], y[!gap])
    add_fitted(column, which(gap), "", c(cbind(1, x)[gap, ] %*% coef(line)))
    next
  }
  more <- mice:::augment(y, !gap, x, gap)
  wide <- data.frame(y = more$y, more$x)[more$ry, ]
  w <- more$w[more$ry]
  target <- data.frame(x)[gap, ]
  if (column == "hepato") {
    fit <- suppressWarnings(glm(y ~ ., binomial, wide, weights = w, control = tight_glm))
    add_fitted(column, which(gap), "1", unname(predict(fit, target, type = "response")))
  } else {
    # Scaled, because nnet stops early on numbers of different size; the fit is the same.
    for (name in names(target)) {
      centre <- mean(wide[[name]]); spread <- sd(wide[[name]])
      wide[[name]] <- (wide[[name]] - centre) / spread
      target[[name]] <- (target[[name]] - centre) / spread
    }
    fit <- nnet::multinom(y ~ ., wide, weights = w, maxit = 100000, reltol = 1e-16,
                          abstol = 1e-16, trace = FALSE)
    shares <- predict(fit, target, type = "probs")
    for (level in colnames(shares)) add_fitted(column, which(gap), level, unname(shares[, level]))
  }
}
save_table(do.call(rbind, rows), "imputation_regressions.csv")

# --- overall tests -----------------------------------------------------------------------------
events <- sum(data$event)
complete_df <- events - length(coef(fits$analyses[[1]]))
tests <- list()
smaller <- list(bili = . ~ . - bili, edema = . ~ . - edema, hepato = . ~ . - hepato,
                stage = . ~ . - stage, "edema + stage" = . ~ . - edema - stage)
larger <- as.mitml.result(fits)
add <- function(name, test, df, found) {
  tests[[length(tests) + 1]] <<- data.frame(
    terms = name, test, complete_df = df, f = found[1], df1 = found[2], df2 = found[3],
    p = found[4], riv = found[5])
}
for (name in names(smaller)) {
  null <- lapply(larger, function(fit) eval(update(fit, smaller[[name]], evaluate = FALSE),
                                            list(), environment(formula(fit))))
  null <- as.mitml.result(null)
  own <- mice::D1(fits, as.mira(null))
  reiter <- testModels(larger, null, df.com = complete_df)$test
  stopifnot(isTRUE(all.equal(c(own$result), c(reiter))))
  add(name, "D1 reiter", complete_df, reiter)
  add(name, "D1 reiter", 30, testModels(larger, null, df.com = 30)$test)
  add(name, "D1 li", NA, testModels(larger, null)$test)
  add(name, "D2 wald", NA, testModels(larger, null, method = "D2")$test)
  add(name, "D2 likelihood", NA, testModels(larger, null, method = "D2", use = "likelihood")$test)
}
save_table(do.call(rbind, tests), "imputation_tests.csv")

# --- the engine: mean and spread of pooled results over runs -----------------------------------
normal <- c(bili = "norm", albumin = "norm")
runs <- list(default = NULL, normal = normal)
rows <- list()
for (name in names(runs)) {
  results <- sapply(1:40, function(seed) {
    own <- complete_by(seed, 5, runs[[name]])
    found <- pool(with(own, coxph(Surv(days, event) ~ age + bili + albumin + edema + hepato +
                                    stage)))$pooled
    c(found$estimate, sqrt(found$t), found$fmi)
  })
  p <- nrow(results) / 3
  part <- function(k, f) apply(results[(k - 1) * p + seq_len(p), ], 1, f)
  rows[[name]] <- data.frame(
    methods = name, coefficient = names(coef(fits$analyses[[1]])), runs = ncol(results),
    estimate = part(1, mean), estimate_sd = part(1, sd), error = part(2, mean),
    error_sd = part(2, sd), fmi = part(3, mean), fmi_sd = part(3, sd))
}
save_table(do.call(rbind, rows), "imputation_runs.csv")
