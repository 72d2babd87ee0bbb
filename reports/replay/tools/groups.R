# Do groups of patients differ? Each characteristic by group, with the P of a two-sided test.

# quantities : "median" with range or "mean" with SD. quantity_test : "rank" or "t" (Welch).
# one_sided : the P of a paper that printed one-sided exact tests stands beside (key "p1").
group_comparison <- function(id, rows, by, of, quantities, quantity_test, one_sided = FALSE) {
  rows <- rows[!is.na(by$of(rows)), , drop = FALSE]
  group <- by$of(rows)
  for (level in by$levels) {
    stem <- paste0(id, ".", by$name, ".", level)
    put_count(paste0(stem, ".n"), sum(group %in% level))
    put_percent(paste0(stem, ".pct"), sum(group %in% level), nrow(rows))
  }
  for (part in of) {
    stem <- paste0(id, ".", part$name)
    if (is.null(part$column)) {
      compared_levels(stem, part, rows, group, one_sided)
      known <- !is.na(part$of(rows))
    } else {
      compared_numbers(stem, part, rows[[part$column]], group, quantities, quantity_test)
      known <- !is.na(rows[[part$column]])
    }
    if (all(known)) next
    for (level in by$levels) {
      put_count(paste0(stem, ".missing.", level, ".n"), sum(group %in% level & !known))
    }
  }
}

# Counts and percentages of the known of each group, and the test of the table.
compared_levels <- function(stem, part, rows, group, one_sided) {
  counts <- table(part$of(rows), group)
  put_p(paste0(stem, ".p"), association_p(counts))
  if (one_sided) put_p(paste0(stem, ".p1"), one_sided_p(counts))
  for (level in part$levels) for (other in levels(group)) {
    key <- paste0(stem, ".", level, ".", other)
    put_count(paste0(key, ".n"), counts[level, other])
    put_percent(paste0(key, ".pct"), counts[level, other], sum(counts[, other]))
  }
}

# Fisher's exact test towards the difference observed (SPSS: Exact Sig. (1-sided)) of a table of
# two by two; Pearson's chi-square of a larger one.
one_sided_p <- function(counts) {
  counts <- counts[rowSums(counts) > 0, colSums(counts) > 0, drop = FALSE]
  if (min(dim(counts)) < 2) return(NA)
  if (all(dim(counts) == 2)) {
    tail <- function(side) fisher.test(counts, alternative = side)$p.value
    return(min(tail("less"), tail("greater")))
  }
  pearson_p(counts)
}

compared_numbers <- function(stem, part, values, group, quantities, quantity_test) {
  put_p(paste0(stem, ".p"), difference_p(values, group, quantity_test))
  for (level in levels(group)) {
    known <- values[group %in% level & !is.na(values)]
    none <- !length(known)
    told <- if (quantities == "mean") {
      c(mean = if (none) NA else mean(known), sd = if (length(known) < 2) NA else sd(known))
    } else {
      c(median = quantile_of(known, 0.5), minimum = if (none) NA else min(known),
        maximum = if (none) NA else max(known))
    }
    for (name in names(told)) {
      put_decimals(paste0(stem, ".", level, ".", name), told[[name]], part$places)
    }
  }
}

# Welch's t test, Mann-Whitney (SPSS: without correction for continuity), or Kruskal-Wallis.
difference_p <- function(values, group, test) {
  known <- !is.na(values)
  values <- values[known]
  group <- droplevels(group[known])
  if (nlevels(group) < 2 || length(unique(values)) < 2) return(NA)
  if (test == "t") {
    if (any(table(group) < 2) || all(tapply(values, group, sd) == 0)) return(NA)
    return(t.test(values ~ group)$p.value)
  }
  if (nlevels(group) > 2) return(kruskal.test(values, group)$p.value)
  corrected <- settings$convention == "R"
  wilcox.test(values ~ group, exact = FALSE, correct = corrected)$p.value
}
