# Generalised linear models.

#' @export
model_options.glm <- function(model) { # nolint: object_name_linter.
  list(type = choice(
    c("link", "response"),
    description = paste0(
      "The scale of the predictions: the linear predictor (link ",
      model$family$link, ") or the response."
    )
  ))
}

#' @export
model_notes.glm <- function(model) { # nolint: object_name_linter.
  if (model$family$link == "identity") {
    return(character())
  }
  paste0(
    class(model)[1], ": predictions are on the link scale (",
    model$family$link, "), as those of R's predict() are; ask for the ",
    "response scale with the option type = \"response\", or make it the ",
    "default in ao.toml."
  )
}
