# What fails: with a message, a remedy and the line of the person's code.

anops$failure <- function(message, remedy = NULL, where = NULL, missing = NULL) {
  structure(
    class = c("anops_failure", "error", "condition"),
    list(message = message, call = NULL, remedy = remedy, where = where, missing = missing)
  )
}

# Run code of the person: what it raises is told with the call and the line.
anops$attempt <- function(lead, run) {
  where <- NULL
  tryCatch(
    withCallingHandlers(run(), error = function(e) {
      if (inherits(e, "anops_failure")) return()
      where <<- anops$line(sys.calls())
      message("Error: ", conditionMessage(e))
      calls <- sys.calls()
      own <- which(vapply(calls, function(call) identical(call[[1L]], quote(eval)), TRUE))
      calls <- utils::tail(utils::head(calls, -2L), -max(own, 0L))
      message(paste(" ", vapply(calls, function(call) substr(deparse(call)[1L], 1L, 100L), ""), collapse = "\n"))
    }),
    anops_failure = function(e) stop(e),
    error = function(e) {
      call <- conditionCall(e)
      said <- conditionMessage(e)
      if (is.call(call) && !is.symbol(call[[1L]])) call <- NULL
      if (is.call(call) && as.character(call[[1L]]) %in% anops$steps) call <- NULL
      if (!is.null(call)) said <- paste0(said, " (in ", substr(deparse(call)[1L], 1L, 80L), ")")
      stop(anops$failure(paste0(lead, ": ", said), where = where, missing = anops$missing(e)))
    }
  )
}

# The package that is not there.
anops$missing <- function(e) if (inherits(e, "packageNotFoundError")) e$package

# The last of the calls that stands in the person's file.
anops$line <- function(calls) {
  for (call in rev(calls)) {
    reference <- attr(call, "srcref")
    file <- if (is.null(reference)) NULL else attr(reference, "srcfile")$filename
    if (!is.null(file) && basename(file) == basename(anops$plan$code)) {
      return(sprintf("%s, line %d", anops$plan$code, reference[1L]))
    }
  }
  NULL
}
