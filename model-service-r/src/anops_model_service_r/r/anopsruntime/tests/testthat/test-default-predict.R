# predict_model as the template writes it, in an environment like model.R's.
template <- function() {
  code <- withr::local_tempfile(fileext = ".R", lines = c(
    "predict_model <- function(model, newdata, ...) {",
    "  predict(model, newdata, ...)",
    "}"
  ))
  source_code(code)$predict_model
}

fit <- glm(am ~ wt, binomial, mtcars)
rows <- data.frame(wt = c(2.5, NA, 3.5))

test_that("an option that R's predict() does not know is done all the same", {
  answer <- template()(
    fit, rows,
    type = "response", interval = "confidence", level = 0.9, se = TRUE
  )
  told <- predict(fit, rows, type = "link", se.fit = TRUE)
  expect_equal(
    answer$upper, unname(plogis(told$fit + qnorm(0.95) * told$se.fit))
  )
  response <- predict(fit, rows, type = "response", se.fit = TRUE)
  expect_equal(answer$prediction, unname(response$fit))
  expect_equal(answer$se, unname(response$se.fit))
})

test_that("options at their defaults leave R's own prediction as it is", {
  expect_identical(
    template()(
      fit, rows, type = "link", interval = "none", level = 0.95, se = FALSE
    ),
    predict(fit, rows)
  )
})

test_that("an option that leaves the scale open leaves it to R", {
  told <- predict(fit, rows, se.fit = TRUE)
  answer <- template()(fit, rows, se = TRUE)
  expect_equal(answer$prediction, unname(told$fit))
  expect_equal(answer$se, unname(told$se.fit))
})

test_that("what only R's predict() knows goes there", {
  expect_identical(
    template()(fit, rows, type = "terms"), predict(fit, rows, type = "terms")
  )
  expect_identical(
    template()(fit, newdata = rows, se.fit = TRUE),
    predict(fit, rows, se.fit = TRUE)
  )
  expect_identical(template()(fit), predict(fit))
})

test_that("the default predict_model knows the same options", {
  expect_identical(
    default_predict(fit, rows, type = "response", interval = "confidence"),
    template()(fit, rows, type = "response", interval = "confidence")
  )
  expect_identical(
    default_predict(fit, rows, type = "terms"),
    predict(fit, rows, type = "terms")
  )
})
