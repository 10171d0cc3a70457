# Generalised additive models of mgcv.

#' @export
model_inputs.gam <- function(model, # nolint: object_name_linter.
                             data = model_data(model)) {
  if (is.null(model$var.summary)) {
    return(NextMethod())
  }
  # the terms know factor(x) of a number, the summaries know everything else
  found <- terms_inputs(model, model_terms(model), data)
  names <- names(model$var.summary)
  missing <- setdiff(names, names(found))
  found[missing] <- lapply(model$var.summary[missing], column_spec)
  found[names(found) %in% names]
}

#' @export
model_seen.gam <- function(model, # nolint: object_name_linter.
                           data = model_data(model)) {
  # a summary of a number holds its smallest, a middle and its largest value
  summed <- Filter(Negate(is.null), lapply(model$var.summary, seen_range))
  seen <- NextMethod()
  c(seen, summed[setdiff(names(summed), names(seen))])
}

#' @export
model_options.gam <- function(model) { # nolint: object_name_linter.
  if (is_cox_gam(model)) {
    return(list())
  }
  type <- scale_option(model$family$link)
  if (has_one_link(model)) {
    c(type, interval_options("confidence"), se_option())
  } else {
    type
  }
}

#' @export
model_predict.gam <- function(model, # nolint: object_name_linter.
                              newdata, options = list()) {
  if (is_cox_gam(model)) {
    native_predict(model, newdata)
  } else if (has_one_link(model)) {
    NextMethod()
  } else {
    native_predict(model, newdata, type = options$type %||% "response")
  }
}

#' Whether a model has one linear predictor, and a response by its inverse link
#' @noRd
has_one_link <- function(model) {
  family <- model$family
  is.function(family$linkinv) && is.function(family$mu.eta) &&
    is.null(family$predict) && (family$nlp %||% 1) == 1
}

#' Whether a response would be survival until a time, which requests do not have
#' @noRd
is_cox_gam <- function(model) {
  inherits(model, "gam") && identical(model$family$family, "Cox PH")
}

#' @export
model_notes.gam <- function(model) { # nolint: object_name_linter.
  if (is_cox_gam(model)) {
    "gam with cox.ph(): predictions are the logarithms of relative hazards."
  } else {
    character()
  }
}
