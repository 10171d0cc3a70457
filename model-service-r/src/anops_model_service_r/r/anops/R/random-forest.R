# Forests, which keep the levels of every column.

#' @export
model_inputs.randomForest <- function(model, # nolint: object_name_linter.
                                      data = model_data(model)) {
  lapply(model$forest$xlevels, function(levels) {
    if (is.character(levels)) {
      list(type = "category", levels = levels)
    } else {
      list(type = "number")
    }
  })
}

#' @export
model_inputs.ranger <- function(model, # nolint: object_name_linter.
                                data = model_data(model)) {
  names <- model$forest$independent.variable.names
  levels <- model$forest$covariate.levels
  specs <- lapply(names, function(name) {
    if (is.null(levels[[name]])) {
      class_spec(name, NULL, NULL)
    } else {
      list(type = "category", levels = levels[[name]])
    }
  })
  if (length(names)) stats::setNames(specs, names)
}
