# Generalised estimating equations of gee: glm objects by name, which keep
# nothing of what predict() of a glm needs.

#' @export
model_options.gee <- function(model) { # nolint: object_name_linter.
  scale_option(model$family$link)
}

#' @export
model_predict.gee <- function(model, # nolint: object_name_linter.
                              newdata, options = list()) {
  terms <- stats::delete.response(model$terms)
  frame <- stats::model.frame(terms, newdata, na.action = stats::na.pass)
  x <- stats::model.matrix(terms, frame, contrasts.arg = model$contrasts)
  link <- drop(x %*% stats::coef(model)) + (stats::model.offset(frame) %||% 0)
  if (identical(options$type, "link")) link else model$family$linkinv(link)
}

#' @export
model_code.gee <- function(model, # nolint: object_name_linter.
                           inputs = NULL) {
  scaled <- length(model_options(model)) > 0
  paste(c(
    "# predict() of a glm can't do with a model of gee",
    "terms <- delete.response(model$terms)",
    "frame <- model.frame(terms, newdata, na.action = na.pass)",
    "x <- model.matrix(terms, frame, contrasts.arg = model$contrasts)",
    "link <- drop(x %*% coef(model))",
    if (length(attr(model$terms, "offset"))) {
      "link <- link + model.offset(frame)"
    },
    if (scaled) {
      "if (type == \"link\") link else model$family$linkinv(link)"
    } else {
      "link"
    }
  ), collapse = "\n  ")
}
