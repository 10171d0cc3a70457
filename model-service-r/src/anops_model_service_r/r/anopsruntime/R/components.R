# Principal components: an answer is a row's scores.

#' @export
model_inputs.prcomp <- function(model, # nolint: object_name_linter.
                                data = model_data(model)) {
  number_inputs(rownames(model$rotation))
}

#' @export
model_inputs.princomp <- function(model, # nolint: object_name_linter.
                                  data = model_data(model)) {
  number_inputs(rownames(model$loadings))
}

#' @export
model_data.prcomp <- function(model) { # nolint: object_name_linter.
  from_scores(model$x, model$rotation, model$center, model$scale)
}

#' @export
model_data.princomp <- function(model) { # nolint: object_name_linter.
  from_scores(
    model$scores, unclass(model$loadings), model$center, model$scale
  )
}

#' Turn scores back into the data, where no component was left out
#' @noRd
from_scores <- function(scores, rotation, center, scale) {
  if (is.null(scores) || ncol(rotation) != nrow(rotation)) {
    return(NULL)
  }
  data <- scores %*% t(rotation)
  if (is.numeric(scale)) data <- sweep(data, 2, scale, "*")
  if (is.numeric(center)) data <- sweep(data, 2, center, "+")
  as.data.frame(signif(data, 12))
}

#' Describe columns that can only be numbers
#' @noRd
number_inputs <- function(names) {
  specs <- rep(list(list(type = "number")), length(names))
  if (length(names)) stats::setNames(specs, names)
}
