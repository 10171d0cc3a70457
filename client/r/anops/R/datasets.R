# Datasets that `ao data` keeps, as data frames.

#' Read a dataset
#'
#' `data_read()` gives a version of a dataset that `ao data add` has kept, with
#' its types, levels, time zones and missing values. The program `ao` gives it,
#' after it has seen that the rows are those that were added; nothing else is
#' needed here, whatever the dataset is stored as.
#'
#' Whole numbers that R's doubles do not keep become `integer64`, for which the
#' package bit64 must be installed.
#'
#' @param name The dataset.
#' @param version The version, or how it or its hash begins; `NULL`: the
#'   latest.
#' @param project The folder of the project, or one below it.
#' @param board A board other than the project's: a folder or an address such
#'   as `"s3://bucket/folder"`.
#' @return A data frame, or what else was kept as RDS. The attribute
#'   `"anops_version"` of a data frame is its version.
#'
#' An error of class `anops_error` is raised where there is no such dataset or
#' version, or where it is not as it was added.
#' @export
#' @examples
#' \dontrun{
#' sales <- data_read("sales")
#' before <- data_read("sales", version = "20260101T120000Z-0a1b2")
#' }
data_read <- function(name, version = NULL, project = ".", board = NULL) {
  for (given in list(name, version, board, project)) {
    if (!is.null(given) && (!is.character(given) || length(given) != 1)) {
      raise_remote(
        "USAGE", "The name, version, project and board must be single texts."
      )
    }
  }
  file <- tempfile(fileext = ".rds")
  on.exit(unlink(file))
  told <- ask_ao(c(
    "data", "pull", name, "--as", "rds", "--output", file, "--project", project,
    if (!is.null(version)) c("--version", version),
    if (!is.null(board)) c("--board", board), "--json"
  ), "DATASET")
  read <- readRDS(file)
  if (is.data.frame(read)) {
    attr(read, "anops_version") <- told$dataset$version
    require_bit64(read)
  }
  read
}

#' Refuse whole numbers that R shows as nonsense without a package
#' @noRd
require_bit64 <- function(data) {
  long <- names(data)[vapply(data, inherits, NA, what = "integer64")]
  if (length(long) && !requireNamespace("bit64", quietly = TRUE)) {
    raise_remote(
      "R_PACKAGE",
      paste0(
        "Column `", long[1],
        "` holds whole numbers that need the R package bit64."
      ),
      "Install it: install.packages(\"bit64\")"
    )
  }
}

#' Run `ao` and read the JSON that it answers
#' @noRd
ask_ao <- function(words, code) {
  program <- find_ao()
  said <- tempfile()
  on.exit(unlink(said))
  answer <- suppressWarnings(system2(
    program, shQuote(enc2utf8(words)),
    stdout = TRUE, stderr = said, env = library_path()
  ))
  if (!is.null(attr(answer, "status"))) {
    raise_said(code, said)
  }
  jsonlite::fromJSON(paste(answer, collapse = "\n"), simplifyVector = FALSE)
}

#' Raise what `ao` said
#' @noRd
raise_said <- function(code, file) {
  lines <- readLines(file, encoding = "UTF-8", warn = FALSE)
  lines <- sub("^\u2716 ", "", lines[nzchar(lines)])
  raise_remote(code, paste(lines, collapse = "\n"))
}

#' Find the program `ao`
#' @noRd
find_ao <- function() {
  program <- unname(Sys.which("ao"))
  if (!nzchar(program)) {
    raise_remote(
      "ENVIRONMENT", "This is done by `ao`, which is not on PATH.",
      "Install `ao`, or add its folder to PATH with Sys.setenv()."
    )
  }
  program
}

#' Name the folders of libraries without those that R itself puts before them
#'
#' With R's, a Python may find the library of another Python.
#' @noRd
library_path <- function(folders = Sys.getenv("LD_LIBRARY_PATH")) {
  folders <- strsplit(folders, ":", fixed = TRUE)[[1]]
  of_r <- startsWith(folders, R.home()) |
    grepl("^(/usr)?/lib(64)?(/[^/]*-linux-gnu[^/]*)?/?$|/jvm/", folders)
  kept <- paste(folders[nzchar(folders) & !of_r], collapse = ":")
  paste0("LD_LIBRARY_PATH=", shQuote(kept))
}
