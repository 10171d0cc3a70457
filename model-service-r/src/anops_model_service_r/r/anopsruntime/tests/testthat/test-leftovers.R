held <- function(model, kind = c("data", "environment")) {
  found <- Filter(function(one) one$kind %in% kind, find_leftovers(model))
  stats::setNames(
    vapply(found, `[[`, "", "what"), vapply(found, `[[`, "", "name")
  )
}

fitted_inside <- function() {
  list2env(
    list(big = data.frame(secret = seq_len(500)), small = 2), environment()
  )
  lm(dist ~ I(speed * small), cars)
}

test_that("the rows a model was fitted on are found in it", {
  found <- held(lm(dist ~ speed, cars))
  expect_setequal(
    names(found), c("residuals", "effects", "fitted.values", "qr", "model")
  )
  expect_identical(
    found[["model"]], "a data frame with 50 rows and 2 columns"
  )
})

test_that("coefficients and tables of nodes are no data", {
  fit <- rpart::rpart(mpg ~ ., mtcars)
  expect_false("frame" %in% names(held(fit)))
  expect_true("where" %in% names(held(fit)))
})

test_that("data in the environment of a formula are found, once", {
  found <- held(fitted_inside(), "environment")
  expect_identical(
    found, c(big = "a data frame with 500 rows and 1 column")
  )
  places <- vapply(find_leftovers(fitted_inside()), `[[`, "", "where")
  expect_identical(tail(places, 1), "environment(model$terms)")
})

test_that("a model fitted in the workspace brings no environment", {
  fit <- eval(quote(lm(dist ~ speed, cars)), globalenv())
  expect_length(held(fit, "environment"), 0)
})

test_that("a closure brings its environment", {
  maker <- function() {
    secret <- mtcars
    function(x) x + nrow(secret)
  }
  fit <- structure(list(f = maker(), n = 3), class = "own")
  expect_identical(
    vapply(find_leftovers(fit), `[[`, "", "where"), "environment(model$f)"
  )
})

test_that("an object of a reference class is the model, no leftover", {
  skip_if_not_installed("lme4")
  fit <- lme4::lmer(Reaction ~ Days + (Days | Subject), lme4::sleepstudy)
  expect_length(held(fit, "environment"), 0)
  expect_identical(names(held(fit, "data")), "frame")
})

test_that("vectors of a function that fitted the model are found", {
  fit_it <- function(x, y) lm(y ~ x)
  found <- held(fit_it(cars$speed, cars$dist), "environment")
  expect_setequal(names(found), c("x", "y"))
})

test_that("the support vectors of an SVM are rows", {
  skip_if_not_installed("e1071")
  expect_true("SV" %in% names(held(e1071::svm(dist ~ speed, cars))))
})

test_that("a leftover is taken out of the loaded model and put back", {
  fit <- fitted_inside()
  state$loaded <- loaded(fit)
  names <- vapply(serve_leftovers(), `[[`, "", "name")
  expect_true(serve_take_out(match("model", names)))
  expect_null(state$loaded$model$model)
  expect_s3_class(state$loaded$model, "lm")
  serve_put_back(match("model", names))
  expect_identical(state$loaded$model$model, fit$model)

  serve_take_out(match("big", names))
  expect_false(exists("big", environment(fit$terms), inherits = FALSE))
  serve_put_back(match("big", names))
  expect_identical(nrow(environment(fit$terms)$big), 500L)
})

test_that("a part of an inner model is taken out too", {
  inner <- lm(dist ~ speed, cars)
  outer <- structure(list(finalModel = inner), class = "outer")
  found <- Filter(function(one) one$name == "model", find_leftovers(outer))[[1]]
  expect_identical(found$where, "model$finalModel")
  expect_null(without(outer, found$path)$finalModel$model)
  expect_s3_class(without(outer, found$path)$finalModel, "lm")
})
