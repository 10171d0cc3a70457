# Multinomial and ordinal models of brglm2, which are glm objects by name only.

#' @export
model_options.brmultinom <- function(model) { # nolint: object_name_linter.
  class_option()
}

#' @export
model_predict.brmultinom <- function(model, # nolint: object_name_linter.
                                     newdata, options = list()) {
  model_predict.multinom(model, newdata, options)
}
