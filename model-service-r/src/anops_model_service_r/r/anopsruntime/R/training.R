# The data a model was fitted on, before its formula transformed it.

model_frame <- function(model) {
  if (!is.list(model)) {
    return(NULL)
  }
  if (is.data.frame(part_of(model, "model"))) {
    return(part_of(model, "model"))
  }
  frame <- quietly(stats::model.frame(model))
  if (is.data.frame(frame)) frame
}

#' Take an element of a model, whatever its class makes of `[[`
#' @noRd
part_of <- function(model, name) {
  if (is.list(model)) .subset2(model, name)
}

called_data <- function(model) {
  where <- quietly(environment(stats::formula(model))) %||% globalenv()
  call <- as.list(part_of(model, "call"))[-1]
  # ranger keeps its call as it was written: the data may have no name there
  nameless <- if (is.null(names(call))) call else call[names(call) == ""]
  for (named in c(call["data"], call["x"], unname(nameless))) {
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
  gone <- unclass(part_of(model, "na.action"))
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
