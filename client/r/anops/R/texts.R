# Moments and texts, each in the one form that a request has.

`%||%` <- function(x, y) if (is.null(x)) y else x

#' Write dates with years of four digits, which format() does not always
#' @noRd
iso_date <- function(dates) {
  year <- sprintf("%04d", as.POSIXlt(dates)$year + 1900L)
  paste0(year, format(dates, "-%m-%d"))
}

#' Write moments in UTC, with as much of a second as there is, to a microsecond
#' @noRd
iso_datetime <- function(times) {
  micro <- round(as.double(times) * 1e6)
  seconds <- floor(micro / 1e6)
  part <- micro - seconds * 1e6
  times <- .POSIXct(seconds, "UTC")
  text <- paste0(
    sprintf("%04d", as.POSIXlt(times)$year + 1900L), format(times, "-%m-%dT%T")
  )
  fraction <- sub("0+$", "", sprintf(".%06d", as.integer(part)))
  paste0(text, ifelse(part == 0, "", fraction), "Z")
}

#' Bring texts of any encoding into UTF-8
#' @noRd
utf8 <- function(text) {
  text <- enc2utf8(as.character(text))
  broken <- !validUTF8(text)
  text[broken] <- iconv(text[broken], "latin1", "UTF-8")
  text
}
