# Regressions on quantiles.

#' @export
model_options.rq <- function(model) { # nolint: object_name_linter.
  interval_options("confidence")
}

#' @export
model_predict.rq <- function(model, # nolint: object_name_linter.
                             newdata, options = list()) {
  if (options$interval == "none") {
    return(native_predict(model, newdata))
  }
  predicted <- native_predict(
    model, newdata, interval = "confidence", level = options$level
  )
  colnames(predicted) <- c("prediction", "lower", "upper")
  predicted
}

#' @export
model_options.rqs <- function(model) { # nolint: object_name_linter.
  list()
}

#' @export
model_predict.rqs <- function(model, # nolint: object_name_linter.
                              newdata, options = list()) {
  native_predict(model, newdata)
}
