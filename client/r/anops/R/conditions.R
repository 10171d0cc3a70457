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
        ", and not as a service of AnOps does."
      ),
      "Another program may have this address: ask who runs the service.",
      status = response$status
    )
  }
  faults <- lapply(problem$errors, fault_at, before = before)
  messages <- vapply(faults, function(fault) fault$message %||% "", "")
  detail <- problem$detail
  if (length(faults)) {
    told <- problem$errors[[1]]$message %||% ""
    detail <- sub(told, messages[1], detail, fixed = TRUE)
  }
  told <- vapply(messages, grepl, NA, x = detail, fixed = TRUE)
  further <- c(
    messages[!told],
    if (isTRUE(problem$more > 0)) paste("... and", problem$more, "more."),
    if (length(problem$call)) paste("It failed in:", problem$call)
  )
  raise_remote(
    problem$code, detail, problem$remedy, further,
    errors = faults_frame(faults), where = problem$call,
    status = response$status, request_id = problem$request_id
  )
}

#' Count the row of a fault from the first row of all requests
#' @noRd
fault_at <- function(fault, before) {
  if (before > 0 && !is.null(fault$row)) {
    was <- paste0("row ", fault$row, " ")
    fault$row <- fault$row + before
    now <- paste0("row ", fault$row, " ")
    fault$message <- sub(was, now, fault$message, fixed = TRUE)
  }
  fault
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
  if (before > 0) {
    for (row in rev(rows)) {
      message <- gsub(
        paste0("\\brow ", row, "\\b"), paste("row", row + before), message
      )
    }
  }
  rows <- rows + as.integer(before)
  where <- if (length(rows) && !grepl("\\brow \\d", message)) {
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
