# Models without methods of their own: their terms say most of it.

#' @export
model_inputs.default <- function(model, # nolint: object_name_linter.
                                 data = model_data(model)) {
  terms <- model_terms(model)
  if (!is.null(terms)) {
    return(terms_inputs(model, terms, data))
  }
  classes <- if (is.list(model)) model$dataClasses
  if (is.character(classes) && !is.null(names(classes))) {
    specs <- lapply(names(classes), function(name) {
      column_spec(data[[name]]) %||% class_spec(name, classes[[name]], NULL)
    })
    return(stats::setNames(specs, names(classes)))
  }
  formula <- model_formula(model)
  if (length(formula) == 3 && !"." %in% all.vars(formula)) {
    mixed_inputs(formula, data)
  }
}

model_formula <- function(model) {
  formula <- if (is_fitted(model)) quietly(stats::formula(model))
  if (inherits(formula, "formula")) formula
}

#' @export
model_data.default <- function(model) { # nolint: object_name_linter.
  if (!is.list(model)) {
    return(NULL)
  }
  frame <- model_frame(model)
  for (data in list(part_of(model, "data"), called_data(model))) {
    if (is.data.frame(data) && fits_frame(data, frame, model)) {
      return(used_rows(plain_frame(data), frame, model))
    }
  }
  if (!is.null(frame)) recovered(frame, part_of(model, "call")$offset)
}

#' @export
model_options.default <- function(model) { # nolint: object_name_linter.
  own_scales(model)
}

#' @export
model_notes.default <- function(model) { # nolint: object_name_linter.
  character()
}

#' @export
model_packages.default <- function(model) { # nolint: object_name_linter.
  character()
}

#' @export
model_summary.default <- function(model) { # nolint: object_name_linter.
  formula <- model_formula(model)
  class <- class(model)[1]
  if (is.null(formula)) {
    return(class)
  }
  text <- paste(trimws(deparse(formula, width.cutoff = 200L)), collapse = " ")
  paste0(class, ": ", text)
}

#' @export
model_predict.default <- function(model, # nolint: object_name_linter.
                                  newdata, options = list()) {
  do.call(native_predict, c(list(quote(model), quote(newdata)), options))
}

#' @export
model_seen.default <- function(model, # nolint: object_name_linter.
                               data = model_data(model)) {
  seen <- Filter(Negate(is.null), lapply(data, seen_range))
  for (name in intersect(attr(data, "inexact"), names(seen))) {
    seen[[name]] <- widened(seen[[name]])
  }
  seen
}

#' @export
model_outputs.default <- function(model, # nolint: object_name_linter.
                                  answer) {
  lapply(answer, output_spec)
}

#' @export
model_code.default <- function(model, # nolint: object_name_linter.
                               inputs = NULL) {
  NULL
}
