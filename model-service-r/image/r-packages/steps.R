# What the steps of a Dockerfile do.

#' Install what the project asks for, with compilers, and write down what came of it
#'
#' @param urls The repositories.
#' @param file The DESCRIPTION.
build_packages <- function(urls, file) {
  dir.create(record_folder, showWarnings = FALSE, recursive = TRUE)
  if (length(urls) == 0) {
    return()
  }
  update_archive()
  project <- project_requirements(file)
  locked <- read_lock(file.path(dirname(file), lock_file))
  built <- complete(project, locked, urls)
  write_lock(sort(built$names), built$origins, urls)
  running <- needed_to_run(project)$name
  # headers that others were compiled with, and nothing loads
  mine <- list.files(library_for_project)
  unlink(file.path(library_for_project, setdiff(mine, running)), recursive = TRUE)
  from_debian <- setdiff(running, mine)
  from_debian <- from_debian[!vapply(from_debian, is_base, NA)]
  writeLines(unique(c(debian_versions(from_debian)$package, linked_packages())), plan_file())
}

plan_file <- function() file.path(record_folder, "debian-packages")

#' Return the Debian packages of the libraries that compiled code is linked to
linked_packages <- function() {
  objects <- list.files(library_for_project, pattern = "\\.so$", recursive = TRUE, full.names = TRUE)
  said <- unlist(lapply(objects, function(object) system2("ldd", shQuote(object), stdout = TRUE)))
  libraries <- unique(normalizePath(sub("^.* => (/\\S+) .*$", "\\1", grep(" => /", said, value = TRUE))))
  if (length(libraries) == 0) {
    return(character())
  }
  owners <- suppressWarnings(system2("dpkg-query", c("--search", libraries), stdout = TRUE, stderr = FALSE))
  unique(sub(":.*$", "", owners))
}

#' Install what Debian has, and see that all is there at the versions that the build stage has written down
install_packages <- function(file) {
  project <- project_requirements(file)
  locked <- read_lock(file.path(record_folder, lock_file))
  update_needed <- file.exists(plan_file()) || length(unmet(needed_to_run(project))) > 0
  if (!update_needed) {
    return(invisible())
  }
  update_archive()
  if (file.exists(plan_file())) {
    install_from_debian(readLines(plan_file()))
  }
  complete(project, locked, character())
  tidy_archive()
  wanted <- unique(project$name)
  broken <- wanted[!vapply(wanted, requireNamespace, NA, quietly = TRUE)]
  if (length(broken) > 0) {
    reason <- tryCatch(loadNamespace(broken[[1]]), error = conditionMessage)
    refuse("R package `", broken[[1]], "` was installed, but can't be loaded.", details = reason, code = "DEPENDENCY")
  }
}
