# Regressions on components: partial least squares, principal components.

#' @export
model_options.mvr <- function(model) { # nolint: object_name_linter.
  list(ncomp = list(
    type = "integer", min = 1, max = model$ncomp, default = model$ncomp,
    description = "How many components the predictions are made of."
  ))
}

#' @export
model_predict.mvr <- function(model, # nolint: object_name_linter.
                              newdata, options = list()) {
  native_predict(model, newdata, ncomp = options$ncomp %||% model$ncomp)
}

#' @export
model_code.mvr <- function(model, # nolint: object_name_linter.
                           inputs = NULL) {
  # without the option, predict() answers for 1, 2, 3, ... components at once
  "predict(model, newdata, ...)"
}
