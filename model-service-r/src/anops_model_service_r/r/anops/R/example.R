# Example rows in a CSV file, for models that do not say what they need.

#' Read example rows
#'
#' @param path A CSV file with a header, in UTF-8, or `NULL`.
#' @return A data frame, names kept as they are, or `NULL`.
#' @noRd
read_example <- function(path) {
  if (is.null(path)) {
    return(NULL)
  }
  if (!file.exists(path)) {
    abort("MODEL_LOAD", "Can't find the example rows `", path, "`.")
  }
  what <- paste0("Can't read `", basename(path), "` as CSV")
  data <- theirs(
    utils::read.csv(
      path,
      check.names = FALSE, na.strings = c("NA", ""),
      fileEncoding = "UTF-8-BOM"
    ),
    "MODEL_LOAD", what
  )
  if (anyDuplicated(names(data)) || any(!nzchar(names(data)))) {
    abort(
      "MODEL_LOAD", what, ": each column must have a name of its own.",
      remedy = "Mend the first line of the file."
    )
  }
  data[] <- lapply(data, read_moments)
  data
}

read_moments <- function(column) {
  if (!is.character(column) || all(is.na(column))) {
    return(column)
  }
  texts <- column[!is.na(column)]
  day <- "[0-9]{4}-[0-9]{2}-[0-9]{2}"
  if (all(grepl(paste0("^", day, "$"), texts))) {
    return(quietly(as.Date(column)) %||% column)
  }
  time <- paste0("^", day, "[T ][0-9]{2}:[0-9]{2}:[0-9]{2}([.][0-9]+)?Z?$")
  if (all(grepl(time, texts))) {
    text <- sub("Z$", "", sub("T", " ", column))
    return(quietly(as.POSIXct(text, tz = "UTC")) %||% column)
  }
  column
}

#' Take the columns of example rows as inputs, without the one predicted
#' @noRd
example_inputs <- function(example, target) {
  if (!is.null(target) && !target %in% names(example)) {
    abort(
      "MODEL_LOAD", "Can't find the target `", target, "` in the example ",
      "rows: their columns are ",
      paste0("`", names(example), "`", collapse = ", "), "."
    )
  }
  names <- setdiff(names(example), target)
  specs <- lapply(names, function(name) {
    column <- example[[name]]
    different <- length(unique(column))
    if (is.character(column) && different > 50 &&
          different > length(column) / 2) {
      list(type = "string")
    } else if (all(is.na(column))) {
      list(type = "string")
    } else {
      column_spec(column, name)
    }
  })
  stats::setNames(specs, names)
}
