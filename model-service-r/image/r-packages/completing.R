# Finds out what is missing, and installs it until nothing is.

#' Install until all that is asked for is there
#'
#' @param project What the project asks for.
#' @param locked The versions that are recorded; NULL where none are.
#' @param urls The repositories.
#' @return `names` of all packages that were asked for, to run and to compile, those of R itself left out, and
#'   `origins`, the repository of each that came from one.
complete <- function(project, locked, urls) {
  offered <- if (length(urls) > 0) read_repositories(urls)
  tried <- character()
  to_compile <- character()
  origins <- character()

  with_locked <- function(asked) rbind(asked, locked[locked$name %in% asked$name, ])

  require_recorded <- function(names) {
    forgotten <- if (!is.null(locked)) setdiff(names, locked$name)
    if (length(forgotten) > 0) {
      refuse(
        lock_file, " does not record the R package ", listing(forgotten[[1]]), ", which is needed.",
        remedy = "Record it with `renv::record()`, or remove renv.lock to have all versions recorded anew."
      )
    }
  }

  install <- function(names, asked, waiting = character()) {
    require_recorded(names)
    debian <- debian_versions(names)
    # where its version can't be told, it is tried
    suits <- is.na(debian$version) | vapply(
      seq_len(nrow(debian)),
      function(i) fits(debian$version[[i]], asked[asked$name == debian$name[[i]], ]),
      NA
    )
    debian <- debian[suits & !debian$name %in% tried, ]
    tried <<- c(tried, debian$name)
    # a copy that does not fit would hide Debian's
    unlink(file.path(library_for_project, debian$name), recursive = TRUE)
    install_from_debian(debian$package)
    others <- setdiff(names, debian$name)
    if (length(urls) == 0 && length(others) > 0) {
      not_in_debian(others, asked)
    }
    for (name in others) {
      from_source(name, asked, waiting)
    }
  }

  from_source <- function(name, asked, waiting) {
    if (name %in% waiting) {
      refuse("The R packages ", listing(unique(waiting)), " need each other: none can be installed first.")
    }
    chosen <- choose(name, asked[asked$name == name, ], offered, urls)
    file <- fetch(chosen)
    fields <- described(file, name)
    needs <- requirements_of(fields[c("Depends", "Imports", "LinkingTo")], name)
    needs <- needs[needs$name != "R", ]
    to_compile <<- c(to_compile, needs$name)
    asked <- with_locked(rbind(asked, needs))
    missing <- unmet(asked[asked$name %in% needs$name, ])
    if (length(missing) > 0) {
      install(missing, asked, c(waiting, name))
    }
    compile(file, chosen, fields)
    origins[[name]] <<- chosen$repository
  }

  last <- NULL
  repeat {
    asked <- with_locked(needed_to_run(project))
    missing <- unmet(asked)
    if (length(missing) == 0) {
      break
    }
    if (identical(missing, last)) {
      refuse(
        "The versions that are asked for do not fit together: ",
        in_words(asked[asked$name == missing[[1]], ]), " of `", missing[[1]], "`, and ",
        installed_version(missing[[1]]), " is installed."
      )
    }
    last <- missing
    install(missing, asked)
  }
  found <- unique(c(asked$name, to_compile))
  found <- found[!vapply(found, is_base, NA)]
  require_recorded(found)
  list(names = found, origins = origins)
}

#' Say which packages Debian's archive does not have, or not at a version that fits
not_in_debian <- function(names, asked) {
  debian <- debian_versions(names)
  absent <- setdiff(names, debian$name)
  remedy <- paste(
    "Name a repository that has %s, such as that of CRAN, in `[image] r_repositories` of ao.toml,",
    "or fix DESCRIPTION."
  )
  if (length(absent) > 0) {
    refuse(
      "Can't install R package", if (length(absent) > 1) "s", " ", listing(absent),
      ": Debian's archive does not have ", if (length(absent) > 1) "them." else "it.",
      remedy = sprintf(remedy, if (length(absent) > 1) "them" else "it")
    )
  }
  name <- names[[1]]
  there <- c(installed_version(name), debian$version[debian$name == name])
  refuse(
    "Can't install R package `", name, "`: ", in_words(asked[asked$name == name, ]), ", but Debian's archive has ",
    there[!is.na(there)][1], ".",
    remedy = sprintf(remedy, "the version")
  )
}
