# Models of survival: proportional hazards and accelerated failure times.

#' @export
model_options.coxph <- function(model) { # nolint: object_name_linter.
  curves <- keeps_frame(model)
  c(
    type_option(
      c("risk", "link", if (curves) "survival"),
      paste0(
        "The relative risk, exp() of the linear predictor, ",
        if (!curves) "or ", "that predictor itself",
        if (curves) ", or the probability to survive until each of `times`",
        "."
      ),
      native = "link"
    ),
    interval_options("confidence"), se_option(),
    if (curves) times_option(usual_times(model$y))
  )
}

#' @export
model_options.coxphms <- function(model) { # nolint: object_name_linter.
  list()
}

#' @export
model_notes.coxph <- function(model) { # nolint: object_name_linter.
  if (!keeps_frame(model)) {
    stratified <- !is.null(attr(model$terms, "specials")$strata)
    paste0(
      class(model)[1], ": ", if (stratified) "predictions, ",
      "survival, standard errors and intervals need the data of the fit, ",
      "which the model does not keep: fit it with model = TRUE",
      if (!stratified) " where they are wanted", "."
    )
  }
}

#' Tell of terms that change with time, which predict() takes for their column
#' @noRd
time_transform_note <- function(model) {
  if (!inherits(model, "coxph")) {
    return(NULL)
  }
  variables <- as.list(attr(model$terms, "variables"))[-1]
  terms <- vapply(
    variables[attr(model$terms, "specials")$tt], call_text, ""
  )
  if (length(terms)) {
    column <- variables_in(str2lang(terms[1]))[1]
    paste0(
      "The predictions are wrong: predict() of survival takes the term `",
      terms[1], "`, which changes with time, for `", column, "` itself. Split ",
      "the rows of the fit at times with survSplit(), make what tt() made of `",
      column, "` a column of its own, and fit again with that column in place ",
      "of `", terms[1], "`; requests then send it. Or fit without the term."
    )
  }
}

#' @export
model_notes.coxphms <- function(model) { # nolint: object_name_linter.
  character()
}

#' Whether a model still has the data that a baseline hazard is made of
#' @noRd
keeps_frame <- function(model) {
  is.data.frame(model[["model"]]) || !is.null(model[["x"]]) ||
    !is.null(called_data(model))
}

#' Choose times to tell survival at: quartiles of those in the data
#' @noRd
usual_times <- function(response) {
  if (is.null(response)) {
    return(NULL)
  }
  times <- response[, if (ncol(response) == 3) 2 else 1]
  unique(signif(stats::quantile(times, c(0.25, 0.5, 0.75), names = FALSE), 2))
}

#' @export
model_predict.coxph <- function(model, # nolint: object_name_linter.
                                newdata, options = list()) {
  if (length(options) == 0) {
    return(native_predict(model, newdata))
  }
  if (options$type == "survival") {
    return(survival_curves(model, newdata, options))
  }
  risk <- options$type == "risk"
  if (options$interval == "none" && !options$se) {
    return(native_predict(model, newdata, type = if (risk) "risk" else "lp"))
  }
  predicted <- native_predict(model, newdata, type = "lp", se.fit = TRUE)
  with_bounds(
    predicted$fit, predicted$se.fit, options,
    back = if (risk) exp else identity,
    # as predict.coxph() has it
    slope = if (risk) function(lp) sqrt(exp(lp)) else function(lp) 1
  )
}

#' Tell the probability to survive until some times, as survfit() does
#'
#' @return A data frame with a column for each time, `t100`, and where they are
#'   asked for `t100.lower`, `t100.upper` and `t100.se`.
#' @noRd
survival_curves <- function(model, newdata, options) {
  known <- which(!is.na(native_predict(model, newdata, type = "lp")))
  times <- asked_times(options)
  bounds <- options$interval != "none"
  predicted <- if (length(known)) {
    curves <- survival::survfit(
      model, newdata[known, , drop = FALSE],
      se.fit = bounds || options$se, conf.int = options$level
    )
    summary(curves, times = sort(times), extend = TRUE)
  }
  parts <- c(surv = "", lower = ".lower", upper = ".upper", std.err = ".se")
  parts <- parts[c(TRUE, bounds, bounds, options$se)]
  answer <- lapply(names(parts), function(part) {
    filled <- matrix(NA_real_, length(times), nrow(newdata))
    if (length(known)) {
      filled[, known] <- predicted[[part]]
    }
    filled[rank(times), , drop = FALSE]
  })
  columns <- lapply(seq_along(times), function(i) {
    found <- lapply(answer, function(part) part[i, ])
    stats::setNames(found, paste0("t", number_name(times[i]), parts))
  })
  columns <- do.call(c, columns)
  as_frame(columns, names(columns), nrow(newdata))
}

asked_times <- function(options) {
  if (length(options$times) == 0) {
    abort(
      "OPTION_VALUE", "Can't predict survival: option `times` must say when.",
      remedy = "Give times in the unit of the data, such as times = [30, 60]."
    )
  }
  unique(options$times)
}

number_name <- function(number) format(number, digits = 15, scientific = FALSE)

#' @export
model_options.survreg <- function(model) { # nolint: object_name_linter.
  c(
    type_option(
      c("response", "link", "quantile", if (one_scale(model)) "survival"),
      paste0(
        "The time that is expected, the linear predictor, the times that are ",
        "the `quantiles`",
        if (one_scale(model)) ", or the probability to survive until `times`",
        "."
      )
    ),
    interval_options("confidence"), se_option(),
    quantiles_option(c(0.1, 0.5, 0.9)),
    if (one_scale(model)) times_option(usual_survreg_times(model))
  )
}

#' Whether all strata have the scale in common, if there are any
#' @noRd
one_scale <- function(model) length(model$scale) == 1

usual_survreg_times <- function(model) {
  if (length(dim(model$y)) != 2) {
    return(NULL)
  }
  usual_times(cbind(survreg_scale(model)(model$y[, 1]), NA))
}

#' Find what turns the linear predictor into a time
#' @noRd
survreg_scale <- function(model) {
  known <- if (is.character(model$dist)) {
    survival::survreg.distributions[[model$dist]]
  } else {
    model$dist
  }
  known$itrans %||% identity
}

#' @export
model_predict.survreg <- function(model, # nolint: object_name_linter.
                                  newdata, options = list()) {
  type <- options$type
  if (type == "quantile") {
    predicted <- native_predict(
      model, newdata, type = type, p = options$quantiles
    )
    return(quantile_columns(predicted, options$quantiles, nrow(newdata)))
  }
  if (type == "survival") {
    link <- native_predict(model, newdata, type = "lp")
    return(survreg_survival(model, link, asked_times(options)))
  }
  if (options$interval == "none" && !options$se) {
    return(native_predict(model, newdata, type = type))
  }
  link <- native_predict(model, newdata, type = "lp", se.fit = TRUE)
  back <- if (type == "response") survreg_scale(model) else identity
  answer <- with_bounds(link$fit, link$se.fit, options, back = back)
  if (options$se && type == "response") {
    predicted <- native_predict(model, newdata, type = type, se.fit = TRUE)
    answer$se <- unname(predicted$se.fit)
  }
  answer
}

survreg_survival <- function(model, link, times) {
  columns <- lapply(times, function(time) {
    1 - survival::psurvreg(
      time, unname(link), model$scale, model$dist, model$parms
    )
  })
  names <- paste0("t", vapply(times, number_name, ""))
  as_frame(columns, names, length(link))
}

#' Name the columns of quantiles after them
#'
#' @param told A vector or a matrix with a column for each quantile.
#' @noRd
quantile_columns <- function(predicted, quantiles, rows) {
  predicted <- matrix(predicted, rows, length(quantiles))
  columns <- lapply(seq_along(quantiles), function(i) predicted[, i])
  names <- paste0("q", vapply(quantiles, number_name, ""))
  as_frame(columns, names, rows)
}
