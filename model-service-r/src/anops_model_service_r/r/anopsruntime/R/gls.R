# Generalised least squares of nlme, whose predict() knows no errors.

#' @export
model_options.gls <- function(model) { # nolint: object_name_linter.
  c(interval_options("confidence"), se_option())
}

#' @export
model_options.gnls <- function(model) { # nolint: object_name_linter.
  list()
}

#' Predict with a model of generalised least squares
#'
#' The standard errors are those of the expectation: of the model matrix and
#' the covariances of the coefficients.
#'
#' @noRd
#' @export
model_predict.gls <- function(model, # nolint: object_name_linter.
                              newdata, options = list()) {
  fit <- native_predict(model, newdata)
  if (options$interval == "none" && !options$se) {
    return(fit)
  }
  x <- gls_matrix(model, newdata)
  if (!isTRUE(all.equal(as.vector(x %*% stats::coef(model)), as.vector(fit)))) {
    stop("the model's matrix can't be made for new rows", call. = FALSE)
  }
  errors <- sqrt(rowSums((x %*% stats::vcov(model)) * x))
  with_bounds(
    as.vector(fit), errors, options,
    reach = function(p) stats::qt(p, model$dims$N - model$dims$p)
  )
}

#' @export
model_predict.gnls <- function(model, # nolint: object_name_linter.
                               newdata, options = list()) {
  native_predict(model, newdata)
}

gls_matrix <- function(model, newdata) {
  terms <- stats::delete.response(stats::terms(stats::formula(model)))
  contrasts <- model$contrasts
  levels <- lapply(contrasts, rownames)
  frame <- stats::model.frame(terms, newdata, xlev = levels)
  x <- stats::model.matrix(terms, frame, contrasts.arg = contrasts)
  x[, names(stats::coef(model)), drop = FALSE]
}
