test_that("scores lead back to the data where no component was left out", {
  fit <- prcomp(USArrests, scale. = TRUE)
  expect_equal(model_data(fit), USArrests, tolerance = 1e-10)
  expect_identical(model_seen(fit)$Rape, range(USArrests$Rape))
  expect_equal(model_data(princomp(USArrests)), USArrests, tolerance = 1e-10)
  expect_null(model_data(prcomp(USArrests, rank. = 2)))
})
