# Linear models.

#' @export
model_options.lm <- function(model) { # nolint: object_name_linter.
  c(interval_options(), se_option())
}

#' @export
model_predict.lm <- function(model, # nolint: object_name_linter.
                             newdata, options = list()) {
  if (!options$se && options$interval == "none") {
    native_predict(model, newdata)
  } else if (options$se) {
    native_predict(
      model, newdata,
      interval = options$interval, level = options$level, se.fit = TRUE
    )
  } else {
    native_predict(
      model, newdata, interval = options$interval, level = options$level
    )
  }
}

#' @export
model_options.mlm <- function(model) { # nolint: object_name_linter.
  list()
}

#' @export
model_predict.mlm <- function(model, # nolint: object_name_linter.
                              newdata, options = list()) {
  native_predict(model, newdata)
}
