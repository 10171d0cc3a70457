saved_fit <- function(fit) describe_source(saved(fit), NULL, NULL, NULL)

test_that("a model with a link answers on the scale of the response", {
  fit <- glm(am ~ wt, binomial, mtcars)
  described <- saved_fit(fit)
  expect_identical(described$options$type$levels, c("response", "link"))
  expect_identical(described$options$type$default, "response")
  rows <- mtcars[1:3, "wt", drop = FALSE]
  row.names(rows) <- NULL
  answer <- predict_rows(
    loaded(fit), rows, option_defaults(described$options)
  )
  expect_equal(
    answer$prediction, unname(predict(fit, rows, type = "response"))
  )
})

test_that("a class without a file of its own says its scales itself", {
  skip_if_not_installed("pscl")
  fit <- pscl::hurdle(art ~ fem + ment, pscl::bioChemists)
  expect_identical(model_options(fit), list())
  registerS3method(
    "predict", "linked_thing",
    function(object, newdata, type = c("link", "response", "terms"), ...) {
      switch(match.arg(type), link = newdata$x, response = exp(newdata$x))
    },
    envir = asNamespace("stats")
  )
  own <- structure(list(), class = "linked_thing")
  options <- model_options(own)
  expect_identical(options$type$levels, c("response", "link"))
  expect_equal(
    default_predict(own, data.frame(x = 1), type = "response"), exp(1)
  )
})

test_that("the type that predict_model takes is that of the family", {
  code <- withr::local_tempfile(fileext = ".R", lines = c(
    "predict_model <- function(model, newdata, type = \"response\", ...) {",
    "  predict(model, newdata, type = type, ...)",
    "}"
  ))
  fit <- glm(am ~ wt, binomial, mtcars)
  options <- describe_source(saved(fit), code, NULL, NULL)$options
  expect_identical(options$type$type, "category")
  expect_identical(options$type$levels, c("response", "link"))
})

test_that("a class of S4 has its scales from what its method hands on to", {
  skip_if_not_installed("VGAM")
  fit <- VGAM::vglm(am ~ wt, VGAM::binomialff, mtcars)
  attach_needs(fit)
  described <- saved_fit(fit)
  expect_identical(described$options$type$default, "response")
  rows <- mtcars[1:3, "wt", drop = FALSE]
  answer <- predict_rows(
    loaded(fit), rows, option_defaults(described$options)
  )
  expect_equal(
    answer$prediction,
    as.vector(VGAM::predict(fit, rows, type = "response"))
  )
})
