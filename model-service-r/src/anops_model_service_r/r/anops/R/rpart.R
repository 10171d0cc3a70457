# Trees of rpart.

#' @export
model_options.rpart <- function(model) {
  if (model$method == "class") {
    list(type = choice(
      c("prob", "class"),
      description = "The probability of each class, or the likeliest class."
    ))
  } else {
    list()
  }
}
