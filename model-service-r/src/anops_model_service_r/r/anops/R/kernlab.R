# Kernel machines of kernlab: support vectors, Gaussian processes and more.

#' @export
model_inputs.vm <- function(model, # nolint: object_name_linter.
                            data = model_data(model)) {
  machine <- model@xmatrix
  coded <- colnames(if (is.list(machine)) machine[[1]] else machine)
  names <- if (inherits(model@terms, "terms")) {
    all.vars(stats::delete.response(model@terms))
  } else {
    coded
  }
  specs <- lapply(names, function(name) {
    column_spec(data[[name]], name) %||% coded_spec(name, coded)
  })
  if (length(names)) stats::setNames(specs, names)
}

#' Read from the columns of a model matrix what a variable was
#'
#' The first factor has a column for each of its levels.
#' @noRd
coded_spec <- function(name, coded) {
  own <- coded[startsWith(coded, name)]
  if (name %in% coded) {
    return(list(type = "number"))
  }
  levels <- substring(own, nchar(name) + 1)
  structure(list(type = "category", levels = levels), guessed = TRUE)
}

#' @export
model_data.vm <- function(model) { # nolint: object_name_linter.
  data <- quietly(eval(model@kcall$data, globalenv()))
  if (is.data.frame(data)) plain_frame(data)
}

#' @export
model_options.ksvm <- function(model) { # nolint: object_name_linter.
  if (length(model@prob.model) && !is.null(model@prob.model[[1]]) &&
        length(model@lev)) {
    class_or_probability
  } else {
    list()
  }
}

#' @export
model_predict.ksvm <- function(model, # nolint: object_name_linter.
                               newdata, options = list()) {
  if (isTRUE(options$type == "probability")) {
    native_predict(model, newdata, type = "probabilities")
  } else {
    native_predict(model, newdata)
  }
}
