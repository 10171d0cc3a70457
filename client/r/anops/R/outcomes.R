# Tells a service what came true of its predictions.

#' Tell a service what came true
#'
#' `outcomes_send()` sends what came true of predictions to the service that
#' made them, where it is kept in its log, for `ao monitor report`. What is sent
#' twice is kept once; of two values for one prediction the last one sent holds.
#'
#' A prediction is named by the columns `request_id` and `row` (from 1; 1 where
#' there is no such column). Without `request_id`, all columns but the outcome
#' and the time are the key: columns of the rows that were predicted, which say
#' whose outcome it is. It is then that of the last prediction of this key at or
#' before the time.
#'
#' Rows whose outcome is `NA` are left out. Many rows are sent in several
#' requests, of each of which either all are kept or none; a service that is
#' busy is asked again after the time it names.
#'
#' @param outcomes A data frame.
#' @param outcome,time The names of its columns of what came true, and when.
#'   The time is a `POSIXct`, a `Date`, or text as ISO 8601; without a
#'   `request_id` it must be there.
#' @param url,key,headers,wait_seconds,ca_file As [predict_remote()] has them.
#' @return How many outcomes are `new`, have `changed`, were the `same`, and are
#'   of an `unknown` prediction (these are kept, too): a named vector,
#'   invisibly.
#'
#' Where the service refuses, an error of class `anops_error` is raised.
#' @export
#' @examples
#' \dontrun{
#' came <- data.frame(
#'   customer = c(17, 18), time = as.POSIXct("2026-11-30", "UTC"),
#'   outcome = c(21.4, 19)
#' )
#' outcomes_send("http://127.0.0.1:8080", came)
#' }
outcomes_send <- function(url, outcomes, outcome = "outcome", time = "time",
                          key = Sys.getenv("ANOPS_KEY"), headers = NULL,
                          wait_seconds = 30,
                          ca_file = Sys.getenv("ANOPS_CA_FILE")) {
  service <- new_service(
    url, c(key_header(key), headers), wait_seconds, ca_file
  )
  send_outcomes(service, outcomes, outcome, time)
}

#' @noRd
send_outcomes <- function(service, outcomes, outcome = "outcome",
                          time = "time", size = 10000L) {
  check_outcomes(outcomes, outcome, time)
  outcomes <- outcomes[!is.na(outcomes[[outcome]]), , drop = FALSE]
  counts <- c(new = 0, changed = 0, same = 0, unknown = 0)
  pieces <- ceiling(nrow(outcomes) / size)
  for (start in seq(1, by = size, length.out = pieces)) {
    rows <- seq(start, min(start + size - 1, nrow(outcomes)))
    body <- outcomes_json(outcomes[rows, , drop = FALSE], outcome, time)
    answer <- ask_service(service, "/outcomes", body, before = start - 1)
    counts <- counts + unlist(answer[names(counts)])
  }
  invisible(counts)
}

#' Refuse what can't be sent
#' @noRd
check_outcomes <- function(outcomes, outcome, time) {
  if (!is.data.frame(outcomes)) {
    raise_remote(
      "BODY_SHAPE", "`outcomes` must be a data frame.",
      "Give a row for each prediction, with the column `outcome`."
    )
  }
  by_request <- "request_id" %in% names(outcomes)
  needed <- c(outcome, if (!by_request) time)
  lacking <- setdiff(needed, names(outcomes))
  keys <- setdiff(names(outcomes), needed)
  if (length(lacking)) {
    raise_remote(
      "COLUMN_MISSING",
      paste0("`outcomes` has no column `", lacking[1], "`."),
      "Call the columns of what came true and when `outcome` and `time`."
    )
  }
  if (!by_request && !length(keys)) {
    raise_remote(
      "COLUMN_MISSING",
      "`outcomes` does not say which predictions they belong to.",
      "Add `request_id`, or columns of the model that say whose outcome it is."
    )
  }
}

#' Write outcomes as JSON
#' @noRd
outcomes_json <- function(outcomes, outcome, time) {
  written <- lapply(outcomes, json_values)
  by_request <- "request_id" %in% names(outcomes)
  keys <- if (!by_request) setdiff(names(outcomes), c(outcome, time))
  fields <- c(outcome = outcome, time = time)
  if (by_request) {
    fields <- c(fields, request_id = "request_id", row = "row")
    written$request_id <- json_values(as.character(outcomes$request_id))
  }
  fields <- fields[fields %in% names(outcomes)]
  parts <- lapply(names(fields), function(name) {
    paste0("\"", name, "\": ", written[[fields[[name]]]])
  })
  if (length(keys)) {
    named <- lapply(keys, function(name) {
      paste0(json_text(name), ": ", written[[name]])
    })
    key <- do.call(paste, c(named, sep = ", "))
    parts <- c(parts, list(paste0("\"key\": {", key, "}")))
  }
  records <- paste0("{", do.call(paste, c(parts, sep = ", ")), "}")
  paste0("{\"outcomes\": [", paste(records, collapse = ", "), "]}")
}
