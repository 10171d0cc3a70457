test_that("a meta-regression takes its moderators as columns", {
  skip_if_not_installed("metafor")
  studies <- data.frame(
    effect = c(0.1, 0.4, 0.3, 0.9, 0.7, 0.2), error = 0.1,
    dose = 1:6, kind = factor(rep(c("v", "u"), 3), c("v", "u"))
  )
  fit <- metafor::rma(effect, error, mods = ~ dose + kind, data = studies)
  expect_named(model_inputs(fit), c("dose", "kind"))
  rows <- studies[c(2, 5), c("dose", "kind")]
  told <- predict_rows(loaded(fit), rows)[[1]]
  expect_equal(told, unname(c(fitted(fit)[c(2, 5)])))
  expect_equal(unname(c(plain_code(fit)(fit, rows))), told)
  rows$dose[1] <- NA
  expect_equal(predict_rows(loaded(fit), rows)[[1]], c(NA, told[2]))
})
