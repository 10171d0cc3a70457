# The ranges that a model has seen: outside of them it extrapolates.

#' Find the smallest and the largest value of a column
#'
#' @param column A vector.
#' @return `c(low, high)`, or `NULL` where values have no order or are missing.
#' @noRd
seen_range <- function(column) {
  kind <- if (!is.null(column)) vector_kind(column)
  if (!isTRUE(kind %in% c("number", "date", "datetime"))) {
    return(NULL)
  }
  if (inherits(column, "POSIXlt")) {
    column <- as.POSIXct(column)
  }
  known <- column[is.finite(column)]
  if (length(known)) range(known)
}

#' Widen a range by what computing back from log(x) to x may have lost
#'
#' An end of few digits is what it was; so every row of the training is within.
#' @noRd
widened <- function(range) {
  if (!is.double(range) || is.object(range)) {
    return(range)
  }
  pad <- 1e-12 * max(abs(range))
  ifelse(signif(range, 10) == range, range, range + c(-pad, pad))
}

#' Write the ranges into the columns of a model
#' @noRd
with_seen <- function(inputs, seen) {
  for (name in intersect(names(inputs), names(seen))) {
    inputs[[name]]$seen <- seen_text(inputs[[name]], seen[[name]])
  }
  inputs
}

#' Write a range as the wire has it: numbers, or ISO 8601 text
#'
#' A column of certain allowed values needs none.
#' @noRd
seen_text <- function(spec, range) {
  if (!is.null(spec$values)) {
    return(NULL)
  }
  kind <- vector_kind(range)
  if (spec$type == "date" && kind == "date") {
    iso_date(range)
  } else if (spec$type == "datetime" && kind == "datetime") {
    iso_datetime(range)
  } else if (spec$type %in% c("number", "integer") && kind == "number") {
    as.double(range)
  }
}
