# Makes the numbers of tests/outcomes/test_fine_gray_against_r.py: R with cmprsk and survival.
# Rscript tests/outcomes/golden/fine_gray.R, from anywhere.
source(sub("[^/]*$", "common.R", sub("^--file=", "", grep("^--file=", commandArgs(), value = TRUE))))
suppressPackageStartupMessages(library(cmprsk))

pbc <- with(survival::pbc, data.frame(
  days = time, cause = status, age, bili, albumin, sex = factor(sex, c("m", "f")),
  edema = factor(edema, c(0, 0.5, 1), c("0", "0.5", "1"))))
mgus2 <- with(survival::mgus2, data.frame(
  days = ifelse(pstat == 1, ptime, futime), cause = ifelse(pstat == 1, 1, 2 * death),
  age, hgb, mspike, sex = factor(sex, c("F", "M"))))
transplant <- with(survival::transplant, data.frame(
  days = futime, cause = as.integer(event) - 1L, age, year,
  abo = factor(abo, c("O", "A", "B", "AB"))))
datasets <- list(pbc = pbc, mgus2 = mgus2, transplant = transplant)

models <- list(
  list("pbc", 2, "age + bili + albumin + edema + sex", ""),
  list("pbc", 1, "age + bili", ""),
  list("pbc", 2, "age + bili + edema", "sex"),
  list("mgus2", 1, "age + hgb + mspike + sex", ""),
  list("mgus2", 2, "age + hgb + sex", ""),
  list("transplant", 2, "age + year + abo", ""))

coefficients <- fits <- curves <- weighted <- list()
for (model in models) {
  key <- data.frame(dataset = model[[1]], cause = model[[2]], terms = model[[3]],
                    groups = model[[4]])
  names <- strsplit(model[[3]], " + ", fixed = TRUE)[[1]]
  data <- datasets[[model[[1]]]]
  keep <- complete.cases(data[c(names, setdiff(model[[4]], ""))])
  data <- data[keep, ]
  x <- model.matrix(as.formula(paste("~", model[[3]])), data)[, -1, drop = FALSE]
  # crr does not centre: on columns with mean 0 and standard deviation 1 it gets further.
  z <- scale(x)
  centre <- attr(z, "scaled:center")
  unit <- attr(z, "scaled:scale")
  group <- if (model[[4]] == "") rep(1, nrow(data)) else data[[model[[4]]]]
  # One day later: on day 0 crr takes the censoring of that day itself into its weights.
  fit <- crr(data$days + 1, data$cause, z, cengroup = group, failcode = model[[2]],
             gtol = 1e-8, maxiter = 50)
  if (!fit$converged) stop("not converged: ", paste(key, collapse = " "))
  # Its line search stops at the rounding of the likelihood: one more plain Newton step.
  fit <- crr(data$days + 1, data$cause, z, cengroup = group, failcode = model[[2]],
             init = drop(fit$coef + fit$invinf %*% fit$score), gtol = 1, maxiter = 0)
  coefficients[[length(coefficients) + 1]] <- data.frame(
    key, column = colnames(x), beta = unname(fit$coef / unit),
    std_error = sqrt(diag(fit$var)) / unit, naive = sqrt(diag(fit$invinf)) / unit,
    with_first = fit$var[1, ] / unit / unit[1])
  fits[[length(fits) + 1]] <- data.frame(
    key, n = nrow(data), events = sum(data$cause == model[[2]]), dropped = sum(!keep),
    log_likelihood = fit$loglik, log_likelihood_null = fit$loglik.null,
    wald = drop(fit$coef %*% solve(fit$var, fit$coef)))
  patient <- data[1, names, drop = FALSE]  # upper quartile of every number, last level
  for (name in names) patient[[name]] <- if (is.factor(data[[name]]))
    factor(tail(levels(data[[name]]), 1), levels(data[[name]])) else
    quantile(data[[name]], 0.75, type = 1)
  patient <- model.matrix(as.formula(paste("~", model[[3]])), patient)[, -1]
  curve <- predict(fit, (patient - centre) / unit)
  some <- unique(round(seq(1, nrow(curve), length.out = 7)))
  curves[[length(curves) + 1]] <- data.frame(key, day = curve[some, 1] - 1,
                                             incidence = curve[some, 2])
  if (model[[4]] != "") next
  # finegray, by other sums: a weighted data set of intervals, then coxph on it.
  data$state <- factor(ifelse(data$cause == model[[2]], 1, ifelse(data$cause > 0, 2, 0)), 0:2)
  data[colnames(z)] <- z
  long <- survival::finegray(Surv(days + 1, state) ~ ., data = data, etype = "1")
  formula <- as.formula(paste("Surv(fgstart, fgstop, fgstatus) ~",
                              paste0("`", colnames(z), "`", collapse = " + ")))
  other <- coxph(formula, data = long, weights = fgwt, ties = "breslow",
                 control = coxph.control(eps = 1e-11, iter.max = 50))
  weighted[[length(weighted) + 1]] <- data.frame(key, column = colnames(x),
                                                 beta = unname(coef(other) / unit))
}

save_table(coefficients, "fine_gray_coefficients.csv")
save_table(fits, "fine_gray_fits.csv")
save_table(curves, "fine_gray_curves.csv")
save_table(weighted, "fine_gray_weighted.csv")
