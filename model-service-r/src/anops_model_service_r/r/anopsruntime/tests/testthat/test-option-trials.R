# A class on top of glm whose predict() knows no standard errors.
register_plain_glm <- function() {
  predicts_plainly <- function(object, newdata, type = "link", ...) {
    if (...length()) stop("no such thing")
    class(object) <- c("glm", "lm")
    predict(object, newdata, type = type)
  }
  registerS3method(
    "predict", "plain_glm", predicts_plainly,
    envir = asNamespace("stats")
  )
}

test_that("options that a class on top of a family can't do are left out", {
  register_plain_glm()
  fit <- glm(am ~ wt, binomial, mtcars)
  class(fit) <- c("plain_glm", class(fit))
  rows <- mtcars[1:2, "wt", drop = FALSE]
  working <- working_options(loaded(fit), rows, model_options(fit))
  expect_named(working, "type")
  expect_identical(working$type$levels, c("response", "link"))
})

test_that("where nothing can be tried the family is believed", {
  fit <- glm(am ~ wt, binomial, mtcars)
  options <- model_options(fit)
  expect_identical(working_options(loaded(fit), NULL, options), options)
})

test_that("a column that works only with dates is one", {
  cases <- data.frame(day = as.Date("2026-01-01") + 0:89, y = rep(1:3, 30))
  fit <- lm(y ~ weekdays(day) + months(day), cases)
  fit$call$data <- quote(gone)
  described <- describe_source(saved(fit), NULL, NULL, NULL)
  expect_identical(described$inputs$day$type, "date")
})

test_that("a column that works with numbers stays one", {
  fit <- lm(mpg ~ pmin(wt, 3), mtcars)
  fit$call$data <- quote(gone)
  described <- describe_source(saved(fit), NULL, NULL, NULL)
  expect_identical(described$inputs$wt$type, "number")
  expect_identical(described$unsure, "wt")
  expect_match(described$notes[[1]], "`wt` is taken for numbers", fixed = TRUE)
})

test_that("a text that is compared is text", {
  cases <- transform(mtcars, kind = rep(c("a", "b"), 16))
  fit <- lm(mpg ~ toupper(kind), cases)
  fit$call$data <- quote(gone)
  described <- describe_source(saved(fit), NULL, NULL, NULL)
  expect_false(described$inputs$kind$type == "number")
})

test_that("options that R's own predict() would ignore are left out", {
  code <- withr::local_tempfile(fileext = ".R", lines = c(
    "predict_model <- function(model, newdata, ...) {",
    "  stats::predict(model, newdata, ...)",
    "}"
  ))
  options <- function(fit) {
    names(describe_source(saved(fit), code, NULL, NULL)$options)
  }
  # R takes `se` for the beginning of `se.fit`
  expect_identical(options(glm(am ~ wt, binomial, mtcars)), c("type", "se"))
  expect_identical(
    options(lm(mpg ~ wt, mtcars)), c("interval", "level", "se")
  )
})

test_that("options that a model can't do without its data are left out", {
  skip_if_not_installed("survival")
  withr::local_package("survival")
  fit <- coxph(Surv(time, status) ~ age + sex, lung)
  fit$call$data <- quote(gone)
  described <- describe_source(saved(fit), NULL, NULL, NULL)
  expect_named(described$options, "type")
  expect_identical(described$options$type$levels, c("risk", "link"))
  expect_match(unlist(described$notes), "need the data of the fit", all = FALSE)
  fit <- coxph(Surv(time, status) ~ age + strata(sex), lung)
  fit$call$data <- quote(gone)
  expect_match(model_notes(fit), "predictions, survival,.* with model = TRUE.$")
})

test_that("why a model predicts nothing is told without rows too", {
  skip_if_not_installed("survival")
  withr::local_package("survival")
  own <- mgus2
  own$event <- factor(own$pstat + 2 * own$death, 0:3)
  fit <- coxph(Surv(futime, event) ~ age, own, id = id)
  fit$call$data <- quote(gone)
  described <- describe_source(saved(fit), NULL, NULL, NULL)
  expect_match(
    unlist(described$notes), "can't predict a trial row yet: .*multistate",
    all = FALSE
  )
})
