# What a column must be, by its data, by its levels or by what terms say of it.

numeric_levels <- function(levels) {
  numbers <- suppressWarnings(as.double(levels))
  # "007" is a code, not a number
  if (length(numbers) && !anyNA(numbers) &&
        all(as.character(numbers) == levels)) {
    numbers
  }
}

logical_levels <- function(levels) {
  if (length(levels) && all(levels %in% c("FALSE", "TRUE"))) {
    as.logical(levels)
  }
}

#' Describe a column of texts or logicals by its levels
#' @noRd
levels_spec <- function(levels) {
  if (is.null(logical_levels(levels))) {
    list(type = "category", levels = levels)
  } else {
    list(type = "boolean")
  }
}

#' Describe a column of data
#'
#' @param column A vector.
#' @param name Its name, for messages.
#' @param levels The levels the model was fitted with, where it says so.
#' @noRd
column_spec <- function(column, name = "", levels = NULL) {
  if (is.null(column)) {
    return(NULL)
  }
  switch(vector_kind(column),
    factor = list(
      type = "category", levels = levels %||% levels(column),
      ordered = is.ordered(column)
    ),
    character = list(
      type = "category", levels = levels %||% sort(unique(column))
    ),
    datetime = {
      zone <- attr(column, "tzone")[1]
      list(type = "datetime", timezone = if (isTRUE(nzchar(zone))) zone)
    },
    date = list(type = "date"),
    logical = list(type = "boolean"),
    number = ,
    # apart, each of its columns holds numbers: see matrices.R
    "numeric matrix" = list(type = "number"),
    abort(
      "MODEL_LOAD", "Can't serve the model: its column `", name, "` is a ",
      class(column)[1], ", and a request can't hold one.",
      remedy = if (inherits(column, "difftime")) {
        paste0(
          "Fit the model on a number of one unit: as.numeric(", name,
          ", units = \"", units(column), "\")."
        )
      } else {
        paste0(
          "Fit the model on plain columns: as.numeric(", name, ") of a matrix ",
          "with one column, as.data.frame() of one with several."
        )
      }
    )
  )
}

vector_kind <- function(column) {
  if (is.factor(column)) {
    "factor"
  } else if (inherits(column, "POSIXt")) {
    "datetime"
  } else if (inherits(column, "Date")) {
    "date"
  } else if (!is.null(dim(column))) {
    if (is.numeric(column)) "numeric matrix" else "matrix"
  } else if (is.numeric(column)) {
    "number"
  } else {
    class(column)[1]
  }
}

#' Describe a column by what terms say of it, where there is no data
#' @noRd
class_spec <- function(name, class, levels) {
  numbers <- numeric_levels(levels)
  # "other" is a date, most often
  if (is.null(class) || class == "other") {
    if (!is.null(numbers)) {
      return(list(type = "number", values = numbers))
    }
    if (!is.null(logical_levels(levels))) {
      return(list(type = "boolean"))
    }
    if (is.null(levels)) {
      return(structure(list(type = "number"), guessed = TRUE))
    }
    class <- "factor"
  }
  switch(class,
    factor = ,
    character = list(type = "category", levels = levels),
    ordered = list(type = "category", levels = levels, ordered = TRUE),
    logical = list(type = "boolean"),
    Date = list(type = "date"),
    POSIXct = list(type = "datetime"),
    numeric = ,
    integer = list(type = "number"),
    if (startsWith(class, "nmatrix.")) list(type = "number") else
      column_spec(matrix(""), name)
  )
}
