test_that("an intercept-only model answers each row", {
  fit <- lm(dist ~ 1, cars)
  newdata <- as_frame(list(), NULL, 4L)
  expect_identical(nrow(predict_rows(loaded(fit), newdata)), 4L)
})

test_that("no rows give no predictions, with the columns of the options", {
  fit <- lm(dist ~ speed, cars)
  answer <- predict_rows(
    loaded(fit), cars[0, ], list(interval = "prediction")
  )
  expect_identical(dim(answer), c(0L, 3L))
})

test_that("a factor in the formula does not disturb an empty request", {
  fit <- lm(mpg ~ factor(cyl), mtcars)
  expect_identical(dim(predict_rows(loaded(fit), mtcars[0, ])), c(0L, 1L))
})

test_that("options that predict_model does not take are refused", {
  mine <- function(model, newdata, power = 1) newdata$x^power
  rows <- data.frame(x = 2)
  answer <- predict_rows(loaded(NULL, mine), rows, list(power = 3))
  expect_identical(answer$prediction, 8)
  outcome <- guarded(
    predict_rows, loaded(NULL, mine), rows, list(power = 3, type = "link")
  )
  expect_identical(outcome$code, "MODEL_FAILED")
  expect_match(outcome$message, "does not take `type`", fixed = TRUE)
  expect_match(
    outcome$remedy, "predict_model <- function(model, newdata, ...)",
    fixed = TRUE
  )
})

test_that("a failing call reads as it was written", {
  fit <- lm(dist ~ speed, cars)
  outcome <- guarded(predict_rows, loaded(fit), data.frame(x = 1))
  expect_identical(outcome$code, "MODEL_FAILED")
  expect_identical(
    outcome$message, "Model `cars` failed: object 'speed' not found."
  )
})

test_that("a row that fails alone for a missing value is asked in company", {
  fit <- lm(dist ~ splines::ns(speed, 3), cars)
  asked <- data.frame(speed = c(NA, 10))
  expect_equal(
    predict_rows(loaded(fit), asked[1, , drop = FALSE]),
    data.frame(prediction = NA_real_)
  )
  expect_equal(
    predict_rows(loaded(fit), asked)$prediction,
    unname(predict(fit, asked))
  )
})

test_that("a single complete row beside a missing one is given company", {
  alone <- function(model, newdata, ...) {
    if (sum(stats::complete.cases(newdata)) == 1) stop("dims are lost")
    predict(model, newdata)
  }
  asked <- data.frame(speed = c(10, NA))
  fit <- lm(dist ~ speed, cars)
  expect_equal(
    predict_rows(loaded(fit, alone), asked)$prediction,
    unname(predict(fit, asked))
  )
})

test_that("a failure that is no matter of company is told as it was", {
  picky <- function(model, newdata, ...) {
    if (anyNA(newdata)) stop("speed is needed")
    predict(model, newdata)
  }
  failed <- problem(predict_rows(
    loaded(lm(dist ~ speed, cars), picky), data.frame(speed = NA_real_)
  ))
  expect_match(failed$message, "speed is needed")
})

test_that("a row with a missing value beside a date is asked in company", {
  cases <- data.frame(
    y = c(1, 3, 2, 5, 4, 6, 2), x = c(1, 2, 4, 7, 11, 16, 3),
    day = as.Date("2026-01-01") + c(0, 5, 2, 1, 3, 9, 8)
  )
  fit <- lm(y ~ splines::ns(x, 2) + day, cases)
  cases$x <- NA_real_
  expect_identical(
    predict_rows(loaded(fit), cases[1, -1])$prediction, NA_real_
  )
  expect_s3_class(
    probe_row(data.frame(at = Sys.time()), fill = TRUE)$at, "POSIXct"
  )
})

test_that("rows that a model leaves out without a word are missing", {
  forgetful <- function(model, newdata, ...) {
    unname(predict(model, na.omit(newdata)))
  }
  fit <- lm(dist ~ speed, cars)
  speed <- c(NA, 5, 9, NA, 7)
  expect_equal(
    predict_rows(loaded(fit, forgetful), data.frame(speed = speed))$prediction,
    coef(fit)[[1]] + coef(fit)[[2]] * speed
  )
  expect_identical(
    predict_rows(
      loaded(fit, forgetful), data.frame(speed = c(NA_real_, NA))
    )$prediction,
    c(NA_real_, NA)
  )
})

test_that("a model without columns tells why it failed", {
  fails <- function(model, newdata, ...) stop("no such thing")
  nothing <- as_frame(list(), NULL, 2L)
  expect_match(
    problem(predict_rows(loaded(lm(dist ~ 1, cars), fails), nothing))$message,
    "no such thing"
  )
})
