test_that("what segmented() adds to the formula is no column", {
  fit <- lm(dist ~ speed + U1.speed + psi1.speed, transform(
    cars, U1.speed = pmax(speed - 10, 0), psi1.speed = -(speed > 10)
  ))
  fit$nameUV <- list(U = "U1.speed", V = "psi1.speed", Z = "speed")
  class(fit) <- c("segmented", "lm")
  expect_named(model_inputs(fit), "speed")
})
