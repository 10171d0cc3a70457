# Neural networks of nnet, and the multinomial models built on them.

#' @export
model_options.nnet <- function(model) { # nolint: object_name_linter.
  if (length(model$lev)) {
    type_option(
      c("probability", "class"),
      paste0(
        "The probability of each class (of two: of the second), ",
        "or the likeliest class."
      )
    )
  } else {
    list()
  }
}

#' @export
model_predict.nnet <- function(model, # nolint: object_name_linter.
                               newdata, options = list()) {
  if (isTRUE(options$type == "class")) {
    predicted <- native_predict(model, newdata, type = "class")
    factor(predicted, levels = model$lev)
  } else {
    native_predict(model, newdata)
  }
}

#' @export
model_options.multinom <- function(model) { # nolint: object_name_linter.
  type_option(
    c("class", "probability"),
    "The likeliest class, or the probability of each."
  )
}

#' @export
model_predict.multinom <- function(model, # nolint: object_name_linter.
                                   newdata, options = list()) {
  if (options$type == "class") {
    return(native_predict(model, newdata))
  }
  predicted <- native_predict(model, newdata, type = "probs")
  if (!is.matrix(predicted)) {
    # predict() leaves out the first of two classes, and makes one row a vector
    predicted <- if (length(model$lev) == 2) {
      cbind(1 - predicted, predicted)
    } else {
      matrix(predicted, 1)
    }
    colnames(predicted) <- model$lev
  }
  predicted
}
