# Cumulative link models of ordinal.

#' @export
model_options.clm <- function(model) { # nolint: object_name_linter.
  class_option()
}

#' @export
model_predict.clm <- function(model, # nolint: object_name_linter.
                              newdata, options = list()) {
  model$terms <- response_by_name(model$terms)
  predicted <- native_predict(model, newdata, type = "prob")$fit
  predicted <- matrix(
    predicted, nrow(newdata),
    dimnames = list(NULL, model$y.levels)
  )
  if (options$type == "class") likeliest(predicted) else predicted
}

#' Name the response, which rows to predict have not: `cut(y, 3)` would be
#' made of a column y
#' @noRd
response_by_name <- function(terms) {
  if (!is.call(attr(terms, "variables")[[2]])) {
    return(terms)
  }
  for (part in c("variables", "predvars")) {
    variables <- attr(terms, part)
    if (is.call(variables)) {
      variables[[2]] <- quote(.response)
      attr(terms, part) <- variables
    }
  }
  terms
}

#' Take the likeliest class of each row, of equal ones the first
#' @noRd
likeliest <- function(probabilities) {
  known <- !is.na(rowSums(probabilities))
  place <- rep(NA_integer_, nrow(probabilities))
  place[known] <- max.col(probabilities[known, , drop = FALSE], "first")
  levels <- colnames(probabilities)
  factor(levels[place], levels)
}
