# How are the tables of this export read into R? With factors, dates and labels; base R 4.2 or later.
#
#   source("read.R")
#   engraft <- read_engraft(".")        # the folder in which this file lies
#   engraft$transplants                 # one data frame per table
#
# A code becomes a factor whose levels are the labels (codes = TRUE keeps the codes). 0/1 columns
# stay whole numbers. Why a value is missing stands in the factor <variable>_missing. Each column
# has its label in attr(x, "label") and its unit in attr(x, "unit").

read_engraft <- function(folder = ".", codes = FALSE) {
  dictionary <- .read_texts(file.path(folder, "dictionary.csv"))
  listed <- .read_texts(file.path(folder, "codes.csv"))
  tables <- unique(dictionary$table)
  found <- lapply(tables, function(table) {
    variables <- dictionary[dictionary$table == table, ]
    rows <- .read_texts(file.path(folder, "data", paste0(table, ".csv")))
    stopifnot(identical(names(rows), variables$variable))
    for (place in seq_len(nrow(variables))) {
      variable <- variables[place, ]
      mine <- listed[listed$table == table & listed$variable == variable$variable, ]
      rows[[variable$variable]] <- .typed(rows[[variable$variable]], variable, mine, codes)
    }
    rows
  })
  names(found) <- tables
  found
}

.read_texts <- function(path) {
  rows <- utils::read.csv(
    path, colClasses = "character", na.strings = "", encoding = "UTF-8", check.names = FALSE
  )
  # A text that would begin with = + - @ has a ' before it, so that no spreadsheet computes it.
  rows[] <- lapply(rows, function(column) sub("^'('*[=+@\t\r\n\uff1d\uff0b\uff0d\uff20-])", "\\1", column))
  rows
}

.typed <- function(texts, variable, listed, codes) {
  values <- switch(variable$kind,
    number = as.numeric(texts),
    flag = as.integer(texts),
    date = as.Date(texts),
    code = factor(texts, levels = listed$code, labels = if (codes) listed$code else listed$label),
    texts
  )
  attr(values, "label") <- variable$label
  if (!is.na(variable$unit)) attr(values, "unit") <- variable$unit
  values
}
