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
    data <- quietly(eval(model[["call"]][[argument]], where))
    if (is.data.frame(data)) {
      return(data)
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
    return(nrow(data) %in% c(
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

used_rows <- function(data, frame) {
  if (is.null(frame)) {
    return(data)
  }
  data[match(row.names(frame), row.names(data)), , drop = FALSE]
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
  for (name in names(frame)) {
    raw <- undo_calls(name, frame[[name]])
    if (!is.null(raw) && !raw$name %in% names(found)) {
      found[[raw$name]] <- raw$column
    }
  }
  as_frame(unname(found), names(found), nrow(frame))
}

#' Turn the column `log(x)` of a model frame into x
#'
#' @return A list of `name` and `column`, or `NULL` where there is no way back.
#' @noRd
undo_calls <- function(name, column) {
  expression <- quietly(str2lang(name)) %||% as.name(name)
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
