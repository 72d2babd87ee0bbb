# Tests of several groups and limits of shares: what R's stats package answers.
# Rscript tests/outcomes/golden/group_tests.R, from anywhere. Writes group_tests.csv.
source(sub("[^/]*$", "common.R", sub("^--file=", "", grep("^--file=", commandArgs(), value = TRUE))))
veteran <- survival::veteran
lung <- survival::lung
row <- function(test, data, statistic, p) {
  data.frame(test, data, statistic = number(unname(statistic)), p = number(p))
}
f_test <- function(formula, frame) {
  table <- anova(lm(formula, frame))
  list(statistic = table[["F value"]][1], p.value = table[["Pr(>F)"]][1])
}
rows <- NULL
for (data in c("karno", "age", "wt.loss")) {
  frame <- if (data == "wt.loss") data.frame(g = lung$ph.ecog, x = lung$wt.loss) else
    data.frame(g = veteran$celltype, x = veteran[[data]])
  frame <- frame[complete.cases(frame), ]
  frame$away <- abs(frame$x - ave(frame$x, frame$g))
  tests <- list(kruskal_wallis = kruskal.test(x ~ g, frame),
                anova = f_test(x ~ factor(g), frame), levene = f_test(away ~ factor(g), frame))
  for (name in names(tests)) {
    rows <- rbind(rows, row(name, data, tests[[name]]$statistic, tests[[name]]$p.value))
  }
}
for (events in c(0, 3, 17, 40)) {
  limits <- binom.test(events, 40)$conf.int
  rows <- rbind(rows, row("share", events, limits[1], limits[2]))
}
save_table(rows, "group_tests.csv", quote = FALSE)
