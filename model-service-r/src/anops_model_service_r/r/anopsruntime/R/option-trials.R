# What a model does not say is tried out before `ao init` writes it down.

#' Leave out the options that a model can't do after all
#'
#' A class that builds on another inherits its options, and may have a
#' predict() that knows less.
#'
#' @param loaded What `load_project()` returned.
#' @param rows Reference rows, or a row that would do.
#' @param options The options of the model's family.
#' @noRd
working_options <- function(loaded, rows, options) {
  if (length(options) == 0) {
    return(options)
  }
  rows <- take_rows(rows, seq_len(min(2, nrow(rows))))
  defaults <- option_defaults(options)
  works <- function(name, value) {
    asked <- utils::modifyList(defaults, stats::setNames(list(value), name))
    answer <- trial(loaded, rows, asked)
    # a predict() of R ignores what it does not know
    !is.null(answer) && all(option_columns[[name]] %in% names(answer))
  }
  if (is.null(trial(loaded, rows, defaults))) {
    return(options)
  }
  for (name in names(options)) {
    options[[name]] <- working_option(options[[name]], function(value) {
      works(name, value)
    })
  }
  # a coverage is that of an interval
  if (is.null(options$interval)) options[names(options) != "level"] else options
}

#' @param works A function of a value.
#' @return The option with the values that work, or `NULL`.
#' @noRd
working_option <- function(spec, works) {
  if (spec$type == "category") {
    other <- setdiff(spec$levels, spec$default)
    working <- Filter(works, other)
    spec$levels <- intersect(spec$levels, c(spec$default, working))
    if (length(spec$levels) > 1) spec
  } else if (spec$type == "boolean") {
    if (works(!spec$default)) spec
  } else {
    spec
  }
}

#' Columns that an option must bring with it, where the model does it
#' @noRd
option_columns <- list(interval = c("lower", "upper"), se = "se")

trial <- function(loaded, rows, options) {
  tryCatch(
    suppressMessages(suppressWarnings(predict_rows(loaded, rows, options))),
    anops_error = function(e) NULL
  )
}

#' Try which type a column has whose model lets only guess
#'
#' `weekdays(day)` fails with a number and works with a date.
#'
#' @param loaded What `load_project()` returned.
#' @param inputs Columns, some of them guessed to be numbers.
#' @param options Defaults of the options.
#' @noRd
tried_types <- function(loaded, inputs, options) {
  guessed <- names(Filter(is_guessed, inputs))
  if (length(guessed) == 0 || type_fits(loaded, inputs, options)) {
    return(inputs)
  }
  for (type in names(probes)) {
    for (names in unique(c(as.list(guessed), list(guessed)))) {
      asked <- inputs
      asked[names] <- list(list(type = type))
      if (type_fits(loaded, asked, options, names, probes[[type]])) {
        return(asked)
      }
    }
  }
  inputs
}

probes <- list(
  # of every month and each day of the week
  date = as.Date("2024-01-01") + 31 * 0:11,
  datetime = as.POSIXct("2024-01-01 06:00", tz = "UTC") + 31 * 86400 * 0:11,
  string = "a", boolean = TRUE
)

#' Make a row that fits the columns, to try a model with that has no data
#' @noRd
harmless_row <- function(inputs) {
  row <- probe_row(
    cast_rows(as_frame(list(), NULL, 0L), inputs),
    fill = TRUE
  )
  for (name in names(inputs)) {
    # factor(cyl) knows some numbers only
    allowed <- inputs[[name]]$values
    if (length(allowed)) row[[name]] <- as.double(allowed[1])
    if (is_open(inputs[[name]])) {
      known <- open_design(inputs[[name]])$levels
      if (length(known)) row[[name]] <- factor(known[1], levels = known)
    }
  }
  row
}

type_fits <- function(loaded, inputs, options, names = NULL, values = NA) {
  row <- harmless_row(inputs)
  for (i in seq_along(values)) {
    row[names] <- list(values[i])
    if (!is.null(trial(loaded, row, options))) {
      return(TRUE)
    }
  }
  FALSE
}
