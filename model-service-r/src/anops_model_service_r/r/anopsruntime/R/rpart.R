# Trees of rpart.

#' @export
model_options.rpart <- function(model) { # nolint: object_name_linter.
  if (model$method == "class") {
    type_option(
      c("probability", "class"),
      "The probability of each class, or the likeliest class."
    )
  } else {
    list()
  }
}

#' @export
model_predict.rpart <- function(model, # nolint: object_name_linter.
                                newdata, options = list()) {
  type <- options$type %||% "vector"
  native_predict(
    model, newdata, type = if (type == "probability") "prob" else type
  )
}
