# What do all scripts of this folder share? How numbers are written, and where.
# Each script sources this file from beside itself, so it runs from any folder.
suppressPackageStartupMessages(library(survival))
options(digits = 17, warn = 1)

script <- sub("^--file=", "", grep("^--file=", commandArgs(FALSE), value = TRUE))
setwd(dirname(normalizePath(script)))

# All 17 digits, so that reading the text gives the same number; missing is empty.
number <- function(x) ifelse(is.na(x), "", trimws(formatC(x, digits = 17, format = "g")))

# A data frame, or a list of its pieces, as a table beside the scripts.
save_table <- function(rows, file, quote = TRUE) {
  if (!is.data.frame(rows)) rows <- do.call(rbind, rows)
  for (name in names(rows)) if (is.double(rows[[name]])) rows[[name]] <- number(rows[[name]])
  write.csv(rows, file, row.names = FALSE, quote = quote, na = "")
}
