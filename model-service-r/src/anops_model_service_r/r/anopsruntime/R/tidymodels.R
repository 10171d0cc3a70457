# Workflows of tidymodels, and fits of parsnip by themselves. A workflow keeps
# what its columns must be as a data frame without rows, in its blueprint.

#' @export
model_inputs.workflow <- function(model, # nolint: object_name_linter.
                                  data = model_data(model)) {
  prototype_inputs(workflow_prototype(model), data)
}

#' Describe columns by a data frame of their types
#'
#' @param prototype A data frame, with or without rows, or `NULL`.
#' @param data Rows of the same columns, or `NULL`.
#' @noRd
prototype_inputs <- function(prototype, data = NULL) {
  if (is.null(prototype)) {
    return(NULL)
  }
  specs <- lapply(names(prototype), function(name) {
    column <- prototype[[name]]
    if (is.character(column)) {
      # of its values the prototype says nothing
      known <- unique(as.character(data[[name]]))
      return(if (length(known)) example_spec(data[[name]], name) else
        list(type = "string"))
    }
    spec <- column_spec(column, name)
    # vctrs refuses a fraction where the fit had whole numbers
    if (is.integer(column) && spec$type == "number") spec$type <- "integer"
    spec
  })
  stats::setNames(specs, names(prototype))
}

#' Find the columns that a workflow is given, as a data frame without rows
#' @noRd
workflow_prototype <- function(model) {
  blueprint <- model$pre$mold$blueprint
  prototype <- blueprint$ptypes$predictors
  if (is.null(prototype)) {
    return(NULL)
  }
  # columns of other roles, such as ids, that a step of the recipe works with
  others <- unlist(unname(blueprint$extra_role_ptypes), recursive = FALSE)
  columns <- c(as.list(prototype), as.list(others))
  as_frame(unname(columns), names(columns), 0L)
}

#' @export
model_data.workflow <- function(model) { # nolint: object_name_linter.
  prototype <- workflow_prototype(model)
  recipe <- model$pre$actions$recipe$recipe
  # before it is prepared, a recipe keeps the rows that it was made with
  for (data in list(recipe$template, model$pre$mold$predictors)) {
    same <- is.data.frame(data) && nrow(data) > 0 &&
      all(names(prototype) %in% names(data)) &&
      all(vapply(names(prototype), function(name) {
        identical(class(data[[name]]), class(prototype[[name]]))
      }, NA))
    if (same) {
      return(plain_frame(data)[names(prototype)])
    }
  }
  NULL
}

#' @export
model_options.workflow <- function(model) { # nolint: object_name_linter.
  fit <- parsnip_fit(model)
  kinds <- names(fit$spec$method$pred)
  mode <- fit$spec$mode %||% ""
  if (mode == "classification" && all(c("class", "prob") %in% kinds)) {
    return(class_or_probability)
  }
  intervals <- c(confidence = "conf_int", prediction = "pred_int")
  known <- names(intervals)[intervals %in% kinds]
  if (mode == "regression" && length(known)) {
    return(interval_options(known))
  }
  list()
}

#' @export
model_predict.workflow <- function(model, # nolint: object_name_linter.
                                   newdata, options = list()) {
  if (isTRUE(options$type == "probability")) {
    return(native_predict(model, newdata, type = "prob"))
  }
  answer <- native_predict(model, newdata)
  kind <- switch(options$interval %||% "none",
    confidence = "conf_int", prediction = "pred_int"
  )
  if (is.null(kind)) {
    return(answer)
  }
  bounds <- native_predict(model, newdata, type = kind, level = options$level)
  cbind(plain_frame(answer), plain_frame(bounds))
}

#' @export
model_packages.workflow <- function(model) { # nolint: object_name_linter.
  fit <- parsnip_fit(model)
  unique(c(
    if (!is.null(model$pre$actions$recipe)) "recipes",
    if (!is.null(fit)) "parsnip",
    unlist(fit$spec$method$libs)
  ))
}

#' @export
model_summary.workflow <- function(model) { # nolint: object_name_linter.
  fit <- parsnip_fit(model)
  spec <- fit$spec
  before <- setdiff(names(model$pre$actions), "case_weights")
  paste0(
    if (length(before)) paste0(before[1], ", "), class(spec)[1], "() by ",
    spec$engine
  )
}

#' Take the fit of parsnip out of a workflow; it may be one itself
#' @noRd
parsnip_fit <- function(model) {
  if (inherits(model, "model_fit")) model else model$fit$fit
}

#' @export
model_inputs.model_fit <- function(model, # nolint: object_name_linter.
                                   data = model_data(model)) {
  made <- model$preproc
  if (is.null(made$terms)) {
    return(model_inputs(model$fit, data))
  }
  # parsnip made a matrix of the columns for an engine that takes no formula
  model_inputs(structure(
    list(terms = made$terms, xlevels = made$xlevs), class = "list"
  ), data)
}

#' @export
model_data.model_fit <- function(model) { # nolint: object_name_linter.
  if (is.null(model$preproc$terms)) model_data(model$fit)
}

#' @export
model_options.model_fit <- # nolint: object_name_linter.
  model_options.workflow

#' @export
model_predict.model_fit <- # nolint: object_name_linter.
  model_predict.workflow

#' @export
model_packages.model_fit <- # nolint: object_name_linter.
  model_packages.workflow

#' @export
model_summary.model_fit <- # nolint: object_name_linter.
  model_summary.workflow

#' Call columns of tidymodels as those of other models
#'
#' @param columns A named list.
#' @noRd
without_tidy_names <- function(columns) {
  titles <- names(columns)
  if (!length(titles) || !all(grepl("^[.](pred|std_error)", titles))) {
    return(columns)
  }
  classes <- !vapply(columns, is.numeric, NA)
  plain <- c(
    .pred = "prediction", .pred_lower = "lower", .pred_upper = "upper",
    .std_error = "se"
  )
  known <- plain[titles]
  is_class <- titles == ".pred_class" & classes
  names(columns) <- ifelse(
    is_class, "prediction",
    ifelse(is.na(known), sub("^[.]pred_", "", titles), known)
  )
  columns
}
