# Linear models of estimatr: with fixed effects, with instruments, and those of
# lm_lin(), whose covariates are centred.

#' @export
model_inputs.lm_robust <- function(model, # nolint: object_name_linter.
                                   data = model_data(model)) {
  found <- NextMethod()
  for (name in setdiff(names(model$felevels), names(found))) {
    levels <- model$felevels[[name]]
    # whether they were numbers is not told: a category takes both
    class <- if (is.null(logical_levels(levels))) "factor" else "logical"
    found[[name]] <- class_spec(name, class, levels)
  }
  found
}

#' @export
model_inputs.iv_robust <- function(model, # nolint: object_name_linter.
                                   data = model_data(model)) {
  found <- NextMethod()
  # instruments are for the fit alone
  found[intersect(names(found), all.vars(model$terms_regressors))]
}

#' @export
model_predict.lm_robust <- function(model, # nolint: object_name_linter.
                                    newdata, options = list()) {
  if (predicts_by_name(model)) {
    by_names(model, newdata)
  } else {
    do.call(native_predict, c(list(quote(model), quote(newdata)), options))
  }
}

#' Whether predict() of estimatr can't do what the model's coefficients can
#'
#' Of lm_lin() it looks for the treatment by the name of the variable, which is
#' not that of its column where it is a factor or logical; of fixed effects it
#' makes factors of the rows that are sent, of which one row has one level.
#' @noRd
predicts_by_name <- function(model) {
  treatment <- attr(model$terms, "term.labels")[1]
  lin <- !is.null(model$scaled_center) &&
    !treatment %in% names(stats::coef(model))
  lin || length(model$felevels) == 1
}

#' Predict by the names of the coefficients, such as `gb:x_c`
#' @noRd
by_names <- function(model, newdata) {
  terms <- stats::delete.response(model$terms)
  frame <- stats::model.frame(
    terms, newdata, na.action = stats::na.pass, xlev = model$xlevels
  )
  x <- stats::model.matrix(terms, frame, contrasts.arg = model$contrasts)
  centre <- model$scaled_center
  if (length(centre)) {
    centred <- sweep(x[, names(centre), drop = FALSE], 2, centre)
    colnames(centred) <- paste0(names(centre), "_c")
    x <- cbind(x, centred)
  }
  fit <- 0
  for (name in names(stats::coef(model))) {
    columns <- if (name %in% colnames(x)) name else strsplit(name, ":")[[1]]
    column <- apply(x[, columns, drop = FALSE], 1, prod)
    fit <- fit + column * stats::coef(model)[[name]]
  }
  for (name in names(model$felevels)) {
    level <- as.character(newdata[[name]])
    fit <- fit + as.vector(model$fixed_effects[paste0(name, level)])
    refuse_unknown_level(level, model$felevels[[name]], name)
  }
  fit
}

refuse_unknown_level <- function(values, levels, name) {
  unknown <- setdiff(values[!is.na(values)], levels)
  if (length(unknown)) {
    stop(
      "the model has no fixed effect for ", listed(unknown), " of `", name,
      "`", call. = FALSE
    )
  }
}

#' @export
model_code.lm_robust <- function(model, # nolint: object_name_linter.
                                 inputs = NULL) {
  if (!predicts_by_name(model)) {
    return(NULL)
  }
  effects <- names(model$felevels)
  paste(c(
    "# predict() of estimatr can't do with such a model",
    "terms <- delete.response(model$terms)",
    "frame <- model.frame(",
    "  terms, newdata, na.action = na.pass, xlev = model$xlevels",
    ")",
    "x <- model.matrix(terms, frame, contrasts.arg = model$contrasts)",
    if (!is.null(model$scaled_center)) c(
      "centre <- model$scaled_center",
      "centred <- sweep(x[, names(centre), drop = FALSE], 2, centre)",
      "colnames(centred) <- paste0(names(centre), \"_c\")",
      "x <- cbind(x, centred)"
    ),
    "fit <- 0",
    "for (name in names(coef(model))) {",
    "  parts <- strsplit(name, \":\")[[1]]",
    "  if (name %in% colnames(x)) parts <- name",
    "  column <- apply(x[, parts, drop = FALSE], 1, prod)",
    "  fit <- fit + column * coef(model)[[name]]",
    "}",
    if (length(effects)) c(
      paste0("effect <- paste0(\"", effects, "\", newdata$",
             code_name(effects), ")"),
      "fit + as.vector(model$fixed_effects[effect])"
    ) else "fit"
  ), collapse = "\n  ")
}
