# Forests of randomForest, which keep the levels of every column.

#' @export
model_inputs.randomForest <- function(model, # nolint: object_name_linter.
                                      data = model_data(model)) {
  classes <- attr(model_terms(model), "dataClasses")
  names <- names(model$forest$xlevels)
  specs <- lapply(names, function(name) {
    levels <- model$forest$xlevels[[name]]
    if (is.character(levels)) {
      list(type = "category", levels = levels)
    } else if (isTRUE(classes[name] == "logical")) {
      list(type = "boolean")
    } else if (isTRUE(classes[name] == "other")) {
      moments_spec(model, name)
    } else {
      list(type = "number")
    }
  })
  stats::setNames(specs, names)
}

#' Tell days from seconds since 1970 by the places where the trees split
#' @noRd
moments_spec <- function(model, name) {
  place <- match(name, names(model$forest$xlevels))
  splits <- model$forest$xbestsplit[model$forest$bestvar == place]
  if (any(abs(splits) > 1e7)) {
    list(type = "datetime")
  } else {
    list(type = "date")
  }
}

#' @export
model_options.randomForest <- function(model) { # nolint: object_name_linter.
  if (model$type == "classification") {
    type_option(
      c("class", "probability"),
      "The likeliest class, or the share of the trees that votes for each."
    )
  } else {
    list()
  }
}

#' @export
model_predict.randomForest <- function(model, # nolint: object_name_linter.
                                       newdata, options = list()) {
  if (isTRUE(options$type == "probability")) {
    native_predict(model, newdata, type = "prob")
  } else {
    native_predict(model, newdata)
  }
}
