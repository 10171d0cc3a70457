# Trees of rpart.

#' @export
model_options.rpart <- function(model) { # nolint: object_name_linter.
  if (model$method == "class") {
    list(type = choice(
      c("prob", "class"),
      description = "The probability of each class, or the likeliest class."
    ))
  } else {
    list()
  }
}
