# A model of a time series becomes the contract that `ao init` writes down.

most_steps <- 10000
most_paths <- 1000

series_inputs <- function(model) {
  names <- series_regressors(model)
  seen <- regressors_seen(model)
  regressors <- lapply(names, function(name) {
    spec <- list(type = "number", missing = "error")
    spec$seen <- seen_text(spec, seen[[name]])
    spec
  })
  c(
    if (is_panel(model)) {
      stats::setNames(list(list(
        type = "category", levels = names(model), novel = "error",
        missing = "error", description = "Which series."
      )), panel_key)
    },
    list(step = list(
      type = "integer", min = 1, max = most_steps, missing = "error",
      description = "How many periods after the last observation."
    )),
    stats::setNames(regressors, names)
  )
}

#' The ranges of the regressors that a model was fitted on, of those that keep
#' them
#' @noRd
regressors_seen <- function(model) {
  if (is_panel(model)) {
    return(list())
  }
  given <- switch(series_family(model),
    forecast_ARIMA = , nnetar = model$xreg,
    stlm = model$model$xreg,
    tslm = model$data
  )
  if (is.null(given)) {
    return(list())
  }
  given <- as.data.frame(given)
  if (series_family(model) == "nnetar") names(given) <- xreg_names(model$xreg)
  numbers <- Filter(is.numeric, as.list(given))
  lapply(numbers, function(column) seen_range(as.double(column)))
}

series_options <- function(model, updates) {
  options <- list(level = list(
    type = "number", list = TRUE, min = 1, max = 99.9, description = paste(
      "The coverages of intervals in percent: 80 gives the columns lower_80",
      "and upper_80."
    )
  ))
  if (series_simulates(model)) {
    options$simulate <- list(
      type = "integer", min = 1, max = most_paths, description = paste(
        "How many paths to draw, each in a column such as path_1."
      )
    )
  }
  if (series_simulates(model) || series_draws(model)) {
    options$seed <- list(
      type = "integer", min = 0, max = 2147483647, default = 1,
      description = "With the same seed, the same paths are drawn."
    )
  }
  if (updates) {
    options$observed <- list(type = "string", description = paste(
      "What was observed since the fit, as CSV with the columns step, value",
      "and the regressors; step 1 is the period after the fit. Steps ahead are",
      "counted from its end. POST /forecast puts in what was observed."
    ))
  }
  options
}

#' Write the plain R that forecasts without AnOps, for the project's own tests
#' @noRd
series_code <- function(model) {
  if (is_panel(model)) {
    return(panel_code)
  }
  family <- series_family(model)
  names <- series_regressors(model)
  rows <- paste0(
    "newdata[c(", paste0('"', names, '"', collapse = ", "), ")]"
  )
  if (family %in% c("Arima", "StructTS", "HoltWinters")) {
    future <- if (length(names)) paste0(", newxreg = ", rows)
    part <- if (family == "HoltWinters") "" else "$pred"
    return(paste0(
      "as.numeric(predict(model, n.ahead = nrow(newdata)", future, ")", part,
      ")[newdata$step]"
    ))
  }
  future <- if (length(names)) {
    if (family == "tslm") {
      paste0(", newdata = ", rows)
    } else {
      name <- if (family == "stlm") "newxreg" else "xreg"
      paste0(", ", name, " = as.matrix(", rows, ")")
    }
  }
  horizon <- if (family == "tslm" && length(names)) "" else
    ", h = nrow(newdata)"
  paste0(
    "as.numeric(forecast::forecast(model", horizon, future, ")$mean)",
    "[newdata$step]"
  )
}

#' The first steps ahead, with 0 for each regressor
#' @noRd
first_steps <- function(model) {
  keys <- if (is_panel(model)) names(model)[1:2]
  rows <- if (is_panel(model)) {
    stats::setNames(
      data.frame(rep(keys, each = 5), rep(1:5, 2)), c(panel_key, "step")
    )
  } else {
    data.frame(step = 1:10)
  }
  for (name in series_regressors(model)) rows[[name]] <- 0
  rows
}

described_series <- function(loaded, artifact, code) {
  model <- loaded$model
  if ("step" %in% series_regressors(model)) {
    abort(
      "MODEL_LOAD", "Can't forecast with ", artifact_name(artifact),
      ": one of its regressors is called `step`, which is what AnOps calls ",
      "the number of periods ahead.",
      remedy = "Fit the model again with another name of that column."
    )
  }
  inputs <- series_inputs(model)
  updates <- series_updates(model)
  rows <- first_steps(model)
  answer <- predict_rows(loaded, rows, list())
  calendar <- if (is_panel(model)) panel_calendar(model) else
    series_calendar(fitted_series(model))
  c(named(loaded, code), list(
    inputs = inputs, options = series_options(model, updates),
    outputs = list(prediction = list(type = "number")),
    rows = as_wire(rows), predictions = as_wire(answer),
    unsure = character(), kind_untold = character(), own_fit = NULL,
    notes = as.list(c(
      chosen_note(loaded$object, artifact),
      if (!updates) {
        paste(
          "The model can't take in new observations: fit it again with",
          "them."
        )
      },
      if (is_panel(model)) panel_notes(model),
      if (length(series_regressors(model))) {
        "The reference rows have 0 for each regressor of the future."
      }
    )),
    code = series_code(model),
    series = c(calendar[intersect(c("frequency", "last"), names(calendar))],
      list(
        period = calendar$period, value = series_value(model),
        updates = updates, row_independent = !series_draws(model),
        keys = if (is_panel(model)) panel_key,
        gaps = if (updates && !series_gaps(model)) FALSE,
        behind = if (is_panel(model)) panel_behind(model)
      )
    )
  ))
}

#' Say what a model is, as its own package does: `ARIMA(0,1,1)(0,1,1)[12]`
#' @noRd
series_summary <- function(model) {
  if (is_panel(model)) {
    return(paste(
      "a panel of", length(model), "series, the first:",
      series_summary(model[[1]])
    ))
  }
  name <- if (series_family(model) %in% c("forecast_ARIMA", "Arima")) {
    arima_name(model$arma)
  } else if (is.character(model$method) && length(model$method) == 1) {
    model$method
  } else {
    class(model)[1]
  }
  value <- series_value(model)
  if (value == "value") name else paste(name, "of", value)
}

#' @param arma What arima() keeps: p, q, P, Q, the period, d and D.
#' @noRd
arima_name <- function(arma) {
  plain <- paste0("ARIMA(", paste(arma[c(1, 6, 2)], collapse = ","), ")")
  if (!any(arma[c(3, 7, 4)] > 0)) {
    return(plain)
  }
  paste0(
    plain, "(", paste(arma[c(3, 7, 4)], collapse = ","), ")[", arma[5], "]"
  )
}
