# Generalised linear models.

#' @export
model_options.glm <- function(model) { # nolint: object_name_linter.
  c(
    type_option(
      c("link", "response"),
      paste0(
        "The scale of the predictions: the linear predictor (link ",
        model$family$link, ") or the response."
      )
    ),
    interval_options("confidence"), se_option()
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
    return(native_predict(model, newdata, type = options$type))
  }
  told <- native_predict(model, newdata, type = "link", se.fit = TRUE)
  linked_bounds(told, model, options)
}

#' @noRd
linked_bounds <- function(told, model, options) {
  response <- options$type == "response"
  with_bounds(
    told$fit, told$se.fit, options,
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

#' @export
model_notes.glm <- function(model) { # nolint: object_name_linter.
  link <- model$family$link
  if (all(link == "identity") && length(link) == 1) {
    return(character())
  }
  paste0(
    class(model)[1], ": predictions are on the link scale",
    if (length(link)) paste0(" (", paste(unlist(link), collapse = ", "), ")"),
    ", as those of R's predict() are; ask for the ",
    "response scale with the option type = \"response\", or make it the ",
    "default in ao.toml."
  )
}
