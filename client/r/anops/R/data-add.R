# Keeps a data frame, or what a database answers, as a version of a dataset.

#' Keep a data frame, or what a database answers, as a dataset
#'
#' `data_add()` keeps rows as a version of a dataset, as `ao data add` does
#' with a file: with their types, levels, time zones and missing values, so
#' that R, Python and others read them. Adding the same rows again makes no new
#' version; rows that break the contract of the version before are refused.
#' `NaN` and the level of `addNA()` are missing values, as `NA` is.
#'
#' With a connection of DBI, the database is asked, and its answer is fetched
#' and written some rows at a time: it need not fit into memory.
#'
#' @param name The dataset.
#' @param data A data frame, or a connection of DBI.
#' @param query The query to send to the database, where `data` is a
#'   connection.
#' @param text,source,licence,owner What is to be said of the dataset.
#' @param accept Keep it also where it breaks the contract.
#' @param project The folder of the project, or one below it.
#' @param board A board other than the project's: a folder or an address.
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
  ), "DATASET")
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
  require_own_names(names(data))
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

#' Refuse two columns of one name, of which the first would be kept twice
#' @noRd
require_own_names <- function(names) {
  twice <- names[duplicated(names)]
  if (length(twice)) {
    raise_remote(
      "COLUMN_TYPE",
      paste0("Several columns are named `", twice[1], "`."),
      "Give each column a name of its own; in SQL with AS."
    )
  }
}

#' Return the cells of a column; what is missing is an NA without quotes
#' @noRd
cells <- function(column, name) {
  require_single_values(column, name)
  require_finite_times(column, name)
  texts <- if (is.factor(column) || is.character(column)) {
    quoted_cells(as.character(column))
  } else if (inherits(column, "Date")) {
    days(column)
  } else if (inherits(column, "POSIXt")) {
    moments(as.POSIXct(column))
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
  lacks <- is.na(if (is.factor(column)) as.character(column) else column)
  ifelse(lacks, "NA", texts)
}

#' Write dates with four digits of the year, which `format()` leaves out
#' @noRd
days <- function(dates) {
  parts <- as.POSIXlt(dates)
  sprintf("%04d-%02d-%02d", parts$year + 1900L, parts$mon + 1L, parts$mday)
}

#' Refuse a date or time that is none
#' @noRd
require_finite_times <- function(column, name) {
  if (!inherits(column, c("Date", "POSIXt"))) {
    return(invisible())
  }
  infinite <- which(is.infinite(as.numeric(column)))
  if (length(infinite)) {
    raise_remote(
      "COLUMN_TYPE",
      paste0("Column `", name, "` is infinite in row ", infinite[1], "."),
      "Make it NA, or a date that is far enough."
    )
  }
}

#' Write moments to the microsecond; `format()` cuts what a double lacks
#' @noRd
moments <- function(times) {
  seconds <- unclass(times)
  attributes(seconds) <- NULL
  whole <- floor(seconds)
  micro <- round((seconds - whole) * 1e6)
  whole <- whole + micro %/% 1e6
  day <- as.Date(whole %/% 86400, origin = "1970-01-01")
  inside <- whole %% 86400
  sprintf(
    "%sT%02d:%02d:%02d.%06dZ", days(day),
    as.integer(inside %/% 3600), as.integer(inside %/% 60 %% 60),
    as.integer(inside %% 60), as.integer(micro %% 1e6)
  )
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
    c(
      paste0("[columns.", toml_text(name), "]"),
      paste0("type = \"", column_type(column), "\""),
      if (is.factor(column)) {
        named <- levels(column)[!is.na(levels(column))]
        levels <- paste(toml_text(named), collapse = ", ")
        paste0("levels = [", levels, "]")
      },
      if (is.ordered(column)) "ordered = true",
      if (inherits(column, "POSIXt")) {
        paste0("timezone = ", toml_text(zone_of(column)))
      },
      if (inherits(column, "difftime")) {
        paste0("unit = ", toml_text(attr(column, "units")))
      }
    )
  }))
}

#' Return the zone in which R shows a time: without one of its own, its clock's
#' @noRd
zone_of <- function(column) {
  zone <- attr(column, "tzone")[1]
  if (is.null(zone) || !nzchar(zone)) {
    zone <- zone_of_clock()
  }
  if (zone %in% OlsonNames()) zone else "UTC"
}

#' Return the zone of this computer's clock
#'
#' Of a container, `Sys.timezone()` asks a program that complains.
#' @noRd
zone_of_clock <- function(link = "/etc/localtime") {
  zone <- Sys.getenv("TZ")
  if (!nzchar(zone) && file.exists(link)) {
    zone <- sub("^.*/zoneinfo/", "", normalizePath(link))
  }
  if (nzchar(zone)) zone else Sys.timezone()
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
