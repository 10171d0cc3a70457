# Generalised linear models.

#' @export
model_options.glm <- function(model) { # nolint: object_name_linter.
  c(
    scale_option(model$family$link), interval_options("confidence"), se_option()
  )
}

#' Predict with a generalised linear model
#'
#' An interval is computed on the scale of the link, where the estimate is
#' close to normal, and taken through the inverse link: it stays within the
#' response's range. Where the dispersion is estimated, its quantiles are
#' Student's, else the normal distribution's, as in `confint.default()`.
#' Standard errors are those of predict(), by the delta method for responses.
#'
#' @noRd
#' @export
model_predict.glm <- function(model, # nolint: object_name_linter.
                              newdata, options = list()) {
  if (options$interval == "none" && !options$se) {
    return(native_predict(
      model, newdata, type = options$type %||% "response"
    ))
  }
  predicted <- native_predict(model, newdata, type = "link", se.fit = TRUE)
  linked_bounds(predicted, model, options)
}

#' @noRd
linked_bounds <- function(predicted, model, options) {
  response <- (options$type %||% "response") == "response"
  with_bounds(
    predicted$fit, predicted$se.fit, options,
    reach = link_reach(model),
    back = if (response) model$family$linkinv else identity,
    slope = if (response) model$family$mu.eta else function(eta) 1
  )
}

#' @noRd
link_reach <- function(model) {
  known <- c("binomial", "poisson")
  family <- model$family$family
  if (family %in% known || startsWith(family, "Negative Binomial")) {
    stats::qnorm
  } else {
    function(p) stats::qt(p, model$df.residual)
  }
}
