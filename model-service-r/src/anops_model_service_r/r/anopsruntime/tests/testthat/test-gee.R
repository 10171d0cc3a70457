test_that("a model of gee answers by its coefficients, in its contrasts", {
  skip_if_not_installed("gee")
  own <- transform(warpbreaks, tension = factor(tension, c("M", "H", "L")))
  utils::capture.output(suppressMessages(fit <- gee::gee(
    breaks ~ wool + tension, wool, own, family = poisson,
    corstr = "independence"
  )))
  same <- glm(breaks ~ wool + tension, poisson, own)
  rows <- own[c(1, 20, 54), c("wool", "tension")]
  told <- predict_rows(loaded(fit), rows)
  expect_equal(told[[1]], unname(predict(same, rows, type = "response")),
               tolerance = 1e-6)
  expect_equal(
    predict_rows(loaded(fit), rows[2, ], list(type = "link"))[[1]],
    unname(predict(same, rows[2, ])), tolerance = 1e-6
  )
  rows$wool[2] <- NA
  told <- predict_rows(loaded(fit), rows)[[1]]
  expect_identical(is.na(told), c(FALSE, TRUE, FALSE))
  code <- model_code(fit)
  plain <- eval(parse(text = paste(
    "function(model, newdata, type = \"response\", ...) {", code, "}"
  )))
  expect_equal(unname(plain(fit, rows)), told)
})
