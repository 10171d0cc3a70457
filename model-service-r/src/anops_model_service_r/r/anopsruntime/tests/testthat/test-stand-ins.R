# What is learnt of a model whose data are not there any more.
forgetful <- function(formula, data) {
  fit <- lm(formula, data)
  fit$call$data <- quote(gone)
  fit
}

# Rows with stand-ins must get the predictions that the real ones got.
expect_as_fitted <- function(fit, types) {
  file <- withr::local_tempfile(fileext = ".rds")
  saveRDS(fit, file)
  described <- describe_source(file, NULL, NULL, NULL)
  kinds <- vapply(described$inputs, `[[`, "", "type")
  testthat::expect_identical(kinds, types)
  told <- described$predictions[[2]]
  testthat::expect_gt(length(told), 2)
  far <- abs(outer(told, fitted(fit), `-`))
  testthat::expect_lt(max(apply(far, 1, min)), 1e-6)
  described
}

test_that("values stand in for those that only the formula has seen", {
  number <- "number"
  described <- expect_as_fitted(
    forgetful(mpg ~ cut(wt, c(0, 2, 3, 6)) + hp, mtcars),
    c(wt = number, hp = number)
  )
  expect_match(unlist(described$notes), "`wt`, not the values", all = FALSE)
  expect_null(described$inputs$wt$seen)
  expect_as_fitted(
    forgetful(mpg ~ ifelse(hp > 120, "high", "low") + am, mtcars),
    c(hp = number, am = number)
  )
  expect_as_fitted(
    forgetful(mpg ~ I(wt^2) + abs(hp) + sin(qsec) + pmin(carb, 3), mtcars),
    c(wt = number, hp = number, qsec = number, carb = number)
  )
  expect_as_fitted(
    forgetful(mpg ~ factor(am, c(0, 1), labels = c("auto", "man")), mtcars),
    c(am = number)
  )
})

test_that("the type is the one of which the formula makes the same", {
  own <- data.frame(
    y = sin(1:100), day = as.Date("2020-01-01") + 7 * 0:99,
    at = as.POSIXct("2020-03-28 10:00", tz = "UTC") + 3600 * 0:99,
    text = rep(c("ax", "by"), 50)
  )
  expect_as_fitted(
    forgetful(y ~ months(day) + as.integer(format(day, "%Y")), own),
    c(day = "date")
  )
  expect_as_fitted(
    forgetful(y ~ factor(format(at, "%H")), own), c(at = "datetime")
  )
  expect_as_fitted(
    forgetful(y ~ factor(format(at, "%H")) + as.numeric(at), own),
    c(at = "datetime")
  )
  expect_as_fitted(
    forgetful(y ~ toupper(substr(text, 1, 1)), own), c(text = "string")
  )
})

test_that("a function of the whole column has no stand-in", {
  fit <- forgetful(mpg ~ cut(wt, 3), mtcars)
  described <- describe_source(saved(fit), NULL, NULL, NULL)
  expect_null(described$rows)
  expect_match(unlist(described$notes), "no reference rows", all = FALSE)
})

test_that("the search ends soon where values are looked at together", {
  described <- NULL
  for (formula in list(dist ~ rank(speed), dist ~ I(speed / max(speed)))) {
    fit <- forgetful(formula, cars)
    seconds <- system.time(
      described <- describe_source(saved(fit), NULL, NULL, NULL)
    )[["elapsed"]]
    expect_lt(seconds, 20)
    expect_identical(described$inputs$speed$type, "number")
  }
})
