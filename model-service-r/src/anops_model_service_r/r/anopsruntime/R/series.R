# Models of a time series forecast from its end: they take no rows.

#' Refuse a model that takes no rows, before a person looks for some
#'
#' Its predict() is asked how many steps ahead, or it has none but forecast().
#'
#' @param model A fitted model.
#' @param artifact Its file, for messages.
#' @noRd
refuse_series <- function(model, artifact) {
  if (is_fitted(model) && is_series_model(model)) {
    abort(
      "MODEL_LOAD", "Can't predict rows with ", artifact_name(artifact),
      ", a model of class `", class(model)[1], "`: it forecasts its time ",
      "series from the end on, and takes no rows.",
      remedy = paste(
        "Write a function `predict_model(model, newdata, ...)` in model.R that",
        "gives a forecast for each row, of how many steps ahead it is, say."
      )
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
