# What do interactions with a number give in R survival::coxph, run to the end?
source(sub("[^/]*$", "common.R", sub("^--file=", "", grep("^--file=", commandArgs(), value = TRUE))))

veteran <- survival::veteran
veteran$trt <- factor(veteran$trt)
veteran$celltype <- factor(veteran$celltype, c("squamous", "smallcell", "adeno", "large"))
lung <- transform(survival::cancer, sex = factor(sex), status = as.integer(status == 2))
data <- list(veteran = veteran, lung = lung)

cases <- list(
  c("veteran", "trt + karno + trt:karno"),
  c("veteran", "celltype + age + karno + celltype:age"),
  c("veteran", "age + karno + age:karno"),
  c("lung", "sex + age + sex:age"),
  c("lung", "age + sex + wt.loss + age:sex + age:wt.loss")
)
rows <- list()
for (case in cases) for (ties in c("efron", "breslow")) {
  fit <- coxph(as.formula(paste("Surv(time, status) ~", case[2])), data[[case[1]]], ties = ties,
               control = coxph.control(eps = 1e-14, toler.chol = 1e-15, iter.max = 50))
  rows[[paste(case, ties, collapse = " ")]] <- data.frame(
    dataset = case[1], terms = case[2], ties = ties, column = names(coef(fit)), beta = coef(fit),
    se = sqrt(diag(vcov(fit))), log_likelihood = fit$loglik[2], n = fit$n)
}
save_table(rows, "numeric_interactions.csv")
