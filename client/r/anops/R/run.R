# What a program that fits a model tells of its run: lines of JSON in the file
# that ANOPS_RUN_LINES names.

#' Tell what a run is made of, and what it showed
#'
#' In a script that `ao train` or `ao run --track` runs, these keep a parameter,
#' a metric, a figure or a file with the run; `ao runs show` tells them. Run by
#' itself, such a script works as before: nobody listens, and nothing is kept.
#'
#' @param name What it is called.
#' @param value A number for a metric; for a parameter any single value.
#' @param step The position of a metric in its series, such as an epoch.
#' @param plot What draws the figure: a plot object such as one of ggplot2,
#'   a function without arguments, or an expression of base graphics.
#' @param width,height The figure's size in pixels.
#' @param path A file.
#' @return Nothing of use, invisibly.
#' @examples
#' log_parameter("max_depth", 4)
#' for (epoch in 1:3) log_metric("loss", 1 / epoch, step = epoch)
#' log_figure("residuals", plot(cars))
#' @name run
NULL

#' @rdname run
#' @export
log_metric <- function(name, value, step = NULL) {
  if (!is.numeric(value) && !is.logical(value) || length(value) != 1L) {
    abort_run(sprintf(
      "The metric `%s` must be a single number, not %s.", name, told_kind(value)
    ))
  }
  tell_run("metric", name, value = json_number(as.double(value)), step = step)
}

#' @rdname run
#' @export
log_parameter <- function(name, value) {
  if (is.factor(value)) value <- as.character(value)
  if (is.numeric(value) && length(value) == 1L) value <- json_number(value)
  tell_run("parameter", name, value = value)
}

#' @rdname run
#' @export
log_figure <- function(name, plot, width = 800, height = 600) {
  drawing <- substitute(plot)
  where <- parent.frame()
  if (!nzchar(Sys.getenv("ANOPS_RUN_LINES"))) {
    return(invisible())
  }
  file <- run_file(paste0(gsub("[^[:alnum:]._-]", "_", name), ".png"))
  grDevices::png(file, width = width, height = height)
  open <- grDevices::dev.cur()
  on.exit(if (open %in% grDevices::dev.list()) grDevices::dev.off(open))
  drawn <- withVisible(eval(drawing, where))
  if (is.function(drawn$value)) {
    drawn <- withVisible(drawn$value())
  }
  if (drawn$visible && is.object(drawn$value)) print(drawn$value)
  grDevices::dev.off(open)
  if (!file.exists(file)) {
    abort_run(sprintf("The figure `%s` has nothing drawn in it.", name))
  }
  tell_run("figure", name, path = file)
}

#' @rdname run
#' @export
log_artifact <- function(path, name = basename(path)) {
  if (!file.exists(path)) {
    abort_run(sprintf("There is no file `%s` to keep.", path))
  }
  tell_run("artifact", name, path = normalizePath(path))
}

tell_run <- function(kind, name, ...) {
  file <- Sys.getenv("ANOPS_RUN_LINES")
  is_text <- is.character(name) && length(name) == 1L && !is.na(name)
  if (!is_text || !nzchar(name)) {
    abort_run("What is logged of a run must have a name, a single text.")
  }
  if (!nzchar(file)) {
    return(invisible())
  }
  now <- as.double(Sys.time())
  line <- list(kind = kind, name = utf8(name), ..., time = now)
  line <- line[!vapply(line, is.null, TRUE)]
  text <- jsonlite::toJSON(
    line,
    auto_unbox = TRUE, digits = NA, null = "null", na = "null"
  )
  # one write, so that lines of others don't come in between
  out <- file(file, open = "ab")
  on.exit(close(out))
  writeBin(charToRaw(paste0(enc2utf8(text), "\n")), out)
  invisible()
}

run_file <- function(name) {
  folder <- file.path(dirname(Sys.getenv("ANOPS_RUN_LINES")), "told")
  dir.create(folder, showWarnings = FALSE, recursive = TRUE)
  unique <- paste(format(Sys.time(), "%H%M%OS6"), Sys.getpid(), name, sep = "-")
  file.path(normalizePath(folder), unique)
}

json_number <- function(value) {
  if (is.finite(value)) {
    return(value)
  }
  if (is.na(value)) "NaN" else if (value > 0) "Infinity" else "-Infinity"
}

told_kind <- function(value) {
  if (is.null(value)) {
    return("NULL")
  }
  if (length(value) != 1L) {
    return(sprintf("%d values", length(value)))
  }
  class(value)[1L]
}

abort_run <- function(message) stop(message, call. = FALSE)
