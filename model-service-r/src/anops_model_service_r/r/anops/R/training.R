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
  data <- data[used, , drop = FALSE]
  where <- quietly(environment(stats::formula(model))) %||% globalenv()
  same <- vapply(names(frame), function(name) {
    if (grepl("^\\(.*\\)$", name)) {
      return(TRUE)
    }
    value <- if (name %in% names(data)) {
      data[[name]]
    } else {
      quietly(eval(str2lang(name), data, where))
    }
    !is.function(value) &&
      isTRUE(all.equal(as_plain(value), as_plain(frame[[name]])))
  }, logical(1))
  all(same)
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
    expression <- quietly(str2lang(name))
    column <- frame[[name]]
    while (is.call(expression) && length(expression) == 2) {
      undo <- inverses[[call_text(expression[[1]])]]
      if (is.null(undo)) break
      column <- undo(column)
      expression <- expression[[2]]
    }
    target <- if (is.call(expression)) NA else as.character(expression)
    if (is.null(expression)) target <- name
    if (!is.na(target[1]) && is.null(dim(column)) &&
          !(target %in% names(found))) {
      found[[target]] <- column
    }
  }
  as_frame(lapply(found, unclass_asis), names(found), nrow(frame))
}

unclass_asis <- function(x) {
  if (inherits(x, "AsIs")) {
    class(x) <- setdiff(class(x), "AsIs")
  }
  x
}
