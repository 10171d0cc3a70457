test_that("the groups of a mixed model of lme4 are inputs", {
  fit <- lme4::lmer(Reaction ~ Days + (Days | Subject), lme4::sleepstudy)
  inputs <- model_inputs(fit)
  expect_named(inputs, c("Days", "Subject"))
  expect_identical(inputs$Subject$levels, levels(lme4::sleepstudy$Subject))
})

test_that("a saved model of lme4 predicts", {
  fit <- lme4::lmer(Reaction ~ Days + (1 | Subject), lme4::sleepstudy)
  described <- describe_source(saved(fit), NULL, NULL, NULL)
  expect_identical(names(described$packages), "lme4")
  expect_length(described$predictions[[2]], 10)
})

test_that("the groups of a mixed model of nlme are inputs", {
  fit <- nlme::lme(distance ~ age, random = ~ 1 | Subject, nlme::Orthodont)
  expect_named(model_inputs(fit), c("age", "Subject"))
})

test_that("groups are known levels that must be there, also as numbers", {
  cases <- transform(
    lme4::sleepstudy, Subject = as.integer(as.character(Subject))
  )
  fit <- lme4::lmer(Reaction ~ Days + (1 | Subject), cases)
  spec <- model_inputs(fit)$Subject
  expect_identical(spec$values, sort(unique(as.double(cases$Subject))))
  expect_identical(spec$missing, "error")
})

test_that("a group that ao.toml lets through gets the population's answer", {
  fit <- lme4::lmer(Reaction ~ Days + (Days | Subject), lme4::sleepstudy)
  rows <- data.frame(Days = c(1, 1), Subject = factor(c("308", NA)))
  answer <- model_predict(fit, rows, list(random = TRUE))
  expect_equal(answer[[1]], predict(fit, rows[1, ])[[1]])
  expect_equal(answer[[2]], predict(fit, rows[1, ], re.form = NA)[[1]])
})

test_that("the parameters of a curve are no inputs, what they depend on is", {
  fit <- nlme::nlme(
    height ~ SSasymp(age, Asym, R0, lrc), Loblolly,
    fixed = Asym + R0 + lrc ~ 1, random = Asym ~ 1,
    start = c(Asym = 103, R0 = -8.5, lrc = -3.3)
  )
  expect_named(model_inputs(fit), c("age", "Seed"))
  fit$call$data <- quote(gone)
  expect_setequal(
    model_inputs(fit)$Seed$values, as.integer(levels(Loblolly$Seed))
  )
  fit <- nlme::gnls(
    rate ~ SSmicmen(conc, Vm, K), Puromycin,
    params = list(Vm ~ state, K ~ 1), start = c(160, 50, 0.05)
  )
  inputs <- model_inputs(fit)
  expect_named(inputs, c("conc", "state"))
  expect_identical(inputs$state$levels, c("treated", "untreated"))
})

test_that("a mixed model of MASS has both scales and both levels", {
  fit <- MASS::glmmPQL(
    y ~ trt, random = ~ 1 | ID, family = binomial, data = MASS::bacteria,
    verbose = FALSE
  )
  rows <- MASS::bacteria[c(1, 50), c("trt", "ID")]
  expect_named(model_options(fit), c("type", "random"))
  expect_equal(
    model_predict(fit, rows, list(type = "response", random = FALSE)),
    predict(fit, rows, type = "response", level = 0)
  )
  expect_equal(
    model_predict(fit, rows, list(type = "link", random = TRUE)),
    predict(fit, rows)
  )
})

test_that("the models of lmList() know their groups", {
  skip_if_not_installed("nlme")
  own <- as.data.frame(nlme::Orthodont)
  fit <- nlme::lmList(distance ~ age | Subject, own)
  inputs <- model_inputs(fit)
  expect_named(inputs, c("age", "Subject"))
  expect_setequal(inputs$Subject$levels, levels(own$Subject))
  answer <- predict_rows(loaded(fit), own[c(1, 50), c("age", "Subject")])
  expect_equal(
    answer$prediction, as.vector(predict(fit, own[c(1, 50), ])),
    tolerance = 1e-12
  )
})

test_that("the parameters of a nonlinear mixed model are no columns", {
  skip_if_not_installed("lme4")
  fit <- lme4::nlmer(
    circumference ~ SSlogis(age, Asym, xmid, scal) ~ Asym | Tree, Orange,
    start = c(Asym = 200, xmid = 725, scal = 350)
  )
  expect_named(model_inputs(fit), c("age", "Tree"))
})

test_that("a predict() that goes on to another package's finds it", {
  skip_if_not_installed("MASS")
  thing <- structure(list(), class = c("glmmPQL", "lme"))
  expect_identical(load_method(thing, NULL), c("MASS", "nlme"))
})
