rows <- data.frame(x = 1:3)

test_that("a vector is one column named prediction", {
  expect_identical(
    as_answer(c(a = 1, b = 2, c = 3), rows),
    data.frame(prediction = c(1, 2, 3))
  )
})

test_that("a factor stays a factor", {
  answer <- as_answer(factor(c("u", "v", "u")), rows)
  expect_identical(answer$prediction, factor(c("u", "v", "u")))
})

test_that("an array of one dimension, as gam gives, is a vector", {
  expect_identical(
    as_answer(array(1:3, 3), rows), data.frame(prediction = 1:3)
  )
})

test_that("the matrix of an interval has the names prediction, lower, upper", {
  fit <- lm(dist ~ speed, cars)
  value <- predict(fit, cars[1:3, ], interval = "confidence")
  expect_named(as_answer(value, rows), c("prediction", "lower", "upper"))
})

test_that("a matrix keeps its names, and gets numbers where it has none", {
  expect_named(as_answer(cbind(p = 1:3, q = 1:3), rows), c("p", "q"))
  expect_named(
    as_answer(matrix(1:6, 3), rows), c("prediction_1", "prediction_2")
  )
  expect_named(as_answer(matrix(1:3, 3), rows), "prediction")
})

test_that("standard errors stand beside the predictions", {
  fit <- lm(dist ~ speed, cars)
  value <- predict(fit, cars[1:3, ], se.fit = TRUE)
  expect_named(as_answer(value, rows), c("prediction", "se"))
})

test_that("matrices in a list are spread over columns", {
  value <- list(class = factor(1:3), posterior = cbind(a = 1:3, b = 1:3))
  expect_named(
    as_answer(value, rows), c("class", "posterior.a", "posterior.b")
  )
})

test_that("another number of rows is refused with both numbers", {
  refused <- problem(as_answer(1:2, rows, "Model `cars`"))
  expect_identical(refused$code, "MODEL_OUTPUT")
  expect_identical(
    refused$message,
    paste(
      "Model `cars` was given 3 rows and returned 2 rows:",
      "it must return one for each."
    )
  )
})

test_that("missing values are the remedy only where they are the reason", {
  newdata <- data.frame(x = c(1, NA, 3))
  remedy <- function(value) problem(as_answer(value, newdata))$remedy
  expect_match(remedy(c(10, 30)), "return NA for rows with missing values")
  expect_match(remedy(1:32), "compute with `newdata`")
})

test_that("rows left out for missing values come back missing", {
  newdata <- data.frame(x = c(1, NA, 3))
  expect_identical(
    as_answer(c("1" = 10, "3" = 30), newdata)$prediction, c(10, NA, 30)
  )
})

test_that("what is no answer is refused in words", {
  expect_match(problem(as_answer(mean, rows))$message, "returned a function")
  expect_match(problem(as_answer(NULL, rows))$message, "nothing that has rows")
  expect_match(
    problem(as_answer(list(a = 1:3, b = 1), rows))$message,
    "`a` has 3, `b` has 1"
  )
})

test_that("a method that names its rows otherwise is asked all the same", {
  thing <- structure(list(), class = "ranger_like")
  registerS3method(
    "predict", "ranger_like", function(object, data = NULL, ...) {
      structure(
        list(predictions = data$speed * 2, num.trees = 5),
        class = "ranger.prediction"
      )
    },
    envir = asNamespace("stats")
  )
  answer <- as_answer(default_predict(thing, cars), cars)
  expect_identical(answer, data.frame(prediction = cars$speed * 2))
})

test_that("a list of nothing but `fit` is what it holds", {
  told <- list(fit = cbind(low = c(0.2, 0.4), high = c(0.8, 0.6)))
  expect_named(as_answer(told, data.frame(x = 1:2)), c("low", "high"))
})
