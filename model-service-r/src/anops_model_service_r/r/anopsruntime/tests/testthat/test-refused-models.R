# What can't predict is refused with a way that leads on.

test_that("models of survival without a predict() name what predicts", {
  skip_if_not_installed("survival")
  withr::local_package("survival")
  remedy <- function(fit) problem(load_method(fit, "fit.rds"))$remedy
  expect_match(
    remedy(survfit(Surv(time, status) ~ sex, lung)),
    "prodlim(Hist(time, status) ~ sex, data = ...)", fixed = TRUE
  )
  expect_match(
    remedy(survfit(coxph(Surv(time, status) ~ age, lung))),
    "^Save what coxph\\(\\) gave"
  )
  expect_match(
    remedy(aareg(Surv(time, status) ~ age, lung)),
    "^Fit it with aalen\\(\\) of the package timereg"
  )
})

test_that("an S4 object whose package has no predict() for it is refused", {
  fit <- stats4::mle(function(m = 20) sum((cars$dist - m)^2))
  refused <- problem(load_method(fit, "fit.rds"))
  expect_match(refused$message, "class `mle`: .* `predict` method for it")
  expect_match(refused$remedy, "predict_model(model, newdata", fixed = TRUE)
})

test_that("the code for a mixed model of ordered classes runs as printed", {
  skip_if_not_installed("ordinal")
  fit <- ordinal::clmm(rating ~ temp + contact + (1 | judge), ordinal::wine)
  remedy <- problem(load_method(fit, "fit.rds"))$remedy
  code <- sub(".*?(function\\(.*\\}), the probability.*", "\\1", remedy)
  predict_model <- eval(parse(text = code))
  rows <- unique(ordinal::wine[c("temp", "contact")])
  told <- as.matrix(predict_model(fit, rows))
  link <- (rows$temp == "warm") * fit$beta[["tempwarm"]] +
    (rows$contact == "yes") * fit$beta[["contactyes"]]
  expect_equal(unname(told[, 1]), unname(plogis(fit$alpha[1] - link)))
  expect_equal(unname(told[, 5]), unname(1 - plogis(fit$alpha[4] - link)))
  expect_equal(unname(rowSums(told)), rep(1, nrow(rows)))
})
