skip_if_not_installed("estimatr")

d <- transform(
  warpbreaks,
  x = seq_along(breaks) %% 7, treated = wool == "A", site = rep(1:9, 6)
)
chosen <- c(1, 20, 54)

test_that("lm_lin() predicts where the treatment is logical or a factor", {
  for (treatment in list(breaks ~ treated, breaks ~ tension)) {
    fit <- estimatr::lm_lin(treatment, covariates = ~x, data = d)
    rows <- d[chosen, c(all.vars(treatment)[2], "x")]
    told <- predict_rows(loaded(fit), rows)[[1]]
    expect_equal(told, unname(fit$fitted.values[chosen]))
    expect_equal(unname(plain_code(fit)(fit, rows)), told)
  }
})

test_that("fixed effects are a column, and one row is enough", {
  fit <- estimatr::lm_robust(breaks ~ x + wool, d, fixed_effects = ~site)
  expect_named(model_inputs(fit), c("x", "wool", "site"))
  expect_identical(model_inputs(fit)$site$type, "category")
  rows <- d[chosen, c("x", "wool", "site")]
  alone <- lapply(1:3, function(i) predict_rows(loaded(fit), rows[i, ])[[1]])
  expect_equal(unlist(alone), unname(fit$fitted.values[chosen]))
  expect_equal(unname(plain_code(fit)(fit, rows)), unlist(alone))
  rows$site <- 77
  expect_match(
    problem(predict_rows(loaded(fit), rows))$message, "no fixed effect for `77`"
  )
})

test_that("instruments are no columns of a request", {
  fit <- estimatr::iv_robust(breaks ~ x | site, d)
  expect_named(model_inputs(fit), "x")
})
