test_that("without correlation the errors are those of a linear model", {
  loose <- nlme::gls(len ~ supp * log(dose), ToothGrowth)
  line <- lm(len ~ supp * log(dose), ToothGrowth)
  rows <- ToothGrowth[c(60, 1, 31), c("supp", "dose")]
  answer <- model_predict(
    loose, rows, list(interval = "confidence", level = 0.9, se = TRUE)
  )
  told <- predict(line, rows, se.fit = TRUE)
  bounds <- predict(line, rows, interval = "confidence", level = 0.9)
  expect_equal(answer$se, unname(told$se.fit))
  expect_equal(answer$lower, unname(bounds[, "lwr"]))
  one <- model_predict(
    loose, rows[1, ], list(interval = "none", level = 0.9, se = TRUE)
  )
  expect_equal(one$se, answer$se[1])
})
