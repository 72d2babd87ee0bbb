# Stepwise selection, tests of every term and of every pair, written out around survival::coxph.
# Rscript tests/outcomes/golden/selection.R, from anywhere.
source(sub("[^/]*$", "common.R", sub("^--file=", "", grep("^--file=", commandArgs(), value = TRUE))))
tight <- coxph.control(eps = 1e-13, toler.chol = 1e-14, iter.max = 100)
cells <- c("squamous", "smallcell", "adeno", "large")
veteran <- with(survival::veteran, data.frame(
  days = time, event = status == 1, trt = factor(trt, 1:2), celltype = factor(celltype, cells),
  karno, diagtime, age, prior = factor(prior, c(0, 10))))
lung <- with(survival::lung, data.frame(
  days = time, event = status == 2, sex = factor(sex, 1:2), age, ph.karno, wt.loss, meal.cal))
pbc <- with(survival::pbc, data.frame(
  days = time, event = status == 2, age, bili, albumin, protime, copper,
  edema = factor(edema, c(0, 0.5, 1)), stage = factor(stage, 1:4)))
invented <- read.csv("invented.csv")
invented$event <- invented$event == 1
complete <- function(data, terms) data[complete.cases(data[, terms]), ]

fit <- function(data, terms, strata, ties, init = NULL, control = tight) {
  right <- if (length(terms)) paste(terms, collapse = " + ") else "1"
  if (nzchar(strata)) right <- paste(right, "+ strata(", strata, ")")
  formula <- as.formula(paste("Surv(days, event) ~", right))
  if (is.null(init)) coxph(formula, data, ties = ties, control = control)
  else coxph(formula, data, ties = ties, init = init, control = control)
}
last <- function(model) tail(model$loglik, 1)
chi <- function(x, df) pchisq(x, df, lower.tail = FALSE)
score_of <- function(data, inside, term, strata, ties) {
  rest <- fit(data, inside, strata, ties)
  wide <- fit(data, c(inside, term), strata, ties)
  df <- length(coef(wide)) - length(coef(rest))
  still <- fit(data, c(inside, term), strata, ties, c(coef(rest), rep(0, df)),
               coxph.control(iter.max = 0))
  c(still$score, df)
}
# SPSS's conditional statistic: the others shifted by the covariance, not fitted anew
conditional <- function(model, data, terms, at, strata, ties) {
  b <- coef(model)
  v <- model$var
  b[-at] <- b[-at] - v[-at, at, drop = FALSE] %*% solve(v[at, at], b[at])
  b[at] <- 0
  2 * (last(model) - last(fit(data, terms, strata, ties, b, coxph.control(iter.max = 0))))
}
removal <- function(data, inside, strata, ties, criterion) {
  model <- fit(data, inside, strata, ties)
  sapply(inside, function(term) {
    at <- model$assign[[term]]
    x <- switch(criterion,
      wald = drop(coef(model)[at] %*% solve(model$var[at, at], coef(model)[at])),
      likelihood_ratio =
        2 * (last(model) - last(fit(data, setdiff(inside, term), strata, ties))),
      conditional = conditional(model, data, inside, at, strata, ties))
    chi(x, length(at))
  })
}
stepwise <- function(data, terms, strata, ties, criterion, start, out, enter) {
  inside <- if (start == "all") terms else character()
  met <- list(sort(inside))
  steps <- list()
  repeat {
    p <- if (length(inside)) removal(data, inside, strata, ties, criterion) else 0
    if (max(p) > out) {
      step <- data.frame(action = "remove", term = inside[which.max(p)], p = max(p))
      inside <- setdiff(inside, step$term)
    } else {
      outside <- setdiff(terms, inside)
      if (!length(outside)) break
      p <- sapply(outside, function(term) {
        found <- score_of(data, inside, term, strata, ties)
        chi(found[1], found[2])
      })
      if (min(p) >= enter) break
      step <- data.frame(action = "enter", term = outside[which.min(p)], p = min(p))
      inside <- terms[terms %in% c(inside, step$term)]
    }
    if (list(sort(inside)) %in% met) break
    met <- c(met, list(sort(inside)))
    steps <- c(steps, list(step))
  }
  found <- if (length(steps)) do.call(rbind, steps)
           else data.frame(action = "none", term = "", p = NA_real_)
  cbind(found, kept = paste(inside, collapse = " + "))
}
runs <- list(
  list("veteran", veteran, c("trt", "celltype", "karno", "diagtime", "age", "prior"), ""),
  list("veteran", veteran, c("trt", "karno", "diagtime", "age", "prior"), "celltype"),
  list("lung", lung, c("age", "sex", "ph.karno", "wt.loss", "meal.cal"), ""),
  list("pbc", pbc, c("age", "bili", "albumin", "protime", "edema", "copper"), "stage"),
  list("invented", invented, c("x0", "x1", "x2"), ""))
rows <- list()
for (run in runs) for (criterion in c("wald", "likelihood_ratio", "conditional"))
  for (start in c("all", "none")) {
    enter <- if (run[[1]] == "invented") 0.1 else 0.05
    data <- complete(run[[2]], c(run[[3]], if (nzchar(run[[4]])) run[[4]]))
    found <- stepwise(data, run[[3]], run[[4]], "breslow", criterion, start, 0.1, enter)
    rows[[length(rows) + 1]] <- data.frame(
      dataset = run[[1]], terms = paste(run[[3]], collapse = " + "), strata = run[[4]], criterion,
      start, enter, transform(found, p = number(p)))
  }
write.csv(do.call(rbind, rows), "stepwise.csv", row.names = FALSE)

rows <- list()
for (run in runs[1:4]) for (ties in c("breslow", "efron")) {
  data <- complete(run[[2]], c(run[[3]], if (nzchar(run[[4]])) run[[4]]))
  full <- fit(data, run[[3]], run[[4]], ties)
  dropped <- drop1(full, scope = run[[3]], test = "Chisq")
  for (term in run[[3]]) {
    score <- score_of(data, setdiff(run[[3]], term), term, run[[4]], ties)
    rows[[length(rows) + 1]] <- data.frame(
      dataset = run[[1]], terms = paste(run[[3]], collapse = " + "), strata = run[[4]], ties, term,
      df = score[2], likelihood_ratio = number(dropped[term, "LRT"]), score = number(score[1]))
  }
}
write.csv(do.call(rbind, rows), "term_tests.csv", row.names = FALSE)

rows <- list()
for (run in list(list("veteran", veteran, c("trt", "karno", "prior", "celltype"), ""),
                 list("veteran", veteran, c("trt", "karno", "prior"), "celltype"),
                 list("pbc", pbc, c("bili", "edema", "stage"), ""))) {
  data <- complete(run[[2]], run[[3]])
  factors <- Filter(function(term) is.factor(data[[term]]), run[[3]])
  small <- fit(data, run[[3]], run[[4]], "breslow")
  for (pair in combn(factors, 2, simplify = FALSE)) {
    both <- paste(pair, collapse = ":")
    large <- fit(data, c(run[[3]], both), run[[4]], "breslow")
    at <- setdiff(large$assign[[both]], which(is.na(coef(large))))
    wald <- if (max(diag(large$var)) > 1e4) NA else
      drop(coef(large)[at] %*% solve(large$var[at, at], coef(large)[at]))
    rows[[length(rows) + 1]] <- data.frame(
      dataset = run[[1]], terms = paste(run[[3]], collapse = " + "), strata = run[[4]],
      first = pair[1], second = pair[2], df = length(at),
      likelihood_ratio = number(2 * (last(large) - last(small))), wald = number(wald))
  }
}
write.csv(do.call(rbind, rows), "interactions.csv", row.names = FALSE)
