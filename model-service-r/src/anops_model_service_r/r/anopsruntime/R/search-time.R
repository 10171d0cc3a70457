# A search that `ao init` makes ends in time, and says that it is under way.

#' Tell whoever waits what is being done
#'
#' Python puts its own function in the place of this one.
#' @noRd
doing <- function(text) {
  invisible()
}

#' Hand over what is known of a model so far, should the rest never end
#'
#' Python puts its own function in the place of this one.
#' @noRd
so_far <- function(found) {
  invisible()
}

#' Do something that may take long, or not at all
#'
#' Code of the model may catch the error by which R ends it, so that loops
#' inside ask [late()] as well. R can't end what compiled code does: the limit
#' of the whole process can.
#'
#' @param expr What is to be done.
#' @param seconds How long that may take.
#' @param otherwise What to give back where it took longer.
#' @noRd
in_time <- function(expr, seconds, otherwise = NULL) {
  before <- searching$end
  end <- min(before, now() + seconds)
  searching$end <- end
  on.exit({
    setTimeLimit()
    searching$end <- before
    if (is.finite(before)) setTimeLimit(elapsed = max(0.1, before - now()))
  })
  setTimeLimit(elapsed = max(0.1, end - now()))
  tryCatch(expr, error = function(e) if (late()) otherwise else stop(e))
}

#' Whether what is under way has taken too long
#' @noRd
late <- function() {
  now() > searching$end
}

now <- function() {
  proc.time()[["elapsed"]]
}

searching <- new.env(parent = emptyenv())
searching$end <- Inf

#' Find the members of a set for which something fails
#'
#' A set fails where one of its members does, so that of many whole halves are
#' done with at once. Where some of many members of a kind fail, each of them,
#' the others are taken to fail as well: a model of thousands of columns treats
#' them alike.
#'
#' @param members Names.
#' @param kinds The kind of each.
#' @param fails A function of some of the names.
#' @return Those that fail, and those that there was no time to try.
#' @noRd
failing <- function(members, kinds, fails, few = 8L) {
  found <- lapply(split(members, kinds), function(alike) {
    spread <- unique(round(seq(1, length(alike), length.out = few)))
    if (length(alike) > 2 * few) {
      tried <- vapply(alike[spread], fails, TRUE)
      if (all(tried)) {
        return(alike)
      }
    }
    halved(alike, fails)
  })
  intersect(members, unlist(found))
}

halved <- function(members, fails) {
  if (late()) {
    return(members)
  }
  if (!fails(members)) {
    return(NULL)
  }
  if (length(members) == 1) {
    return(members)
  }
  first <- seq_len(length(members) %/% 2)
  c(halved(members[first], fails), halved(members[-first], fails))
}
