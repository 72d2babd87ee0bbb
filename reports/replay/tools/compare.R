# Do these numbers agree with those of the report?

# Equal as printed; or equal to nine digits on the edge between two roundings, which is told.
NEARLY <- 1e-9

read_answers <- function(file) {
  read.csv(file, colClasses = "character", na.strings = character(), encoding = "UTF-8")
}

write_answers <- function(file) {
  quoted <- function(text) paste0("\"", gsub("\"", "\"\"", enc2utf8(text), fixed = TRUE), "\"")
  lines <- vapply(answers$rows, function(row) paste(quoted(row), collapse = ","), "")
  open <- file(file, "wb")
  writeLines(c("\"key\",\"value\",\"text\"", lines), open, useBytes = TRUE)
  close(open)
}

near <- function(ours, theirs) {
  a <- suppressWarnings(as.numeric(ours))
  b <- suppressWarnings(as.numeric(theirs))
  !is.na(a) & !is.na(b) & abs(a - b) <= NEARLY * pmax(1, abs(b))
}

# Write the result, compare, tell, and end with status 1 when a number disagrees.
# omitted : the tables and numbers that the script does not repeat.
finish <- function(omitted = NULL, result = "result_R.csv", expected = "expected.csv") {
  write_answers(result)
  ours <- read_answers(result)
  theirs <- read_answers(expected)
  for (name in omitted) {
    left_out <- theirs$key == name | startsWith(theirs$key, paste0(name, "."))
    cat(sprintf("  not repeated here: %d numbers of %s\n", sum(left_out), name))
    theirs <- theirs[!left_out, ]
  }
  at <- match(theirs$key, ours$key)
  same <- !is.na(at) & ours$text[at] == theirs$text
  edge <- !is.na(at) & !same & near(ours$value[at], theirs$value)
  cat(sprintf("%d of %d numbers agree at the printed digits.\n", sum(same | edge), nrow(theirs)))
  for (i in which(edge)) {
    cat(sprintf("  on the edge of rounding: %s: %s here, %s in the report\n",
      theirs$key[i], ours$text[at[i]], theirs$text[i]))
  }
  wrong <- which(!same & !edge)
  for (i in wrong) {
    here <- if (is.na(at[i])) "nothing" else ours$text[at[i]]
    cat(sprintf("  differs: %s: %s here, %s in the report\n", theirs$key[i], here, theirs$text[i]))
  }
  more <- setdiff(ours$key, theirs$key)
  for (key in more) cat(sprintf("  not in the report: %s\n", key))
  twice <- unique(ours$key[duplicated(ours$key)])
  for (key in twice) cat(sprintf("  given twice: %s\n", key))
  if (length(wrong) || length(more) || length(twice)) quit(status = 1)
}
