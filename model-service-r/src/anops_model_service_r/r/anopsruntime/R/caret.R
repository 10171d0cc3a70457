# Models that caret has tuned.

#' @export
model_inputs.train <- function(model, # nolint: object_name_linter.
                               data = model_data(model)) {
  if (!is.null(model$terms) || is.null(data)) {
    return(NextMethod())
  }
  data_inputs(names(data), data)
}

#' @export
model_data.train <- function(model) { # nolint: object_name_linter.
  # as it was before the formula, the recipe or the preprocessing
  data <- model$trainingData
  if (!is.data.frame(data)) {
    return(if (!is.null(model$terms)) NextMethod())
  }
  roles <- model$recipe$var_info
  used <- if (is.null(roles)) {
    setdiff(names(data), c(".outcome", ".weights"))
  } else {
    roles$variable[!roles$role %in% c("outcome", "performance var")]
  }
  plain_frame(data)[unique(used)]
}

#' @export
model_packages.train <- function(model) { # nolint: object_name_linter.
  model$modelInfo$library
}

#' @export
model_options.train <- function(model) { # nolint: object_name_linter.
  if (model$modelType == "Classification" && has_probabilities(model)) {
    type_option(
      c("class", "probability"),
      "The likeliest class, or the probability of each."
    )
  } else {
    list()
  }
}

has_probabilities <- function(model) {
  # machines of support vectors have them only where they were fitted so
  is.function(model$modelInfo$prob) &&
    (isTRUE(model$control$classProbs) || !startsWith(model$method, "svm"))
}

#' @export
model_predict.train <- function(model, # nolint: object_name_linter.
                                newdata, options = list()) {
  if (isTRUE(options$type == "probability")) {
    native_predict(model, newdata, type = "prob")
  } else {
    native_predict(model, newdata)
  }
}
