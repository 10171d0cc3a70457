# Which versions are installed, in the form of renv, so that the next build and a laptop can have the same.

lock_file <- "renv.lock"
record_folder <- "/usr/local/lib/R/anops"

#' Read the versions that a lock records
#'
#' @return What it asks for, as a data frame of requirements; NULL where there is none.
read_lock <- function(file) {
  if (!file.exists(file)) {
    return(NULL)
  }
  program <- paste(
    "import json, sys",
    "packages = json.load(open(sys.argv[1], encoding='utf-8'))['Packages'].values()",
    "print(*(each['Package'] + ' ' + each['Version'] for each in packages), sep='\\n')",
    sep = "; "
  )
  said <- suppressWarnings(system2("python", c("-c", shQuote(program), file), stdout = TRUE, stderr = TRUE))
  if (!is.null(attr(said, "status"))) {
    refuse(
      "Can't read ", lock_file, ": ", utils::tail(said, 1), ".",
      remedy = paste0("Write it anew with `renv::snapshot()`, or remove it: the next `ao build` writes one.")
    )
  }
  parts <- strsplit(said[nzchar(said)], " ")
  data.frame(
    name = vapply(parts, function(part) part[[1]], ""), operator = rep("==", length(parts)),
    version = vapply(parts, function(part) part[[2]], ""), by = rep(lock_file, length(parts))
  )
}

#' Write down what is installed
#'
#' @param names The packages.
#' @param origins The repository of each that came from one, by its name.
#' @param urls The repositories.
write_lock <- function(names, origins, urls) {
  titles <- if (length(urls) == 1) "CRAN" else sprintf("repository%d", seq_along(urls))
  places <- ifelse(names %in% names(origins), titles[match(origins[names], urls)], "Debian")
  entries <- sprintf(
    paste0(
      '    "%s": {\n      "Package": "%s",\n      "Version": "%s",\n',
      '      "Source": "Repository",\n      "Repository": "%s"\n    }'
    ),
    names, names, vapply(names, installed_version, ""), places
  )
  lines <- c(
    "{", '  "R": {', sprintf('    "Version": "%s",', getRversion()), '    "Repositories": [',
    paste(sprintf('      {\n        "Name": "%s",\n        "URL": "%s"\n      }', titles, urls), collapse = ",\n"),
    "    ]", "  },", '  "Packages": {', paste(entries, collapse = ",\n"), "  }", "}"
  )
  dir.create(record_folder, showWarnings = FALSE, recursive = TRUE)
  writeLines(lines, file.path(record_folder, lock_file))
}
