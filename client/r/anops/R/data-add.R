# Keeps a data frame, or what a database answers, as a version of a dataset.

#' Keep a data frame, or what a database answers, as a dataset
#'
#' `data_add()` keeps rows as a version of a dataset, as `ao data add` does
#' with a file: with their types, levels, time zones and missing values, so
#' that R, Python and others read them. Adding the same rows again makes no new
#' version; rows that break the contract of the version before are refused.
#'
#' With a connection of DBI, the database is asked, and its answer is fetched
#' and written some rows at a time: it need not fit into memory.
#'
#' @param name The dataset.
#' @param data A data frame, or a connection of DBI.
#' @param query What the database is asked, in SQL, where `data` is a
#'   connection.
#' @param text,source,licence,owner What is to be said of the dataset.
#' @param accept Keep it also where it breaks the contract.
#' @param project The folder of the project, or one below it.
#' @param board Another board than the project's: a folder or an address.
#' @return The version, invisibly. It has an attribute `"new"`: whether it was
#'   not kept before.
#'
#' An error of class `anops_error` is raised where it can't be kept.
#' @export
#' @examples
#' \dontrun{
#' data_add("cars", mtcars, source = "Motor Trend")
#' shop <- DBI::dbConnect(RPostgres::Postgres(), dbname = "shop")
#' data_add("sales", shop, "SELECT * FROM sales")
#' }
data_add <- function(name, data, query = NULL, text = NULL, source = NULL,
                     licence = NULL, owner = NULL, accept = FALSE,
                     project = ".", board = NULL) {
  folder <- tempfile("anops-data-")
  dir.create(folder)
  on.exit(unlink(folder, recursive = TRUE))
  rows <- file.path(folder, "rows.csv")
  columns <- file.path(folder, "columns.toml")
  told <- if (is.data.frame(data)) {
    write_rows(data, rows)
    data
  } else {
    write_answer(data, query, rows)
  }
  writeLines(enc2utf8(columns_toml(told)), columns, useBytes = TRUE)
  said <- list(text = text, source = source, licence = licence, owner = owner)
  said <- said[!vapply(said, is.null, NA)]
  answer <- ask_ao(c(
    "data", "add", rows, "--name", name, "--description", columns,
    "--project", project, if (!is.null(board)) c("--board", board),
    unlist(lapply(names(said), function(each) {
      c(paste0("--", each), said[[each]])
    })),
    if (accept) "--accept", "--json"
  ))
  invisible(structure(answer$dataset$version, new = answer$new))
}

#' Write what a database answers, some rows at a time
#' @return The first rows, by which the types of all are known.
#' @noRd
write_answer <- function(connection, query, file, rows = 20000L) {
  if (!inherits(connection, "DBIConnection") || !is.character(query) ||
        length(query) != 1) {
    raise_remote(
      "USAGE",
      "`data` must be a data frame, or a connection of DBI with a `query`."
    )
  }
  answer <- DBI::dbSendQuery(connection, query)
  on.exit(DBI::dbClearResult(answer))
  first <- NULL
  repeat {
    part <- DBI::dbFetch(answer, n = rows)
    if (is.null(first)) {
      first <- part
    } else if (nrow(part) > 0) {
      known <- vapply(first, function(each) all(is.na(each)), NA)
      first[known] <- part[seq_len(nrow(first)), known, drop = FALSE]
    }
    write_rows(part, file, append = file.exists(file))
    if (DBI::dbHasCompleted(answer) || nrow(part) == 0) break
  }
  first
}

#' Write rows as CSV that keeps their types
#' @noRd
write_rows <- function(data, file, append = FALSE) {
  written <- lapply(names(data), function(name) cells(data[[name]], name))
  names(written) <- names(data)
  target <- base::file(file, open = if (append) "ab" else "wb")
  on.exit(close(target))
  if (!append) {
    header <- paste(quoted_cells(names(data)), collapse = ",")
    writeLines(header, target, useBytes = TRUE)
  }
  if (nrow(data) > 0) {
    writeLines(do.call(paste, c(written, sep = ",")), target, useBytes = TRUE)
  }
}

#' Return the cells of a column; what is missing is an NA without quotes
#' @noRd
cells <- function(column, name) {
  require_single_values(column, name)
  texts <- if (is.factor(column) || is.character(column)) {
    quoted_cells(as.character(column))
  } else if (inherits(column, "Date")) {
    format(column, "%Y-%m-%d")
  } else if (inherits(column, "POSIXt")) {
    format(as.POSIXct(column), "%Y-%m-%dT%H:%M:%OS6Z", tz = "UTC")
  } else if (is.logical(column)) {
    ifelse(column, "true", "false")
  } else if (inherits(column, "integer64")) {
    as.character(column)
  } else if (is.integer(column)) {
    sprintf("%d", column)
  } else if (is.numeric(column) || inherits(column, "difftime")) {
    sprintf("%.17g", as.numeric(column))
  } else {
    raise_remote(
      "COLUMN_TYPE",
      paste0(
        "Column `", name, "` is of class ", class(column)[1],
        ", which a dataset can't keep."
      ),
      "Convert it to numbers or texts."
    )
  }
  ifelse(is.na(column), "NA", texts)
}

#' Refuse a column of matrices or lists
#' @noRd
require_single_values <- function(column, name) {
  is_list <- is.list(column) && !inherits(column, "POSIXlt")
  if (!is.null(dim(column)) || is_list) {
    raise_remote(
      "COLUMN_TYPE",
      paste0("Column `", name, "` must hold single values."),
      "Keep its parts as columns of their own."
    )
  }
}

#' Put texts into quotes, as CSV has them
#' @noRd
quoted_cells <- function(texts) {
  paste0("\"", gsub("\"", "\"\"", enc2utf8(texts), fixed = TRUE), "\"")
}

#' Say in TOML what columns are
#' @noRd
columns_toml <- function(data) {
  unlist(lapply(names(data), function(name) {
    column <- data[[name]]
    zone <- attr(column, "tzone")[1]
    c(
      paste0("[columns.", toml_text(name), "]"),
      paste0("type = \"", column_type(column), "\""),
      if (is.factor(column)) {
        levels <- paste(toml_text(levels(column)), collapse = ", ")
        paste0("levels = [", levels, "]")
      },
      if (is.ordered(column)) "ordered = true",
      if (inherits(column, "POSIXt")) {
        known <- !is.null(zone) && zone %in% OlsonNames()
        paste0("timezone = ", toml_text(if (known) zone else "UTC"))
      },
      if (inherits(column, "difftime")) {
        paste0("unit = ", toml_text(attr(column, "units")))
      }
    )
  }))
}

#' Return what a column is in the words of a schema
#' @noRd
column_type <- function(column) {
  if (is.factor(column)) return("category")
  if (inherits(column, "Date")) return("date")
  if (inherits(column, "POSIXt")) return("datetime")
  if (is.logical(column)) return("boolean")
  if (is.character(column)) return("string")
  if (is.integer(column) || inherits(column, "integer64")) return("integer")
  "number"
}

#' Return texts as TOML writes them
#' @noRd
toml_text <- function(texts) {
  texts <- gsub("\\", "\\\\", enc2utf8(texts), fixed = TRUE)
  texts <- gsub("\"", "\\\"", texts, fixed = TRUE)
  for (pair in list(c("\n", "\\n"), c("\r", "\\r"), c("\t", "\\t"))) {
    texts <- gsub(pair[1], pair[2], texts, fixed = TRUE)
  }
  paste0("\"", texts, "\"")
}
