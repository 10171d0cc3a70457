# Reference rows: a few rows of the data, whose answers are kept.

#' Choose rows that show every level and the extremes
#'
#' @param data A data frame without missing values.
#' @param most How many rows at most.
#' @noRd
choose_rows <- function(data, most = 10L) {
  complete <- which(stats::complete.cases(data))
  if (length(data) == 0) {
    return(if (nrow(data)) 1L else integer())
  }
  chosen <- integer()
  for (column in data) {
    column <- column[complete]
    keys <- if (is.factor(column) || is.character(column)) {
      match(unique(column), column)
    } else {
      c(which.min(column), which.max(column))
    }
    fresh <- complete[keys]
    chosen <- unique(c(chosen, fresh))
  }
  chosen <- utils::head(chosen, most)
  spread <- complete[unique(round(seq(
    1, length(complete), length.out = min(most, length(complete))
  )))]
  sort(utils::head(unique(c(chosen, spread)), most))
}

take_rows <- function(frame, index) {
  as_frame(
    lapply(frame, function(column) column[index]), names(frame), length(index)
  )
}

#' Give rows of data the types that a request would give them
#' @noRd
cast_rows <- function(data, inputs) {
  columns <- lapply(names(inputs), function(name) {
    cast_column(data[[name]], inputs[[name]])
  })
  as_frame(columns, names(inputs), nrow(data))
}

cast_column <- function(column, spec) {
  switch(spec$type,
    category = factor(
      as.character(column),
      levels = spec$levels %||% sort(unique(as.character(column))),
      ordered = isTRUE(spec$ordered)
    ),
    string = as.character(column),
    boolean = as.logical(column),
    date = as.Date(column),
    datetime = as.POSIXct(column, tz = spec$timezone %||% "UTC"),
    integer = as.integer(column),
    as.double(column)
  )
}
