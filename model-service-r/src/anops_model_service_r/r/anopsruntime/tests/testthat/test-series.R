test_that("models of series of no known family are refused", {
  for (fit in list(ar(lh))) {
    refused <- problem(load_project(saved(fit), NULL))
    expect_identical(refused$code, "MODEL_LOAD")
    expect_match(refused$message, "it forecasts its time series from the end")
    expect_match(refused$message, class(fit)[1], fixed = TRUE)
  }
})

test_that("a model that only forecast() knows is refused alike", {
  skip_if_not_installed("forecast")
  fit <- structure(list(), class = "fracdiff")
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

forecasting <- function(name, ...) getExportedValue("forecast", name)(...)

fits <- function() {
  testthat::skip_if_not_installed("forecast")
  y <- window(AirPassengers, end = c(1959, 12))
  withr::local_seed(1)
  list(
    forecasting("Arima", y, c(0, 1, 1), c(0, 1, 1), lambda = 0),
    forecasting("ets", y, "MAM"), forecasting("tbats", y),
    forecasting("nnetar", y), forecasting("stlm", y),
    arima(y, c(0, 1, 1), list(order = c(0, 1, 1))), HoltWinters(y),
    StructTS(log(y))
  )
}

expected_of <- function(fit) {
  if (class(fit)[1] == "nnetar") {
    return(forecasting("forecast", fit, h = 12, PI = TRUE))
  }
  if (class(fit)[1] != "Arima") {
    return(forecasting("forecast", fit, h = 12))
  }
  # of stats::arima, forecast() needs the data by their name
  found <- predict(fit, n.ahead = 12)
  reach <- stats::qnorm(c(0.9, 0.975))
  list(
    mean = found$pred,
    lower = as.numeric(found$pred) - outer(as.numeric(found$se), reach),
    level = c(80, 95)
  )
}

test_that("each family forecasts as forecast() does", {
  for (fit in fits()) {
    loaded <- load_project(saved(fit), NULL)
    rows <- data.frame(step = c(3L, 1L, 12L))
    options <- list(level = c(95, 80), seed = 1)
    expected <- with_own_seed(1, expected_of(fit))
    answer <- predict_rows(loaded, rows, options)
    expect_equal(
      answer$prediction, as.numeric(expected$mean)[rows$step],
      tolerance = 1e-10
    )
    for (level in c("80%", "95%")) {
      place <- match(level, paste0(expected$level, "%"))
      name <- sub("%", "", paste0("lower_", level))
      expect_equal(
        answer[[name]], as.numeric(expected$lower[, place])[rows$step],
        tolerance = 1e-10
      )
    }
  }
})

test_that("what is observed moves each family on as its package does", {
  whole <- window(AirPassengers, end = c(1960, 6))
  new <- as.numeric(window(whole, start = c(1960, 1)))
  observed <- paste0(
    "step,value\n", paste0(6:1, ",", rev(new), collapse = "\n"), "\n"
  )
  rows <- data.frame(step = 1:3)
  for (fit in fits()) {
    family <- series_family(fit)
    if (family == "stlm") {
      expect_false(series_updates(fit))
      next
    }
    expect_true(series_updates(fit))
    y <- window(AirPassengers, end = c(1959, 12))
    expected <- switch(family,
      forecast_ARIMA = forecasting("Arima", whole, model = fit),
      ets = forecasting("ets", whole, model = fit, use.initial.values = TRUE),
      bats = forecasting("tbats", whole, model = fit),
      nnetar = forecasting("nnetar", whole, model = fit),
      Arima = {
        fitted <- forecasting("Arima", y, c(0, 1, 1), c(0, 1, 1))
        fitted$coef <- fit$coef
        forecasting("Arima", whole, model = fitted)
      },
      HoltWinters = HoltWinters(
        whole, alpha = fit$alpha, beta = fit$beta, gamma = fit$gamma
      )
    )
    answer <- predict_rows(
      load_project(saved(fit), NULL), rows, list(observed = observed)
    )
    if (family == "StructTS") {
      run <- stats::KalmanRun(
        c(fit$data, new), fit$model0, nit = -1L, update = TRUE
      )
      expected <- stats::KalmanForecast(3, attr(run, "mod"))
      expect_equal(answer$prediction, expected$pred, tolerance = 1e-10)
    } else {
      expected <- forecasting("forecast", expected, h = 3)
      expect_equal(
        answer$prediction, as.numeric(expected$mean), tolerance = 1e-8
      )
    }
  }
})

test_that("ets keeps its bias adjustment, and knows what it was given", {
  skip_if_not_installed("forecast")
  y <- window(AirPassengers, end = c(1959, 12))
  fit <- forecasting("ets", y, "AAN", lambda = 0.3, biasadj = TRUE)
  whole <- stats::ts(c(y, 420), 1949, frequency = 12)
  moved <- forecasting("ets", whole,
    model = fit, use.initial.values = TRUE, lambda = 0.3, biasadj = TRUE
  )
  answer <- predict_rows(
    load_project(saved(fit), NULL), data.frame(step = 1:2),
    list(observed = "step,value\n1,420\n", level = 80)
  )
  expected <- forecasting("forecast", moved, h = 2, level = 80)
  expect_equal(answer$prediction, as.numeric(expected$mean), tolerance = 1e-10)
  expect_equal(answer$upper_80, as.numeric(expected$upper), tolerance = 1e-10)
  x <- cbind(temp = seq(-2, 7, length.out = 132))
  fit <- forecasting("Arima", y, c(1, 0, 0), xreg = x)
  told <- described_source(saved(fit), NULL, NULL, NULL, NULL)
  expect_equal(told$inputs$temp$seen, c(-2, 7))
})

test_that("the model of a forecast is taken out of it", {
  skip_if_not_installed("forecast")
  simple <- forecasting("ses", AirPassengers, h = 2)
  answer <- predict_rows(
    load_project(saved(simple), NULL), data.frame(step = 1:2)
  )
  expect_equal(answer$prediction, as.numeric(simple$mean), tolerance = 1e-10)
  expect_match(
    problem(load_project(
      saved(forecasting("snaive", AirPassengers)), NULL
    ))$remedy, "save the model behind it"
  )
  without <- forecasting("stlf", AirPassengers, h = 2)
  expect_match(
    problem(load_project(saved(without), NULL))$message, "class `forecast`"
  )
})

test_that("a gap is gone across, or refused by families that can't", {
  skip_if_not_installed("forecast")
  fit <- arima(AirPassengers, c(0, 1, 1), list(order = c(0, 1, 1)))
  load <- function(fit) load_project(saved(fit), NULL)
  gap <- list(observed = "step,value\n2,400\n")
  whole <- predict_rows(load(fit), data.frame(step = 1L), gap)
  expect_true(is.finite(whole$prediction))
  refused <- problem(predict_rows(
    load(HoltWinters(AirPassengers)), data.frame(step = 1L), gap
  ))
  expect_match(refused$message, "no observation at step 1")
})

test_that("a ts tells its calendar where it has one", {
  expect_identical(
    series_calendar(AirPassengers),
    list(period = 12, frequency = "MS", last = "1960-12-01")
  )
  for (start in list(c(1961, 2), c(2001, 2), c(1999, 11))) {
    for (months in c(1, 11, 12, 240)) {
      series <- ts(seq_len(months), start = start, frequency = 12)
      first <- as.Date(sprintf("%d-%02d-01", start[1], start[2]))
      last <- seq(first, by = "month", length.out = months)[months]
      expect_identical(series_calendar(series)$last, format(last))
    }
  }
  expect_identical(series_calendar(UKgas)$last, "1986-10-01")
  expect_identical(series_calendar(Nile)$last, "1970-01-01")
  expect_identical(series_calendar(ts(1:24, frequency = 12))$last, NULL)
  expect_identical(series_calendar(ts(1:24, frequency = 7)), list(period = 7))
})

test_that("tslm forecasts as forecast() does, by its own clock", {
  skip_if_not_installed("forecast")
  promo <- as.numeric(seq_along(AirPassengers) %% 5)
  data <- data.frame(promo = promo)
  y <- AirPassengers
  # it looks for its variables where it is called
  tslm <- getExportedValue("forecast", "tslm")
  plain <- tslm(y ~ trend + season, lambda = 0)
  given <- tslm(y ~ trend + promo, data = data)
  rows <- data.frame(step = c(4L, 1L, 2L))
  answer <- predict_rows(
    load_project(saved(plain), NULL), rows, list(level = 80)
  )
  expected <- forecasting("forecast", plain, h = 4, level = 80)
  expect_equal(
    answer$prediction, as.numeric(expected$mean)[rows$step], tolerance = 1e-10
  )
  expect_equal(
    answer$lower_80, as.numeric(expected$lower)[rows$step], tolerance = 1e-10
  )
  rows <- data.frame(promo = c(3, 1, 2), step = c(3L, 1L, 2L))
  loaded <- load_project(saved(given), NULL)
  answer <- predict_rows(loaded, rows)
  expected <- forecasting("forecast", given, newdata = data.frame(promo = 1:3))
  expect_equal(
    answer$prediction, as.numeric(expected$mean)[rows$step], tolerance = 1e-10
  )
  expect_identical(series_regressors(given), "promo")
  expect_false(series_updates(given))
})

test_that("regressors of stlm and the calendar of tslm are those of the fit", {
  skip_if_not_installed("forecast")
  withr::local_seed(2)
  x <- cbind(promo = rnorm(48), temp = rnorm(48))
  y <- stats::ts(3 * x[, 1] - x[, 2] + rnorm(48), start = 2020, frequency = 12)
  fit <- forecasting(
    "stlm", y, s.window = "periodic", method = "arima", xreg = x
  )
  rows <- data.frame(temp = c(3, 1, 2), step = c(3L, 1L, 2L), promo = 4:6)
  answer <- predict_rows(load_project(saved(fit), NULL), rows)
  expected <- forecasting(
    "forecast", fit, h = 3,
    newxreg = cbind(promo = c(5, 6, 4), temp = c(1, 2, 3))
  )
  expect_equal(
    answer$prediction, as.numeric(expected$mean)[rows$step], tolerance = 1e-10
  )
  tslm <- getExportedValue("forecast", "tslm")
  told <- described_source(saved(tslm(y ~ trend)), NULL, NULL, NULL, NULL)
  expect_identical(told$series$last, "2023-12-01")
})

test_that("a gap needs no regressors, and an observation does", {
  skip_if_not_installed("forecast")
  withr::local_seed(3)
  x <- cbind(promo = rnorm(48))
  y <- stats::ts(cumsum(rnorm(48)) + x[, 1], start = 2020, frequency = 12)
  fit <- forecasting("Arima", y, c(1, 1, 0), xreg = x)
  rows <- data.frame(step = 1:2, promo = c(1, 2))
  asked <- function(first) {
    predict_rows(load_project(saved(fit), NULL), rows, list(
      observed = paste0("step,value,promo\n", first, "\n3,2,0.5\n")
    ))
  }
  whole <- stats::ts(c(y, 1, NA, 2), start = 2020, frequency = 12)
  moved <- forecasting(
    "Arima", whole, model = fit, xreg = rbind(x, 0.3, -99, 0.5)
  )
  expected <- forecasting("forecast", moved, xreg = cbind(promo = c(1, 2)))
  expect_equal(
    asked("1,1,0.3")$prediction, as.numeric(expected$mean), tolerance = 1e-10
  )
  expect_match(problem(asked("1,1,"))$message, "`promo` is missing")
})

test_that("a path of a seed begins alike, however many steps it has", {
  skip_if_not_installed("forecast")
  kinds <- list(
    forecasting("Arima", AirPassengers, c(0, 1, 1), c(0, 1, 1)),
    forecasting("ets", AirPassengers, "MAM")
  )
  for (fit in kinds) {
    loaded <- load_project(saved(fit), NULL)
    options <- list(simulate = 3, seed = 5)
    short <- predict_rows(loaded, data.frame(step = 1:2), options)
    long <- predict_rows(loaded, data.frame(step = c(1:2, 30L)), options)
    expect_equal(short$path_3, long$path_3[1:2])
    expect_false(identical(short$path_1, short$path_2))
  }
  expect_true(series_draws(forecasting("ets", AirPassengers, "MMM")))
})

test_that("a named list of models is a panel, forecast by its series", {
  skip_if_not_installed("forecast")
  late <- stats::ts(as.numeric(AirPassengers)[1:142], 1949, frequency = 12)
  fits <- list(
    west = forecasting("Arima", AirPassengers, c(0, 1, 1), c(0, 1, 1)),
    east = forecasting("ets", late, "ANN")
  )
  loaded <- load_project(saved(fits), NULL)
  rows <- data.frame(
    series = c("east", "west", "west", "east"), step = c(2L, 3L, 1L, 1L)
  )
  answer <- predict_rows(loaded, rows, list(level = 80))
  west <- forecasting("forecast", fits$west, h = 3, level = 80)
  # it ends two months before the other: step 1 is the same month for both
  east <- forecasting("forecast", fits$east, h = 4, level = 80)
  expect_equal(answer$prediction, c(
    east$mean[4], west$mean[3], west$mean[1], east$mean[3]
  ), tolerance = 1e-10)
  expect_equal(answer$upper_80, c(
    east$upper[4], west$upper[3], west$upper[1], east$upper[3]
  ), tolerance = 1e-10)
  observed <- "series,step,value\nwest,2,430\nwest,1,450\n"
  moved <- predict_rows(loaded, rows, list(observed = observed))
  whole <- stats::ts(c(AirPassengers, 450, 430), 1949, frequency = 12)
  west <- forecasting("Arima", whole, model = fits$west)
  west <- forecasting("forecast", west)
  expect_equal(
    moved$prediction[2:3], as.numeric(west$mean)[c(3, 1)], tolerance = 1e-10
  )
  expect_equal(moved$prediction[c(1, 4)], answer$prediction[c(1, 4)])
})

test_that("a series of a panel that ends early takes in what it lacks", {
  skip_if_not_installed("forecast")
  fits <- list(
    west = forecasting("ets", AirPassengers, "AAN"),
    east = forecasting(
      "ets", stats::window(AirPassengers, end = c(1960, 10)), "AAN"
    )
  )
  loaded <- load_project(saved(fits), NULL)
  told <- described_source(saved(fits), NULL, NULL, NULL, NULL)$series
  expect_equal(told$behind, list(east = 2))
  expect_false(told$gaps)
  ahead <- function(values, h) {
    whole <- stats::ts(c(fits$east$x, values), 1949, frequency = 12)
    moved <- forecasting(
      "ets", whole, model = fits$east, use.initial.values = TRUE
    )
    as.numeric(forecasting("forecast", moved, h = h)$mean)[h]
  }
  asked <- function(text) {
    predict_rows(loaded, data.frame(series = "east", step = 1L), list(
      observed = paste0("series,step,value\n", text)
    ))$prediction
  }
  expect_equal(asked("east,-1,400\n"), ahead(400, 2), tolerance = 1e-10)
  expect_equal(
    asked("east,0,420\neast,-1,400\neast,1,430\n"), ahead(c(400, 420, 430), 1),
    tolerance = 1e-10
  )
})

test_that("a panel says what it is", {
  fits <- list(
    a = arima(lh, c(1, 0, 0)), b = HoltWinters(lh, gamma = FALSE)
  )
  told <- described_source(saved(fits), NULL, NULL, NULL, NULL)
  expect_identical(told$series$keys, "series")
  expect_identical(told$inputs$series$levels, c("a", "b"))
  expect_identical(told$model_class, "anops_panel")
  fits$c <- arima(AirPassengers, c(1, 0, 0))
  expect_match(
    problem(load_project(saved(fits), NULL))$message,
    "must have one frequency; `a` has 1, and `c` has 12"
  )
})

test_that("an Arima of any kind forecasts as forecast() does", {
  skip_if_not_installed("forecast")
  withr::local_seed(1)
  y <- window(AirPassengers, start = c(1955, 1))
  x <- cbind(promo = rnorm(72), price = rnorm(72))
  future <- cbind(promo = 1:3, price = c(0, 1, 0))
  given <- list(
    list(include.drift = TRUE), list(include.drift = TRUE, xreg = x),
    list(lambda = 0.3, biasadj = TRUE), list(lambda = -0.3, xreg = x)
  )
  for (more in given) {
    fit <- do.call(forecasting, c(list("Arima", y, c(1, 1, 0)), more))
    ahead <- if (!is.null(more$xreg)) future
    own <- forecasting("forecast", fit, h = 3, level = c(80, 95), xreg = ahead)
    answer <- series_predict(
      fit, cbind(data.frame(step = 1:3), future), list(level = c(95, 80))
    )
    expect_identical(answer$prediction, as.double(own$mean))
    expect_identical(answer$lower_80, as.double(own$lower[, 1]))
    expect_identical(answer$upper_95, as.double(own$upper[, 2]))
  }
  constant <- forecasting("auto.arima", ts(rep(5, 30)))
  expect_identical(
    series_predict(constant, data.frame(step = 2:1))$prediction, c(5, 5)
  )
})

test_that("an stlm draws its intervals where its ets does", {
  skip_if_not_installed("forecast")
  drawn <- forecasting("stlm", AirPassengers, etsmodel = "MMN")
  expect_true(series_draws(drawn))
  expect_false(series_draws(forecasting("stlm", AirPassengers)))
  asked <- function() {
    series_predict(drawn, data.frame(step = 1:2), list(level = 80, seed = 3))
  }
  expect_identical(asked(), asked())
})
