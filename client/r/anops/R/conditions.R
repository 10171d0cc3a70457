# What a service refuses or warns of becomes a condition of R.

#' Stop with a problem of a service or of asking it
#'
#' @param code An error code.
#' @param what What happened.
#' @param remedy What to do, or `NULL`.
#' @param faults Lines about further faults.
#' @param ... Further fields of the condition.
#' @noRd
raise_remote <- function(code, what, remedy = NULL, faults = NULL, ...) {
  lines <- c(
    what, if (length(faults)) paste("\u2022", faults),
    if (length(remedy)) paste("\u2192", remedy), paste0("[", code, "]")
  )
  stop(structure(
    class = c("anops_remote_error", "anops_error", "error", "condition"),
    list(
      message = paste(lines, collapse = "\n"), call = NULL,
      code = code, remedy = remedy, ...
    )
  ))
}

refuse_response <- function(url, response, problem, before) {
  if (is.null(problem)) {
    raise_remote(
      "NOT_ANOPS",
      paste0(
        url, " answered with status ", response$status,
        ", which is not how a service of AnOps answers."
      ),
      "Another program may have this address: ask who runs the service.",
      status = response$status
    )
  }
  faults <- lapply(problem$errors, fault_at, before = before)
  messages <- vapply(faults, function(fault) fault$message %||% "", "")
  told <- vapply(messages, grepl, NA, x = problem$detail, fixed = TRUE)
  rows <- unlist(lapply(faults, function(fault) fault$row))
  further <- c(
    messages[!told],
    if (isTRUE(problem$more > 0)) paste("... and", problem$more, "more."),
    if (length(problem$call)) paste("It failed in:", problem$call)
  )
  raise_remote(
    problem$code, paste0(problem$detail, counted_from(before, rows)),
    problem$remedy, further,
    errors = faults_frame(faults), where = problem$call,
    status = response$status, request_id = problem$request_id
  )
}

#' Count the row of a fault from the first row of all requests
#' @noRd
fault_at <- function(fault, before) {
  if (!is.null(fault$row)) {
    fault$row <- fault$row + before
  }
  fault
}

#' Say where a request begins, whose own rows a message counts
#' @noRd
counted_from <- function(before, rows) {
  if (before > 0 && length(rows)) {
    first <- format(before + 1, scientific = FALSE)
    paste0(" (Row 1 here is row ", first, " of your data.)")
  }
}

faults_frame <- function(faults) {
  texts <- c("code", "column", "expected", "received", "message")
  columns <- lapply(texts, function(field) {
    vapply(faults, function(fault) fault[[field]] %||% NA_character_, "")
  })
  names(columns) <- texts
  row <- vapply(faults, function(fault) as.integer(fault$row %||% NA), 1L)
  as.data.frame(c(columns[1:2], list(row = row), columns[3:5]))
}

#' Warn of what came with an answer
#' @noRd
warn_remote <- function(told, before) {
  rows <- as.integer(unlist(told$rows))
  message <- told$message
  # a column may be called `row 5`
  words <- gsub(paste0("`", told$column, "`"), "", message, fixed = TRUE)
  names_rows <- grepl("\\brow \\d", words)
  rows <- rows + as.integer(before)
  where <- if (length(rows) && names_rows) {
    counted_from(before, rows)
  } else if (length(rows)) {
    shown <- paste(utils::head(rows, 5), collapse = ", ")
    paste0(
      " (", if (length(rows) > 1) "rows " else "row ", shown,
      if (length(rows) > 5) ", ...", ")"
    )
  }
  call <- told$call
  in_call <- if (length(call) && !is.na(call)) paste("\nIt warned in:", call)
  warning(structure(
    class = c("anops_warning", "warning", "condition"),
    list(
      message = paste0(message, where, in_call), call = NULL,
      column = told$column, rows = rows
    )
  ))
}
