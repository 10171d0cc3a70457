types <- function(model) {
  vapply(model_inputs(model), `[[`, "", "type")
}

test_that("the variables behind transformations are the inputs", {
  fit <- lm(
    log(mpg) ~ poly(wt, 2) * hp + I(qsec^2) + offset(drat / 10), mtcars
  )
  expect_named(model_inputs(fit), c("wt", "hp", "qsec", "drat"))
})

test_that("a constant of the formula's environment is no input", {
  fit <- local({
    k <- 2
    lm(mpg ~ poly(wt, k), mtcars)
  })
  expect_named(model_inputs(fit), "wt")
})

test_that("a dot stands for all other columns", {
  expect_named(model_inputs(lm(dist ~ ., cars)), "speed")
})

test_that("factor() of a number is a number with allowed values", {
  fit <- lm(mpg ~ factor(cyl), mtcars)
  expect_identical(
    model_inputs(fit)$cyl, list(type = "number", values = c(4, 6, 8))
  )
})

test_that("types follow the data", {
  data <- data.frame(
    y = rnorm(8), i = 1:8, b = rep(c(TRUE, FALSE), 4),
    t = rep(c("u", "v"), 4), f = factor(rep(c("lo", "hi"), each = 4)),
    d = as.Date("2024-01-01") + c(1, 5, 2, 9, 4, 3, 11, 6),
    p = as.POSIXct("2024-01-01", tz = "Europe/Berlin") + (8:1)^3
  )
  fit <- lm(y ~ i + b + t + f + d + p, data)
  expect_identical(
    unname(types(fit)),
    c("number", "boolean", "category", "category", "date", "datetime")
  )
  expect_identical(model_inputs(fit)$t$levels, c("u", "v"))
  expect_identical(model_inputs(fit)$f$levels, c("hi", "lo"))
  expect_identical(model_inputs(fit)$p$timezone, "Europe/Berlin")
})

test_that("the order of an ordered factor is kept", {
  data <- data.frame(
    y = 1:6, o = factor(rep(c("lo", "hi"), 3), c("lo", "hi"), ordered = TRUE)
  )
  spec <- model_inputs(lm(y ~ o, data))$o
  expect_identical(spec$levels, c("lo", "hi"))
  expect_true(spec$ordered)
})

test_that("unicode, spaces and dots in names are kept", {
  data <- data.frame(`größe (cm)` = 1:5, `a.b` = 5:1, check.names = FALSE)
  fit <- lm(a.b ~ log(`größe (cm)`), data)
  expect_named(model_inputs(fit), "größe (cm)")
})

test_that("a formula that names a data frame is refused", {
  fit <- lm(cars$dist ~ cars$speed)
  refused <- problem(model_inputs(fit))
  expect_match(refused$message, "cars$speed", fixed = TRUE)
  expect_match(refused$remedy, "data = mydata")
})

test_that("a gam says its columns", {
  fit <- mgcv::gam(mpg ~ s(wt) + log(hp) + factor(cyl), data = mtcars)
  expect_setequal(names(model_inputs(fit)), c("wt", "hp", "cyl"))
  expect_identical(model_inputs(fit)$cyl$values, c(4, 6, 8))
})

test_that("a part of what a function gives is no column", {
  cases <- data.frame(
    y = c(3, 1, 4, 1, 5),
    at = as.POSIXct("2026-01-01 10:00", tz = "Asia/Tokyo") + 7200 * 0:4
  )
  fit <- lm(y ~ as.POSIXlt(at)$hour + as.POSIXlt(at)$min, cases)
  inputs <- model_inputs(fit)
  expect_named(inputs, "at")
  expect_identical(inputs$at$timezone, "Asia/Tokyo")
})

test_that("a factor made of text that was a number is a number with values", {
  fit <- lm(mpg ~ as.factor(as.character(cyl)) + ordered(I(gear)), mtcars)
  inputs <- model_inputs(fit)
  expect_identical(inputs$cyl, list(type = "number", values = c(4, 6, 8)))
  expect_identical(inputs$gear$values, c(3, 4, 5))
  expect_null(model_inputs(lm(mpg ~ factor(cut(wt, 3)), mtcars))$wt$values)
})

test_that("levels are found where each package keeps them", {
  skip_if_not_installed("nlme")
  fit <- nlme::gls(distance ~ Sex * age, as.data.frame(nlme::Orthodont))
  fit$call$data <- quote(gone)
  expect_identical(model_inputs(fit)$Sex$levels, c("Male", "Female"))

  skip_if_not_installed("survival")
  withr::local_package("survival")
  fit <- coxph(Surv(time, status) ~ age + strata(celltype), veteran)
  fit$call$data <- quote(gone)
  expect_identical(
    model_inputs(fit)$celltype$levels,
    c("squamous", "smallcell", "adeno", "large")
  )
  fit <- survreg(Surv(time, status) ~ age + strata(sex), lung)
  fit$call$data <- quote(gone)
  expect_identical(model_inputs(fit)$sex$values, c(1, 2))
})

test_that("a date that terms call \"other\" is found by trying", {
  skip_if_not_installed("rpart")
  own <- transform(airquality, day = as.Date("1973-01-01") + 30 * Month + Day)
  own$Month <- ordered(own$Month)
  fit <- rpart::rpart(Ozone ~ day + Month, own)
  fit$call$data <- quote(gone)
  inputs <- describe_source(saved(fit), NULL, NULL, NULL)$inputs
  expect_identical(inputs$day$type, "date")
  expect_identical(inputs$Month$levels, as.character(5:9))
})

test_that("a function that is given as an argument is no column", {
  for (term in c(
    "I(tapply(wt, cyl, mean)[as.character(cyl)])",
    "I(ave(wt, cyl, FUN = median))", "I(sapply(wt, sqrt) + cyl)",
    "I(vapply(wt, function(v) v * 2, 0) + cyl)",
    "I(unlist(Map(function(a, b) a - b, wt, cyl)))",
    "I(do.call(pmax, list(wt, cyl)))"
  )) {
    model <- lm(stats::as.formula(paste("mpg ~", term)), mtcars)
    expect_named(model_inputs(model), c("wt", "cyl"))
  }
})

test_that("what as.numeric() was made of is only taken for a number", {
  d <- data.frame(y = (1:20)^2, day = as.Date("2024-01-01") + 3 * (1:20))
  fit <- function(d) lm(y ~ as.numeric(day), d)
  model <- fit(d)
  environment(model$terms) <- globalenv()
  expect_true(is_guessed(model_inputs(model)$day))
  expect_false(is_guessed(model_inputs(lm(y ~ log(y), d))$y))
})
