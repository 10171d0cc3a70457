# Runs testthat files one by one; writes one record for each expectation to the
# file that is named first.
arguments <- commandArgs(trailingOnly = TRUE)
output <- file(arguments[[1]], open = "w", encoding = "UTF-8")
field <- "\x1f"
record <- "\x1e"

tell <- function(kind, path, line, test, message) {
  cat(kind, path, line, test, message, sep = field, file = output)
  cat(record, file = output)
}

run <- function(path) {
  tests <- testthat::test_file(
    path,
    reporter = "silent", stop_on_failure = FALSE
  )
  for (test in tests) {
    name <- if (is.null(test$test) || is.na(test$test)) "" else test$test
    for (result in test$results) {
      line <- if (is.null(result$srcref)) "" else result$srcref[[1]]
      tell(class(result)[[1]], path, line, name, result$message)
    }
  }
}

for (path in arguments[-1]) {
  # A file that R can't read must not keep the others from being run.
  tryCatch(run(path), error = function(condition) {
    tell("unreadable", path, "", "", conditionMessage(condition))
  })
}
close(output)
