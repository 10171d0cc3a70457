# Says which R packages a DESCRIPTION asks for that are not there, and installs them from repositories.
# Usage:
#   Rscript packages.R missing DESCRIPTION                      one a line: name, and version where one is asked for
#   Rscript packages.R install DESCRIPTION LIBRARY [URL ...]    what is missing, into LIBRARY, which is on R_LIBS

arguments <- commandArgs(trailingOnly = TRUE)
form <- "^([A-Za-z][A-Za-z0-9.]*)\\s*(\\(\\s*(>=|<=|==|!=|=|>|<)\\s*([0-9]+([.-][0-9]+)*)\\s*\\))?$"

stop_plainly <- function(...) {
  writeLines(paste0(...))
  quit(save = "no", status = 1)
}

#' Return what a DESCRIPTION asks for: name, operator and version ("" where any will do)
asked_by <- function(file) {
  fields <- tryCatch(
    read.dcf(file, fields = c("Depends", "Imports", "LinkingTo")),
    error = function(cnd) stop_plainly("DESCRIPTION can't be read: ", conditionMessage(cnd))
  )
  entries <- trimws(gsub("\\s+", " ", unlist(strsplit(as.character(fields[!is.na(fields)]), ","))))
  entries <- unique(entries[nzchar(entries)])
  parts <- regmatches(entries, regexec(form, entries))
  broken <- entries[lengths(parts) == 0]
  if (length(broken) > 0) {
    stop_plainly("DESCRIPTION asks for `", broken[[1]], "`; it must be `name` or `name (>= 1.0)`.")
  }
  part <- function(number) vapply(parts, function(one) one[[number]], "")
  data.frame(name = part(2), operator = sub("^=$", "==", part(4)), version = part(5))
}

is_there <- function(name, operator, version) {
  here <- if (name == "R") getRversion() else tryCatch(utils::packageVersion(name), error = function(cnd) NULL)
  !is.null(here) && (!nzchar(operator) || match.fun(operator)(here, numeric_version(version)))
}

missing_of <- function(asked) asked[!mapply(is_there, asked$name, asked$operator, asked$version), ]

in_words <- function(asked) {
  as.character(ifelse(
    nzchar(asked$operator), sprintf("%s (%s %s)", asked$name, asked$operator, asked$version), asked$name
  ))
}

asked <- asked_by(arguments[[2]])
missing <- missing_of(asked)
if ("R" %in% missing$name) {
  stop_plainly(
    "DESCRIPTION asks for ", in_words(missing[missing$name == "R", ])[[1]],
    "; here is R ", as.character(getRversion()), "."
  )
}
if (arguments[[1]] == "missing") {
  writeLines(in_words(missing))
  quit(save = "no")
}

library_folder <- arguments[[3]]
urls <- arguments[-(1:3)]
if (length(urls) == 0) {
  if (any(getOption("repos") == "@CRAN@")) {
    utils::chooseCRANmirror(ind = 1, local.only = TRUE)
  }
  urls <- getOption("repos")
}
# one that does not fit would be taken for it
unlink(file.path(library_folder, missing$name), recursive = TRUE)
options(warn = 1, timeout = 60)
utils::install.packages(missing$name, lib = library_folder, repos = urls, INSTALL_opts = "--no-docs", quiet = FALSE)
left <- in_words(missing_of(asked))
if (length(left) > 0) {
  stop_plainly(
    "Not installed: ", paste(left, collapse = ", "), ". Looked for it at ", paste(urls, collapse = ", "), "."
  )
}
