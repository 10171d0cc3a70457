# Installs source packages, with what they need.

library_for_project <- "/usr/local/lib/R/site-library"

#' Download a source package, and see that it is the one that its repository tells of
fetch <- function(chosen) {
  file <- file.path(tempdir(), basename(chosen$url))
  failed <- function(cnd) {
    refuse(
      "Can't download R package `", chosen$name, "` ", chosen$version, " from ", chosen$url, ".",
      details = gsub("\\s+", " ", conditionMessage(cnd)),
      code = "DEPENDENCY"
    )
  }
  tryCatch(utils::download.file(chosen$url, file, quiet = TRUE, mode = "wb"), warning = failed, error = failed)
  if (!is.na(chosen$md5) && tools::md5sum(file) != chosen$md5) {
    refuse(
      "R package `", chosen$name, "` ", chosen$version, " from ", chosen$url,
      " is not the file that its repository lists: the checksums differ.",
      remedy = "Have the repository's PACKAGES written again, and don't use the package until you know why.",
      code = "DEPENDENCY"
    )
  }
  file
}

#' Read a source package's DESCRIPTION
described <- function(file, name) {
  folder <- tempfile("described")
  on.exit(unlink(folder, recursive = TRUE))
  inside <- file.path(name, "DESCRIPTION")
  failed <- function(cnd) {
    refuse("R package `", name, "` can't be unpacked: ", conditionMessage(cnd), code = "DEPENDENCY")
  }
  tryCatch(
    {
      utils::untar(file, inside, exdir = folder)
      read.dcf(file.path(folder, inside), fields = c("Depends", "Imports", "LinkingTo", "SystemRequirements"))[1, ]
    },
    warning = failed,
    error = failed
  )
}

#' Compile and install a source package
compile <- function(file, chosen, fields) {
  message("Installing from ", chosen$repository, ": ", chosen$name, " ", chosen$version)
  Sys.setenv(MAKEFLAGS = paste0("-j", parallel::detectCores()))
  arguments <- c("CMD", "INSTALL", "--no-docs", "--strip", paste0("--library=", library_for_project), shQuote(file))
  said <- suppressWarnings(system2("R", arguments, stdout = TRUE, stderr = TRUE))
  if (is.null(attr(said, "status"))) {
    return()
  }
  system <- gsub("\\s+", " ", fields[["SystemRequirements"]])
  refuse(
    "Can't install R package `", chosen$name, "` ", chosen$version, " from ", chosen$repository,
    if (any(grepl("compilation failed|configuration failed", said))) ": its compilation failed." else ".",
    details = c(utils::tail(said, 8), if (!is.na(system)) paste("It says that it needs", system)),
    remedy = paste(
      "Where it misses a library, name the Debian package of its headers, such as `libgsl-dev`,",
      "in `[image] r_build_packages` of ao.toml."
    ),
    code = "DEPENDENCY"
  )
}
