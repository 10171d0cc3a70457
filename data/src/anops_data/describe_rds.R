# Says in JSON what a data frame in an RDS file holds: its columns in the words of a schema. It is run by its path, needs no
# package, and is handed the file. What is no data frame, or holds columns of no single values, has none.

quoted <- function(texts) {
  texts <- enc2utf8(as.character(texts))
  for (pair in list(c("\\", "\\\\"), c("\"", "\\\""), c("\n", "\\n"), c("\r", "\\r"), c("\t", "\\t"))) {
    texts <- gsub(pair[[1]], pair[[2]], texts, fixed = TRUE)
  }
  return(paste0("\"", gsub("[\001-\037]", " ", texts), "\""))
}

type_of <- function(column) {
  if (!is.null(dim(column))) return(NA_character_)
  if (is.factor(column)) return("category")
  if (inherits(column, "Date")) return("date")
  if (inherits(column, "POSIXct")) return("datetime")
  if (is.logical(column)) return("boolean")
  if (is.character(column)) return("string")
  if (inherits(column, "integer64")) return("integer64")
  if (is.integer(column)) return("integer")
  if (is.double(column) && (!is.object(column) || inherits(column, "difftime"))) return("number")
  return(NA_character_)
}

range_of <- function(column, type) {
  known <- column[!is.na(column)]
  if (type %in% c("number", "integer")) known <- unclass(known)[is.finite(unclass(known))]
  if (!length(known) || !type %in% c("number", "integer", "date", "datetime")) return(NULL)
  ends <- range(known)
  written <- switch(type,
    date = quoted(format(ends, "%Y-%m-%d")),
    datetime = quoted(paste0(format(ends, "%Y-%m-%dT%H:%M:%S", tz = "UTC"), "+00:00")),
    trimws(format(ends, digits = 17, scientific = FALSE, trim = TRUE))
  )
  return(paste0("\"seen\": [", paste(written, collapse = ", "), "]"))
}

column_of <- function(name, column) {
  type <- type_of(column)
  parts <- c(
    paste0("\"name\": ", quoted(name)),
    paste0("\"type\": ", quoted(sub("64$", "", type))),
    paste0("\"missing\": ", sum(is.na(column))),
    range_of(column, type)
  )
  if (type == "category") {
    parts <- c(parts, paste0("\"levels\": [", paste(quoted(levels(column)), collapse = ", "), "]"))
    if (is.ordered(column)) parts <- c(parts, "\"ordered\": true")
  }
  zone <- attr(column, "tzone")[1]
  if (type == "datetime") {
    parts <- c(parts, paste0("\"timezone\": ", quoted(if (is.null(zone) || !nzchar(zone)) "UTC" else zone)))
  }
  if (inherits(column, "difftime")) parts <- c(parts, paste0("\"unit\": ", quoted(attr(column, "units"))))
  return(paste0("{", paste(parts, collapse = ", "), "}"))
}

value <- readRDS(commandArgs(trailingOnly = TRUE)[[1]])
if (is.data.frame(value)) value[] <- lapply(value, function(each) if (inherits(each, "POSIXlt")) as.POSIXct(each) else each)
told <- character()
rows <- "null"
if (is.data.frame(value)) {
  rows <- as.character(nrow(value))
  if (!anyNA(vapply(value, type_of, ""))) told <- mapply(column_of, names(value), value)
}
cat("{\"rows\": ", rows, ", \"columns\": [", paste(told, collapse = ", "), "]}\n", sep = "")
