# Linear and quadratic discriminant analysis of MASS.

#' @export
model_inputs.lda <- function(model, # nolint: object_name_linter.
                             data = model_data(model)) {
  if (is.null(model$terms)) {
    number_inputs(colnames(model$means))
  } else {
    NextMethod()
  }
}

#' @export
model_inputs.qda <- model_inputs.lda # nolint: object_name_linter.

#' @export
model_options.lda <- function(model) { # nolint: object_name_linter.
  class_option()
}

#' @export
model_options.qda <- model_options.lda # nolint: object_name_linter.

#' @export
model_predict.lda <- function(model, # nolint: object_name_linter.
                              newdata, options = list()) {
  predicted <- native_predict(model, newdata)
  if (options$type == "class") {
    # still the list that predict() gives, of which only the class is answered
    structure(predicted, class = "anops_class")
  } else {
    predicted$posterior
  }
}

#' @export
model_predict.qda <- model_predict.lda # nolint: object_name_linter.
