# Gradient boosting of gbm.

#' @export
model_inputs.gbm <- function(model, # nolint: object_name_linter.
                             data = model_data(model)) {
  specs <- lapply(seq_along(model$var.names), function(i) {
    levels <- model$var.levels[[i]]
    column_spec(data[[model$var.names[i]]]) %||% if (is.character(levels)) {
      # it counts those of an ordered factor from 0
      list(
        type = "category", levels = levels, ordered = model$var.type[i] == 0
      )
    } else {
      list(type = "number")
    }
  })
  stats::setNames(specs, model$var.names)
}

#' @export
model_data.gbm <- function(model) { # nolint: object_name_linter.
  called_rows(model, model$nTrain, model$var.names)
}

#' @export
model_seen.gbm <- function(model, # nolint: object_name_linter.
                           data = model_data(model)) {
  # of a column of numbers it keeps the deciles
  numbers <- which(vapply(model$var.levels, is.numeric, TRUE))
  seen <- lapply(model$var.levels[numbers], range)
  stats::setNames(seen, model$var.names[numbers])
}

#' @export
model_options.gbm <- function(model) { # nolint: object_name_linter.
  linked <- c("bernoulli", "poisson", "adaboost", "multinomial", "huberized")
  if (model$distribution$name %in% linked) {
    scale_option()
  } else {
    list()
  }
}

#' @export
model_predict.gbm <- function(model, # nolint: object_name_linter.
                              newdata, options = list()) {
  native_predict(
    model, newdata,
    n.trees = eval(gbm_trees(model)), type = options$type %||% "link"
  )
}

#' @export
model_code.gbm <- function(model, # nolint: object_name_linter.
                           inputs = NULL) {
  paste0(
    "# as many trees as predict() itself takes, which then says so each time\n",
    "  predict(model, newdata, n.trees = ", call_text(gbm_trees(model)),
    ", ...)"
  )
}

#' @export
model_notes.gbm <- function(model) { # nolint: object_name_linter.
  trees <- eval(gbm_trees(model))
  if (isTRUE(trees < model$n.trees)) {
    paste0(
      class(model)[1], ": predictions are made of ", trees, " of the ",
      model$n.trees, " trees, those with the least error ",
      if (model$train.fraction < 1) "on the rows kept apart" else
        "in cross-validation",
      ", as R's predict() makes them."
    )
  }
}

#' The number of trees that predict() takes of itself, as an expression
#' @noRd
gbm_trees <- function(model) {
  if (isTRUE(model$train.fraction < 1)) {
    quote(which.min(model$valid.error))
  } else if (!is.null(model$cv.error)) {
    quote(which.min(model$cv.error))
  } else {
    quote(model$n.trees)
  }
}
