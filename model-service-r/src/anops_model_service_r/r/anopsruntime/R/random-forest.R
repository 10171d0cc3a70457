# Forests of randomForest, which keep the levels of every column.

#' @export
model_inputs.randomForest <- function(model, # nolint: object_name_linter.
                                      data = model_data(model)) {
  classes <- attr(model_terms(model), "dataClasses")
  names <- names(model$forest$xlevels)
  specs <- lapply(names, function(name) {
    levels <- model$forest$xlevels[[name]]
    class <- unname(classes[name])
    if (is.character(levels)) {
      # of a frame, not of a formula, it keeps those of ordered factors, too
      list(
        type = "category", levels = levels,
        ordered = length(levels) > 1 && model$forest$ncat[name] == 1
      )
    } else if (isTRUE(class == "ordered")) {
      # taken for the numbers of its levels, of which the names are lost
      structure(
        list(type = "category", ordered = TRUE),
        design = list(list(coding = "untold", size = NA_integer_))
      )
    } else if (isTRUE(class == "character")) {
      refuse_texts(name)
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

#' Refuse a column of texts: the forest takes them for the numbers of the levels
#' that the rows of one call happen to have
#' @noRd
refuse_texts <- function(name) {
  abort(
    "MODEL_LOAD", "Can't serve the model: its column `", name, "` is text, ",
    "which randomForest numbers anew for the rows of each call, so that the ",
    "prediction of a row depends on the rows beside it.",
    remedy = paste0(
      "Make it a factor before the fit: mydata$", name, " <- factor(mydata$",
      name, ")."
    )
  )
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
