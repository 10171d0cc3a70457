test_that("a column inside a smooth and a logarithm has its range", {
  fit <- mgcv::gam(mpg ~ s(wt) + log(hp), data = mtcars)
  fit$model <- NULL
  own <- mtcars
  fit$call$data <- quote(gone)
  seen <- model_seen(fit, NULL)
  expect_identical(seen$wt, range(own$wt))
  expect_identical(seen$hp, range(own$hp))
})

test_that("several linear predictors have no interval", {
  fit <- mgcv::gam(list(mpg ~ s(wt), ~1), mgcv::gaulss(), mtcars)
  expect_named(model_options(fit), "type")
  expect_identical(
    dim(model_predict(fit, mtcars[1:3, ], list(type = "response"))), c(3L, 2L)
  )
})

test_that("models of several linear predictors are described", {
  skip_if_not_installed("mgcv")
  fit <- mgcv::gam(
    list(accel ~ s(times), ~ s(times)),
    family = mgcv::gaulss(), data = MASS::mcycle
  )
  described <- describe_source(saved(fit), NULL, NULL, NULL)
  expect_named(described$inputs, "times")
  expect_match(
    described$options$type$description, "(link identity, logb)", fixed = TRUE
  )
  own <- transform(iris, kind = as.numeric(Species) - 1)
  fit <- mgcv::gam(
    list(kind ~ s(Sepal.Length), ~ s(Sepal.Length)),
    family = mgcv::multinom(K = 2), data = own
  )
  expect_identical(model_options(fit)$type$default, "response")
})

test_that("a link that changes nothing is no option", {
  fit <- mgcv::gam(mpg ~ s(wt), data = mtcars)
  expect_named(model_options(fit), c("interval", "level", "se"))
  plain <- list(interval = "none", se = FALSE)
  expect_equal(c(model_predict(fit, mtcars, plain)), c(predict(fit, mtcars)))
  fit <- glm(mpg ~ wt, data = mtcars)
  expect_named(model_options(fit), c("interval", "level", "se"))
})
