test_that("a curve's errors are those of a linear model where it is one", {
  curve <- nls(mpg ~ a + b * wt, mtcars, start = list(a = 1, b = 1))
  line <- lm(mpg ~ wt, mtcars)
  rows <- data.frame(wt = c(2, NA, 3.5))
  asked <- list(interval = "prediction", level = 0.9, se = TRUE)
  told <- predict(line, rows, se.fit = TRUE)
  bounds <- predict(line, rows, interval = "prediction", level = 0.9)
  answer <- model_predict(curve, rows, asked)
  expect_equal(answer$se, unname(told$se.fit), tolerance = 1e-6)
  expect_equal(answer$upper, unname(bounds[, "upr"]), tolerance = 1e-6)
})

test_that("a vector of parameters is no input", {
  cases <- data.frame(
    x = rep(1:10, 2), group = rep(1:2, each = 10),
    y = c(2 * 1:10, 3 * 1:10) + rep(c(0.1, -0.2, 0.15, -0.05), 5)
  )
  fit <- nls(y ~ b[group] * x, cases, start = list(b = c(1, 1)))
  expect_named(model_inputs(fit), c("group", "x"), ignore.order = TRUE)
  answer <- model_predict(
    fit, cases[c(1, 11), ],
    list(interval = "confidence", level = 0.95, se = TRUE)
  )
  line <- lm(y ~ 0 + factor(group):x, cases)
  expect_equal(
    answer$se,
    unname(predict(line, cases[c(1, 11), ], se.fit = TRUE)$se.fit),
    tolerance = 1e-6
  )
})

test_that("a model whose linear part nls() finds itself has no interval", {
  fit <- nls(
    rate ~ conc / (K + conc), Puromycin,
    start = list(K = 0.05), algorithm = "plinear"
  )
  expect_identical(model_options(fit), list())
  expect_named(model_inputs(fit), "conc")
})

test_that("parameters of a nonlinear quantile regression are no columns", {
  skip_if_not_installed("quantreg")
  withr::local_package("quantreg")
  fit <- nlrq(dist ~ a * speed^b, cars, start = list(a = 1, b = 1))
  expect_named(model_inputs(fit), "speed")
  expect_identical(model_data(fit)$speed, cars$speed)
})
