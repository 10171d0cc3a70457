# The columns that a formula is made of, found in a model's terms.

#' Find the inputs of a model with terms
#'
#' @param model A fitted model.
#' @param terms Its terms, `.` expanded.
#' @param data Its raw data, or `NULL`.
#' @noRd
terms_inputs <- function(model, terms, data) {
  variables <- as.list(attr(stats::delete.response(terms), "variables"))[-1]
  offset <- if (is.list(model)) model$call$offset
  if (!is.null(offset)) {
    variables <- c(variables, offset)
  }
  names <- raw_names(variables, model, terms, data)
  designs <- needed_designs(model, terms, data)
  specs <- lapply(names, function(name) {
    input_spec(name, variables, model, terms, data, designs)
  })
  specs <- stats::setNames(specs, names)
  numbers <- Filter(function(spec) identical(spec$type, "number"), specs)
  moments <- Filter(function(name) {
    may_be_moments(data[[name]])
  }, intersect(lost_names(variables, data), names(numbers)))
  unknown <- union(moments, numbered_names(variables, data))
  specs[unknown] <- lapply(specs[unknown], structure, guessed = TRUE)
  specs
}

#' Name the columns of which a formula keeps the numbers 1 to k alone, as
#' `as.integer(g)` does of a factor, whose levels may be other numbers
#' @noRd
numbered_names <- function(variables, data) {
  Filter(function(name) {
    values <- sort(unique(data[[name]]))
    is.numeric(values) && length(values) > 1 &&
      identical(as.double(values), as.double(seq_along(values)))
  }, lost_names(variables, data))
}

#' Name the columns of which a formula keeps numbers alone, whatever they were:
#' `as.numeric(at)` may have been made of a date, a time or a factor
#' @noRd
lost_names <- function(variables, data) {
  lossy <- vapply(variables, function(variable) {
    calls_one(variable, c("as.integer", "as.numeric", "as.double", "unclass"))
  }, TRUE)
  names <- unlist(lapply(variables[lossy], function(call) {
    if (is.name(call[[2]])) as.character(call[[2]])
  }))
  others <- unlist(lapply(variables[!lossy], variables_in))
  intersect(setdiff(names, others), attr(data, "inexact"))
}

#' Whether numbers may be days or seconds since 1970, of the years 1980 to 2099
#' @noRd
may_be_moments <- function(values) {
  if (!is.numeric(values) || !any(is.finite(values))) {
    return(FALSE)
  }
  values <- range(values, finite = TRUE)
  ends <- as.numeric(as.Date(c("1980-01-01", "2100-01-01")))
  within <- function(unit) {
    values[1] >= ends[1] * unit && values[2] < ends[2] * unit
  }
  within(1) || within(86400)
}

#' Read the columns of a design matrix, where nothing else tells all levels
#' @noRd
needed_designs <- function(model, terms, data) {
  labels <- design_labels(terms)
  kept <- lapply(labels, function(label) fitted_levels(model, label))
  coded <- labels[labels_coded(labels, terms) & !lengths(kept)]
  is_factor <- vapply(gsub("`", "", coded), function(name) {
    is.factor(data[[name]])
  }, TRUE)
  if (all(is_factor)) list() else design_factors(model, terms)
}

#' Tell the columns in a formula from its constants, such as k in poly(x, k)
#' @noRd
raw_names <- function(variables, model, terms, data) {
  for (variable in variables) {
    refuse_outside(variable)
  }
  plain <- vapply(Filter(is.name, variables), as.character, "")
  where <- environment(terms) %||% globalenv()
  observed <- nrow(model_frame(model)) %||% nrow(data) %||% 0L
  is_column <- function(name) {
    if (name %in% plain || name %in% names(data)) {
      return(TRUE)
    }
    value <- get0(name, envir = where)
    is.null(value) || is.function(value) || length(value) == observed
  }
  Filter(is_column, unique(unlist(lapply(variables, variables_in))))
}

#' Refuse `cars$wt` in a formula: predict() can't put new data in its place
#' @noRd
refuse_outside <- function(variable) {
  if (is.call(variable)) {
    head <- variable[[1]]
    inside <- is.name(head) && as.character(head) %in% c("$", "[[", "@")
    if (inside && is.name(variable[[2]])) {
      abort(
        "MODEL_LOAD", "Can't predict new rows with the model: its formula ",
        "names `", call_text(variable), "`, which always means the old data.",
        remedy = paste(
          "Fit it again with the plain names of the columns and the argument",
          "`data`: lm(y ~ x, data = mydata)."
        )
      )
    }
    lapply(as.list(variable)[if (inside) 2 else -1], refuse_outside)
  }
  invisible()
}

#' Find the names of variables in an expression
#'
#' all.vars() takes `hour` of `as.POSIXlt(at)$hour` for one, `mean` of
#' `tapply(x, g, mean)`, and `v` of `sapply(x, function(v) v + 1)`.
#' @noRd
variables_in <- function(expression) {
  if (is.name(expression)) {
    name <- as.character(expression)
    return(if (nzchar(name)) name)
  }
  if (!is.call(expression)) {
    return(NULL)
  }
  head <- expression[[1]]
  if (identical(head, quote(`function`))) {
    made <- variables_in(expression[[3]])
    return(setdiff(made, names(expression[[2]])))
  }
  unique(c(
    if (is.call(head)) variables_in(head),
    unlist(lapply(read_parts(expression), variables_in))
  ))
}

#' Take the parts out of a call that may name variables
#' @noRd
read_parts <- function(call) {
  head <- call[[1]]
  name <- if (is.name(head)) as.character(head) else ""
  if (name == "::") {
    return(NULL)
  }
  parts <- as.list(without_function(call))[-1]
  # of `x$a` only x is one, and behind the factor of C() stand its contrasts
  if (name %in% c("$", "@", "C")) parts[1] else parts
}

#' Take the name of a function out of a call that is given one
#'
#' `mean` of `tapply(x, g, mean)`.
#' @noRd
without_function <- function(call) {
  head <- call[[1]]
  argument <- if (is.name(head)) takes_function[as.character(head)]
  if (length(argument) == 0 || is.na(argument)) {
    return(call)
  }
  definition <- get0(as.character(head), envir = asNamespace("stats"))
  matched <- quietly(match.call(definition, call))
  if (is.name(matched[[argument]])) matched[[argument]] <- NULL
  matched %||% call
}

takes_function <- c(
  tapply = "FUN", ave = "FUN", sapply = "FUN", lapply = "FUN", vapply = "FUN",
  mapply = "FUN", apply = "FUN", outer = "FUN", Map = "f", Reduce = "f",
  Filter = "f", do.call = "what"
)

input_spec <- function(name, variables, model, terms, data,
                       designs = list()) {
  frame <- model_frame(model)
  column <- data[[name]] %||% (if (name %in% names(frame)) frame[[name]])
  as_factor <- Filter(function(variable) {
    makes_factor(variable, name)
  }, variables)
  key <- if (length(as_factor)) call_text(as_factor[[1]])
  fitted_levels <- fitted_levels(model, key %||% name, name)
  design <- designs[[key %||% name]] %||% designs[[paste0("`", name, "`")]]
  if (is.null(fitted_levels) && !is.factor(column)) {
    fitted_levels <- completed_levels(design, column)
  }
  if (is.null(column)) {
    return(stated_spec(name, terms, fitted_levels, design))
  }
  spec <- column_spec(column, name, if (is.null(key)) fitted_levels)
  if (spec$type == "number" && !is.null(key)) {
    spec$values <- numeric_levels(fitted_levels) %||%
      sort(unique(as.double(column)))
  }
  spec
}

#' Describe a column by the terms, where the data are not there
#' @noRd
stated_spec <- function(name, terms, levels, design) {
  classes <- attr(terms, "dataClasses")
  class <- if (name %in% names(classes)) classes[[name]]
  spec <- class_spec(name, class, levels)
  open <- spec$type == "category" && is.null(spec$levels)
  if (open) structure(spec, design = list(design)) else spec
}

#' Whether a variable of a formula is factor(name) or the like
#'
#' `as.factor(as.character(cyl))` is one too; strata() takes several.
#' @noRd
makes_factor <- function(variable, name) {
  makers <- c("factor", "as.factor", "ordered", "as.ordered", "strata")
  if (calls_one_of(variable, "strata")) {
    return(any(vapply(as.list(variable)[-1], identical, TRUE, as.name(name))))
  }
  if (!calls_one(variable, makers)) {
    return(FALSE)
  }
  inner <- variable[[2]]
  while (calls_one(inner, c("as.character", "as.integer", "as.numeric", "I"))) {
    inner <- inner[[2]]
  }
  identical(inner, as.name(name))
}

calls_one <- function(expression, functions) {
  is.call(expression) && length(expression) == 2 &&
    is.name(expression[[1]]) && as.character(expression[[1]]) %in% functions
}
