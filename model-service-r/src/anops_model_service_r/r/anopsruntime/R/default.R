# Models without methods of their own: their terms say most of it.

#' @export
model_inputs.default <- function(model, # nolint: object_name_linter.
                                 data = model_data(model)) {
  parts <- terms_parts(model)
  if (length(parts)) {
    found <- do.call(c, lapply(unname(parts), function(terms) {
      terms_inputs(model, terms, data)
    }))
    # an intercept alone has no columns, which is an answer
    return(found[!duplicated(names(found))] %||% list())
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
    mixed_inputs(formula, data, model)
  }
}

#' List the terms of a model: of each part of a formula such as `y ~ x | z`
#'
#' @noRd
terms_parts <- function(model) {
  # systemfit() has a list of them, by equation
  kept <- part_of(model, "terms") %||% quietly(stats::terms(model))
  parts <- if (is.list(kept) && !inherits(kept, "formula")) unclass(kept)
  # of ordinal: scales and nominal effects
  parts <- c(
    list(model_terms(model)), parts,
    list(part_of(model, "S.terms"), part_of(model, "nom.terms"))
  )
  Filter(function(part) inherits(part, "terms"), parts)
}

model_formula <- function(model) {
  formula <- if (is_fitted(model)) {
    quietly(stats::formula(model)) %||% part_of(model, "formula")
  }
  if (is.list(formula) && !inherits(formula, "formula")) {
    # that of brms keeps the formula among what belongs to it
    formula <- formula$formula
  }
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
  if (!is.null(frame)) {
    return(recovered(frame, part_of(model, "call")$offset))
  }
  kept_columns(model)
}

#' Find a data frame of the columns of the formula in the model, as those of
#' ipred have one in `X`
#' @noRd
kept_columns <- function(model) {
  formula <- model_formula(model)
  names <- if (length(formula) == 3) all.vars(formula[[3]])
  kept <- part_of(model, "X")
  if (is.data.frame(kept) && length(names) &&
        nrow(kept) == NROW(part_of(model, "y")) &&
        all(setdiff(names, ".") %in% names(kept))) {
    plain_frame(kept)
  }
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
  if (is_panel(model)) {
    families <- vapply(model, series_family, "")
    return(as.character(unique(unlist(lapply(families, series_packages)))))
  }
  family <- series_family(model)
  if (is.null(family)) character() else series_packages(family)
}

#' @export
model_summary.default <- function(model) { # nolint: object_name_linter.
  if (!is.null(series_family(model))) {
    return(series_summary(model))
  }
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
  name <- rows_argument(model)
  if (!is.null(name)) paste0("predict(model, ", name, " = newdata, ...)")
}
