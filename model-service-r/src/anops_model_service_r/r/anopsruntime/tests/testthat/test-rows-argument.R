# Methods of predict() whose second argument is not the rows get them by name.
late <- structure(list(), class = "late_rows")
by_name <- function(object, ..., newdata = NULL) {
  if (is.null(newdata)) c(1, 2) else newdata$x * 10
}
registerS3method("predict", "late_rows", by_name)

test_that("rows come by name where their place is another's", {
  expect_equal(rows_argument(late), "newdata")
  expect_equal(native_predict(late, data.frame(x = 3:4)), c(30, 40))
  expect_equal(asking_predict(late, data.frame(x = 3:4)), c(30, 40))
  code <- "predict(model, newdata = newdata, ...)"
  expect_equal(model_code(late, list()), code)
})

test_that("rows come by place where that is theirs", {
  expect_null(rows_argument(lm(mpg ~ wt, mtcars)))
  expect_null(model_code(lm(mpg ~ wt, mtcars)))
  expect_null(rows_argument(smooth.spline(cars$speed, cars$dist)))
})

test_that("a method that passes its dots on is looked through", {
  registerS3method("predict", "passes_on", function(object, ...) NextMethod())
  passing <- structure(list(), class = c("passes_on", "late_rows"))
  expect_equal(rows_argument(passing), "newdata")
  expect_equal(native_predict(passing, data.frame(x = 1:2)), c(10, 20))
})
