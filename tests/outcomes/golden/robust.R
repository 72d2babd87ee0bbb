# Robust standard errors of the other columns when one level has no event, so no finite coefficient.
# Rscript tests/outcomes/golden/robust.R, from anywhere; package survival.
# The data are survival's veteran on a grid of 10 days; "arm" has a third level, whose patients
# (age divisible by 9) are all taken as censored. A second model has late entry and weights.
source(sub("[^/]*$", "common.R", sub("^--file=", "", grep("^--file=", commandArgs(), value = TRUE))))

part <- veteran
part$celltype <- factor(part$celltype, c("squamous", "smallcell", "adeno", "large"))
part$days <- 10 * ceiling(part$time / 10)
part$arm <- factor(ifelse(part$age %% 9 == 0, 3, part$trt))
part$died <- ifelse(part$arm == 3, 0, part$status)
part$entry <- pmin((13 * part$age) %% 100, part$days - 1)
part$w <- 0.5 + (part$age %% 5) / 4
part$row <- seq_len(nrow(part))

tight <- coxph.control(eps = 1e-14, toler.chol = 1e-15, iter.max = 100)
found <- list()
for (ties in c("efron", "breslow")) for (by in c("row", "age")) for (late in c(FALSE, TRUE)) {
  part$id <- part[[by]]
  right <- Surv(days, died) ~ arm + celltype + karno
  # R warns, rightly, that the coefficient of arm 3 may be infinite.
  fit <- suppressWarnings(
    if (late) coxph(update(right, Surv(entry, days, died) ~ .), part, weights = w, cluster = id,
                    ties = ties, control = tight)
    else coxph(right, part, cluster = id, ties = ties, control = tight))
  error <- sqrt(diag(fit$var))
  found[[paste(ties, by, late)]] <- data.frame(
    ties, by, late = as.integer(late), column = names(coef(fit)), beta = coef(fit),
    std_error = error, row.names = NULL)[-2, ]
}
save_table(found, "robust_infinite.csv")
