# Additive and multiplicative hazards of timereg, which keep their formula, and
# of their columns the names of a design matrix alone.

#' @export
model_inputs.aalen <- function(model, # nolint: object_name_linter.
                               data = model_data(model)) {
  if (!hazards_of_timereg(model)) {
    return(NextMethod())
  }
  names <- hazard_variables(model)
  designs <- hazard_factors(model)
  found <- lapply(names, function(name) {
    design <- designs[[name]]
    if (is.data.frame(data) && !is.null(data[[name]])) {
      column_spec(data[[name]], name)
    } else if (is.null(design)) {
      class_spec(name, "numeric", NULL)
    } else if (identical(design$levels, "TRUE")) {
      class_spec(name, "logical", NULL)
    } else {
      structure(class_spec(name, "factor", NULL), design = list(design))
    }
  })
  stats::setNames(found, names)
}

#' @export
model_inputs.cox.aalen <- model_inputs.aalen # nolint: object_name_linter.

#' @export
model_inputs.comprisk <- model_inputs.aalen # nolint: object_name_linter.

#' Whether a model is of timereg: others call theirs aalen, too
#' @noRd
hazards_of_timereg <- function(model) {
  is.list(model) && inherits(attr(model, "Formula"), "formula") &&
    !is.null(colnames(model$cum))
}

hazard_variables <- function(model) {
  formula <- attr(model, "Formula")
  kept <- hazard_terms(formula[[length(formula)]])
  unique(unlist(lapply(kept, all.vars)))
}

#' Take the terms of a formula apart, without `cluster(id)`
#' @noRd
hazard_terms <- function(expression) {
  if (is.call(expression) && identical(expression[[1]], quote(`+`))) {
    return(c(unlist(lapply(as.list(expression)[-1], hazard_terms))))
  }
  is_cluster <- is.call(expression) &&
    identical(expression[[1]], quote(cluster))
  if (is_cluster) list() else list(expression)
}

#' Read the names of the design matrix: `ghigh`, or `const(g)high`
#' @noRd
hazard_factors <- function(model) {
  columns <- c(colnames(model$cum)[-1], rownames(model$gamma))
  columns <- sub("^(const|prop)\\(([^)]*)\\)", "\\2", columns)
  names <- hazard_variables(model)
  found <- lapply(stats::setNames(names, names), function(name) {
    suffixes <- label_suffixes(name, columns, names)
    if (!name %in% columns && length(suffixes)) {
      read_coding(suffixes, full = FALSE)
    }
  })
  Filter(Negate(is.null), found)
}

#' @export
model_packages.aalen <- function(model) { # nolint: object_name_linter.
  # const() and prop() of the formula are looked for on the search path
  if (hazards_of_timereg(model)) attach_package("timereg")
  character()
}

#' @export
model_packages.cox.aalen <- # nolint: object_name_linter.
  model_packages.aalen

#' @export
model_packages.comprisk <- model_packages.aalen # nolint: object_name_linter.

#' @export
model_options.aalen <- function(model) { # nolint: object_name_linter.
  if (hazards_of_timereg(model)) {
    times_option(event_times(model$cum[, 1]))
  } else {
    list()
  }
}

#' @export
model_options.cox.aalen <- model_options.aalen # nolint: object_name_linter.

#' @export
model_options.comprisk <- model_options.aalen # nolint: object_name_linter.

#' Predict survival, or the probability of the cause, at some times
#'
#' @noRd
#' @export
model_predict.aalen <- function(model, # nolint: object_name_linter.
                                newdata, options = list()) {
  if (!hazards_of_timereg(model)) {
    return(NextMethod())
  }
  designs <- hazard_factors(model)
  for (name in names(designs)) {
    column <- newdata[[name]]
    if (!is.logical(column)) {
      newdata[[name]] <- stated_factor(column, designs[[name]], name)
    }
  }
  times <- asked_times(options)
  answer <- matrix(NA_real_, nrow(newdata), length(times))
  known <- which(complete_rows(newdata))
  if (length(known)) {
    # in the order of time, as predict() has them
    ordered <- order(times)
    predicted <- native_predict(
      model, newdata[known, , drop = FALSE], times = times[ordered], se = 0,
      uniform = 0, n.sim = 0
    )
    answer[known, ordered] <- predicted$S0 %||% predicted$P1
  }
  at_times(answer, times)
}

#' @export
model_predict.cox.aalen <- model_predict.aalen # nolint: object_name_linter.

#' @export
model_predict.comprisk <- model_predict.aalen # nolint: object_name_linter.

#' @export
model_code.aalen <- function(model, # nolint: object_name_linter.
                             inputs = NULL) {
  if (!hazards_of_timereg(model)) {
    return(NULL)
  }
  part <- if (inherits(model, "comprisk")) "P1" else "S0"
  code_at_times(model_options(model)$times$default, c(
    "known <- complete.cases(newdata)",
    "found <- matrix(NA_real_, nrow(newdata), length(times))",
    "predicted <- timereg::predict.timereg(",
    "  model, newdata[known, , drop = FALSE], times = sort(times),",
    "  se = 0, uniform = 0, n.sim = 0",
    ")",
    paste0("found[known, order(times)] <- predicted$", part)
  ))
}

#' @export
model_code.cox.aalen <- model_code.aalen # nolint: object_name_linter.

#' @export
model_code.comprisk <- model_code.aalen # nolint: object_name_linter.
