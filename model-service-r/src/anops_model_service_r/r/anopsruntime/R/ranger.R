# Forests of ranger, those of quantiles and of survival among them.

#' @export
model_inputs.ranger <- function(model, # nolint: object_name_linter.
                                data = model_data(model)) {
  names <- model$forest$independent.variable.names
  levels <- model$forest$covariate.levels
  specs <- lapply(names, function(name) {
    column_spec(data[[name]]) %||% if (is.null(levels[[name]])) {
      structure(
        list(type = "number"),
        guessed = split_like_codes(model$forest, match(name, names))
      )
    } else {
      list(type = "category", levels = levels[[name]])
    }
  })
  if (length(names)) stats::setNames(specs, names)
}

#' Whether a forest splits a column only between whole numbers, as it does the
#' codes of levels, which it does not keep, and TRUE and FALSE
#' @noRd
split_like_codes <- function(forest, place) {
  # trees number the columns from 0
  values <- unlist(Map(
    function(ids, values, children) {
      inner <- children[[1]] != 0 | children[[2]] != 0
      unlist(values)[inner & unlist(ids) == place - 1]
    },
    forest$split.varIDs, forest$split.values, forest$child.nodeIDs
  ))
  length(values) > 0 && all(values %% 1 == 0.5)
}

#' @export
model_notes.ranger <- function(model) { # nolint: object_name_linter.
  forest <- model$forest
  names <- forest$independent.variable.names
  unsure <- names[vapply(seq_along(names), function(place) {
    is.null(forest$covariate.levels[[names[place]]]) &&
      split_like_codes(forest, place)
  }, TRUE)]
  if (length(unsure)) {
    paste0(
      "ranger keeps no levels of factors, and takes them for numbers in the ",
      "order of their levels. If one of ", listed(unsure), " was a factor or ",
      "text, give it all levels in the order of the fit in ao.toml, or fit ",
      "again with respect.unordered.factors = \"order\", which keeps them."
    )
  }
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
    predicted <- native_predict(
      model, newdata, type = "quantiles", quantiles = options$quantiles
    )$predictions
    return(quantile_columns(predicted, options$quantiles, nrow(newdata)))
  }
  if (length(options$times)) {
    return(ranger_survival(native_predict(model, newdata), options$times))
  }
  if (isTRUE(options$se)) {
    # the other method calibrates a row's error by the rows beside it
    predicted <- native_predict(model, newdata, type = "se", se.method = "jack")
    return(list(prediction = predicted$predictions, se = predicted$se))
  }
  native_predict(model, newdata)
}

#' Take what is predicted out of what predict() of ranger gives
#' @noRd
ranger_values <- function(predicted) {
  if (is.null(predicted$survival)) {
    return(predicted$predictions)
  }
  curves <- survival_matrix(predicted)
  colnames(curves) <- paste0(
    "t", vapply(predicted$unique.death.times, number_name, "")
  )
  curves
}

#' Take the curves of survival; predict() makes a single one a vector
#' @noRd
survival_matrix <- function(predicted) {
  matrix(predicted$survival, ncol = length(predicted$unique.death.times))
}

#' Read the curves of survival, which are steps, at some times
#' @noRd
ranger_survival <- function(predicted, times) {
  place <- findInterval(times, predicted$unique.death.times)
  curves <- cbind(1, survival_matrix(predicted))
  columns <- lapply(place + 1, function(i) curves[, i])
  names <- paste0("t", vapply(times, number_name, ""))
  as_frame(columns, names, nrow(curves))
}
