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
#' @examples
#' model_inputs(lm(mpg ~ log(wt) + factor(cyl), mtcars))
model_inputs <- function(model, data = model_data(model)) {
  UseMethod("model_inputs")
}

#' Ask a fitted model for the data it was fitted on
#'
#' @param model A fitted model.
#' @return A data frame with the variables as they were before the formula
#'   transformed them, as far as they can be had, or `NULL`.
#' @export
#' @examples
#' head(model_data(lm(mpg ~ log(wt), mtcars)))
model_data <- function(model) {
  UseMethod("model_data")
}

#' Ask a fitted model what a request may ask of its predict()
#'
#' @param model A fitted model.
#' @return A named list of options, each a list with `type`, `default` and,
#'   where they apply, `levels`, `min` and `max`.
#' @export
#' @examples
#' names(model_options(lm(mpg ~ wt, mtcars)))
#' model_options(glm(am ~ wt, binomial, mtcars))$type
model_options <- function(model) {
  UseMethod("model_options")
}

#' Ask a fitted model what a person should know about its predictions
#'
#' @param model A fitted model.
#' @return Sentences.
#' @export
#' @examples
#' model_notes(lm(mpg ~ wt, mtcars))
model_notes <- function(model) {
  UseMethod("model_notes")
}

#' Name the packages that predicting needs beside that of the model's class
#'
#' They are loaded before the model predicts, and declared by `ao init`.
#'
#' @param model A fitted model.
#' @return Names of packages.
#' @export
#' @examples
#' model_packages(lm(mpg ~ wt, mtcars))
model_packages <- function(model) {
  UseMethod("model_packages")
}

#' Say in one line what a fitted model is
#'
#' @param model A fitted model.
#' @return A line: its formula, or its class.
#' @export
#' @examples
#' model_summary(lm(mpg ~ wt, mtcars))
model_summary <- function(model) {
  UseMethod("model_summary")
}

#' Predict with the options of a request
#'
#' A family needs a method only where R's own predict() does not know an option
#' by the name that AnOps gives it. With the defaults, a method returns what
#' predict() itself returns: a `predict_model` may work on with that.
#'
#' @param model A fitted model.
#' @param newdata The rows, a data frame.
#' @param options A named list with a value for each of [model_options()] that
#'   has a default, and for those that the request gave.
#' @return What predict() returns, or a data frame of `prediction`, `lower`,
#'   `upper` and `se`, of classes, or of quantiles.
#' @export
#' @examples
#' model <- glm(am ~ wt, binomial, mtcars)
#' options <- list(
#'   type = "response", interval = "confidence", level = 0.9, se = FALSE
#' )
#' model_predict(model, data.frame(wt = c(2, 3)), options)
model_predict <- function(model, newdata, options = list()) {
  UseMethod("model_predict")
}

#' Tell the ranges of the data that a model was fitted on
#'
#' @param model A fitted model.
#' @param data The data it was fitted on, as [model_data()] gave it, or `NULL`.
#' @return A named list of `c(low, high)`: numbers, dates or times.
#' @export
#' @examples
#' model_seen(lm(mpg ~ wt, mtcars))
model_seen <- function(model, data = model_data(model)) {
  UseMethod("model_seen")
}

#' Describe the columns of an answer
#'
#' @param model A fitted model.
#' @param answer A data frame: the answer to some rows.
#' @return A named list of columns, each a list with `type` and, where they
#'   apply, `levels` and `ordered`.
#' @export
#' @examples
#' model <- lm(mpg ~ wt, mtcars)
#' model_outputs(model, data.frame(prediction = 21.3))
model_outputs <- function(model, answer) {
  UseMethod("model_outputs")
}

#' Write the call that predicts with a model in plain R
#'
#' It becomes the body of `predict_model` in a new project's model.R, so it
#' must give R's own predictions where AnOps is not there.
#'
#' @param model A fitted model.
#' @param inputs Its columns, as [model_inputs()] gave them.
#' @return R code in `model`, `newdata` and `...`; `NULL` for the usual call.
#' @export
#' @examples
#' model_code(lm(mpg ~ wt, mtcars))
model_code <- function(model, inputs = model_inputs(model)) {
  UseMethod("model_code")
}
