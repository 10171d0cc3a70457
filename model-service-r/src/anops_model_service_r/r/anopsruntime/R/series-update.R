# What is observed moves a model of a time series on, its parameters unchanged.

#' Whether a family takes in observations without being fitted again
#' @noRd
series_updates <- function(model) {
  if (is_panel(model)) {
    return(all(vapply(model, series_updates, TRUE)))
  }
  if (series_family(model) %in% c("tslm", "stlm")) {
    return(FALSE)
  }
  # one step that is as expected must do, and change nothing before it
  isTRUE(tryCatch(
    {
      names <- series_regressors(model)
      none <- as.data.frame(matrix(0, 1, length(names)))
      names(none) <- names
      step <- cbind(data.frame(step = 1, value = 0), none)
      probe <- series_steps(model, 2, future_rows(none, 2), numeric())
      step$value <- as.double(probe$mean)[1]
      moved <- series_moved(model, step)
      after <- series_steps(moved, 1, future_rows(none, 1), numeric())
      all(is.finite(as.double(after$mean)))
    },
    error = function(e) FALSE
  ))
}

future_rows <- function(none, count) {
  if (ncol(none)) data.matrix(none[rep(1, count), , drop = FALSE])
}

#' Whether a model goes across periods without an observation
#' @noRd
series_gaps <- function(model) {
  if (is_panel(model)) {
    return(all(vapply(model, series_gaps, TRUE)))
  }
  !series_family(model) %in% c("ets", "bats", "HoltWinters")
}

#' Move a model on, or return it as it was left for the same observations
#'
#' @param observed A table as CSV: `step`, from 1 on, `value`, regressors.
#' @noRd
moved_series <- function(model, observed) {
  if (!length(observed) || !nzchar(observed)) {
    return(model)
  }
  latest <- state$moved
  if (identical(latest$observed, observed) && identical(latest$from, model)) {
    return(latest$model)
  }
  table <- utils::read.csv(
    text = observed, check.names = FALSE, colClasses = "numeric"
  )
  moved <- series_moved(model, whole_steps(model, table))
  state$moved <- list(observed = observed, from = model, model = moved)
  moved
}

#' Bring observations into order, with NA for a step without one
#' @noRd
whole_steps <- function(model, table) {
  names <- c("step", "value", series_regressors(model))
  missing <- setdiff(names, names(table))
  if (length(missing)) {
    stop("observations must have a column `", missing[1], "`")
  }
  if (anyDuplicated(table$step) || nrow(table) == 0 || min(table$step) < 1) {
    stop("observations must have each step once, from 1 on")
  }
  whole <- table[match(seq_len(max(table$step)), table$step), names]
  whole$step <- seq_len(nrow(whole))
  for (name in series_regressors(model)) {
    gap <- which(is.na(whole[[name]]) & !is.na(whole$value))
    # what they were where nothing was observed has no say in what follows
    whole[[name]][is.na(whole[[name]])] <- 0
    if (length(gap)) {
      stop(
        "regressor `", name, "` is missing in the observations at step ", gap[1]
      )
    }
  }
  if (anyNA(whole$value) && !series_gaps(model)) {
    stop(
      "there is no observation at step ", which(is.na(whole$value))[1],
      ", and a model of class `", class(model)[1],
      "` can't forecast across a gap"
    )
  }
  whole
}

#' The model after further observations, on its whole series
#'
#' Never on a window of it: with drift, Arima(window, model =) is silently
#' wrong by the drift of what the window leaves out.
#' @noRd
series_moved <- function(model, observed) {
  family <- series_family(model)
  values <- observed$value
  regressors <- data.matrix(observed[series_regressors(model)])
  if (!ncol(regressors)) regressors <- NULL
  if (family == "Arima") {
    return(kalman_moved(model, arima_residuals(model, values, regressors)))
  }
  if (family == "StructTS") {
    return(kalman_moved(model, values))
  }
  whole <- extended(fitted_series(model), values)
  if (family == "HoltWinters") {
    return(holt_winters_moved(model, whole))
  }
  more <- if (!is.null(regressors)) {
    fitted <- model$xreg[, series_regressors(model), drop = FALSE]
    list(xreg = rbind(fitted, regressors))
  }
  if (family == "ets") more <- ets_arguments(model)
  name <- switch(family,
    forecast_ARIMA = "Arima", bats = class(model)[1], family
  )
  fit <- getExportedValue("forecast", name)
  do.call(fit, c(list(whole, model = model), more))
}

#' ets(model =) keeps the transformation of a fit, but not its bias adjustment
#' @noRd
ets_arguments <- function(model) {
  more <- list(use.initial.values = TRUE)
  if (!is.null(model$lambda)) {
    more$lambda <- model$lambda
    more$biasadj <- isTRUE(attr(model$lambda, "biasadj"))
  }
  more
}

extended <- function(series, values) {
  longer <- stats::ts(
    c(series, values), start = stats::start(series),
    frequency = stats::frequency(series)
  )
  if (!inherits(series, "msts")) {
    return(longer)
  }
  structure(longer, class = class(series), msts = attr(series, "msts"))
}

#' stats::arima keeps no data: what it keeps is the state of its filter
#' @noRd
arima_residuals <- function(model, values, regressors) {
  design <- regressors
  if ("intercept" %in% names(model$coef)) {
    design <- cbind(intercept = 1, design)
    if (nrow(design) != length(values)) {
      design <- matrix(1, length(values), 1, dimnames = list(NULL, "intercept"))
    }
  }
  if (is.null(design)) {
    return(values)
  }
  values - as.vector(design %*% model$coef[colnames(design)])
}

kalman_moved <- function(model, values) {
  # -1: the filter stands behind the last observation, not before the next one
  run <- stats::KalmanRun(values, model$model, nit = -1L, update = TRUE)
  model$model <- attr(run, "mod")
  model
}

holt_winters_moved <- function(model, whole) {
  first <- model$fitted[1, ]
  arguments <- list(
    whole, alpha = model$alpha[[1]], beta = unlist(model$beta)[[1]],
    gamma = unlist(model$gamma)[[1]], seasonal = model$seasonal,
    l.start = first[["level"]]
  )
  if (!isFALSE(model$beta)) arguments$b.start <- first[["trend"]]
  if (!isFALSE(model$gamma)) {
    period <- seq_len(stats::frequency(whole))
    arguments$s.start <- model$fitted[period, "season"]
  }
  do.call(stats::HoltWinters, arguments)
}
