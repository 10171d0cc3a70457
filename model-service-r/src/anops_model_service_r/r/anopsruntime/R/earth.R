# Regression splines of earth.

#' @export
model_options.earth <- function(model) { # nolint: object_name_linter.
  c(
    if (!is.null(model$glm.list)) {
      type_option(
        c("response", "link"),
        "The response, or the linear predictor of the glm upon the splines.",
        native = "link"
      )
    },
    if (!is.null(model$varmod)) interval_options("prediction")
  )
}

#' @export
model_predict.earth <- function(model, # nolint: object_name_linter.
                                newdata, options = list()) {
  if (isTRUE(options$interval == "prediction")) {
    return(earth_interval(model, newdata, options$level))
  }
  native_predict(model, newdata, type = options$type %||% "link")
}

#' Predict with intervals, which earth refuses where a value is missing
#' @noRd
earth_interval <- function(model, newdata, level) {
  known <- which(stats::complete.cases(newdata))
  predicted <- matrix(NA_real_, nrow(newdata), 3)
  if (length(known)) {
    predicted[known, ] <- as.matrix(native_predict(
      model, newdata[known, , drop = FALSE], interval = "pint", level = level
    ))
  }
  colnames(predicted) <- c("prediction", "lower", "upper")
  predicted
}
