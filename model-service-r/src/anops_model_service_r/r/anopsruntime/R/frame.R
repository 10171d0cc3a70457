# Columns from the wire become the data frame that predict() is given.

#' Build the data frame of a request
#'
#' Names are kept as they are, unicode, spaces and dots included.
#'
#' @param names Column names.
#' @param kinds Column types of the schema.
#' @param values One vector for each column: numbers, integers or logicals as
#'   they are; texts as codes into `levels`; dates as days, datetimes as
#'   seconds since 1970 (UTC). Many columns of numbers come as one vector, one
#'   behind the other, which is then the first.
#' @param levels For each column the texts behind its codes, or `NULL`.
#' @param ordered For each column whether its levels have an order.
#' @param timezones For each column its time zone, `""` for none.
#' @param rows Number of rows.
#' @return A data frame.
#' @noRd
build_frame <- function(names, kinds, values, levels, ordered, timezones,
                        rows) {
  if (length(values) < length(names)) {
    values <- taken_apart(values, kinds == "number", rows)
  }
  coded <- which(kinds %in% c("category", "string", "date", "datetime"))
  values[coded] <- lapply(coded, function(i) {
    build_column(kinds[i], values[[i]], levels[[i]], ordered[i], timezones[i])
  })
  as_frame(values, names, rows)
}

taken_apart <- function(values, numbers, rows) {
  block <- values[[1]]
  columns <- vector("list", length(numbers))
  columns[!numbers] <- values[-1]
  columns[numbers] <- if (rows == 1) {
    as.list(block)
  } else {
    lapply(seq_len(sum(numbers)) - 1, function(before) {
      block[before * rows + seq_len(rows)]
    })
  }
  columns
}

build_column <- function(kind, values, levels, ordered, timezone) {
  switch(kind,
    category = structure(
      values,
      levels = levels, class = c(if (ordered) "ordered", "factor")
    ),
    string = levels[values],
    date = structure(values, class = "Date"),
    datetime = structure(
      values,
      class = c("POSIXct", "POSIXt"),
      tzone = if (nzchar(timezone)) timezone else "UTC"
    )
  )
}

as_frame <- function(columns, names, rows) {
  structure(
    columns,
    names = as.character(names), class = "data.frame",
    row.names = .set_row_names(rows)
  )
}

#' Make a frame of one row with the columns of another
#'
#' Asking with it tells which columns an answer has.
#'
#' @param frame A data frame.
#' @param fill Whether to put in harmless values; else all are missing.
#' @noRd
probe_row <- function(frame, fill) {
  columns <- lapply(frame, function(column) {
    probe <- column[NA_integer_]
    if (fill) {
      probe[1] <- if (is.factor(column)) {
        levels(column)[1]
      } else if (is.character(column)) {
        ""
      } else if (inherits(column, "Date")) {
        as.Date("1970-01-02")
      } else if (inherits(column, "POSIXct")) {
        as.POSIXct("1970-01-02", tz = "UTC")
      } else if (is.logical(column)) {
        TRUE
      } else if (is.integer(column)) {
        1L
      } else {
        1
      }
    }
    probe
  })
  as_frame(columns, names(frame), 1L)
}
