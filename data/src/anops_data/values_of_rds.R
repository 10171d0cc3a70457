# Writes the values of a data frame in an RDS file column after column, for `ao data diff`. It is run by its path, needs no
# package, and is handed the file and where to write. Of each column: what its values are, then they themselves; numbers,
# dates and moments are doubles, of which NaN is missing, and texts are places in a list of the texts that there are.

kinds <- c("number", "integer64", "boolean", "date", "datetime", "text")

kind_of <- function(column) {
  if (is.factor(column) || is.character(column)) return("text")
  if (inherits(column, "integer64")) return("integer64")
  if (inherits(column, "Date")) return("date")
  if (inherits(column, "POSIXct")) return("datetime")
  if (is.logical(column)) return("boolean")
  return("number")
}

write_column <- function(column, target) {
  kind <- kind_of(column)
  writeBin(match(kind, kinds), target)
  if (kind != "text") {
    writeBin(if (kind == "integer64") unclass(column) else as.double(column), target)
    return(invisible())
  }
  texts <- enc2utf8(if (is.factor(column)) levels(column) else as.character(unique(column[!is.na(column)])))
  places <- if (is.factor(column)) as.integer(column) else match(enc2utf8(as.character(column)), texts)
  writeBin(length(texts), target)
  writeBin(nchar(texts, "bytes"), target)
  writeBin(charToRaw(paste(texts, collapse = "")), target)
  writeBin(places, target)
}

arguments <- commandArgs(trailingOnly = TRUE)
value <- readRDS(arguments[[1]])
target <- file(arguments[[2]], "wb")
for (column in value) write_column(if (inherits(column, "POSIXlt")) as.POSIXct(column) else column, target)
close(target)
