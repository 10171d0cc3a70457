# What is installed, and what the installed packages ask for in turn.

#' Return the version of a package that would be loaded; NA where there is none
installed_version <- function(name) {
  place <- system.file("DESCRIPTION", package = name)
  if (nzchar(place)) as.character(read.dcf(place, fields = "Version")[[1]]) else NA_character_
}

is_base <- function(name) {
  place <- system.file("DESCRIPTION", package = name)
  nzchar(place) && identical(read.dcf(place, fields = "Priority")[[1]], "base")
}

#' Return all that is asked for, by the project and by the packages that are there for it
#'
#' @param asked What the project asks for.
#' @return The same, and what its packages need to run.
needed_to_run <- function(asked) {
  seen <- character()
  while (length(pending <- setdiff(asked$name, seen)) > 0) {
    seen <- c(seen, pending[[1]])
    if (!is.na(installed_version(pending[[1]])) && !is_base(pending[[1]])) {
      fields <- read.dcf(system.file("DESCRIPTION", package = pending[[1]]), fields = c("Depends", "Imports"))[1, ]
      more <- requirements_of(fields, pending[[1]])
      asked <- rbind(asked, more[more$name != "R", ])
    }
  }
  unique(asked)
}

#' Return the names for which nothing that fits is installed
unmet <- function(asked) {
  met <- vapply(
    unique(asked$name),
    function(name) is_base(name) || fits(installed_version(name), asked[asked$name == name, ]),
    NA
  )
  unique(asked$name)[!met]
}
