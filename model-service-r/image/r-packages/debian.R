# Which R packages Debian's archive has, and their installation.

#' Return what the archive has of some packages
#'
#' @param names R's names.
#' @return A data frame: name, package (Debian's name) and version (R's); only those that it has.
debian_versions <- function(names) {
  candidates <- expand.grid(name = names, prefix = c("r-cran-", "r-bioc-", "r-other-"), stringsAsFactors = FALSE)
  candidates$package <- paste0(candidates$prefix, tolower(candidates$name))
  said <- run("apt-cache", c("madison", candidates$package), "look into Debian's archive")
  rows <- strsplit(grep("Packages", said, value = TRUE), "\\s*\\|\\s*")
  known <- data.frame(
    package = trimws(vapply(rows, function(row) row[[1]], "")),
    version = vapply(rows, function(row) upstream_version(row[[2]]), "")
  )
  # the first line of a package is the version that would be installed
  known <- known[!duplicated(known$package), ]
  found <- merge(candidates, known, by = "package")
  found <- found[order(match(found$prefix, unique(candidates$prefix))), ]
  found[!duplicated(found$name), c("name", "package", "version")]
}

#' Return R's version in a version of Debian's; NA where it can't be told
upstream_version <- function(version) {
  version <- sub("-[^-]*$", "", sub("^[0-9]+:", "", version))
  version <- sub("[+~](dfsg|ds|git|really|repack).*$", "", version)
  if (grepl("^[0-9]+([.-][0-9]+)+$", version)) version else NA_character_
}

update_archive <- function() {
  Sys.setenv(DEBIAN_FRONTEND = "noninteractive")
  run("apt-get", c("update", "--quiet"), "reach Debian's archive")
}

install_from_debian <- function(packages) {
  known <- system2("dpkg-query", c("--show", "--showformat='${binary:Package}\\n'"), stdout = TRUE)
  packages <- setdiff(packages, sub(":.*$", "", known))
  if (length(packages) == 0) {
    return()
  }
  message("Installing from Debian's archive: ", paste(packages, collapse = " "))
  run("apt-get", c("install", "-y", "--no-install-recommends", packages), "install packages from Debian's archive")
}

#' Leave nothing of apt in the layer that it does not need
tidy_archive <- function() {
  run("apt-get", "clean", "tidy up")
  unlink(c("/var/lib/apt/lists", "/var/cache/apt/pkgcache.bin", "/var/cache/apt/srcpkgcache.bin"), recursive = TRUE)
  unlink("/var/log/apt", recursive = TRUE)
}
