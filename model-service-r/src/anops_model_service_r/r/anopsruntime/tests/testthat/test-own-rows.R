# A model's predictions for its own rows are compared with its fitted values.
rows <- withr::with_seed(1, {
  data.frame(x = runif(60, 0, 10), z = rnorm(60), ex = runif(60, 1, 5))
})
rows$y <- 1 + rows$x + rows$z^2
rows$n <- withr::with_seed(2, rpois(60, exp(0.2 * rows$x)))

told <- function(model, predict = default_predict) {
  data <- model_data(model)
  project <- loaded(model, predict) # nolint: object_usage_linter.
  own_fit(project, data, known_inputs(model, data))
}

test_that("a sound model has nothing said of it", {
  expect_null(told(lm(y ~ poly(x, 2) + log(ex), rows)))
  expect_null(told(glm(n ~ x + offset(log(ex)), poisson, rows)))
  expect_null(told(loess(y ~ x, rows)))
  expect_null(told(nnet::multinom(
    Species ~ Sepal.Width, iris,
    trace = FALSE
  )))
})

test_that("a term that is made anew is named", {
  model <- lm(y ~ polym(x, z, degree = 2), rows)
  expect_match(told(model), "anew from the rows that are sent", fixed = TRUE)
  expect_match(told(model), "`polym(x, z, degree = 2)`", fixed = TRUE)
})

test_that("an offset that predict() leaves out is named", {
  model <- mgcv::gam(
    n ~ s(x), offset = log(ex), family = poisson, data = rows
  )
  data <- rows[c("x", "ex")]
  said <- own_fit(loaded(model), data, model_inputs(model, data))
  expect_match(said, "offset(log(ex)) in its formula", fixed = TRUE)
})

test_that("a person's own answer on another scale is no fault", {
  project <- loaded(lm(y ~ x, rows), function(model, newdata, ...) {
    predict(model, newdata) * 100
  })
  project$code$predict_model <- project$predict
  expect_null(own_fit(project, rows, list(x = list(type = "number"))))
})

test_that("both parts of a formula are columns", {
  skip_if_not_installed("pscl")
  model <- pscl::hurdle(n ~ x | z, data = rows)
  expect_named(model_inputs(model), c("x", "z"))
  expect_null(told(model))
})

test_that("a list of models answers in the order of the rows", {
  model <- nlme::lmList(Reaction ~ Days | Subject, lme4::sleepstudy)
  rows <- lme4::sleepstudy[c(1, 15, 2, 31, 14), c("Days", "Subject")]
  one <- vapply(1:5, function(i) c(predict(model, rows[i, ])), 0)
  options <- list()
  expect_equal(
    as.vector(model_predict(model, rows, options)), one,
    ignore_attr = TRUE
  )
})

test_that("a term that changes with time is told with what to do", {
  fit <- survival::coxph(
    survival::Surv(time, status) ~ age + tt(age), survival::lung,
    tt = function(x, t, ...) x * log(t + 20)
  )
  described <- describe_source(saved(fit), NULL, NULL, NULL)
  expect_match(described$own_fit, "takes the term `tt(age)`", fixed = TRUE)
  expect_match(described$own_fit, "survSplit()", fixed = TRUE)
})

test_that("what helps a model whose data is gone is said where it fails", {
  withr::local_package("survival")
  fit <- local({
    patients <- transform(survival::lung, g = factor(sex))
    coxph(Surv(time, status) ~ pspline(age) + strata(g), patients)
  })
  environment(fit$terms) <- globalenv()
  fit$formula <- stats::formula(fit$terms)
  model <- loaded(readRDS(saved(fit)))
  new <- data.frame(age = 60, g = factor("1", c("1", "2")))
  failed <- problem(predict_rows(model, new, list()))
  expect_identical(failed$code, "MODEL_FAILED")
  expect_match(failed$remedy, "`patients` is the data of the fit.*ao refit")
  expect_null(lost_data_remedy(fit, simpleError("object 'age' not found")))
})

test_that("families that keep fitted values have nothing said of them", {
  fits <- list(
    lm(y ~ x, rows), glm(n ~ x, poisson, rows), MASS::rlm(y ~ x, rows),
    nls(y ~ a + b * x, rows, start = list(a = 1, b = 1)),
    mgcv::gam(y ~ s(x), data = rows), lme4::lmer(y ~ x + (1 | n), rows),
    nlme::gls(y ~ x, rows), nlme::lme(y ~ x, random = ~ 1 | n, rows),
    quantreg::rq(y ~ x, data = rows), robustbase::lmrob(y ~ x, rows),
    earth::earth(y ~ x + z, data = rows), MASS::glm.nb(n ~ x, rows),
    survival::survreg(survival::Surv(y) ~ x, rows), loess(y ~ x, rows),
    smooth.spline(rows$x, rows$y), e1071::svm(y ~ x + z, rows),
    nnet::nnet(y ~ x, rows, size = 2, linout = TRUE, trace = FALSE),
    rms::ols(y ~ x, rows), AER::tobit(y ~ x, data = rows), aov(y ~ x, rows),
    MASS::lqs(y ~ x, rows), pls::plsr(y ~ x + z, data = rows),
    VGAM::vglm(n ~ x, VGAM::poissonff, rows), ppr(y ~ x + z, data = rows,
      nterms = 1), stats::step(lm(y ~ x + z, rows), trace = 0)
  )
  for (fit in fits) {
    expect_null(suppressWarnings(told(fit)), info = class(fit)[1])
  }
})

test_that("fitted values that are meant otherwise are no measure", {
  skip_if_not_installed("plm")
  panel <- cbind(rows, id = rep(1:15, 4), year = rep(1:4, each = 15))
  for (kind in c("within", "random", "pooling")) {
    expect_null(told(plm::plm(
      y ~ x + z, panel, model = kind, index = c("id", "year")
    )))
  }
  rows$event <- rows$x > 3
  expect_null(told(survival::coxph(
    survival::Surv(ex, event) ~ z + offset(log(x)), rows
  )))
})
