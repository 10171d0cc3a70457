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
  expect_length(described$predictions$columns[[1]]$values, 10)
})

test_that("the groups of a mixed model of nlme are inputs", {
  fit <- nlme::lme(distance ~ age, random = ~ 1 | Subject, nlme::Orthodont)
  expect_named(model_inputs(fit), c("age", "Subject"))
})
