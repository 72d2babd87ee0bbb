# What do strata, late entry, weights, offsets, clusters and exact ties give in R survival::coxph?
# Rscript tests/outcomes/golden/cox_more.R, from anywhere. Writes cox_more.csv and cox_more_fits.csv.
source(sub("[^/]*$", "common.R", sub("^--file=", "", grep("^--file=", commandArgs(), value = TRUE))))
number <- function(x) format(x, digits = 17, trim = TRUE)  # the numbers of one model in one width
options(contrasts = c("contr.treatment", "contr.poly"))

heart10 <- transform(survival::heart, start = round(10 * start), stop = round(10 * stop))
veteran <- transform(survival::veteran, weight = 0.5 + (seq_len(nrow(survival::veteran)) %% 4) / 2,
                     shift = (seq_len(nrow(survival::veteran)) %% 5) / 10)
mgus <- transform(survival::mgus, start = round(365.25 * age), stop = round(365.25 * age) + futime,
                  male = as.numeric(sex == "male"))
lung <- subset(survival::lung, !is.na(inst))
control <- coxph.control(eps = 1e-14, iter.max = 50, toler.chol = 1e-15)

cases <- list()
for (ties in c("efron", "breslow", "exact")) {
  case <- function(...) {
    arguments <- as.list(substitute(list(...)))[-1]
    eval(as.call(c(quote(coxph), arguments, ties = ties, control = quote(control))), globalenv())
  }
  cases[[paste0("heart.startstop.", ties)]] <- case(Surv(start, stop, event) ~ age + year + surgery + transplant, heart10)
  cases[[paste0("veteran.strata.", ties)]] <- case(Surv(time, status) ~ karno + age + strata(celltype), veteran)
  cases[[paste0("veteran.offset.", ties)]] <- case(Surv(time, status) ~ karno + age + offset(shift), veteran)
  cases[[paste0("mgus.entry.", ties)]] <- case(Surv(start, stop, death) ~ male + dxyr, mgus)
  cases[[paste0("mgus.entry.strata.", ties)]] <- case(Surv(start, stop, death) ~ dxyr + strata(male), mgus)
  if (ties == "exact") next
  cases[[paste0("veteran.weight.", ties)]] <- case(Surv(time, status) ~ karno + age, veteran, weights = weight, robust = FALSE)
  cases[[paste0("veteran.weight.robust.", ties)]] <- case(Surv(time, status) ~ karno + age, veteran, weights = weight, robust = TRUE)
  cases[[paste0("lung.cluster.", ties)]] <- case(Surv(time, status) ~ age + sex + cluster(inst), lung)
  cases[[paste0("heart.cluster.", ties)]] <- case(Surv(start, stop, event) ~ age + year + surgery + transplant + cluster(id), heart10)
}

rows <- fits <- NULL
for (name in names(cases)) {
  fit <- cases[[name]]
  error <- sqrt(diag(fit$var))
  naive <- if (is.null(fit$naive.var)) error else sqrt(diag(fit$naive.var))
  rows <- rbind(rows, data.frame(case = name, column = names(coef(fit)), beta = number(coef(fit)),
                                 std_error = number(error), naive = number(naive)))
  fits <- rbind(fits, data.frame(case = name, n = fit$n, events = fit$nevent,
                                 null = number(fit$loglik[1]), log_likelihood = number(fit$loglik[2]),
                                 score = number(fit$score), wald = number(fit$wald.test)))
}
save_table(rows, "cox_more.csv", quote = FALSE)
save_table(fits, "cox_more_fits.csv", quote = FALSE)
