# Ordered responses of MASS.

#' @export
model_options.polr <- function(model) { # nolint: object_name_linter.
  class_option()
}

#' @export
model_predict.polr <- function(model, # nolint: object_name_linter.
                               newdata, options = list()) {
  if (options$type == "class") {
    return(native_predict(model, newdata))
  }
  one_row_each(native_predict(model, newdata, type = "probs"), newdata)
}

#' Keep a matrix where predict() made a vector of the one row it was given
#' @noRd
one_row_each <- function(value, newdata) {
  if (is.null(dim(value)) && nrow(newdata) == 1) t(value) else value
}
