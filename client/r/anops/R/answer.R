# The JSON of an answer becomes columns again, each of the type it had.

#' Read the predictions of an answer, before their types are restored
#'
#' @param response What `fetch_http()` returned.
#' @param before How many rows were sent in earlier requests.
#' @return A list of `columns`, bare vectors, `version`, and what was warned
#'   of: `warnings`, and `before`.
#' @noRd
read_predictions <- function(response, before) {
  if (startsWith(response$type, "text/csv")) {
    header <- utils::read.csv(
      text = response$text, nrows = 0, check.names = FALSE, encoding = "UTF-8"
    )
    columns <- lapply(header, function(column) logical())
    return(list(columns = columns, version = NULL))
  }
  answer <- jsonlite::fromJSON(response$text)
  warnings <- lapply(seq_len(NROW(answer$warnings)), function(i) {
    as.list(answer$warnings[i, , drop = FALSE])
  })
  columns <- as.list(answer$predictions)
  exact <- NULL
  for (name in names(columns)) {
    if (is_doubtful(columns[[name]], response$text)) {
      exact <- exact %||% jsonlite::fromJSON(
        response$text, simplifyVector = FALSE
      )$predictions
      columns[[name]] <- exact_values(exact, name)
    }
  }
  list(
    columns = columns, version = answer$model$version,
    warnings = warnings, before = before
  )
}

#' Whether jsonlite may have taken texts for something else
#'
#' A column of nothing but the texts "NA", "NaN" and "Inf" becomes numbers.
#' @noRd
is_doubtful <- function(values, text) {
  !is.character(values) && anyNA(values) && grepl(":\"(NA|NaN)\"", text)
}

#' Take a column from the records of an answer as it stands there
#' @noRd
exact_values <- function(records, name) {
  values <- lapply(records, `[[`, name)
  values[vapply(values, is.null, NA)] <- NA
  infinite <- vapply(values, function(value) {
    is.character(value) && value %in% c("Inf", "-Inf")
  }, NA)
  if (any(vapply(values[!infinite], is.character, NA))) {
    return(as.character(unlist(values)))
  }
  # one by one: beside a text, numbers become texts of fifteen digits
  values[infinite] <- lapply(values[infinite], as.double)
  unlist(values)
}

answered_frame <- function(columns, schema, rows) {
  restored <- Map(function(values, name) {
    restored_column(values, schema$outputs[[name]], schema$outputs)
  }, columns, names(columns))
  structure(
    unname(restored),
    names = as.character(names(columns)), class = "data.frame",
    row.names = .set_row_names(rows)
  )
}

restored_column <- function(values, spec, outputs = NULL) {
  if (is.null(spec)) {
    return(unlisted_column(values, names(outputs)))
  }
  switch(spec$type,
    number = as.double(values),
    integer = whole(values),
    boolean = as.logical(values),
    category = restored_factor(values, unlist(spec$levels), spec$ordered),
    date = as.Date(as.character(values)),
    datetime = restored_times(values, spec$timezone),
    as.character(values)
  )
}

#' Restore a column that the schema does not list, such as classes where
#' probabilities are the rule: then the classes are the names of its outputs
#' @noRd
unlisted_column <- function(values, classes) {
  if (is.character(values) && all(values %in% c(classes, NA))) {
    return(factor(values, levels = classes))
  }
  values
}

whole <- function(values) {
  if (all(abs(values) <= .Machine$integer.max, na.rm = TRUE)) {
    as.integer(values)
  } else {
    as.double(values)
  }
}

restored_factor <- function(values, levels, ordered) {
  values <- as.character(values)
  fresh <- setdiff(values, c(levels, NA))
  factor(values, levels = c(levels, sort(fresh)), ordered = isTRUE(ordered))
}

restored_times <- function(values, timezone) {
  values <- as.character(values)
  whole <- as.POSIXct(
    sub("(\\.\\d+)?Z$", "", values),
    tz = "UTC", format = "%Y-%m-%dT%H:%M:%S"
  )
  part <- sub("^[^.]*(\\.\\d+)Z$", "0\\1", values)
  part <- ifelse(grepl(".", values, fixed = TRUE), part, "0")
  .POSIXct(as.double(whole) + as.double(part), timezone %||% "UTC")
}
