test_that("models of time series are refused in words of their own", {
  for (fit in list(
    arima(lh, order = c(1, 0, 0)), HoltWinters(co2), ar(lh),
    StructTS(log10(UKgas), type = "level")
  )) {
    refused <- problem(load_project(saved(fit), NULL))
    expect_identical(refused$code, "MODEL_LOAD")
    expect_match(refused$message, "it forecasts its time series from the end")
    expect_match(refused$message, class(fit)[1], fixed = TRUE)
  }
})

test_that("a model that only forecast() knows is refused alike", {
  skip_if_not_installed("forecast")
  fit <- structure(list(), class = "ets")
  expect_match(
    problem(load_project(saved(fit), NULL))$message, "takes no rows"
  )
})

test_that("a predict_model of one's own may forecast", {
  code <- withr::local_tempfile(fileext = ".R", lines = c(
    "predict_model <- function(model, newdata, ...) {",
    "  predict(model, n.ahead = max(newdata$ahead))$pred[newdata$ahead]",
    "}"
  ))
  project <- load_project(saved(arima(lh, order = c(1, 0, 0))), code)
  answer <- predict_rows(project, data.frame(ahead = c(2, 1)))
  expect_identical(
    answer$prediction,
    as.vector(predict(arima(lh, order = c(1, 0, 0)), 2)$pred)[2:1]
  )
})
