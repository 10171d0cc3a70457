# Models of a time series forecast from its end: their rows are steps ahead.

#' The families that are known, by class, the most special first
#' @noRd
series_families <- c(
  "anops_panel", "forecast_ARIMA", "Arima", "ets", "bats", "HoltWinters",
  "StructTS", "nnetar", "stlm", "tslm"
)

#' Find the family of a model of a time series
#'
#' @return Its class, or `NULL` where it is none, or of a family that is not
#'   known.
#' @noRd
series_family <- function(model) {
  found <- match(class(model), series_families, 0L)
  found <- found[found > 0L]
  if (length(found)) series_families[min(found)]
}

#' Take the model out of what forecast(), ses(), holt() or hw() returned
#'
#' But not that of stlf(), which is of the series without its seasons.
#' @noRd
forecasts_model <- function(object) {
  if (!inherits(object, "forecast") || is.null(series_family(object$model))) {
    return(object)
  }
  of <- fitted_series(object$model)
  own <- length(of) == length(object$x) &&
    isTRUE(all.equal(as.double(of), as.double(object$x)))
  if (own) object$model else object
}

#' Refuse a model that takes no rows, before a person looks for some
#'
#' Its predict() is asked how many steps ahead, or it has none but forecast().
#'
#' @param model A fitted model.
#' @param artifact Its file, for messages.
#' @noRd
refuse_series <- function(model, artifact) {
  if (is_fitted(model) && is.null(series_family(model)) &&
        is_series_model(model)) {
    abort(
      "MODEL_LOAD", "Can't predict rows with ", artifact_name(artifact),
      ", a model of class `", class(model)[1], "`: it forecasts its time ",
      "series from the end on, and takes no rows.",
      remedy = if (inherits(model, "forecast")) {
        paste(
          "A forecast can't go on from new data: save the model behind it,",
          "as in saveRDS(ets(y)) in place of saveRDS(forecast(y))."
        )
      } else {
        paste(
          "Write a function `predict_model(model, newdata, ...)` in model.R",
          "that gives a forecast for each row, of how many steps ahead it is,",
          "say."
        )
      }
    )
  }
}

is_series_model <- function(model) {
  for (class in model_classes(model)) {
    method <- utils::getS3method(
      "predict", class, optional = TRUE, envir = globalenv()
    )
    if (!is.null(method)) {
      return("n.ahead" %in% names(formals(method)))
    }
    if (length(registering("predict", class)) == 0 &&
          length(registering("forecast", class))) {
      return(TRUE)
    }
  }
  FALSE
}

#' The packages that forecasting with a family needs
#' @noRd
series_packages <- function(family) {
  base <- c("Arima", "HoltWinters", "StructTS")
  if (family %in% base) character() else "forecast"
}

#' Load the package that forecasts with a model
#' @noRd
load_series <- function(model, artifact) {
  if (is_panel(model)) {
    return(unique(unlist(lapply(model, load_series, artifact))))
  }
  packages <- series_packages(series_family(model))
  lost <- Filter(function(package) !is_installed(package), packages)
  if (length(lost)) {
    refuse_class(class(model)[1], lost, artifact)
  }
  for (package in packages) loadNamespace(package)
  packages
}

#' The series that a model was fitted on, as it was given
#'
#' @return A `ts`; of `stats::arima`, which keeps no data, the residuals, which
#'   have its times.
#' @noRd
fitted_series <- function(model) {
  switch(series_family(model),
    Arima = model$residuals,
    StructTS = model$data,
    # log(x) ~ trend: what is forecast is on the scale of x only with lambda
    tslm = model$x %||% stats::model.response(model$model),
    # of bats, y is on the scale of Box and Cox, x the states
    bats = model$y,
    model$x
  )
}

#' Name the regressors of the future, in the order of the fit
#' @noRd
series_regressors <- function(model) {
  if (is_panel(model)) {
    return(unique(unlist(lapply(model, series_regressors))))
  }
  own <- switch(series_family(model),
    forecast_ARIMA = colnames(model$xreg),
    nnetar = xreg_names(model$xreg),
    stlm = colnames(model$model$xreg),
    Arima = grep(
      "^s?(ar|ma)[0-9]+$", names(model$coef), value = TRUE, invert = TRUE
    ),
    tslm = setdiff(
      all.vars(stats::delete.response(stats::terms(model))),
      c("trend", "season")
    )
  )
  setdiff(own, c("drift", "intercept"))
}

xreg_names <- function(xreg) {
  if (is.null(xreg)) {
    return(NULL)
  }
  colnames(xreg) %||% paste0("xreg", seq_len(NCOL(xreg)))
}
