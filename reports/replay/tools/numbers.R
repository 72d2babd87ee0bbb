# How does a number become text, and where is it kept until the end?
# Rounding is half up on the decimal number that is shown for a value, as the report does it.

NONE <- "\u2013" # stands where a number cannot be given
YEAR <- 365.25
DAYS_IN <- c(days = 1, months = YEAR / 12, years = YEAR)

settings <- new.env() # convention ("SPSS" or "R") and p_style, set by study.R
answers <- new.env()
answers$rows <- list()

# ---- Text

# The digits of the shortest decimal number that reads back as x, and the power of ten of the first.
shortest <- function(x) {
  for (digits in 15:17) {
    text <- sprintf("%.*e", digits - 1L, x)
    if (as.numeric(text) == x) break
  }
  list(
    digits = as.integer(strsplit(gsub("[.]|e.*", "", text), "")[[1]]),
    power = as.integer(sub(".*e", "", text))
  )
}

# x with so many decimals, rounded half away from zero; never "-0.0".
half_up <- function(x, places) {
  shown <- shortest(abs(x))
  zeros <- function(n) rep(0L, max(n, 0))
  all <- c(zeros(-shown$power), shown$digits) # the first digit is that of ones, if power <= 0
  ones <- max(shown$power, 0) + 1
  all <- c(all, zeros(ones + places + 1 - length(all)))
  kept <- c(0L, all[seq_len(ones + places)]) # a leading 0 takes the last carry
  if (all[ones + places + 1] >= 5) {
    at <- length(kept)
    while (kept[at] == 9L) {
      kept[at] <- 0L
      at <- at - 1
    }
    kept[at] <- kept[at] + 1L
  }
  whole <- sub("^0+(?=.)", "", paste(kept[seq_len(ones + 1)], collapse = ""), perl = TRUE)
  rest <- paste(kept[-seq_len(ones + 1)], collapse = "")
  sign <- if (x < 0 && any(kept > 0)) "-" else ""
  paste0(sign, whole, if (places > 0) ".", rest)
}

# Thousands are set apart by a narrow space from five digits on.
count_text <- function(n) {
  if (n < 10000) return(sprintf("%d", as.integer(n)))
  gsub(",", "\u202f", formatC(n, format = "d", big.mark = ","), fixed = TRUE)
}

percent_text <- function(part, whole) paste0(half_up(100 * part / whole, 1), "%")

p_text <- function(p) {
  if (settings$p_style == "0.001") return(if (p < 0.001) "<0.001" else half_up(p, 3))
  if (p < 1e-5) return("<10^-5")
  half_up(p, if (p >= 0.001) 3 else 1 - shortest(p)$power)
}

ratio_text <- function(ratio, places) {
  if (ratio >= 1000) return(sprintf("%.1e", ratio))
  half_up(ratio, if (ratio > 0 && ratio < 0.1) max(places, 3) else places)
}

# Days in a unit: whole or half days as they are, months with one decimal, years with two.
duration_text <- function(days, unit, places = NA) {
  told <- days / DAYS_IN[[unit]]
  if (is.na(places)) {
    places <- switch(unit, days = if (told == round(told)) 0 else 1, months = 1, years = 2)
  }
  half_up(told, places)
}

# ---- Answers: each number under the key by which the report knows it

put <- function(key, value, text) {
  known <- length(value) == 1 && !is.na(value)
  row <- if (known) c(key, sprintf("%.12g", value), text) else c(key, "", NONE)
  answers$rows[[length(answers$rows) + 1]] <- row
}
put_none <- function(key) put(key, NA, NONE)
put_text <- function(key, text) {
  answers$rows[[length(answers$rows) + 1]] <- c(key, "", text)
}
put_count <- function(key, n) put(key, n, count_text(n))
put_percent <- function(key, part, whole) {
  if (whole == 0) put_none(key) else put(key, 100 * part / whole, percent_text(part, whole))
}
put_decimals <- function(key, value, places) {
  put(key, value, if (!is.na(value)) half_up(value, places))
}
put_p <- function(key, p) put(key, p, if (!is.na(p)) p_text(p))
put_ratio <- function(key, ratio, places) { # one beyond a million is no answer
  if (is.na(ratio) || ratio < 1e-6 || ratio > 1e6) return(put_none(key))
  put(key, ratio, ratio_text(ratio, places))
}
put_duration <- function(key, days, unit, places = NA) {
  put(key, days / DAYS_IN[[unit]], if (!is.na(days)) duration_text(days, unit, places))
}
