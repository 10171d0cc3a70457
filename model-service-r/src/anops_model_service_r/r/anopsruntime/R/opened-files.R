# Tells which files R opens, or asks for by name, while a model is looked at.

#' Hear of a path that R was given; Python puts its own function here
#'
#' @param path Text.
#' @noRd
opened_here <- function(path) {
  invisible()
}

#' Return R's own functions that open files, or look for them before C code
#' does, such that they tell what they were given
#'
#' What they do is the same. Whoever runs R puts them in their place: a package
#' must not change others.
#' @return A list of functions by name.
#' @noRd
functions_that_tell <- function() {
  given <- list(
    file = quote(description), gzfile = quote(description),
    bzfile = quote(description), xzfile = quote(description),
    unz = quote(description), dyn.load = quote(x), path.expand = quote(path),
    normalizePath = quote(path), file.access = quote(names),
    file.exists = quote(c(...)), file.info = quote(c(...))
  )
  hear <- each_path_once()
  tell <- function(name) {
    known <- get(name, envir = baseenv())
    body(known) <- bquote({
      .(hear)(.(given[[name]]))
      .(body(known))
    })
    known
  }
  sapply(names(given), tell, simplify = FALSE)
}

#' Make a function that hears of paths, and tells each once
#' @noRd
each_path_once <- function() {
  seen <- new.env()
  hear <- function(paths) {
    for (path in Filter(is_path, paths)) {
      if (!exists(path, envir = seen, inherits = FALSE)) {
        assign(path, TRUE, envir = seen)
        opened_here(path)
      }
    }
  }
  function(paths) tryCatch(hear(paths), error = function(cause) NULL)
}

is_path <- function(path) {
  is.character(path) && !is.na(path) && nzchar(path)
}
