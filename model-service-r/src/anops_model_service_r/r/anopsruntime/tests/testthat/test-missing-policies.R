inputs_of <- function(fit) describe_source(saved(fit), NULL, NULL, NULL)$inputs

test_that("a row that others answer for must not miss a value", {
  skip_if_not_installed("MASS")
  # its predict() leaves the row out, and fills its place with another's answer
  fit <- MASS::glmmPQL(
    y ~ week, ~ 1 | ID, stats::binomial, MASS::bacteria, verbose = FALSE
  )
  expect_identical(inputs_of(fit)$week$missing, "error")
})

test_that("equations that leave rows out don't lend each other answers", {
  skip_if_not_installed("systemfit")
  equations <- list(a = mpg ~ wt + hp, b = qsec ~ hp)
  fit <- systemfit::systemfit(equations, data = mtcars)
  expect_identical(inputs_of(fit)$wt$missing, "error")
})

test_that("a model that answers gaps by itself keeps doing so", {
  skip_if_not_installed("rpart")
  fit <- rpart::rpart(mpg ~ wt + hp, mtcars)
  expect_null(inputs_of(fit)$wt$missing)
})
