# Nonlinear least squares.

#' @export
model_data.nls <- function(model) { # nolint: object_name_linter.
  # the variables that were fitted, after `subset`, without the parameters
  kept <- model$m$getEnv()
  names <- setdiff(
    all.vars(stats::formula(model)[[3]]), names(model$m$getAllPars())
  )
  columns <- mget(names, envir = kept, ifnotfound = list(NULL))
  size <- length(model$m$resid())
  columns <- Filter(function(column) length(column) == size, columns)
  if (length(columns)) as_frame(unname(columns), names(columns), size)
}

#' @export
model_inputs.nls <- function(model, # nolint: object_name_linter.
                             data = model_data(model)) {
  lapply(
    stats::setNames(names(data), names(data)),
    function(name) column_spec(data[[name]], name)
  )
}

#' @export
model_data.nlrq <- model_data.nls # nolint: object_name_linter.

#' @export
model_inputs.nlrq <- model_inputs.nls # nolint: object_name_linter.

#' @export
model_options.nls <- function(model) { # nolint: object_name_linter.
  if (model$call$algorithm %||% "default" == "plinear") {
    list()
  } else {
    c(interval_options(), se_option())
  }
}

#' Predict with a nonlinear model
#'
#' `predict.nls()` takes `interval` and `se.fit` and ignores them. Standard
#' errors are had by the delta method: the gradient of the curve by its
#' parameters, and their covariances.
#'
#' @noRd
#' @export
model_predict.nls <- function(model, # nolint: object_name_linter.
                              newdata, options = list()) {
  fit <- native_predict(model, newdata)
  if (length(options) == 0 || options$interval == "none" && !options$se) {
    return(fit)
  }
  with_bounds(
    as.vector(fit), curve_errors(model, newdata, fit), options,
    reach = function(p) stats::qt(p, stats::df.residual(model)),
    spread = stats::sigma(model)
  )
}

#' @noRd
curve_errors <- function(model, newdata, fit) {
  errors <- rep(NA_real_, length(fit))
  rows <- which(is.finite(fit))
  if (length(rows)) {
    where <- list2env(
      take_rows(newdata, rows),
      parent = environment(stats::formula(model))
    )
    parameters <- curve_parameters(model, names(newdata))
    list2env(parameters, where)
    curve <- stats::numericDeriv(
      stats::formula(model)[[3]], names(parameters), where,
      central = TRUE
    )
    slopes <- matrix(attr(curve, "gradient"), length(rows))
    errors[rows] <- sqrt(rowSums((slopes %*% stats::vcov(model)) * slopes))
  }
  errors
}

#' Find the parameters of a curve: `b1` and `b2` are the vector b of `b[group]`
#' @noRd
curve_parameters <- function(model, columns) {
  all <- model$m$getAllPars()
  names <- setdiff(all.vars(stats::formula(model)[[3]]), columns)
  vectors <- lapply(stats::setNames(names, names), function(name) {
    if (name %in% names(all)) {
      all[[name]]
    } else {
      unname(all[grepl(paste0("^\\Q", name, "\\E[0-9]+$"), names(all))])
    }
  })
  Filter(length, vectors)
}
