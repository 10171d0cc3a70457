# Smoothing splines, whose predict() takes a vector.

#' @export
model_inputs.smooth.spline <- function(model, # nolint: object_name_linter.
                                       data = model_data(model)) {
  if (length(data)) {
    stats::setNames(list(list(type = "number")), names(data))
  }
}

#' @export
model_data.smooth.spline <- function(model) { # nolint: object_name_linter.
  name <- spline_name(model$call)
  values <- model$data$x %||% model$x
  if (!is.null(name)) as_frame(list(values), name, length(values))
}

#' Find the name of the one column: `speed` of `smooth.spline(cars$speed, ...)`
#' @noRd
spline_name <- function(call) {
  x <- call$x
  if (is.null(call$y)) {
    return(NULL)
  }
  if (is.call(x) && as.character(x[[1]])[1] %in% c("$", "[[")) {
    x <- x[[3]]
  }
  if (is.name(x) || is.character(x)) as.character(x) else "x"
}

#' @export
model_predict.smooth.spline <- function(model, # nolint: object_name_linter.
                                        newdata, options = list()) {
  native_predict(model, if (is.list(newdata)) newdata[[1]] else newdata)$y
}

#' @export
model_code.smooth.spline <- function(model, # nolint: object_name_linter.
                                     inputs = model_inputs(model)) {
  "predict(model, newdata[[1]], ...)$y"
}
