skip_if_not_installed("rms")

rms_data <- function() {
  withr::local_seed(1)
  d <- data.frame(
    f = factor(sample(c("s", "m", "l"), 200, TRUE), levels = c("s", "m", "l")),
    b = sample(c("u", "b"), 200, TRUE), x = stats::rnorm(200)
  )
  d$y <- stats::rbinom(200, 1, stats::plogis(d$x))
  d$y3 <- factor(sample(c("p", "o", "q"), 200, TRUE), levels = c("p", "o", "q"))
  d$t <- stats::rexp(200)
  d
}

# with the packages that it brings along
local_rms <- function(env = parent.frame()) {
  before <- search()
  attach_package("rms")
  withr::defer(
    for (name in setdiff(search(), before)) detach(name, character.only = TRUE),
    env
  )
}

test_that("the levels of rms come from its design, in the order of the fit", {
  local_rms()
  d <- rms_data()
  m <- rms::lrm(y ~ f * rcs(x, 3) + b, d)
  inputs <- model_inputs(m, NULL)
  expect_equal(inputs$f$levels, c("s", "m", "l"))
  expect_equal(inputs$b$levels, c("b", "u"))
  expect_equal(inputs$x$type, "number")
  survival <- rms::cph(survival::Surv(t, y) ~ strat(f) + x, d)
  expect_equal(model_inputs(survival, NULL)$f$levels, c("s", "m", "l"))
})

test_that("models of rms answer on the scale of the outcome", {
  d <- rms_data()
  rows <- d[1:3, ]
  m <- rms::lrm(y ~ f + x, d)
  expect_equal(
    predict_rows(loaded(m), rows, list(type = "response"))$prediction,
    unname(predict(m, rows, type = "fitted"))
  )
  expect_equal(
    predict_rows(loaded(m), rows, list(type = "link"))$prediction,
    unname(predict(m, rows))
  )
  g <- rms::Glm(y ~ f + x, family = binomial(), data = d)
  expect_equal(
    predict_rows(loaded(g), rows, list(type = "response"))$prediction,
    unname(stats::plogis(predict(g, rows)))
  )
  expect_length(model_notes(m), 0)
})

test_that("survival models of rms answer as those of survival do", {
  d <- rms_data()
  d$dead <- rep(c(1, 1, 0), length.out = 200)
  rows <- d[1:3, ]
  ask <- function(m, ...) predict_rows(loaded(m), rows, list(...))$prediction
  expect_same <- function(m, own, type) {
    expect_equal(ask(m, type = type), unname(exp(predict(m, rows))))
    expect_equal(ask(m, type = "link"), unname(predict(m, rows)))
    expect_equal(ask(m, type = type), ask(own, type = type), tolerance = 1e-3)
    expect_equal(model_options(m)$type$default, type)
    expect_length(model_notes(m), 0)
    for (each in c(type, "link")) {
      asked <- list(model = m, newdata = rows, type = each)
      code <- parse(text = paste("{", model_code(m, NULL), "}"))
      expect_equal(unname(eval(code, asked)), ask(m, type = each))
    }
  }
  formula <- survival::Surv(t, dead) ~ x
  expect_same(rms::cph(formula, d), survival::coxph(formula, d), "risk")
  expect_same(rms::psm(formula, d), survival::survreg(formula, d), "response")
  normal <- rms::psm(formula, d, dist = "gaussian")
  expect_equal(
    predict_rows(loaded(normal), rows)$prediction, unname(predict(normal, rows))
  )
  expect_length(model_options(normal), 0)
  times <- rms::bj(formula, d)
  expect_equal(ask(times, type = "response"), unname(exp(predict(times, rows))))
})

test_that("knots that a model of rms keeps are no worry", {
  local_rms()
  m <- rms::ols(x ~ rcs(t, 3) + f, rms_data())
  inputs <- model_inputs(m, NULL)
  expect_length(whole_column_notes(m, inputs, NULL), 0)
})

test_that("other models of rms have no options of those they build on", {
  for (classes in list(c("ols", "rms", "lm"), c("Rq", "rms", "rq"))) {
    thing <- structure(list(), class = classes)
    expect_length(model_options(thing), 0)
    expect_match(model_notes(thing), paste0(classes[1], ": .* predictors"))
  }
})

test_that("the code of a project says what predict() of rms calls a scale", {
  d <- rms_data()
  logit <- rms::lrm(y ~ f + x, d)
  glm <- rms::Glm(y ~ f + x, family = binomial(), data = d)
  for (model in list(logit, glm)) {
    code <- model_code(model, NULL)
    for (type in c("response", "link")) {
      asked <- list(model = model, newdata = d[1:3, ], type = type)
      expect_equal(
        unname(eval(parse(text = paste("{", code, "}")), asked)),
        predict_rows(loaded(model), d[1:3, ], list(type = type))$prediction
      )
    }
  }
})

test_that("ordered levels are answered as levels, ordered numbers as a mean", {
  d <- rms_data()
  rows <- d[1:3, ]
  ask <- function(m, type) predict_rows(loaded(m), rows, list(type = type))
  for (fit in list(rms::lrm, rms::orm)) {
    m <- fit(y3 ~ f + x, d)
    expect_equal(model_options(m)$type$default, "class")
    shares <- predict(m, rows, type = "fitted.ind")
    expect_equal(unname(as.matrix(ask(m, "probability"))), unname(shares))
    expect_named(ask(m, "probability"), levels(d$y3))
    expect_equal(
      as.character(ask(m, "class")$prediction),
      levels(d$y3)[max.col(shares)]
    )
    expect_equal(ask(m, "link")$prediction, unname(predict(m, rows)))
  }
  numbers <- rms::orm(t ~ f + x, d)
  expect_equal(model_options(numbers)$type$levels, c("response", "link"))
  expect_equal(
    ask(numbers, "response")$prediction,
    unname(predict(numbers, rows, type = "mean"))
  )
})

test_that("the code of a project answers likewise without AnOps", {
  d <- rms_data()
  rows <- d[1:3, ]
  m <- rms::lrm(y3 ~ f + x, d)
  plain <- eval(str2lang(paste0(
    "function(model, newdata, ...) {", model_code(m), "}"
  )))
  expect_equal(
    plain(m, rows),
    predict_rows(loaded(m), rows, list(type = "class"))$prediction
  )
})
