test_that("an option of predict_model is an option of the model", {
  code <- withr::local_tempfile(fileext = ".R", lines = c(
    "predict_model <- function(model, newdata, threshold = 0.5, ...) {",
    "  predict(model, newdata = newdata, ...) > threshold",
    "}"
  ))
  fit <- glm(am ~ wt, binomial, mtcars)
  described <- describe_source(saved(fit), code, NULL, NULL)
  expect_named(
    described$options, c("type", "interval", "level", "se", "threshold")
  )
  expect_identical(described$outputs, list(prediction = list(type = "boolean")))
})

test_that("a model that does not say asks for example rows", {
  fit <- smooth.spline(cars)
  refused <- problem(describe_source(saved(fit), NULL, NULL, NULL))
  expect_match(refused$message, "class `smooth.spline`")
  expect_match(refused$remedy, "--data FILE.csv", fixed = TRUE)
})

test_that("a model that fails on its own rows is described with a note", {
  code <- withr::local_tempfile(
    fileext = ".R", lines = "predict_model <- function(model, x) stop('no')"
  )
  described <- describe_source(
    saved(lm(dist ~ speed, cars)), code, NULL, NULL
  )
  expect_match(described$notes[[1]], "can't predict its reference rows yet")
})

test_that("a column seen only through a function is taken from example rows", {
  days <- as.Date("2026-01-01") + 0:31
  fit <- lm(mpg ~ I(day > "2026-01-15"), cbind(mtcars, day = days))
  fit$call$data <- quote(gone)
  described <- describe_source(saved(fit), NULL, NULL, NULL)
  expect_match(described$notes[[1]], "`day` is taken for numbers", fixed = TRUE)
  file <- withr::local_tempfile(
    fileext = ".csv", lines = c("day", "2026-01-02")
  )
  described <- describe_source(saved(fit), NULL, file, NULL)
  expect_identical(described$inputs, list(day = list(type = "date")))
  expect_length(described$notes, 0)
})

test_that("columns that a model needs in each row must be there", {
  policies <- function(fit) {
    described <- describe_source(saved(fit), NULL, NULL, NULL)
    lapply(described$inputs, `[[`, "missing")
  }
  fit <- nlme::gls(len ~ supp * dose, ToothGrowth)
  expect_identical(policies(fit), list(supp = "error", dose = "error"))
  fit <- lm(len ~ supp * dose, ToothGrowth)
  expect_identical(policies(fit), list(supp = NULL, dose = NULL))
})

test_that("code without a fitted model is called by its file", {
  code <- withr::local_tempfile(
    fileext = ".R",
    lines = "predict_model <- function(model, newdata) newdata$a"
  )
  file <- withr::local_tempfile(fileext = ".csv", lines = c("a", "1"))
  described <- describe_source(NULL, code, file, NULL)
  expect_identical(
    described$summary, paste0("predict_model() of ", basename(code))
  )
  expect_identical(model_summary(3), "numeric")
})

test_that("a model that has no terms is asked for its formula", {
  thing <- structure(
    list(call = quote(boost(mpg ~ wt * hp, data = mtcars))),
    class = "boosted"
  )
  thing$formula <- mpg ~ wt * hp
  expect_identical(
    model_inputs(thing, mtcars),
    list(wt = list(type = "number"), hp = list(type = "number"))
  )
  thing$formula <- mpg ~ .
  expect_null(model_inputs(thing, mtcars))
})

test_that("the time zone that a CSV file can't tell is asked for", {
  fit <- lm(dist ~ weekdays(at), cbind(cars, at = Sys.time() + 1e5 * 1:50))
  fit$call$data <- quote(gone)
  file <- withr::local_tempfile(
    fileext = ".csv", lines = c("at", "2026-01-02T03:04:05Z")
  )
  described <- describe_source(saved(fit), NULL, file, NULL)
  expect_match(
    unlist(described$notes), "`at` is read as UTC", fixed = TRUE, all = FALSE
  )
})

test_that("an object without what its class promises is refused in words", {
  hollow <- lapply(
    c("nls", "gbm", "ranger", "lm", "gam", "lme", "polr"),
    function(class) structure(list(), class = class)
  )
  for (thing in c(hollow, list(new.env(), sum, ecdf(1:3), quote(x), NULL))) {
    outcome <- guarded(describe_source, saved(thing), NULL, NULL, NULL)
    expect_true(outcome$ok || outcome$code == "MODEL_LOAD")
  }
})

test_that("a class with formula and data and no terms gives its columns", {
  formula <- structure(
    list(formula = mpg ~ wt + (1 | cyl)), class = c("brmsformula", "bform")
  )
  data <- mtcars[c("mpg", "wt", "cyl")]
  data$cyl <- factor(data$cyl)
  thing <- structure(
    list(formula = formula, data = data, y = data$mpg), class = "brmslike"
  )
  found <- model_inputs(thing)
  expect_named(found, c("wt", "cyl"))
  expect_identical(found$cyl$levels, c("4", "6", "8"))
})

test_that("a forest of days or of moments is sent them, not numbers", {
  skip_if_not_installed("randomForest")
  withr::local_seed(1)
  d <- data.frame(at = as.Date("2024-01-01") + 0:79, y = 1:80)
  days <- randomForest::randomForest(y ~ at, d, ntree = 5)
  expect_identical(model_inputs(days, NULL)$at$type, "date")
  d$at <- as.POSIXct(d$at)
  moments <- randomForest::randomForest(y ~ at, d, ntree = 5)
  expect_identical(model_inputs(moments, NULL)$at$type, "datetime")
})

test_that("a span of time is refused with the unit that it was fitted in", {
  d <- data.frame(wait = as.difftime(1:9, units = "mins"), y = (1:9)^2)
  expect_match(
    problem(describe_source(saved(lm(y ~ wait, d)), NULL, NULL, NULL))$remedy,
    "as.numeric(wait, units = \"mins\")", fixed = TRUE
  )
})

test_that("a model says what it was fitted on, as far as it knows", {
  expect_identical(fitted_on(lm(dist ~ speed, cars)), "50 rows of cars")
  expect_identical(fitted_on(lm(cars$dist ~ cars$speed)), "50 rows")
  lung <- stats::na.omit(survival::lung[c("time", "status", "age")])
  fit <- survival::coxph(survival::Surv(time, status) ~ age, lung)
  expect_identical(fitted_on(fit), "228 rows of lung") # not its 165 events
  expect_identical(fitted_on(arima(lh, c(1, 1, 0))), "48 rows of lh")
  expect_identical(fitted_on(list(1)), "")
  expect_identical(fitted_on(NULL), "")
})
