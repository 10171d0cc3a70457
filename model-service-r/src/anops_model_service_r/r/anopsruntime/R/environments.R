# The environments that formulas and functions bring into a saved model.

#' Find data in the environments that are saved together with a model
#'
#' The global environment and those of packages are saved by name only.
#' @noRd
environment_leftovers <- function(model, least_bytes = 1e5) {
  sizes <- if (is.list(model)) fitted_rows(model)
  found <- lapply(captured_environments(model), function(captured) {
    names <- sort(ls(captured$env))
    lapply(names, function(name) {
      part <- if (!bindingIsActive(name, captured$env)) {
        quietly(get(name, envir = captured$env, inherits = FALSE))
      }
      is_table <- is.data.frame(part) && nrow(part) >= few_rows ||
        is.atomic(part) && NROW(part) %in% sizes
      if (is_table || (!is.environment(part) && !is.function(part) &&
                         utils::object.size(part) >= least_bytes)) {
        leftover(
          "environment", name, captured$where, part, env = captured$env
        )
      }
    })
  })
  Filter(Negate(is.null), do.call(c, found))
}

#' Walk through a model, noting each environment that is saved with it
#' @noRd
captured_environments <- function(model, deepest = 8L) {
  found <- list()
  visit <- function(env, where) {
    while (is_saved(env) && !is_known(env, found)) {
      found <<- c(found, list(list(env = env, where = where)))
      env <- parent.env(env)
      where <- paste0("parent.env(", where, ")")
    }
  }
  look <- function(x, where, depth) {
    env <- own_environment(x)
    if (is.environment(env)) {
      direct <- is.environment(x)
      visit(env, if (direct) where else paste0("environment(", where, ")"))
    }
    inner <- if (depth > 0) parts_of(x, where)
    for (place in names(inner)) {
      look(inner[[place]], place, depth - 1L)
    }
  }
  look(model, "model", deepest)
  found
}

#' The environment that an object is, was defined in, or names as its own
#' @noRd
own_environment <- function(x) {
  if (is.environment(x)) {
    # an object of a reference class or of R6 is one: the model itself
    if (!is.object(x)) x
  } else if (is.function(x) && !is.primitive(x)) {
    environment(x)
  } else {
    attr(x, ".Environment")
  }
}

#' List the elements and attributes of an object by the code that leads there
#' @noRd
parts_of <- function(x, where) {
  elements <- if (is.list(x) && length(x) %in% 1:1000) elements_of(x, where)
  others <- attributes(x)
  others <- others[setdiff(names(others), plain_attributes)]
  if (length(others)) {
    names(others) <- if (isS4(x)) {
      paste0(where, "@", names(others))
    } else {
      paste0("attr(", where, ", \"", names(others), "\")")
    }
  }
  Filter(Negate(is.null), c(elements, others))
}

elements_of <- function(x, where) {
  titles <- names(x) %||% character(length(x))
  named <- !is.na(titles) & nzchar(titles)
  steps <- paste0("[[", seq_along(titles), "]]")
  steps[named] <- paste0(
    "$", vapply(titles[named], code_name, "", USE.NAMES = FALSE)
  )
  elements <- as.list(unclass(x))
  attributes(elements) <- NULL
  stats::setNames(elements, paste0(where, steps))
}

plain_attributes <- c(
  "names", "class", "dim", "dimnames", "row.names", "levels", "tsp",
  ".Environment", "srcref"
)

is_saved <- function(env) {
  !identical(env, globalenv()) && !identical(env, emptyenv()) &&
    !identical(env, baseenv()) && !isNamespace(env) &&
    !nzchar(environmentName(env))
}

is_known <- function(env, found) {
  any(vapply(found, function(one) identical(one$env, env), logical(1)))
}
