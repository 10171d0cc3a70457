test_that("a spline's column is named as its call names it", {
  with(cars, {
    expect_named(model_inputs(smooth.spline(speed, dist)), "speed")
  })
  expect_named(
    model_inputs(smooth.spline(cars$speed, cars[["dist"]])), "speed"
  )
  expect_named(model_inputs(smooth.spline(cars[["speed"]], cars$dist)), "speed")
  expect_named(model_inputs(smooth.spline(cars[, 1], cars[, 2])), "x")
})

test_that("a spline's new model.R predicts in plain R too", {
  fit <- smooth.spline(cars$speed, cars$dist)
  newdata <- data.frame(speed = c(5, 11.5))
  plain <- eval(str2lang(sub(", ...", "", model_code(fit), fixed = TRUE)), list(
    model = fit, newdata = newdata
  ))
  expect_identical(plain, predict(fit, newdata$speed)$y)
  expect_identical(model_predict(fit, newdata), plain)
})
