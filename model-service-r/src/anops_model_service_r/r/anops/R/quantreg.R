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
  told <- native_predict(
    model, newdata, interval = "confidence", level = options$level
  )
  colnames(told) <- c("prediction", "lower", "upper")
  told
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
