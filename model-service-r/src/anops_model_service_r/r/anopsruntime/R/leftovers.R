# What a fitted model keeps beside what predict() needs: the rows it was fitted
# on, and the environments that formulas and functions bring with them.

#' Find what a model holds
#'
#' @param model A fitted model.
#' @return A list of leftovers: `kind` ("data" or "environment"), `name`,
#'   `where` (R code that leads there), `what`, `rows`, `bytes`; and `path` or
#'   `env`, with which it can be taken out.
#' @noRd
find_leftovers <- function(model) {
  c(data_leftovers(model), environment_leftovers(model))
}

#' Find the parts of a model with something for each row it was fitted on
#' @noRd
data_leftovers <- function(model, where = "model", path = NULL) {
  if (isS4(model)) {
    return(slot_leftovers(model, where))
  }
  if (!is.list(model) || is.data.frame(model) || length(path) > 2) {
    return(list())
  }
  sizes <- fitted_rows(model)
  found <- lapply(names(model), function(name) {
    part <- model[[name]]
    here <- c(path, name)
    if (holds_rows(part, name, sizes, class(model))) {
      list(leftover("data", name, where, part, path = here))
    } else if (is.object(part)) {
      data_leftovers(part, paste0(where, "$", code_name(name)), here)
    }
  })
  do.call(c, found)
}

slot_leftovers <- function(model, where) {
  found <- lapply(methods::slotNames(model), function(name) {
    part <- quietly(methods::slot(model, name))
    if (is.data.frame(part) && nrow(part) >= few_rows) {
      leftover("data", name, paste0(where, "@"), part)
    }
  })
  Filter(Negate(is.null), found)
}

few_rows <- 10L

#' Parts that hold rows by the nature of a method, whatever their number
#' @noRd
rows_by_nature <- list(
  svm = "SV", knn3 = "learn", loess = c("x", "y"), ksvm = "xmatrix"
)

fitted_rows <- function(model) {
  sizes <- c(
    quietly(stats::nobs(model)), NROW(model[["model"]]),
    length(model[["residuals"]]), length(model[["y"]]),
    length(model[["where"]]), NROW(model[["fitted.values"]]),
    length(model[["predicted"]])
  )
  unique(sizes[sizes >= few_rows])
}

holds_rows <- function(part, name, sizes, classes) {
  if (is.data.frame(part)) {
    return(nrow(part) %in% sizes ||
             (nrow(part) >= few_rows && name %in% data_names))
  }
  if (name %in% unlist(rows_by_nature[classes])) {
    return(NROW(part) >= few_rows)
  }
  if (inherits(part, "qr")) {
    part <- part$qr
  }
  is.atomic(part) && NROW(part) %in% sizes
}

data_names <- c("model", "data", "trainingData", "frame", "x", "y", "groups")

leftover <- function(kind, name, where, part, ...) {
  list(
    kind = kind, name = name, where = where, what = part_text(part),
    rows = as.integer(if (inherits(part, "qr")) NROW(part$qr) else NROW(part)),
    bytes = as.double(utils::object.size(part)), ...
  )
}

part_text <- function(part) {
  if (inherits(part, "qr")) {
    part <- part$qr
  }
  if (is.data.frame(part)) {
    paste(
      "a data frame with", nrow(part), "rows and", ncol(part),
      if (ncol(part) == 1) "column" else "columns"
    )
  } else if (length(dim(part)) == 2) {
    paste("a matrix with", nrow(part), "rows and", ncol(part), "columns")
  } else if (is.atomic(part)) {
    paste(length(part), "values")
  } else {
    paste("an object of class", class(part)[1])
  }
}

code_name <- function(name) {
  if (make.names(name) == name) name else paste0("`", name, "`")
}

#' Open the loaded model: tell what it holds
#' @noRd
serve_leftovers <- function() {
  state$leftovers <- find_leftovers(state$loaded$model)
  lapply(state$leftovers, function(found) {
    found[c("kind", "name", "where", "what", "rows", "bytes")]
  })
}

#' Take one of the leftovers out of the loaded model, to try without
#'
#' @param place Which of them (from 1).
#' @return Whether that could be done.
#' @noRd
serve_take_out <- function(place) {
  found <- state$leftovers[[place]]
  state$before <- state$loaded$model
  if (!is.null(found$env)) {
    state$value <- found$env[[found$name]]
    rm(list = found$name, envir = found$env)
    return(TRUE)
  }
  if (is.null(found$path)) {
    return(FALSE)
  }
  # keeps the class, also of an inner model
  state$loaded$model <- without(state$loaded$model, found$path)
  TRUE
}

without <- function(object, path) {
  if (length(path) == 1) {
    object[[path]] <- NULL
  } else {
    object[[path[1]]] <- without(object[[path[1]]], path[-1])
  }
  object
}

#' Put back what was taken out last
#' @noRd
serve_put_back <- function(place) {
  found <- state$leftovers[[place]]
  if (is.null(found$env)) {
    state$loaded$model <- state$before
  } else {
    assign(found$name, state$value, envir = found$env)
  }
  TRUE
}
