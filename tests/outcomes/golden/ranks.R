# Makes ranks*.csv: the log-rank family, stratified, with late entry; trend; pairs; adjusted P.
# survdiff where it can (log-rank, rho = 1, strata), coxph's score test with exact ties for late
# entry; every other number is summed here by hand from the counts at each event day.
# Rscript tests/outcomes/golden/ranks.R, from anywhere.
source(sub("[^/]*$", "common.R", sub("^--file=", "", grep("^--file=", commandArgs(), value = TRUE))))

complete <- function(data) data[!is.na(data$group) & !is.na(data$stratum), ]
datasets <- lapply(list(
  veteran = with(survival::veteran, data.frame(start = -1, stop = time, event = status == 1,
    group = factor(celltype, c("squamous", "smallcell", "adeno", "large")), stratum = prior)),
  pbc = with(survival::pbc, data.frame(start = -1, stop = time, event = status == 2,
    group = factor(stage), stratum = edema)),
  heart = with(survival::heart, data.frame(start = 2 * start, stop = 2 * stop, event = event == 1,
    group = factor(transplant), stratum = surgery)),
  cgd = with(survival::cgd, data.frame(start = tstart, stop = tstop, event = status == 1,
    group = factor(treat), stratum = as.character(sex)))), complete)

# --- every weighting, by hand ---------------------------------------------------------------------
weight_of <- list(
  "log-rank" = function(n, d) rep(1, length(n)),
  "Breslow-Gehan" = function(n, d) n,
  "Tarone-Ware" = function(n, d) sqrt(n),
  "Peto-Peto" = function(n, d) cumprod(1 - d / (n + 1)),
  "modified Peto-Peto" = function(n, d) cumprod(1 - d / (n + 1)) * n / (n + 1),
  "FH(1 0)" = function(n, d) c(1, cumprod(1 - d / n))[seq_along(n)],
  "FH(0.5 1)" = function(n, d) {
    s <- c(1, cumprod(1 - d / n))[seq_along(n)]
    s^0.5 * (1 - s)
  })
sums <- function(data, weighting) {
  days <- sort(unique(data$stop[data$event]))
  groups <- levels(data$group)
  at_risk <- sapply(groups, function(g) sapply(days, function(t)
    sum(data$group == g & data$start < t & data$stop >= t)))
  died <- sapply(groups, function(g) sapply(days, function(t)
    sum(data$group == g & data$event & data$stop == t)))
  dim(at_risk) <- dim(died) <- c(length(days), length(groups))
  n <- rowSums(at_risk)
  d <- rowSums(died)
  w <- weight_of[[weighting]](n, d)
  score <- colSums(w * (died - d * at_risk / n))
  variance <- matrix(0, length(groups), length(groups))
  for (j in seq_along(days)) {
    share <- at_risk[j, ] / n[j]
    if (n[j] > 1) variance <- variance + w[j]^2 * d[j] * (n[j] - d[j]) / (n[j] - 1) *
      (diag(share, length(groups)) - outer(share, share))
  }
  list(score = score, variance = variance)
}
by_hand <- function(data, weighting, stratified) {
  parts <- if (stratified) split(data, data$stratum) else list(data)
  found <- lapply(parts, sums, weighting)
  list(score = Reduce(`+`, lapply(found, `[[`, "score")),
       variance = Reduce(`+`, lapply(found, `[[`, "variance")))
}
chisq_of <- function(found) drop(
  found$score[-1] %*% solve(found$variance[-1, -1, drop = FALSE], found$score[-1]))
by_survival <- function(data, weighting, stratified) {
  if (data$start[1] < 0 && weighting %in% c("log-rank", "FH(1 0)")) {
    formula <- if (stratified) Surv(stop, event) ~ group + strata(stratum)
               else Surv(stop, event) ~ group
    return(survdiff(formula, data = data, rho = 1 * (weighting != "log-rank"))$chisq)
  }
  if (data$start[1] >= 0 && weighting == "log-rank") {
    formula <- if (stratified) Surv(start, stop, event) ~ group + strata(stratum)
               else Surv(start, stop, event) ~ group
    return(coxph(formula, data = data, ties = "exact")$score)
  }
  NA
}
family <- trends <- list()
for (name in names(datasets)) for (stratified in c(FALSE, TRUE)) for (weighting in names(weight_of)) {
  data <- datasets[[name]]
  found <- by_hand(data, weighting, stratified)
  df <- nlevels(data$group) - 1
  chisq <- chisq_of(found)
  family[[length(family) + 1]] <- data.frame(
    dataset = name, stratified, weighting, chisq, df, p = pchisq(chisq, df, lower.tail = FALSE),
    survival = by_survival(data, weighting, stratified), last_score = unname(rev(found$score)[1]))
  scores <- seq_len(nlevels(data$group))^2
  z <- sum(scores * found$score) / sqrt(drop(scores %*% found$variance %*% scores))
  data$score <- scores[as.integer(data$group)]
  exact <- NA
  if (weighting == "log-rank" && name != "pbc") {
    left <- if (data$start[1] < 0) "Surv(stop, event)" else "Surv(start, stop, event)"
    right <- if (stratified) "score + strata(stratum)" else "score"
    exact <- coxph(as.formula(paste(left, "~", right)), data = data, ties = "exact")$score
  }
  trends[[length(trends) + 1]] <- data.frame(dataset = name, stratified, weighting, z, survival = exact)
}
save_table(family, "ranks.csv", quote = FALSE)
save_table(trends, "ranks_trend.csv", quote = FALSE)

# --- pairs -----------------------------------------------------------------------------------------
save_table(lapply(c("veteran", "pbc"), function(name) {
  data <- datasets[[name]]
  pairs <- combn(levels(data$group), 2)
  tests <- apply(pairs, 2, function(pair) {
    part <- droplevels(data[data$group %in% pair, ])
    survdiff(Surv(stop, event) ~ group, data = part)$chisq
  })
  p <- pchisq(tests, 1, lower.tail = FALSE)
  data.frame(dataset = name, first = pairs[1, ], second = pairs[2, ], chisq = tests, p,
             Holm = p.adjust(p, "holm"), Bonferroni = p.adjust(p, "bonferroni"),
             BH = p.adjust(p, "BH"))
}), "ranks_pairs.csv", quote = FALSE)
cat(R.version.string, "survival", as.character(packageVersion("survival")), "\n")
