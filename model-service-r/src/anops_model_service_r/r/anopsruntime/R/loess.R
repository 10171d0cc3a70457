# Local regression.

#' @export
model_data.loess <- function(model) { # nolint: object_name_linter.
  NextMethod() %||%
    recovered(as.data.frame(model$x, optional = TRUE))
}

#' @export
model_options.loess <- function(model) { # nolint: object_name_linter.
  c(interval_options(), se_option())
}

#' @export
model_predict.loess <- function(model, # nolint: object_name_linter.
                                newdata, options = list()) {
  if (options$interval == "none" && !options$se) {
    return(native_predict(model, newdata))
  }
  predicted <- native_predict(model, newdata, se = TRUE)
  with_bounds(
    predicted$fit, predicted$se.fit, options,
    reach = function(p) stats::qt(p, predicted$df),
    spread = predicted$residual.scale
  )
}
