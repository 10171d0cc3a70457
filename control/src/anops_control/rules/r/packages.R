# Tells which packages an R project's code names, which its DESCRIPTION declares, and what is installed of both.
# Records: code, package | declared, package, least version | installed, package, version, priority |
# saved, version of R.

arguments <- commandArgs(trailingOnly = TRUE)
records <- file(arguments[1], "w", encoding = "UTF-8")
code <- arguments[2]
description <- arguments[3]
artifact <- arguments[4]
used <- arguments[-(1:4)]

tell <- function(...) cat(paste0(c(...), collapse = "\x1f"), "\x1e", sep = "", file = records)

named_in <- function(expression) {
  if (is.expression(expression) || is.pairlist(expression) || is.list(expression)) {
    return(unlist(lapply(as.list(expression), named_in)))
  }
  if (!is.call(expression)) {
    return(NULL)
  }
  head <- if (is.name(expression[[1]])) as.character(expression[[1]]) else ""
  own <- if (head %in% c("::", ":::")) {
    as.character(expression[[2]])
  } else if (head %in% c("library", "require", "requireNamespace", "loadNamespace") && length(expression) > 1) {
    # library(package, character.only = TRUE) names a variable
    if (is.character(expression[[2]]) || (is.name(expression[[2]]) && !"character.only" %in% names(expression) &&
                                            head %in% c("library", "require"))) {
      as.character(expression[[2]])
    }
  }
  inner <- lapply(as.list(expression), function(part) if (!missing(part)) named_in(part))
  c(own, unlist(inner))
}

# the first bytes of an RDS file name the R that wrote it
saved_with <- function(path) {
  connection <- gzfile(path, "rb")
  on.exit(close(connection))
  start <- readBin(connection, "raw", 14)
  if (length(start) < 14 || !identical(start[1:2], charToRaw("X\n"))) {
    return(NULL)
  }
  number <- as.integer(start[7:10])
  paste(number[2:4], collapse = ".")
}

in_code <- if (nzchar(code)) unique(tryCatch(named_in(parse(code)), error = function(e) NULL))
for (package in in_code) tell("code", package)

declared <- character()
if (nzchar(description)) {
  fields <- read.dcf(description, fields = c("Depends", "Imports"))
  entries <- trimws(unlist(strsplit(fields[!is.na(fields)], ",")))
  entries <- entries[nzchar(entries)]
  declared <- trimws(sub("\\(.*", "", entries))
  least <- ifelse(grepl("\\(", entries), sub(".*\\(\\s*>?=?\\s*([^)]*?)\\s*\\).*", "\\1", entries), "")
  for (i in which(declared != "R")) tell("declared", declared[i], least[i])
}

for (package in setdiff(unique(c(in_code, declared, used)), "R")) {
  known <- suppressWarnings(utils::packageDescription(package, fields = c("Version", "Priority")))
  if (is.list(known)) tell("installed", package, known$Version, if (is.na(known$Priority)) "" else known$Priority)
}

if (nzchar(artifact)) {
  version <- tryCatch(saved_with(artifact), error = function(e) NULL)
  if (!is.null(version)) tell("saved", version)
}
close(records)
