# What does R say of the models beyond Table 4 of Roux, and of Hazar's second transplants?
# Rscript tests/reports/golden/models.R, from anywhere; takes half a minute.
source(file.path(dirname(sub("^--file=", "", grep("^--file=", commandArgs(), value = TRUE))),
                 "../../outcomes/golden/common.R"))
suppressPackageStartupMessages(library(mice))
tight <- coxph.control(eps = 1e-14, toler.chol = 1e-15, iter.max = 100)
cohort <- function(name)
  read.csv(file.path("../../../demo/cohorts", name), na.strings = "", stringsAsFactors = FALSE)
passed <- function(from, to) as.integer(as.Date(to) - as.Date(from))
as_tests <- function(table, names) data.frame(test = names, df = table[, "df"],
                                              chi2 = table[, "chisq"], p = table[, "p"])
as_ratios <- function(fit) {
  found <- summary(fit)
  data.frame(coefficient = names(coef(fit)), hr = found$conf.int[, 1],
             lo = found$conf.int[, 3], hi = found$conf.int[, 4], p = found$coefficients[, 5])
}
likelihood_ratio <- function(name, smaller, larger) {
  chi2 <- 2 * (larger$loglik[2] - smaller$loglik[2])
  df <- length(coef(larger)) - length(coef(smaller))
  data.frame(test = name, df, chi2, p = pchisq(chi2, df, lower.tail = FALSE))
}
# Rows in time; nobody is at risk before day 0, so that a first row from -1 on leaves day 0 in.
in_time <- function(patients)
  tmerge(patients, patients, id = id, tstart = -1, tstop = days, death = event(days, event))

# --- Roux: the 334 failures, of whom 288 have a known treatment --------------------------------
roux <- subset(cohort("roux.csv"), failure == "yes")
end <- as.Date(ifelse(roux$death == 1, roux$death_date, roux$last_contact_date))
stopifnot(all(end <= as.Date("2014-12-31")), all(end == roux$last_contact_date))
bands <- function(x, starts, names) factor(names[findInterval(x, starts)], names)
failed <- with(roux, data.frame(
  id = seq_along(sex), days = passed(failure_date, end), event = death,
  cr = factor(post_transplant_cr, c("no", "yes")),
  treatment = factor(post_failure_treatment, c(
    "second_hsct", "chemo_dli", "palliative", "chemotherapy", "dli")),
  interval = bands(sct1_to_failure_days, c(0, 92, 183, 365),
                   c("0-91", "92-182", "183-364", ">=365")),
  age = bands(age_at_sct1_years, c(0, 5, 10, 15), c("0-4", "5-9", "10-14", ">14")),
  sex = factor(sex, c("M", "F")), tbi = factor(tbi), source = factor(stem_cell_source),
  leukaemia = factor(leukemia_type), gvhd = factor(chronic_gvhd), mac = factor(myeloablative),
  second = passed(failure_date, second_sct_date), dli = passed(failure_date, dli_date)))
levels(failed$leukaemia) <- ifelse(levels(failed$leukaemia) %in% c("AML", "B-ALL", "T-ALL",
                                   "biphenotypic"), levels(failed$leukaemia), NA)
analysed <- subset(failed, !is.na(treatment))
stopifnot(nrow(analysed) == 288, sum(analysed$event) == 253)

final <- Surv(days, event) ~ cr + treatment + interval
fit <- coxph(final, analysed, ties = "breslow", control = tight)
zph <- cox.zph(fit, transform = "km", terms = TRUE)$table
save_table(as_tests(zph, rownames(zph)), "roux_zph.csv")
save_table(lapply(c("cr:treatment", "cr:interval", "treatment:interval"), function(pair)
  likelihood_ratio(pair, fit, coxph(update(final, paste("~ . +", pair)), analysed,
                                    ties = "breslow", control = tight))), "roux_interactions.csv")

# --- the second transplant and DLI from their day on -------------------------------------------
analysed$palliative <- factor(ifelse(analysed$treatment == "palliative", "yes", "no"))
rows <- tmerge(in_time(analysed), analysed, id = id, second_on = tdc(second), dli_on = tdc(dli))
from_its_day <- Surv(tstart, tstop, death) ~ second_on + dli_on + cr + interval + palliative
fit <- coxph(from_its_day, rows, ties = "breslow", control = tight)
save_table(as_ratios(fit), "roux_time_dependent.csv")
save_table(lapply(c("second_on:interval", "dli_on:interval"), function(pair)
  likelihood_ratio(pair, fit, coxph(update(from_its_day, paste("~ . +", pair)), rows,
                                    ties = "breslow", control = tight))),
  "roux_time_dependent_interactions.csv")
analysed$treatment <- relevel(analysed$treatment, "chemotherapy")
save_table(as_ratios(coxph(final, analysed, ties = "breslow", control = tight)),
           "roux_against_chemotherapy.csv")

# --- treatments imputed for the 46, by mice ----------------------------------------------------
data <- subset(failed, select = -c(id, second, dli))
data$hazard <- with(basehaz(coxph(Surv(days, event) ~ 1, data, ties = "breslow")),
                    hazard[match(data$days, time)])
use <- make.predictorMatrix(data)
use[, "days"] <- 0
imputed <- mice(data, m = 50, maxit = 5, predictorMatrix = use, seed = 2017, printFlag = FALSE)
stopifnot(imputed$method[c("treatment", "source", "leukaemia")] == "polyreg")
found <- pool(with(imputed, coxph(Surv(days, event) ~ cr + treatment + interval,
                                  ties = "breslow")))$pooled
save_table(with(found, data.frame(coefficient = as.character(term), m, estimate, within = ubar,
                                  between = b, fmi)), "roux_imputed.csv")

# --- Hazar: second transplants among chemosensitive relapses -----------------------------------
hazar <- subset(cohort("hazar.csv"), relapsed == "yes" & chemosensitive_relapse == "yes")
relapsed <- with(hazar, data.frame(
  id = seq_along(sex), days = passed(relapse_date, last_contact_date), event = death,
  em = factor(ifelse(grepl("^isolated_extra", relapse_site), "yes", "no")),
  interval = factor(bands(hsct1_to_relapse_days, c(0, 181, 366), c("0-180", "181-365", ">365")),
                    c(">365", "0-180", "181-365")),
  second = passed(relapse_date, second_hsct_date)))
rows <- tmerge(in_time(relapsed), relapsed, id = id, second_on = tdc(second))
save_table(as_ratios(coxph(Surv(tstart, tstop, death) ~ second_on + em + interval, rows,
                           ties = "breslow", control = tight)), "hazar_time_dependent.csv")
relapsed$ever <- !is.na(relapsed$second)
save_table(as_ratios(coxph(Surv(days, event) ~ ever + em + interval, relapsed,
                           ties = "breslow", control = tight)), "hazar_ever.csv")
later <- subset(relapsed, days > 180)
later$by_then <- factor(ifelse(!is.na(later$second) & later$second <= 180, "yes", "no"))
later$days <- later$days - 180
curves <- summary(survfit(Surv(days, event) ~ by_then, later, conf.type = "log-log"),
                  times = c(365.25, 730.5), extend = TRUE)
test <- survdiff(Surv(days, event) ~ by_then, later)
save_table(with(curves, data.frame(group = as.character(strata), days = time, n.risk, surv, std.err,
                                   lower, upper)), "hazar_landmark.csv")
save_table(data.frame(n_no = test$n[1], n_yes = test$n[2], chi2 = test$chisq,
                      p = pchisq(test$chisq, 1, lower.tail = FALSE)), "hazar_landmark_test.csv")
