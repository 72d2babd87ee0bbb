# Who is in, how are patients told apart, and how long was each followed?
# A missing value is NA; a row whose value is missing does not meet a condition.

# ---- Data

read_columns <- function(file, numbers, dates) {
  data <- read.csv(file, colClasses = "character", na.strings = "", encoding = "UTF-8")
  for (name in numbers) data[[name]] <- as.numeric(data[[name]])
  for (name in dates) data[[name]] <- as.Date(data[[name]], format = "%Y-%m-%d")
  data$row <- seq_len(nrow(data))
  data
}

after <- function(dates, day) !is.na(dates) & dates > day

# The rows as they stood on the cutoff: what happened later has not happened yet.
as_of <- function(data, cutoff) {
  end <- as.Date(cutoff)
  died_later <- after(data$death_date, end)
  failed_later <- after(data$failure_date, end)
  second_later <- failed_later | after(data$second_transplant_date, end)
  dli_later <- failed_later | after(data$first_dli_date, end)
  untreated <- failed_later |
    (second_later & data$treatment %in% "second_hsct") |
    (dli_later & data$treatment %in% c("dli", "chemo_dli"))
  # Whoever died after the cutoff was known to be alive on it.
  data$last_contact_date[died_later | after(data$last_contact_date, end)] <- end
  data$death[died_later] <- "no"
  data$death_date[died_later] <- NA
  data$failure[failed_later] <- "no"
  for (name in c("failure_date", "failure_kind", "days_to_failure")) data[[name]][failed_later] <- NA
  data$treatment[untreated] <- NA
  data$second_transplant_date[second_later] <- NA
  data$first_dli_date[dli_later] <- NA
  data
}

# ---- Conditions on the rows, TRUE or FALSE for each

met <- function(condition) condition & !is.na(condition)
is_one_of <- function(rows, name, codes) rows[[name]] %in% codes
is_between <- function(rows, name, first, last) {
  met(rows[[name]] >= as.Date(first) & rows[[name]] <= as.Date(last))
}
is_below <- function(rows, name, limit) met(rows[[name]] < limit)
is_known <- function(rows, name) !is.na(rows[[name]])
is_allogeneic <- function(rows, number) {
  met(rows$transplant_type == "allo" & rows$allo_number == number)
}
all_of <- function(rows, ...) Reduce(`&`, list(...), rep(TRUE, nrow(rows)))

keep <- function(rows, sentence, condition) {
  rows <- rows[condition, , drop = FALSE]
  cat(sprintf("%7d  %s\n", nrow(rows), sentence))
  rows
}
those_not_in <- function(before, rows) before[!(before$row %in% rows$row), , drop = FALSE]

# A box of the flow chart, with its share of the box before, and who dropped out on the way.
flow_box <- function(name, rows, before = NULL, excluded = FALSE) {
  put_count(paste0("flow.", name, ".n"), nrow(rows))
  if (is.null(before)) return(invisible())
  gone <- nrow(before) - nrow(rows)
  if (nrow(before) > 0) put_percent(paste0("flow.", name, ".pct"), nrow(rows), nrow(before))
  if (excluded) {
    put_count(paste0("flow.", name, ".excluded.n"), gone)
    if (nrow(before) > 0) put_percent(paste0("flow.", name, ".excluded.pct"), gone, nrow(before))
  }
}

# ---- Groupings: `of(rows)` is the factor of the rows, its first level the reference

category <- function(name, column, levels, joined = list()) {
  of <- function(rows) {
    codes <- rep(NA_character_, nrow(rows))
    for (level in levels) {
      meant <- if (level %in% names(joined)) joined[[level]] else level
      codes[rows[[column]] %in% meant] <- level
    }
    factor(codes, levels)
  }
  list(name = name, levels = levels, of = of)
}

# Bands end where the next one starts; the last is open, and what lies before the first is missing.
bands <- function(name, column, levels, starts, reference = levels[1]) {
  told <- c(reference, setdiff(levels, reference))
  of <- function(rows) {
    band <- findInterval(rows[[column]], starts)
    factor(levels[ifelse(band == 0, NA, band)], told)
  }
  list(name = name, levels = told, of = of)
}

# A number as it was measured; its hazard ratio is that of `per` units more.
measured <- function(name, column, per = 1) {
  list(name = name, of = function(rows) rows[[column]] / per)
}
is_number <- function(covariate) is.null(covariate$levels)

# ---- Follow-up in whole days

end_point <- function(origin, event, cutoff = NULL) {
  counted <- if (event == "death") "deaths" else "events"
  list(origin = origin, event = event, cutoff = cutoff, counted = counted)
}

# The rows with a usable start and end of follow-up. days, event (TRUE or FALSE), and for
# "failure or death" the cause: the first of the two; death on the day of failure counts as failure.
follow <- function(rows, point) {
  rows <- rows[!(rows$death %in% "yes" & is.na(rows$death_date)), , drop = FALSE]
  never <- as.Date(rep(NA, nrow(rows)))
  failure <- if (point$event == "death") never else rows$failure_date
  death <- rows$death_date
  contact <- rows$last_contact_date
  origin <- rows[[point$origin]]
  usable <- !is.na(origin)
  if (!is.null(point$cutoff)) {
    end <- as.Date(point$cutoff)
    later <- after(failure, end) | after(death, end)
    contact <- pmin(contact, end)
    contact[later] <- end
    failure[after(failure, end)] <- NA
    death[after(death, end)] <- NA
    usable <- usable & !after(origin, end)
  }
  first <- pmin(failure, death, na.rm = TRUE)
  stop <- first
  stop[is.na(first)] <- contact[is.na(first)]
  rows$days <- as.numeric(stop - origin)
  rows$event <- !is.na(first)
  rows$cause <- ifelse(!rows$event, "censored",
    ifelse(!is.na(failure) & failure == first, "relapse", "non-relapse mortality"))
  rows <- rows[usable & met(rows$days >= 0), , drop = FALSE]
  attr(rows, "counted") <- point$counted
  rows
}
counted <- function(patients) attr(patients, "counted")

# Some of the patients; what their events are called is kept.
patients_where <- function(patients, chosen) {
  some <- patients[chosen, , drop = FALSE]
  attr(some, "counted") <- counted(patients)
  some
}
