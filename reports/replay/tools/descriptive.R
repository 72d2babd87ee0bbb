# What were the patients like? Counts, percentages of the known, medians, tests of tables.

put_share <- function(key, part, among) put_percent(key, sum(part & among), sum(among))

# Quantiles as SPSS (type 6) or R (type 7) has them; NA when no value is known.
quantile_of <- function(values, share) {
  known <- values[!is.na(values)]
  if (!length(known)) return(NA)
  quantile(known, share, type = if (settings$convention == "SPSS") 6 else 7, names = FALSE)
}

# A number to be told by its median and range.
quantity <- function(name, column, places) list(name = name, column = column, places = places)

# Counts and percentages of the known for each grouping; the median and range of a quantity.
characteristics <- function(id, rows, of) {
  for (part in of) {
    stem <- paste0(id, ".", part$name)
    if (!is.null(part$column)) {
      quantity_row(stem, rows[[part$column]], part$places)
      next
    }
    group <- part$of(rows)
    known <- sum(!is.na(group))
    for (level in part$levels) {
      put_count(paste0(stem, ".", level, ".n"), sum(group %in% level))
      put_percent(paste0(stem, ".", level, ".pct"), sum(group %in% level), known)
    }
    if (known < nrow(rows)) put_count(paste0(stem, ".missing.n"), nrow(rows) - known)
  }
}

quantity_row <- function(stem, values, places) {
  known <- values[!is.na(values)]
  put_count(paste0(stem, ".n"), length(known))
  put_decimals(paste0(stem, ".median"), quantile_of(values, 0.5), places)
  if (!length(known)) return(invisible())
  joint <- if (min(known) < 0) " to " else "\u2013"
  range <- paste0(half_up(min(known), places), joint, half_up(max(known), places))
  put_text(paste0(stem, ".range"), range)
}

# Counts with row percentages, and the test of independence; the median of a quantity in each row.
cross_table <- function(id, rows, down, across, median = NULL) {
  counts <- table(down$of(rows), across$of(rows))
  for (level in down$levels) {
    total <- sum(counts[level, ])
    for (other in across$levels) {
      n <- counts[level, other]
      share <- if (total > 0) paste0(" (", percent_text(n, total), ")") else ""
      put(paste0(id, ".", level, ".", other, ".n"), n, paste0(count_text(n), share))
    }
    put_count(paste0(id, ".", level, ".n"), total)
    if (!is.null(median)) {
      here <- down$of(rows) %in% level & !is.na(across$of(rows))
      middle <- quantile_of(rows[[median$column]][here], 0.5)
      put_decimals(paste0(id, ".", level, ".median"), middle, median$places)
    }
  }
  put_p(paste0(id, ".p"), association_p(counts))
}

# Fisher's exact test, two-sided, for a table with two rows or columns and an expected count below
# 5; else Pearson's chi-square. Empty rows and columns are left out.
association_p <- function(counts) {
  counts <- counts[rowSums(counts) > 0, colSums(counts) > 0, drop = FALSE]
  if (min(dim(counts)) < 2) return(NA)
  expected <- outer(rowSums(counts), colSums(counts)) / sum(counts)
  small <- min(dim(counts)) == 2 && any(expected < 5)
  if (small) fisher.test(counts, workspace = 2e7)$p.value else pearson_p(counts)
}
pearson_p <- function(counts) {
  expected <- outer(rowSums(counts), colSums(counts)) / sum(counts)
  statistic <- sum((counts - expected)^2 / expected)
  pchisq(statistic, prod(dim(counts) - 1), lower.tail = FALSE)
}

put_distinct <- function(key, values) put_count(key, length(unique(values[!is.na(values)])))

put_year <- function(key, dates, which) {
  known <- dates[!is.na(dates)]
  if (!length(known)) return(put_none(key))
  day <- if (which == "first") min(known) else max(known)
  put_count(key, as.integer(format(day, "%Y")))
}

# Days from one date to another in the chosen rows that have both.
put_time_between <- function(key, rows, start, end, chosen, statistic, unit, places = NA) {
  days <- as.numeric(rows[[end]] - rows[[start]])[chosen]
  known <- days[!is.na(days)]
  told <- switch(statistic,
    median = quantile_of(known, 0.5),
    minimum = if (length(known)) min(known) else NA,
    maximum = if (length(known)) max(known) else NA)
  put_duration(key, told, unit, places)
}

# One transplant of each patient, and the second of whom it is dated.
put_transplants <- function(key, rows) {
  put_count(key, nrow(rows) + sum(!is.na(rows$second_transplant_date)))
}

# The median of a number; of days in a unit when one is named.
put_median <- function(key, values, unit = "", places = NA) {
  middle <- quantile_of(values, 0.5)
  if (unit == "" && !is.na(places)) return(put_decimals(key, middle, places))
  put_duration(key, middle, if (unit == "") "days" else unit, places)
}
