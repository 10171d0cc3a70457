# Kernel machines of kernlab: support vectors, Gaussian processes and more.

#' @export
model_inputs.vm <- function(model, # nolint: object_name_linter.
                            data = model_data(model)) {
  terms <- slot_terms(model)
  if (!is.null(terms)) {
    return(terms_inputs(model, terms, data))
  }
  machine <- model@xmatrix
  number_inputs(colnames(if (is.list(machine)) machine[[1]] else machine))
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
