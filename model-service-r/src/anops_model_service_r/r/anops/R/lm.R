# Linear models.

#' @export
model_options.lm <- function(model) { # nolint: object_name_linter.
  list(
    interval = choice(
      c("none", "confidence", "prediction"),
      description = "Which interval goes with each prediction."
    ),
    level = list(
      type = "number", min = 0.5, max = 0.999, default = 0.95,
      description = "The interval's coverage."
    )
  )
}

#' @export
model_options.mlm <- function(model) { # nolint: object_name_linter.
  list()
}
