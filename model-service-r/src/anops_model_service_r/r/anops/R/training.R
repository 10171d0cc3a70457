# The data a model was fitted on, before its formula transformed it.

model_frame <- function(model) {
  if (!is.list(model)) {
    return(NULL)
  }
  if (is.data.frame(model[["model"]])) {
    return(model[["model"]])
  }
  frame <- quietly(stats::model.frame(model))
  if (is.data.frame(frame)) frame
}

called_data <- function(model) {
  where <- quietly(environment(stats::formula(model))) %||% globalenv()
  for (argument in c("data", "x")) {
    named <- model[["call"]][[argument]]
    data <- quietly(eval(named, where)) %||% packaged_data(named)
    if (is.data.frame(data)) {
      return(data)
    }
  }
  NULL
}

#' Find data that come with a loaded package, such as `lung` of survival
#' @noRd
packaged_data <- function(named) {
  if (!is.name(named)) {
    return(NULL)
  }
  for (package in setdiff(loadedNamespaces(), "base")) {
    found <- quietly(get(
      as.character(named),
      envir = getNamespaceInfo(package, "lazydata"), inherits = FALSE
    ))
    if (is.data.frame(found)) {
      return(found)
    }
  }
  NULL
}

quietly <- function(expr) {
  tryCatch(suppressWarnings(expr), error = function(e) NULL)
}

#' Check that data is what the model was fitted on, not a namesake
#'
#' `cars` may be the statistician's own data or that of R's datasets.
#' @noRd
fits_frame <- function(data, frame, model) {
  data <- plain_frame(data)
  if (is.null(frame)) {
    rows <- length(rows_named(model, data))
    return((if (rows > 0) rows else nrow(data)) %in% c(
      quietly(stats::nobs(model)), length(model$where), length(model$y),
      length(model$predicted)
    ))
  }
  used <- match(row.names(frame), row.names(data))
  if (anyNA(used)) {
    return(FALSE)
  }
  where <- quietly(environment(stats::formula(model))) %||% globalenv()
  same <- vapply(names(frame), function(name) {
    if (grepl("^\\(.*\\)$", name)) {
      return(TRUE)
    }
    # on all rows, as model.frame() does: poly() and scale() look at them all
    value <- if (name %in% names(data)) {
      data[[name]]
    } else {
      quietly(eval(str2lang(name), data, where))
    }
    !is.function(value) &&
      isTRUE(all.equal(as_plain(at(value, used)), as_plain(frame[[name]])))
  }, logical(1))
  all(same)
}

at <- function(value, rows) {
  if (length(dim(value)) == 2) value[rows, , drop = FALSE] else value[rows]
}

#' Find the rows a model without a model frame was fitted on, by their names
#' @noRd
rows_named <- function(model, data) {
  names <- names(model$where) %||% names(model$y)
  gone <- unclass(model[["na.action"]])
  rows <- if (is.null(names) && is.integer(gone)) {
    setdiff(seq_len(nrow(data)), gone)
  } else {
    match(names, row.names(data))
  }
  if (anyNA(rows)) integer() else rows
}

used_rows <- function(data, frame, model) {
  rows <- if (is.null(frame)) {
    rows_named(model, data)
  } else {
    match(row.names(frame), row.names(data))
  }
  if (length(rows)) data[rows, , drop = FALSE] else data
}

as_plain <- function(x) {
  if (is.factor(x)) as.character(x) else as.vector(unclass(x))
}

plain_frame <- function(data) {
  class(data) <- "data.frame"
  data
}

inverses <- list(
  log = exp, exp = log, sqrt = function(x) x^2, log2 = function(x) 2^x,
  log10 = function(x) 10^x, log1p = expm1, expm1 = log1p,
  I = identity, identity = identity, as.numeric = identity,
  factor = function(x) read_levels(x), as.factor = function(x) read_levels(x),
  ordered = function(x) read_levels(x), offset = identity
)

read_levels <- function(x) {
  numbers <- numeric_levels(levels(x))
  if (is.null(numbers)) x else numbers[as.integer(x)]
}

#' Undo the transformations of a model frame where that is possible
#' @noRd
recovered <- function(frame) {
  found <- list()
  variables <- frame_variables(frame)
  for (i in seq_along(frame)) {
    raw <- undo_calls(variables[[i]], frame[[i]])
    if (!is.null(raw) && !raw$name %in% names(found)) {
      found[[raw$name]] <- raw$column
    }
  }
  as_frame(unname(found), names(found), nrow(frame))
}

#' Tell what the columns of a model frame are: names, or calls of functions
#'
#' Its terms tell `log(x)` from a column of that name.
#' @noRd
frame_variables <- function(frame) {
  known <- as.list(attr(attr(frame, "terms"), "variables"))[-1]
  others <- names(frame)[-seq_along(known)]
  if (length(known) == 0 || length(known) > length(frame)) {
    known <- list()
    others <- names(frame)
  }
  c(known, lapply(others, function(name) {
    quietly(str2lang(name)) %||% as.name(name)
  }))
}

#' Turn the column `log(x)` of a model frame into x
#'
#' @return A list of `name` and `column`, or `NULL` where there is no way back.
#' @noRd
undo_calls <- function(expression, column) {
  while (is.call(expression) && length(expression) == 2) {
    undo <- inverses[[call_text(expression[[1]])]]
    if (is.null(undo)) {
      return(NULL)
    }
    column <- undo(column)
    expression <- expression[[2]]
  }
  if (!is.name(expression) || !is.null(dim(column))) {
    return(NULL)
  }
  if (inherits(column, "AsIs")) {
    class(column) <- setdiff(class(column), "AsIs")
  }
  list(name = as.character(expression), column = column)
}
