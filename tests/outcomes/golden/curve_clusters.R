# Makes curve_clusters.csv: robust errors of curves whose rows belong together. R with survival.
# Rscript tests/outcomes/golden/curve_clusters.R, from anywhere.
source(sub("[^/]*$", "common.R", sub("^--file=", "", grep("^--file=", commandArgs(), value = TRUE))))

fraction <- function(n) 0.5 + ((seq_len(n) - 1) %% 7) / 4
rows <- list()
add <- function(dataset, curve, level, state, day, estimate, error) {
  some <- seq(1, length(day), 4)   # each fourth day will do
  rows[[length(rows) + 1]] <<- data.frame(dataset, curve, level, state, day, estimate, error)[some, ]
}

# --- survival and cumulative hazard of the patients with chronic granulomatous disease: several rows
# --- each, by patient and by hospital; and of lung by hospital, without late entry
survival_of <- function(dataset, data, formula, level) {
  one <- survfit(formula, data, weights = weight, cluster = together)
  stopifnot(!one$logse)
  add(dataset, "survival", level, "", one$time, one$surv, one$std.err)
  for (ctype in 1:2) {
    one <- survfit(formula, data, weights = weight, cluster = together, stype = 2, ctype = ctype)
    add(dataset, paste0("hazard", ctype), level, "", one$time, one$cumhaz, one$std.chaz)
  }
}
cgd <- transform(survival::cgd, weight = fraction(nrow(survival::cgd)))
for (level in levels(cgd$treat)) {
  mine <- cgd[cgd$treat == level, ]
  for (by in c("id", "center")) {
    mine$together <- as.integer(factor(mine[[by]]))
    survival_of(paste("cgd", by), mine, Surv(tstart, tstop, status) ~ 1, level)
    survival_of(paste("cgd unweighted", by), transform(mine, weight = 1),
                Surv(tstart, tstop, status) ~ 1, level)
  }
}
lung <- subset(transform(survival::lung, together = inst, weight = 1), !is.na(inst))
for (level in 1:2)
  survival_of("lung inst", lung[lung$sex == level, ], Surv(time, status == 2) ~ 1, level)

# --- progression and death of mgus2 by the year of diagnosis
mgus <- transform(survival::mgus2, etime = ifelse(pstat == 0, futime, ptime),
                  ended = ifelse(pstat == 1, 1, 2 * death))
mgus <- subset(mgus, etime > 0)
mgus$ended <- factor(mgus$ended, 0:2, c("censored", "progression", "death"))
mgus$weight <- fraction(nrow(mgus))
mgus$entry <- pmin((mgus$id * 7) %% 60, mgus$etime - 1)
# survfit of several states takes `cluster` and errs: survival 3.5-3 gives the errors of single rows.
# So its influences of single rows, whose squares are its own variance, are added up by cluster here.
grouped <- function(one, weight, cluster, state) {
  pull <- one$influence.pstate[, , state] * weight   # ids ascend, so they are in order
  pull <- pull[, ncol(pull) - length(one$time) + seq_along(one$time)]  # without day 0
  stopifnot(all.equal(sqrt(colSums(pull^2)), one$std.err[, state], tolerance = 1e-10))
  sqrt(colSums(rowsum(pull, cluster)^2))
}
for (level in c("F", "M")) {
  mine <- mgus[mgus$sex == level, ]
  found <- list(
    "mgus2 dxyr" = survfit(Surv(etime, ended) ~ 1, mine, id = id, influence = TRUE),
    "mgus2 late dxyr" = survfit(Surv(entry, etime, ended) ~ 1, mine, id = id, weights = weight,
                                influence = TRUE))
  for (name in names(found)) for (state in 1:3) {
    one <- found[[name]]
    add(name, "incidence", level, c("event-free", "progression", "death")[state], one$time,
        one$pstate[, state], grouped(one, if (name == "mgus2 dxyr") 1 else mine$weight, mine$dxyr, state))
  }
}
save_table(rows, "curve_clusters.csv", quote = FALSE)
cat(R.version.string, "survival", as.character(packageVersion("survival")), "\n")
