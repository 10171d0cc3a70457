# What a ts says of its calendar: numbers such as 1961.083, of period 12.

#' Tell the calendar of a series, as `[series]` of ao.toml has it
#'
#' A `ts` has a calendar only where its period is a year's months, quarters or
#' the year itself; one of 7 or 52 may begin anywhere.
#'
#' @param series A `ts`.
#' @return A list of `frequency`, `last` and `period`, those that are known.
#' @noRd
series_calendar <- function(series) {
  frequency <- stats::frequency(series)
  period <- if (inherits(series, "msts")) attr(series, "msts") else frequency
  known <- list(period = as.numeric(period[period > 1]))
  if (length(known$period) == 0) known$period <- NULL
  alias <- switch(as.character(frequency), `1` = "YS", `4` = "QS", `12` = "MS")
  end <- if (!is.null(alias)) whole_end(series)
  if (is.null(end)) {
    return(known)
  }
  month <- (end[2] - 1) * (12 / frequency) + 1
  known$frequency <- alias
  known$last <- sprintf("%04d-%02d-01", as.integer(end[1]), as.integer(month))
  known
}

#' The year and the cycle of the last observation
#'
#' `ts(x, frequency = 12)` begins in the year 1, which nobody means.
#'
#' @return `NULL` where it is no year.
#' @noRd
whole_end <- function(series) {
  end <- stats::end(series)
  years <- length(end) == 2 && all(is.finite(end)) &&
    abs(end[1] - round(end[1])) < 1e-6 && end[1] >= 1000 && end[1] <= 3000
  if (years) end
}

#' Name what is observed: `AirPassengers`, but not `log(AirPassengers)`
#' @noRd
series_value <- function(model) {
  if (is_panel(model)) {
    names <- unique(vapply(model, series_value, ""))
    return(if (length(names) == 1) names else "value")
  }
  name <- if (series_family(model) == "tslm") {
    deparse1(stats::formula(model)[[2]])
  } else {
    model$series %||% deparse1(part_of(model, "call")$x)
  }
  plain <- length(name) == 1 && !name %in% c("x", "y", "NULL") &&
    grepl("^[A-Za-z][A-Za-z0-9_.]*$", name)
  if (plain) name else "value"
}
