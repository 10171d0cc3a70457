# Regression splines of earth.

#' @export
model_options.earth <- function(model) { # nolint: object_name_linter.
  c(
    if (!is.null(model$glm.list)) {
      type_option(
        c("link", "response"),
        "The linear predictor of the glm upon the splines, or the response."
      )
    },
    if (!is.null(model$varmod)) interval_options("prediction")
  )
}

#' @export
model_predict.earth <- function(model, # nolint: object_name_linter.
                                newdata, options = list()) {
  if (isTRUE(options$interval == "prediction")) {
    told <- native_predict(
      model, newdata, interval = "pint", level = options$level
    )
    names(told) <- c("prediction", "lower", "upper")
    return(told)
  }
  native_predict(model, newdata, type = options$type %||% "link")
}
