# Columns leave R in the few forms that the wire knows.

#' Write a data frame in the form that Python reads
#'
#' @param frame A data frame.
#' @return A flat list, since each part of it costs Python time: the number of
#'   rows, all names and all types as one vector of texts; the values of each
#'   column; then the levels behind each column of codes.
#' @noRd
as_wire <- function(frame) {
  columns <- lapply(unname(as.list(frame)), wire_column)
  part <- function(name) lapply(columns, `[[`, name)
  c(
    list(c(
      sprintf("%d", nrow(frame)), enc2utf8(names(frame)), unlist(part("type"))
    )),
    part("values"), Filter(Negate(is.null), part("levels"))
  )
}

wire_column <- function(column) {
  if (is.factor(column)) {
    return(list(
      type = "category", values = as.integer(column),
      levels = utf8(levels(column))
    ))
  }
  if (inherits(column, "Date")) {
    return(coded(column, "date", iso_date))
  }
  if (inherits(column, "POSIXct")) {
    return(coded(column, "datetime", iso_datetime))
  }
  if (is.character(column)) {
    return(coded(column, "string", utf8))
  }
  if (is.logical(column)) {
    return(list(type = "boolean", values = column, levels = NULL))
  }
  if (is.integer(column)) {
    return(list(type = "integer", values = column, levels = NULL))
  }
  list(type = "number", values = as.double(column), levels = NULL)
}

#' Send each different text once, and the rows as codes
#' @noRd
coded <- function(column, type, write) {
  different <- unique(column[!is.na(column)])
  list(
    type = type, values = match(column, different), levels = write(different)
  )
}

#' Write dates with years of four digits, which format() does not always
#' @noRd
iso_date <- function(dates) {
  year <- sprintf("%04d", as.POSIXlt(dates)$year + 1900L)
  paste0(year, format(dates, "-%m-%d"))
}

iso_datetime <- function(times) {
  micro <- round(as.double(times) * 1e6)
  whole <- floor(micro / 1e6)
  part <- micro - whole * 1e6
  times <- .POSIXct(whole, "UTC")
  text <- paste0(
    sprintf("%04d", as.POSIXlt(times)$year + 1900L), format(times, "-%m-%dT%T")
  )
  fraction <- sub("0+$", "", sprintf(".%06d", as.integer(part)))
  paste0(text, ifelse(part == 0, "", fraction), "Z")
}

utf8 <- function(text) {
  text <- enc2utf8(as.character(text))
  broken <- !validUTF8(text)
  text[broken] <- iconv(text[broken], "latin1", "UTF-8")
  text
}
