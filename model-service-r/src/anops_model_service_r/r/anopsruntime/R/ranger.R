# Forests of ranger, those of quantiles and of survival among them.

#' @export
model_inputs.ranger <- function(model, # nolint: object_name_linter.
                                data = model_data(model)) {
  names <- model$forest$independent.variable.names
  levels <- model$forest$covariate.levels
  specs <- lapply(names, function(name) {
    column_spec(data[[name]]) %||% if (is.null(levels[[name]])) {
      place <- match(name, names)
      structure(
        list(type = "number"),
        guessed = split_like_codes(model, place),
        codes = codes_split(model, place),
        factor = is_split_by_sets(model$forest, place),
        splits = split_values(model$forest, place), rows = model$num.samples
      )
    } else {
      list(type = "category", levels = levels[[name]])
    }
  })
  if (length(names)) stats::setNames(specs, names)
}

#' Find the values at which a forest splits a column
#' @noRd
split_values <- function(forest, place) {
  # trees number the columns from 0
  unlist(Map(
    function(ids, values, children) {
      inner <- children[[1]] != 0 | children[[2]] != 0
      unlist(values)[inner & unlist(ids) == place - 1]
    },
    forest$split.varIDs, forest$split.values, forest$child.nodeIDs
  ))
}

#' Whether a forest splits a column only between whole numbers, as it does the
#' codes of levels, which it does not keep, and TRUE and FALSE
#' @noRd
split_like_codes <- function(model, place) {
  values <- split_values(model$forest, place)
  if (length(values) == 0) {
    return(FALSE)
  }
  if (is_split_anywhere(model)) {
    return(is_split_by_sets(model$forest, place) || within_codes(values))
  }
  # 2 is the middle of the first and the third level
  like_codes <- all(values %% 0.5 == 0) && all(values >= 1) && min(values) <= 2
  by_sets <- is_split_by_sets(model$forest, place)
  by_sets || all(values %% 1 == 0.5) || like_codes
}

#' Whether a forest draws where it splits a column, between its least and its
#' greatest value
#' @noRd
is_split_anywhere <- function(model) {
  identical(model$splitrule, "extratrees")
}

#' Whether drawn splits can be those of codes of levels, which begin with 1
#' @noRd
within_codes <- function(values) {
  all(values >= 1) && min(values) < 2 && max(values) <= most_levels
}

#' Of a column with more levels, codes are not suspected where splits are drawn
#' @noRd
most_levels <- 50L

#' Whether a forest splits a factor into two sets of levels
#' @noRd
is_split_by_sets <- function(forest, place) {
  isFALSE(forest$is.ordered[place])
}

#' Say how many levels a column has at least, if codes of levels can have been
#' split as it is: in the middle between two, which need not be neighbours
#'
#' @return `NULL`: these are no codes.
#' @noRd
codes_split <- function(model, place) {
  values <- split_values(model$forest, place)
  if (length(values) == 0) {
    1
  } else if (is_split_by_sets(model$forest, place)) {
    # each level of the set is a bit of the value
    floor(log2(max(values))) + 1
  } else if (is_split_anywhere(model)) {
    if (within_codes(values)) ceiling(max(values))
  } else if (all(values >= 1) && all(values %% 0.5 == 0)) {
    floor(max(values)) + 1
  }
}

#' Take texts of example rows for the levels that a forest has not kept
#'
#' Numbers too, where the column was a factor beyond doubt: where it is split by
#' sets of levels, or where numbers are not what it is split between.
#'
#' @param inputs The columns of the model.
#' @param example What `typed_example()` returned.
#' @param file The name of its file.
#' @return The columns; those learned have the attribute `levels_of`.
#' @noRd
learn_codes <- function(inputs, example, file) {
  for (name in intersect(names(inputs), names(example))) {
    least <- attr(inputs[[name]], "codes")
    if (is.null(least)) {
      next
    }
    sure <- is.character(example[[name]]) || attr(inputs[[name]], "factor") ||
      is_split_elsewhere(inputs[[name]], example[[name]])
    if (!sure) {
      next
    }
    spec <- column_spec(factor(example[[name]]))
    if (length(spec$levels) < least) {
      abort(
        "MODEL_LOAD", "Can't match `", file, "` with the model: column `",
        name, "` has ", length(spec$levels), " different values, and was ",
        "fitted on at least ", least, " levels, which ranger has not kept.",
        remedy = paste0(
          "Give all rows of the fit with --data FILE.csv, or fit again with ",
          "respect.unordered.factors = \"order\", which keeps the levels."
        )
      )
    }
    inputs[[name]] <- structure(spec, levels_of = file)
  }
  inputs
}

#' Whether a column of numbers can't be what a forest was fitted on
#'
#' A split lies between the least and the greatest value of the fit. Where the
#' rows are all of the fit, each does; where they may be some of it, some do.
#' @noRd
is_split_elsewhere <- function(spec, values) {
  splits <- attr(spec, "splits")
  if (!is.numeric(values) || !length(splits) || all(is.na(values))) {
    return(FALSE)
  }
  ends <- range(values, na.rm = TRUE)
  outside <- splits <= ends[1] | splits >= ends[2]
  if (identical(length(values), as.integer(attr(spec, "rows")))) {
    any(outside)
  } else {
    all(outside)
  }
}

learned_levels_note <- function(inputs) {
  learned <- Filter(function(spec) !is.null(attr(spec, "levels_of")), inputs)
  vapply(names(learned), function(name) {
    paste0(
      "`", name, "` is a category with the levels of `",
      attr(learned[[name]], "levels_of"), "`, in the order of factor(): ",
      listed(learned[[name]]$levels), ". ranger knows levels by their ",
      "position alone: where the fit had others, or another order, write them ",
      "in ao.toml, or predictions are those of other levels."
    )
  }, "", USE.NAMES = FALSE)
}

#' @export
model_notes.ranger <- function(model) { # nolint: object_name_linter.
  forest <- model$forest
  names <- forest$independent.variable.names
  unsure <- names[vapply(seq_along(names), function(place) {
    is.null(forest$covariate.levels[[names[place]]]) &&
      split_like_codes(model, place)
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
