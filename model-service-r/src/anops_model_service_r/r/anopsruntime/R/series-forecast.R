# Forecasts of a model of a time series, as R's own forecast() gives them.

#' Forecast steps ahead
#'
#' @param model A model that [series_family()] knows.
#' @param newdata Rows with `step`, and the regressors.
#' @param options A list of `level` (in percent), `simulate`, `seed` and
#'   `observed`.
#' @return A data frame: `prediction`, `lower_80`, ..., `path_1`, ...
#' @noRd
series_predict <- function(model, newdata, options = list()) {
  options$level <- sort(unique(as.double(unlist(options$level))))
  options$lower <- sprintf("lower_%.10g", options$level)
  options$upper <- sprintf("upper_%.10g", options$level)
  columns <- as.list(newdata)
  found <- if (is_panel(model)) {
    panel_columns(model, columns, options)
  } else {
    series_columns(moved_series(model, options$observed), columns, options)
  }
  as_frame(found, names(found), nrow(newdata))
}

#' Forecast one series
#'
#' Of plain lists, not of data frames: those of a panel are as many as its
#' series, and each would take longer to put together than a forecast.
#'
#' @param columns A list of columns.
#' @return A list of columns.
#' @noRd
series_columns <- function(model, columns, options) {
  step <- columns$step
  if (!anyDuplicated(step)) {
    return(forecast_steps(model, columns, options))
  }
  # the same step with other regressors is asked for apart
  turn <- stats::ave(step, step, FUN = seq_along)
  places <- split(seq_along(turn), turn)
  in_place(places, lapply(places, function(rows) {
    forecast_steps(model, lapply(columns, `[`, rows), options)
  }))
}

#' Put parts of an answer together, each at the rows that it is of
#' @noRd
in_place <- function(places, parts) {
  back <- order(unlist(places, use.names = FALSE))
  names <- names(parts[[1]])
  whole <- lapply(names, function(name) {
    unlist(lapply(parts, `[[`, name), use.names = FALSE)[back]
  })
  stats::setNames(whole, names)
}

forecast_steps <- function(model, columns, options) {
  horizon <- max(columns$step)
  future <- future_regressors(model, columns, horizon)
  levels <- options$level
  seed <- options$seed %||% 1
  found <- if (length(levels) && series_draws(model)) {
    with_own_seed(seed, series_steps(model, horizon, future, levels))
  } else {
    series_steps(model, horizon, future, levels)
  }
  answer <- list(prediction = as.double(found$mean))
  for (i in seq_along(levels)) {
    answer[[options$lower[i]]] <- as.double(found$lower[, i])
    answer[[options$upper[i]]] <- as.double(found$upper[, i])
  }
  if (length(options$simulate)) {
    paths <- series_paths(model, horizon, future, options$simulate, seed)
    answer[paste0("path_", seq_len(ncol(paths)))] <- as.data.frame(paths)
  }
  lapply(answer, function(column) column[columns$step])
}

#' Draw random numbers of a seed, and leave those of the session as they were
#' @noRd
with_own_seed <- function(seed, value) {
  before <- globalenv()[[".Random.seed"]]
  on.exit(if (!is.null(before)) {
    assign(".Random.seed", before, envir = globalenv())
  })
  set.seed(seed)
  force(value)
}

#' The regressors of all steps until the last, in the order of the fit
#'
#' @return A matrix, or `NULL` where there are none.
#' @noRd
future_regressors <- function(model, columns, horizon) {
  names <- series_regressors(model)
  if (length(names) == 0) {
    return(NULL)
  }
  place <- match(seq_len(horizon), columns$step)
  if (anyNA(place)) {
    if (series_family(model) == "nnetar") {
      stop(
        "the regressors of step ", which(is.na(place))[1],
        " are missing, on which the later steps depend"
      )
    }
    # a step that is not asked for has no say in the others
    place[is.na(place)] <- 1L
  }
  given <- lapply(columns[names], `[`, place)
  given <- as_frame(given, names, horizon)
  if (series_family(model) == "tslm") given else data.matrix(given)
}

#' @return A list of `mean`, and of `lower` and `upper` with a column for each
#'   level.
#' @noRd
series_steps <- function(model, horizon, future, levels) {
  family <- series_family(model)
  if (family == "HoltWinters") {
    return(holt_winters_steps(model, horizon, levels))
  }
  if (family == "forecast_ARIMA" && !is.null(model$x) &&
        is.null(model$constant)) {
    return(arima_steps(model, horizon, future, levels))
  }
  if (family %in% c("Arima", "StructTS")) {
    more <- if (!is.null(future)) list(newxreg = future)
    found <- do.call(
      stats::predict, c(list(model, n.ahead = horizon), more)
    )
    return(normal_bounds(as.double(found$pred), as.double(found$se), levels))
  }
  forecast <- getExportedValue("forecast", "forecast")
  arguments <- forecast_arguments(family, horizon, future, levels)
  # symbols, so that a failing call does not show the model
  found <- eval(
    as.call(c(quote(forecast), quote(model), arguments)),
    list(forecast = forecast, model = model)
  )
  if (length(levels) == 0) {
    return(list(mean = found$mean))
  }
  # by its levels: they come back sorted, whatever was asked
  place <- match(round(levels, 8), round(as.double(found$level), 8))
  bounds <- function(of) {
    # not as a ts, whose own `[` takes long
    matrix(as.double(of), nrow = horizon)[, place, drop = FALSE]
  }
  list(
    mean = found$mean, lower = bounds(found$lower), upper = bounds(found$upper)
  )
}

#' The arguments of forecast(): that of a tslm takes rows in place of a horizon
#' @noRd
forecast_arguments <- function(family, horizon, future, levels) {
  arguments <- if (family == "tslm" && !is.null(future)) {
    list(newdata = future)
  } else {
    name <- if (family == "stlm") "newxreg" else "xreg"
    c(
      list(h = horizon),
      if (!is.null(future)) stats::setNames(list(future), name)
    )
  }
  if (family == "nnetar") {
    arguments$PI <- length(levels) > 0
  }
  if (length(levels) || family != "nnetar") {
    arguments$level <- if (length(levels)) levels else 80
  }
  arguments
}

normal_bounds <- function(mean, se, levels) {
  reach <- stats::qnorm((1 + levels / 100) / 2)
  list(
    mean = mean, lower = mean - outer(se, reach),
    upper = mean + outer(se, reach)
  )
}

holt_winters_steps <- function(model, horizon, levels) {
  if (length(levels) == 0) {
    return(list(mean = stats::predict(model, horizon)))
  }
  bounds <- lapply(levels, function(level) {
    stats::predict(model, horizon, prediction.interval = TRUE, level / 100)
  })
  column <- function(name) {
    values <- lapply(bounds, function(each) as.double(each[, name]))
    matrix(unlist(values), nrow = horizon)
  }
  list(
    mean = stats::predict(model, horizon), lower = column("lwr"),
    upper = column("upr")
  )
}

#' Whether paths of the future can be drawn
#' @noRd
series_simulates <- function(model) {
  if (is_panel(model)) {
    return(all(vapply(model, series_simulates, TRUE)))
  }
  series_family(model) %in% c("forecast_ARIMA", "ets", "bats", "nnetar") &&
    !identical(class(model)[1], "bats")
}

#' Draw paths, each from a seed of its own
#'
#' So a path begins in the same way, however many steps it has: a batch may ask
#' for more of them than a request.
#' @noRd
series_paths <- function(model, horizon, future, count, seed) {
  more <- if (!is.null(future)) list(xreg = future)
  seeds <- with_own_seed(seed, sample.int(.Machine$integer.max, count))
  drawn <- vapply(seeds, function(own) {
    as.double(with_own_seed(own, do.call(stats::simulate, c(
      list(model, nsim = horizon, future = TRUE), more
    ))))
  }, double(horizon))
  matrix(drawn, nrow = horizon)
}

#' Whether intervals are drawn by chance, and so depend on how many steps are
#' asked for: of neural networks, and where forecast() has no closed form
#' @noRd
series_draws <- function(model) {
  if (is_panel(model)) {
    return(any(vapply(model, series_draws, TRUE)))
  }
  family <- series_family(model)
  if (family == "stlm") {
    return(inherits(model$model, "ets") && series_draws(model$model))
  }
  parts <- model$components
  family == "nnetar" || family == "ets" &&
    (parts[2] == "M" || parts[1] == "A" && parts[3] == "M")
}
