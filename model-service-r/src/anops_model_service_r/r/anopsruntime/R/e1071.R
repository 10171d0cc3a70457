# Support vector machines and naive Bayes of e1071.

#' @export
model_inputs.svm <- function(model, # nolint: object_name_linter.
                             data = model_data(model)) {
  if (!is.null(model$terms)) {
    return(NextMethod())
  }
  names <- colnames(model$SV)
  stats::setNames(rep(list(list(type = "number")), length(names)), names)
}

#' @export
model_options.svm <- function(model) { # nolint: object_name_linter.
  if (isTRUE(model$compprob) && length(model$levels)) {
    type_option(
      c("class", "probability"),
      "The likeliest class, or the probability of each."
    )
  } else {
    list()
  }
}

#' @export
model_predict.svm <- function(model, # nolint: object_name_linter.
                              newdata, options = list()) {
  if (!isTRUE(options$type == "probability")) {
    return(native_predict(model, newdata))
  }
  predicted <- native_predict(model, newdata, probability = TRUE)
  attr(predicted, "probabilities")
}

#' @export
model_inputs.naiveBayes <- function(model, # nolint: object_name_linter.
                                    data = model_data(model)) {
  names <- names(model$tables)
  specs <- lapply(names, function(name) {
    table <- model$tables[[name]]
    column_spec(data[[name]]) %||% if (isTRUE(model$isnumeric[[name]])) {
      list(type = "number")
    } else {
      levels_spec(colnames(table))
    }
  })
  stats::setNames(specs, names)
}

#' @export
model_data.naiveBayes <- function(model) { # nolint: object_name_linter.
  called_rows(model, sum(model$apriori), names(model$tables))
}

#' @export
model_options.naiveBayes <- function(model) { # nolint: object_name_linter.
  type_option(
    c("class", "probability"),
    "The likeliest class, or the probability of each."
  )
}

#' @export
model_predict.naiveBayes <- function(model, # nolint: object_name_linter.
                                     newdata, options = list()) {
  native_predict(
    model, newdata, type = if (options$type == "class") "class" else "raw"
  )
}
