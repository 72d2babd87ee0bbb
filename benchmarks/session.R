# One R process for a whole run of `make bench`. It reads a command per line and answers with one:
#   load <folder> <n>   reads the patients of that folder (written by benchmarks/engines/r.py)
#   time <function> <seconds>   calls it for so long, at least once: "<median seconds>;<part> <number> <number> ...;<part> ..."
#   packages            versions of R and of each package that is installed
# The clock runs around the call alone: not around the pipe, the data or the answer's digits.

suppressMessages(library(survival))
installed <- Filter(function(name) requireNamespace(name, quietly = TRUE), c("cmprsk", "mice"))

landmarks <- c(365, 730, 1461)
patients <- NULL  # data frame
design <- NULL    # (n, 20) matrix of the same columns as the formula below
outcome <- NULL   # the Surv object, for the engine of coxph alone
with_holes <- NULL
model <- Surv(days, event) ~ f1 + f2 + f3 + f4 + f5 + f6 + x1 + x2 + x3 + x4

read_column <- function(folder, name, n, what) {
  readBin(file.path(folder, name), what, n, size = if (what == "double") 8 else 4)
}

load_patients <- function(folder, n) {
  column <- function(name, what = "integer") read_column(folder, name, n, what)
  cause <- column("cause")
  found <- data.frame(days = column("days"), cause = cause + 1L, event = cause >= 0L)
  found$group <- factor(column("group"))
  for (name in paste0("f", 1:6)) found[[name]] <- factor(column(name))
  for (name in paste0("x", 1:4)) found[[name]] <- column(name, "double")
  patients <<- found
  design <<- model.matrix(update(model, NULL ~ .), found)[, -1]
  outcome <<- Surv(found$days, found$event)
  holed <- found[c(paste0("f", 1:6), paste0("x", 1:4), "event")]
  holed$x1[column("hole_x1") == 1] <- NA
  holed$f1[column("hole_f1") == 1] <- NA
  holed$hazard <- nelson_aalen(found$days, found$event)
  with_holes <<- holed
  gc()
}

# Cumulative hazard of each patient at his own day, as White and Royston advise for imputation.
nelson_aalen <- function(days, event) {
  curve <- survfit(Surv(days, event) ~ 1)
  curve$cumhaz[match(days, curve$time)]
}

errors <- function(fit) sqrt(diag(vcov(fit)))
cox <- function(ties) list(
  run = function() coxph(model, patients, ties = ties),
  answer = function(fit) list(coefficients = coef(fit), errors = errors(fit)))
# The C code and what coxph.fit does around it; no formula, no residuals.
cox_engine <- function(ties) list(
  run = function() survival:::coxph.fit(design, outcome, NULL, rep(0, nrow(design)), NULL,
    coxph.control(), NULL, ties, NULL, resid = FALSE),
  answer = function(fit) list(coefficients = fit$coefficients, errors = sqrt(diag(fit$var))))

works <- list(
  cox_efron = cox("efron"),
  cox_breslow = cox("breslow"),
  cox_efron_engine = cox_engine("efron"),
  cox_breslow_engine = cox_engine("breslow"),
  km_logrank = list(
    run = function() list(
      curves = survfit(Surv(days, event) ~ group, patients),
      test = survdiff(Surv(days, event) ~ group, patients)),
    answer = function(found) {
      at <- summary(found$curves, times = landmarks)
      list(survival = at$surv, errors = at$std.err, statistic = found$test$chisq)
    }),
  aalen_johansen = list(
    run = function() with(patients, cmprsk::cuminc(days, cause, group)),
    answer = function(found) {
      at <- cmprsk::timepoints(found, landmarks)
      list(incidence = t(at$est), errors = sqrt(t(at$var)))
    }),
  fine_gray = list(
    run = function() cmprsk::crr(patients$days, patients$cause, design),
    answer = function(fit) list(coefficients = fit$coef, errors = sqrt(diag(fit$var)))),
  imputation = list(
    run = function() {
      sets <- mice::mice(with_holes, m = 10, printFlag = FALSE, seed = 1)
      time <- outcome  # the formula finds it in this function
      terms <- update(model, time ~ .)
      environment(terms) <- environment()
      mice::pool(lapply(1:10, function(k) coxph(terms, mice::complete(sets, k))))
    },
    answer = function(pooled) {
      found <- summary(pooled)
      list(z = found$estimate / found$std.error)
    }))

digits <- function(numbers) paste(sprintf("%.17g", as.numeric(numbers)), collapse = " ")

time_calls <- function(name, lasting) {
  work <- works[[name]]
  taken <- numeric()
  gc(FALSE)
  end <- Sys.time() + lasting
  while (length(taken) == 0 || Sys.time() < end) {
    start <- Sys.time()
    result <- work$run()
    taken <- c(taken, as.numeric(difftime(Sys.time(), start, units = "secs")))
  }
  parts <- work$answer(result)
  paste(c(digits(median(taken)), paste(names(parts), sapply(parts, digits))), collapse = ";")
}

obey <- function(words) switch(words[1],
  load = { load_patients(words[2], as.integer(words[3])); "ready" },
  time = time_calls(words[2], as.numeric(words[3])),
  packages = paste(c(paste0("R ", getRversion()), paste("survival", packageVersion("survival")),
    sapply(installed, function(name) paste(name, packageVersion(name)))), collapse = ";"))

commands <- file("stdin", "r")
while (length(line <- readLines(commands, 1)) > 0) {
  answer <- tryCatch(obey(strsplit(line, " ", fixed = TRUE)[[1]]),
    error = function(problem) paste("error", conditionMessage(problem)))
  cat(gsub("\n", " ", answer), "\n", sep = "")
  flush(stdout())
}
