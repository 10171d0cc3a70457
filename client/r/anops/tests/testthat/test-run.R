listening <- function(file, env = parent.frame()) {
  before <- Sys.getenv("ANOPS_RUN_LINES", NA)
  Sys.setenv(ANOPS_RUN_LINES = file)
  restore <- function() {
    Sys.unsetenv("ANOPS_RUN_LINES")
    if (!is.na(before)) Sys.setenv(ANOPS_RUN_LINES = before)
  }
  do.call(on.exit, list(as.call(list(restore))), envir = env)
}

test_that("what is told becomes lines of JSON", {
  file <- tempfile()
  listening(file)
  log_parameter("max depth", 4L)
  log_parameter("law", factor("gauss"))
  log_metric("rmse", 2.3125, step = 2)
  log_metric("loss", Inf)
  log_figure("residuals", plot(cars))
  log_figure("by a function", function() hist(cars$dist))
  log_artifact(system.file("DESCRIPTION", package = "stats"))
  lines <- lapply(readLines(file, encoding = "UTF-8"), jsonlite::fromJSON)
  kinds <- vapply(lines, `[[`, "", "kind")
  expect_identical(
    unname(c(table(kinds)[c("parameter", "metric", "figure", "artifact")])),
    c(2L, 2L, 2L, 1L)
  )
  expect_identical(lines[[1L]]$value, 4L)
  expect_identical(lines[[2L]]$value, "gauss")
  expect_identical(lines[[3L]]$value, 2.3125)
  expect_identical(lines[[4L]]$value, "Infinity")
  expect_true(all(file.size(lines[[5L]]$path, lines[[6L]]$path) > 1000))
  expect_error(log_metric("rmse", c(1, 2)), "single number, not 2 values")
  expect_error(log_artifact("nowhere.csv"), "no file `nowhere.csv`")
  expect_error(log_parameter(NA_character_, 1), "must have a name")
})

test_that("where nobody listens, nothing is kept", {
  listening("")
  expect_invisible(log_metric("rmse", 1))
  expect_invisible(log_figure("none", stop("is never drawn")))
})
