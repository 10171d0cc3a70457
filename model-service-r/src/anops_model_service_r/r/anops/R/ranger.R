# Forests of ranger, those of quantiles and of survival among them.

#' @export
model_inputs.ranger <- function(model, # nolint: object_name_linter.
                                data = model_data(model)) {
  names <- model$forest$independent.variable.names
  levels <- model$forest$covariate.levels
  specs <- lapply(names, function(name) {
    column_spec(data[[name]]) %||% if (is.null(levels[[name]])) {
      list(type = "number")
    } else {
      list(type = "category", levels = levels[[name]])
    }
  })
  if (length(names)) stats::setNames(specs, names)
}

#' @export
model_data.ranger <- function(model) { # nolint: object_name_linter.
  called_rows(
    model, model$num.samples, model$forest$independent.variable.names
  )
}

#' Find the data that a model's call names, where rows and columns agree
#' @noRd
called_rows <- function(model, rows, names) {
  data <- called_data(model)
  if (NROW(data) == rows && all(names %in% names(data))) {
    plain_frame(data)[names]
  }
}

#' @export
model_options.ranger <- function(model) { # nolint: object_name_linter.
  kind <- model$treetype
  c(
    if (kind == "Survival") times_option(),
    if (kind == "Regression" && !is.null(model$random.node.values)) {
      quantiles_option()
    },
    if (kind == "Regression" && !is.null(model$inbag.counts)) se_option()
  )
}

#' @export
model_predict.ranger <- function(model, # nolint: object_name_linter.
                                 newdata, options = list()) {
  if (length(options$quantiles)) {
    told <- native_predict(
      model, newdata, type = "quantiles", quantiles = options$quantiles
    )$predictions
    return(quantile_columns(told, options$quantiles, nrow(newdata)))
  }
  if (length(options$times)) {
    return(ranger_survival(native_predict(model, newdata), options$times))
  }
  if (isTRUE(options$se)) {
    # the other method calibrates a row's error by the rows beside it
    told <- native_predict(model, newdata, type = "se", se.method = "jack")
    return(list(prediction = told$predictions, se = told$se))
  }
  native_predict(model, newdata)
}

#' Take what is predicted out of what predict() of ranger gives
#' @noRd
ranger_values <- function(told) {
  if (is.null(told$survival)) {
    return(told$predictions)
  }
  curves <- survival_matrix(told)
  colnames(curves) <- paste0(
    "t", vapply(told$unique.death.times, number_name, "")
  )
  curves
}

#' Take the curves of survival; predict() makes a single one a vector
#' @noRd
survival_matrix <- function(told) {
  matrix(told$survival, ncol = length(told$unique.death.times))
}

#' Read the curves of survival, which are steps, at some times
#' @noRd
ranger_survival <- function(told, times) {
  place <- findInterval(times, told$unique.death.times)
  curves <- cbind(1, survival_matrix(told))
  columns <- lapply(place + 1, function(i) curves[, i])
  names <- paste0("t", vapply(times, number_name, ""))
  as_frame(columns, names, nrow(curves))
}
