# The prediction that a request asks for: R's own predict(), or what a family
# makes of the options that predict() itself does not know.

#' Predict as the default predict_model does
#' @noRd
default_predict <- function(model, newdata, ...) {
  options <- list(...)
  if (!is.null(series_family(model))) {
    return(series_predict(model, newdata, options))
  }
  known <- model_options(model)
  if (all_known(options, known)) {
    model_predict(model, newdata, filled(options, known))
  } else {
    native_predict(model, newdata, ...)
  }
}

#' Predict with R's own predict()
#'
#' @param model,newdata What it is given: the rows by place, since ranger calls
#'   them `data`, smooth.spline `x`, or by name where that place is another's.
#' @param ... Its further arguments, as it calls them.
#' @noRd
native_predict <- function(model, newdata, ...) {
  # not stats::predict: a package with S4 classes brings one of its own
  predict <- get("predict", envir = globalenv(), mode = "function")
  # symbols, so that a failing call does not show the data
  rows <- stats::setNames(list(quote(newdata)), rows_argument(model))
  call <- as.call(c(list(quote(predict), quote(model)), rows, list(...)))
  eval(call, list(predict = predict, model = model, newdata = newdata))
}

#' The predict() that model.R finds
#'
#' R's own, except where it is given an option that the model's family can do
#' and R's predict() would not understand: `predict.glm()` knows no interval.
#'
#' @param object A model.
#' @param ... The rows, then options.
#' @noRd
asking_predict <- function(object, ...) {
  # an argument left empty is for R's own predict() to judge
  given <- tryCatch(list(...), error = function(e) list())
  titles <- names(given) %||% character(length(given))
  place <- if ("newdata" %in% titles) titles == "newdata" else titles == ""
  options <- given[!place]
  if (sum(place) == 1 && length(options) && is_fitted(object)) {
    known <- model_options(object)
    if (all_known(options, known)) {
      options$type <- options$type %||% attr(known$type, "native")
      return(model_predict(object, given[place][[1]], filled(options, known)))
    }
  }
  # not stats::predict: a package with S4 classes brings one of its own
  predict <- get("predict", envir = globalenv(), mode = "function")
  name <- late_rows(object, titles)
  if (is.null(name)) {
    return(predict(object, ...))
  }
  names(given) <- c(name, titles[-1])
  do.call(predict, c(list(quote(object)), given))
}

#' Find the name of the rows where by place they would be taken for something
#' else
#'
#' @param titles Names of the arguments, the first of which may be the rows.
#' @noRd
late_rows <- function(object, titles) {
  if (is_fitted(object) && length(titles) && !nzchar(titles[1])) {
    rows_argument(object)
  }
}

all_known <- function(options, known) {
  all(vapply(names(options), function(name) {
    name %in% names(known) && option_allows(known[[name]], options[[name]])
  }, logical(1)))
}

#' Put the family's defaults where a request did not say
#' @noRd
filled <- function(options, known) {
  defaults <- option_defaults(known)
  utils::modifyList(defaults, options)[union(names(defaults), names(options))]
}

#' Make an answer of predictions, their bounds and their standard errors
#'
#' @param fit Predictions.
#' @param se Their standard errors, on the same scale.
#' @param asked The options: `interval`, `level` and `se`.
#' @param reach Half the interval's width, in standard errors: a function of
#'   a probability.
#' @param spread The standard deviation of a new observation around its
#'   expectation, for prediction intervals.
#' @param back Turns the scale of `fit` into that of the answer.
#' @param slope The derivative of `back`, for standard errors.
#' @noRd
with_bounds <- function(fit, se, asked, reach = stats::qnorm, spread = 0,
                        back = identity, slope = function(x) 1) {
  answer <- list(prediction = back(fit))
  if (asked$interval %||% "none" != "none") {
    wide <- if (asked$interval == "prediction") sqrt(se^2 + spread^2) else se
    width <- reach((1 + asked$level) / 2) * wide
    low <- back(fit - width)
    high <- back(fit + width)
    # a decreasing link, such as Gamma's, turns them round
    answer$lower <- pmin(low, high)
    answer$upper <- pmax(low, high)
  }
  if (isTRUE(asked$se)) {
    answer$se <- se * abs(slope(fit))
  }
  as_frame(
    lapply(answer, unname), names(answer), length(fit)
  ) |> named_rows(names(fit))
}

#' Keep the names that tell which rows predict() answered
#' @noRd
named_rows <- function(frame, names) {
  if (!is.null(names) && !anyDuplicated(names)) {
    row.names(frame) <- names
  }
  frame
}
