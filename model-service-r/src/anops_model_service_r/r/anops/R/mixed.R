# Mixed models: their terms hold the fixed effects only, the formula all.

#' @export
model_inputs.merMod <- function(model, # nolint: object_name_linter.
                                data = model_data(model)) {
  mixed_inputs(stats::formula(model), data)
}

#' @export
model_data.merMod <- function(model) { # nolint: object_name_linter.
  recovered(stats::model.frame(model))
}

#' @export
model_inputs.lme <- function(model, # nolint: object_name_linter.
                             data = model_data(model)) {
  groups <- model$modelStruct$reStruct
  random <- unlist(lapply(groups, function(part) {
    all.vars(stats::formula(part))
  }))
  names <- unique(c(
    all.vars(stats::formula(model)[[3]]), random, rev(names(groups))
  ))
  data_inputs(names, data)
}

mixed_inputs <- function(formula, data) {
  data_inputs(all.vars(formula[[3]]), data)
}

#' Describe columns by name; what the data lacks is taken for numbers
#' @noRd
data_inputs <- function(names, data) {
  specs <- lapply(names, function(name) {
    column_spec(data[[name]], name) %||% class_spec(name, NULL, NULL)
  })
  stats::setNames(specs, names)
}
