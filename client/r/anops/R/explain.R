# Why a served model answers as it does.

#' Ask why a served model predicts what it predicts
#'
#' Tells what each column of a row contributes to its prediction. The
#' contributions are Shapley values: together with the baseline, the mean
#' prediction for the reference rows of the model, they add up to the
#' prediction. Of a prediction that is a class they tell what makes it that
#' class: the baseline is then the share of that class among the predictions
#' for the reference rows, and all together add up to 1.
#'
#' @inheritParams predict_remote
#' @param output The name of the output that is to be explained; `NULL`: the
#'   prediction.
#' @return A data frame with the columns `row` (the row name of `newdata`),
#'   `output`, `prediction`, `baseline`, `column` and `contribution`: a row for
#'   each row of `newdata`, each output that is explained, and each column of
#'   the model.
#' @export
#' @examples
#' \dontrun{
#' cars <- data.frame(wt = c(2.62, 3.1), hp = c(110, 93), cyl = c(6, 4))
#' explain_remote("http://127.0.0.1:8080", cars)
#' }
explain_remote <- function(url, newdata, ..., output = NULL, model = NULL,
                           version = NULL, key = Sys.getenv("ANOPS_KEY"),
                           headers = NULL, wait_seconds = 30,
                           ca_file = Sys.getenv("ANOPS_CA_FILE")) {
  served <- remote_model(
    url, model, version,
    key = key, headers = headers, wait_seconds = wait_seconds,
    ca_file = ca_file
  )
  rows <- as_rows(newdata)
  options <- list(...)
  check_named(options)
  options$explain <- output %||% TRUE
  labels <- as.character(attr(rows, "row.names"))
  rows <- rows[intersect(names(served$schema$inputs), names(rows))]
  asked <- options_json(options, served$schema$options)
  pieces <- split(seq_along(labels), (seq_along(labels) - 1) %/% rows_explained)
  answers <- lapply(pieces, function(piece) {
    columns <- piece_json(rows[piece, , drop = FALSE], served$schema$inputs)
    ask_service(
      served$service, "/predict",
      paste0("{\"data\":", columns, ",\"options\":", asked, "}"),
      before = piece[1] - 1,
      read = function(response, before) {
        explained_table(response, before, labels[piece])
      }
    )
  })
  warn_of_all(answers)
  if (length(answers)) {
    return(do.call(rbind, unname(lapply(answers, `[[`, "table"))))
  }
  explained_rows(character(), character(), NA, list())
}

#' How many rows a service explains in a request
#' @noRd
rows_explained <- 100L

explained_table <- function(response, before, labels) {
  answer <- jsonlite::fromJSON(response$text, simplifyVector = FALSE)
  tables <- Map(function(label, predicted, told) {
    parts <- Map(function(output, why) {
      explained_rows(label, output, predicted[[output]], why)
    }, names(told), told)
    do.call(rbind, unname(parts))
  }, labels, answer$predictions, answer$explanations)
  list(
    table = do.call(rbind, unname(tables)),
    warnings = answer$warnings, before = before
  )
}

explained_rows <- function(label, output, predicted, why) {
  columns <- as.character(names(why$contributions))
  contributions <- vapply(why$contributions, or_na, NA_real_, USE.NAMES = FALSE)
  count <- length(columns)
  data.frame(
    row = rep(label, count), output = rep(output, count),
    prediction = rep(predicted %||% NA, length.out = count),
    baseline = rep(or_na(why$baseline), count),
    column = columns, contribution = contributions
  )
}

or_na <- function(value) {
  if (is.null(value)) NA_real_ else as.double(value)
}
