# Models that answer with a probability at each of some times, without which
# their predict() fails: Kaplan and Meier's of prodlim, those of timereg.

#' @export
model_options.prodlim <- function(model) { # nolint: object_name_linter.
  c(
    times_option(event_times(model$time)),
    if (competing(model)) {
      list(cause = choice(
        as.character(attr(model$model.response, "states")),
        description = paste(
          "The event whose probability, until each of `times`, is predicted;",
          "by default the first."
        )
      ))
    }
  )
}

competing <- function(model) identical(model$type, "risk")

#' Choose times to answer for: quartiles of those of the data
#' @noRd
event_times <- function(times) {
  times <- times[is.finite(times) & times > 0]
  if (length(times)) {
    unique(signif(stats::quantile(times, c(0.25, 0.5, 0.75), names = FALSE), 2))
  }
}

#' @export
model_predict.prodlim <- function(model, # nolint: object_name_linter.
                                  newdata, options = list()) {
  times <- asked_times(options)
  answer <- matrix(NA_real_, nrow(newdata), length(times))
  known <- which(complete_rows(newdata))
  further <- if (competing(model)) {
    list(type = "cuminc", cause = options$cause)
  } else {
    list(type = "surv")
  }
  if (length(known)) {
    found <- do.call(native_predict, c(
      list(quote(model), newdata[known, , drop = FALSE], times = times),
      further
    ))
    # one vector for all rows where the model has no columns
    found <- if (is.list(found)) do.call(rbind, found) else
      matrix(found, length(known), length(times), byrow = TRUE)
    answer[known, ] <- found
  }
  at_times(answer, times)
}

#' Name the columns of an answer after their times
#' @noRd
at_times <- function(answer, times) {
  columns <- lapply(seq_along(times), function(i) answer[, i])
  names <- paste0("t", vapply(times, number_name, ""))
  as_frame(columns, names, nrow(answer))
}

#' @export
model_code.prodlim <- function(model, # nolint: object_name_linter.
                               inputs = NULL) {
  options <- model_options(model)
  further <- if (competing(model)) ", type = \"cuminc\", cause = cause"
  code_at_times(options$times$default, c(
    if (competing(model)) c(
      "cause <- list(...)$cause",
      paste0("if (is.null(cause)) cause <- \"", options$cause$default, "\"")
    ),
    "found <- matrix(NA_real_, nrow(newdata), length(times))",
    if (length(inputs)) "known <- which(complete.cases(newdata))" else
      "known <- seq_len(nrow(newdata))",
    "for (i in known) {",
    "  row <- newdata[i, , drop = FALSE]",
    paste0("  told <- predict(model, row, times = times", further, ")"),
    "  found[i, ] <- unlist(told)",
    "}"
  ))
}

#' Write code that answers for the times of a request
#' @noRd
code_at_times <- function(times, lines) {
  paste(c(
    "times <- list(...)$times",
    paste0(
      "if (is.null(times)) times <- c(",
      paste(vapply(times, number_name, ""), collapse = ", "), ")"
    ),
    lines,
    "colnames(found) <- paste0(\"t\", times)",
    "as.data.frame(found)"
  ), collapse = "\n  ")
}
