# What CRAN-like repositories have.

#' Return all versions that repositories offer, in the order of the repositories
#'
#' @param urls The repositories.
#' @return A data frame: name, version, url (of the source package), md5, needs_r, repository.
read_repositories <- function(urls) do.call(rbind, lapply(urls, read_repository))

read_repository <- function(url) {
  if (grepl("//[^/]*@", url)) {
    refuse("The address of an R repository must hold no password: ", url, ".", remedy = "Fix it in ao.toml.")
  }
  unreadable <- function(cnd) {
    reason <- sub("^.*cannot open (URL|file) '[^']*'(, reason)?:? ?", "", gsub("\\s+", " ", conditionMessage(cnd)))
    refuse(
      "The R repository ", url, " can't be read", if (nzchar(reason)) paste0(": ", reason), ".",
      remedy = "Check that a build reaches it and that it has src/contrib/PACKAGES, or fix `[image] r_repositories`.",
      code = "DEPENDENCY"
    )
  }
  known <- tryCatch(
    # R keeps only the newest of a package by itself
    utils::available.packages(utils::contrib.url(url, "source"), filters = "OS_type", method = "libcurl"),
    warning = unreadable,
    error = unreadable
  )
  file <- known[, "File"]
  file[is.na(file)] <- sprintf("%s_%s.tar.gz", known[, "Package"], known[, "Version"])[is.na(file)]
  data.frame(
    name = known[, "Package"], version = known[, "Version"], url = file.path(known[, "Repository"], file),
    md5 = known[, "MD5sum"], depends = known[, "Depends"], repository = rep(url, nrow(known)), row.names = NULL
  )
}

#' Return earlier versions of a package that a repository keeps in its archive, as CRAN does
archived <- function(name, url) {
  contrib <- utils::contrib.url(url, "source")
  files <- rownames(archive_of(contrib)[[name]])
  if (length(files) == 0) {
    return(NULL)
  }
  data.frame(
    name = name, version = sub("^.*_(.*)\\.tar\\.gz$", "\\1", files), url = file.path(contrib, "Archive", files),
    md5 = NA, depends = NA, repository = url, row.names = NULL
  )
}

#' Read the list of all earlier versions; most repositories but CRAN have none
archive_of <- function(contrib) {
  index <- file.path(tempdir(), paste0("archive-", make.names(contrib), ".rds"))
  if (!file.exists(index)) {
    tryCatch(
      suppressWarnings(
        utils::download.file(paste0(contrib, "/Meta/archive.rds"), index, quiet = TRUE, mode = "wb")
      ),
      error = function(cnd) saveRDS(list(), index)
    )
  }
  readRDS(index)
}

#' Return the source package to install: from the first repository that has one that fits, its newest
#'
#' @param name A package.
#' @param asked What is asked of it.
#' @param offered What the repositories offer.
#' @return One row of `offered`.
choose <- function(name, asked, offered, urls) {
  others <- character()
  for (url in urls) {
    for (look in list(function() offered[offered$name == name & offered$repository == url, ],
                      function() archived(name, url))) {
      there <- look()
      runs <- vapply(there$depends, runs_here, NA)
      fitting <- there[runs & fits(there$version, asked), ]
      if (NROW(fitting) > 0) {
        return(fitting[order(numeric_version(fitting$version), decreasing = TRUE)[[1]], ])
      }
      others <- c(others, paste0(there$version, ifelse(runs, "", " (for another R)")))
    }
  }
  absent(name, asked, unique(others))
}

runs_here <- function(depends) {
  asked <- requirements_of(depends, "it")
  all(fits(as.character(getRversion()), asked[asked$name == "R", ]))
}

#' Say that a package is nowhere, or not at a version that fits
absent <- function(name, asked, others) {
  debian <- debian_versions(name)
  if (length(others) == 0 && nrow(debian) == 0) {
    refuse(
      "Can't install R package `", name, "`: neither Debian's archive nor `r_repositories` of ao.toml have it.",
      remedy = paste0(
        "Fix the name in ", asked$by[[1]], ", or add a repository that has it to `[image] r_repositories`."
      )
    )
  }
  refuse(
    "Can't install R package `", name, "`: ", in_words(asked), ", but ",
    if (nrow(debian) > 0) paste0("Debian's archive has ", debian$version),
    if (nrow(debian) > 0 && length(others) > 0) " and ",
    if (length(others) > 0) paste0("the repositories have ", paste(others, collapse = ", ")), ".",
    remedy = "Ask for a version that is there, or add a repository that has it to `[image] r_repositories`."
  )
}
