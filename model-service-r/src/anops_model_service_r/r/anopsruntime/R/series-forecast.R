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
  if (is_panel(model)) {
    return(panel_predict(model, newdata, options))
  }
  model <- moved_series(model, options$observed)
  # the same step with other regressors is asked for apart
  turn <- stats::ave(newdata$step, newdata$step, FUN = seq_along)
  parts <- lapply(split(seq_along(turn), turn), function(rows) {
    part <- forecast_steps(model, newdata[rows, , drop = FALSE], options)
    part$row <- rows
    part
  })
  in_order_of_rows(parts)
}

forecast_steps <- function(model, rows, options) {
  horizon <- max(rows$step)
  future <- future_regressors(model, rows, horizon)
  levels <- sort(unique(as.double(unlist(options$level))))
  seed <- options$seed %||% 1
  found <- with_own_seed(seed, series_steps(model, horizon, future, levels))
  answer <- list(prediction = as.double(found$mean))
  for (i in seq_along(levels)) {
    suffix <- sprintf("%.10g", levels[i])
    answer[[paste0("lower_", suffix)]] <- as.double(found$lower[, i])
    answer[[paste0("upper_", suffix)]] <- as.double(found$upper[, i])
  }
  if (length(options$simulate)) {
    paths <- series_paths(model, horizon, future, options$simulate, seed)
    answer[paste0("path_", seq_len(ncol(paths)))] <- as.data.frame(paths)
  }
  answer <- lapply(answer, function(column) column[rows$step])
  as_frame(answer, names(answer), nrow(rows))
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
future_regressors <- function(model, rows, horizon) {
  names <- series_regressors(model)
  if (length(names) == 0) {
    return(NULL)
  }
  place <- match(seq_len(horizon), rows$step)
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
  given <- rows[place, names, drop = FALSE]
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
  list(
    mean = found$mean,
    lower = as.matrix(found$lower)[, place, drop = FALSE],
    upper = as.matrix(found$upper)[, place, drop = FALSE]
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
  parts <- model$components
  family == "nnetar" || family == "ets" &&
    (parts[2] == "M" || parts[1] == "A" && parts[3] == "M")
}
