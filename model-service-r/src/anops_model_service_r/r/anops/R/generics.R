# What a fitted model says about itself: one generic for each question, one
# small file of methods for each family of models.

#' Ask a fitted model which columns it needs
#'
#' @param model A fitted model.
#' @param data The data it was fitted on, as [model_data()] gave it, or `NULL`.
#' @return A named list of columns, each a list with `type` and, where they
#'   apply, `levels`, `ordered`, `values` and `timezone`; `NULL` where the
#'   model does not say.
#' @export
model_inputs <- function(model, data = model_data(model)) {
  UseMethod("model_inputs")
}

#' Ask a fitted model for the data it was fitted on
#'
#' @param model A fitted model.
#' @return A data frame with the variables as they were before the formula
#'   transformed them, as far as they can be had, or `NULL`.
#' @export
model_data <- function(model) {
  UseMethod("model_data")
}

#' Ask a fitted model what a request may ask of its predict()
#'
#' @param model A fitted model.
#' @return A named list of options, each a list with `type`, `default` and,
#'   where they apply, `levels`, `min` and `max`.
#' @export
model_options <- function(model) {
  UseMethod("model_options")
}

#' Ask a fitted model what a person should know about its predictions
#'
#' @param model A fitted model.
#' @return Sentences.
#' @export
model_notes <- function(model) {
  UseMethod("model_notes")
}

#' Say in one line what a fitted model is
#'
#' @param model A fitted model.
#' @return A line: its formula, or its class.
#' @export
model_summary <- function(model) {
  UseMethod("model_summary")
}

choice <- function(levels, default = levels[1], description = NULL) {
  list(
    type = "category", levels = levels, default = default,
    description = description
  )
}
