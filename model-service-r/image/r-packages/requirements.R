# What a DESCRIPTION asks for, and whether a version fits.

# a package's name, and optionally a version that it must have
asked_form <- "^([A-Za-z][A-Za-z0-9.]*)\\s*(\\(\\s*(>=|<=|==|!=|=|>|<)\\s*([0-9]+([.-][0-9]+)*)\\s*\\))?$"

no_requirements <- function() {
  data.frame(name = character(), operator = character(), version = character(), by = character())
}

#' Read what fields such as Imports ask for
#'
#' @param fields Their texts.
#' @param by Who asks, for messages.
#' @return A data frame: name, operator and version ("" where any version fits), by.
requirements_of <- function(fields, by) {
  entries <- trimws(gsub("\\s+", " ", unlist(strsplit(as.character(fields[!is.na(fields)]), ","))))
  entries <- entries[nzchar(entries)]
  if (length(entries) == 0) {
    return(no_requirements())
  }
  parts <- regmatches(entries, regexec(asked_form, entries))
  broken <- entries[lengths(parts) == 0]
  if (length(broken) > 0) {
    refuse(
      "Can't read what ", by, " asks for: `", broken[[1]], "`.",
      remedy = "Write it as `name` or `name (>= 1.0)`, with `,` between packages."
    )
  }
  part <- function(number) vapply(parts, function(one) one[[number]], "")
  data.frame(name = part(2), operator = sub("^=$", "==", part(4)), version = part(5), by = by)
}

#' Say which versions fit all that is asked of a package
fits <- function(versions, asked) {
  fit <- !is.na(versions)
  for (i in which(nzchar(asked$operator))) {
    compare <- match.fun(asked$operator[[i]])
    fit[fit] <- compare(numeric_version(versions[fit]), numeric_version(asked$version[[i]]))
  }
  fit
}

#' Say in words what is asked of a package
in_words <- function(asked) {
  asked <- unique(asked[nzchar(asked$operator), ])
  if (nrow(asked) == 0) {
    return("any version")
  }
  same <- asked$operator == "=="
  what <- ifelse(same, asked$version, paste(asked$operator, asked$version))
  by <- ifelse(asked$by == lock_file & same, "renv.lock records %s", paste(asked$by, "asks for %s"))
  paste(mapply(sprintf, by, what), collapse = ", ")
}

#' Return what the project asks for, R itself left out
project_requirements <- function(file) {
  if (!file.exists(file)) {
    refuse("Can't install R packages: there is no file ", file, ".", remedy = "Copy it into the image before.")
  }
  fields <- tryCatch(
    read.dcf(file, fields = c("Depends", "Imports", "LinkingTo"))[1, ],
    error = function(cnd) refuse("Can't read ", file, ": ", conditionMessage(cnd))
  )
  asked <- requirements_of(fields, basename(file))
  require_r(asked[asked$name == "R", ])
  asked[asked$name != "R", ]
}

require_r <- function(asked) {
  here <- as.character(getRversion())
  if (!all(fits(here, asked))) {
    refuse("The image has R ", here, ", but ", in_words(asked), ".", remedy = "Fix the version of R there.")
  }
}
