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

#' Warn of what came with the answer to a request
#'
#' @param told What the service said.
#' @param before How many rows were sent in earlier requests.
#' @noRd
warn_remote <- function(told, before) {
  rows <- as.integer(unlist(told$rows)) + as.integer(before)
  where <- if (length(rows) && names_rows(told)) {
    counted_from(before, rows)
  } else if (length(rows)) {
    paste0(
      " (", if (length(rows) > 1) "rows " else "row ", first_rows(rows), ")"
    )
  }
  raise_warning(told, where, rows)
}

#' Warn of what came with the answers to all requests: once for each kind and
#' column
#'
#' @param answers For each request a list of its `warnings` and of how many
#'   rows were sent `before`.
#' @noRd
warn_of_all <- function(answers) {
  found <- unlist(lapply(answers, function(answer) {
    lapply(answer$warnings, list, before = answer$before)
  }), recursive = FALSE)
  if (!length(found)) {
    return(invisible())
  }
  keys <- vapply(found, function(each) warning_key(each[[1]]), "")
  for (same in split(found, factor(keys, unique(keys)))) {
    told <- same[[1]][[1]]
    rows <- unlist(lapply(same, function(each) {
      as.integer(unlist(each[[1]]$rows)) + as.integer(each$before)
    }))
    if (length(same) == 1 || !length(rows)) {
      warn_remote(told, same[[1]]$before)
    } else {
      counts <- vapply(same, function(each) warned_rows(each[[1]]), 1)
      count <- format(sum(counts), big.mark = ",", scientific = FALSE)
      where <- if (names_rows(told)) counted_from(same[[1]]$before, rows)
      raise_warning(told, paste0(
        where, " In all of your data it is so in ", count, " rows: ",
        first_rows(rows, sum(counts)), if (sum(counts) <= 5) "."
      ), utils::head(rows, 20))
    }
  }
}

#' Say which warnings of several requests are one: where they count rows, their
#' messages differ
#' @noRd
warning_key <- function(told) {
  kind <- known_text(told$kind)
  counts <- nzchar(kind) && length(unlist(told$rows))
  last <- if (counts) "" else told$message
  paste(kind, known_text(told$column), last, sep = "\r")
}

warned_rows <- function(told) {
  count <- told$count
  if (length(count) && !is.na(count) && count > 0) {
    as.double(count)
  } else {
    as.double(length(unlist(told$rows)))
  }
}

known_text <- function(text) {
  if (length(text) && !is.na(text)) text else ""
}

#' Say whether the message of a warning names its first rows
#' @noRd
names_rows <- function(told) {
  known_text(told$kind) %in% c("extrapolation", "rounded")
}

first_rows <- function(rows, count = length(rows)) {
  shown <- format(utils::head(rows, 5), scientific = FALSE, trim = TRUE)
  paste0(paste(shown, collapse = ", "), if (count > 5) ", ...")
}

raise_warning <- function(told, where, rows) {
  call <- known_text(told$call)
  warning(structure(
    class = c("anops_warning", "warning", "condition"),
    list(
      message = paste0(
        told$message, where, if (nzchar(call)) paste("\nIt warned in:", call)
      ),
      call = NULL, column = told$column, rows = rows
    )
  ))
}
