# Firth's penalised partial likelihood, by an independent road: no R package for it is used, but
# survival::coxph is asked for its log-likelihood, score and information at given coefficients, the
# derivative of log det(information) is taken numerically, and limits are found by uniroot.
# Rscript tests/outcomes/golden/firth.R, from anywhere.
source(sub("[^/]*$", "common.R", sub("^--file=", "", grep("^--file=", commandArgs(), value = TRUE))))

at <- function(model, b) {
  fit <- coxph(model$formula, model$data, weights = weight, ties = model$ties, init = b,
               control = coxph.control(iter.max = 0))
  list(value = tail(fit$loglik, 1) - as.numeric(determinant(fit$var)$modulus) / 2, var = fit$var,
       fit = fit)
}
score <- function(model, b, here, which) {   # of the penalised log-likelihood
  plain <- colSums(as.matrix(residuals(here$fit, type = "score", weighted = TRUE)))
  half_log_det <- function(j, h) {
    e <- replace(numeric(length(b)), j, h)
    f <- function(s) -as.numeric(determinant(at(model, b + s * e)$var)$modulus) / 2
    (f(1) - f(-1)) / (2 * h)
  }
  sapply(which, function(j) {               # Richardson: two steps, error h^4
    h <- 0.01 * sqrt(here$var[j, j])
    plain[j] + (4 * half_log_det(j, h / 2) - half_log_det(j, h)) / 3
  })
}
climb <- function(model, b, free, close) {
  for (i in 1:200) {
    here <- at(model, b)
    if (!length(free)) return(c(here, list(b = b)))
    info <- solve(here$var)[free, free, drop = FALSE]
    step <- solve(info, score(model, b, here, free))
    length <- max(abs(step) * sqrt(diag(info)))
    b[free] <- b[free] + step * min(1, 1 / length)   # at most one standard error at a time
    if (length < close) return(c(at(model, b), list(b = b)))
  }
  stop("no maximum")
}
profile <- function(model, best, j, value) {
  b <- best$b
  b <- b + best$var[, j] / best$var[j, j] * (value - b[j])
  b[j] <- value
  best$value - climb(model, b, setdiff(seq_along(b), j), 1e-6)$value
}
limit <- function(model, best, j, side) {
  error <- sqrt(best$var[j, j])
  far <- 1
  loss <- function(value) profile(model, best, j, value) - qchisq(0.95, 1) / 2
  while (loss(best$b[j] + side * far * error) < 0) far <- far * 1.5
  ends <- sort(best$b[j] + side * error * c(if (far > 1) far / 1.5 else 0, far))
  uniroot(loss, ends, tol = 1e-10)$root
}

early <- transform(subset(pbc, id <= 312), event = as.integer(status == 2 & time <= 1095),
                   time = pmin(time, 1095), weight = 1)
early$quarter <- ceiling(early$time / 91)
early$weight2 <- 1 + early$id %% 3
vet <- transform(veteran, weight = 1)
late <- transform(heart, start = 2 * start, stop = 2 * stop, weight = 1)
months <- transform(early, weight = weight2)
models <- list(
  veteran = list(formula = Surv(time, status) ~ trt + karno + age, data = vet),
  # nobody in stage 1 of pbc dies within three years
  stage = list(formula = Surv(time, event) ~ I(1 * (stage == 1)) + I(1 * (stage == 4)) + age,
               data = early),
  weighted = list(formula = Surv(quarter, event) ~ I(1 * (stage == 1)) + bili + strata(sex),
                  data = months),
  late = list(formula = Surv(start, stop, event) ~ age + surgery, data = late))
rows <- list()
for (name in names(models)) for (ties in c("breslow", "efron")) {
  model <- c(models[[name]], ties = ties)
  p <- length(attr(terms(model$formula), "term.labels")) - (name == "weighted")
  null <- at(model, numeric(p))$value
  best <- climb(model, numeric(p), seq_len(p), 1e-11)
  for (j in seq_len(p)) {
    loss <- profile(model, best, j, 0)
    rows[[length(rows) + 1]] <- data.frame(
      model = name, ties, place = j, beta = number(best$b[j]),
      std_error = number(sqrt(best$var[j, j])),
      lower = number(limit(model, best, j, -1)), upper = number(limit(model, best, j, 1)),
      statistic = number(2 * loss), log_likelihood = number(best$value),
      log_likelihood_null = number(null))
  }
}
save_table(rows, "firth.csv")
