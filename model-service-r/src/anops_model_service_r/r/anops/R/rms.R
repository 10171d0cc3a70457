# Models of rms build on those of R and survival, and predict in their own way.

#' @export
model_options.rms <- function(model) { # nolint: object_name_linter.
  list()
}

#' @export
model_predict.rms <- function(model, # nolint: object_name_linter.
                              newdata, options = list()) {
  do.call(native_predict, c(list(quote(model), quote(newdata)), options))
}

#' @export
model_notes.rms <- function(model) { # nolint: object_name_linter.
  paste0(
    class(model)[1], ": predictions are the linear predictors, as those of ",
    "R's predict() are."
  )
}
