# Mixed models: their terms hold the fixed effects only, the formula all.

#' @export
model_inputs.merMod <- function(model, # nolint: object_name_linter.
                                data = model_data(model)) {
  groups <- lapply(lme4::getME(model, "flist"), levels)
  grouped(mixed_inputs(stats::formula(model), data), groups)
}

#' @export
model_data.merMod <- function(model) { # nolint: object_name_linter.
  recovered(stats::model.frame(model))
}

#' @export
model_inputs.lme <- function(model, # nolint: object_name_linter.
                             data = model_data(model)) {
  groups <- model$modelStruct$reStruct
  random <- unlist(lapply(groups, function(part) {
    all.vars(stats::formula(part))
  }))
  names <- unique(c(
    all.vars(stats::formula(model)[[3]]), random, rev(names(groups))
  ))
  grouped(data_inputs(names, data, model), lapply(model$groups, levels))
}

#' @export
model_inputs.nlmerMod <- function(model, # nolint: object_name_linter.
                                  data = model_data(model)) {
  # of three parts: the response, the curve, the effects of groups
  formula <- stats::formula(model)
  parameters <- colnames(lme4::getME(model, "X"))
  names <- setdiff(
    c(variables_in(formula[[2]][[3]]), all.vars(formula[[3]])), parameters
  )
  grouped(data_inputs(names, data), lapply(lme4::getME(model, "flist"), levels))
}

#' @export
model_inputs.lmList <- function(model, # nolint: object_name_linter.
                                data = model_data(model)) {
  # a list of models, one for each group
  formula <- stats::formula(model)
  group <- all.vars(formula[[3]][[3]])
  one <- Filter(Negate(is.null), unclass(model))[[1]]
  found <- terms_inputs(one, model_terms(one), data %||% model_data(one))
  found[[group]] <- class_spec(group, "factor", names(model))
  grouped(found, stats::setNames(list(names(model)), group))
}

#' @export
model_inputs.nlme <- function(model, # nolint: object_name_linter.
                              data = model_data(model)) {
  grouped(
    data_inputs(
      c(curve_inputs(model), rev(names(model$groups))), data, model
    ),
    lapply(model$groups, levels)
  )
}

#' @export
model_inputs.gnls <- function(model, # nolint: object_name_linter.
                              data = model_data(model)) {
  data_inputs(curve_inputs(model), data, model)
}

#' Find the columns of a curve: its variables without its parameters, and those
#' that the parameters depend on
#' @noRd
curve_inputs <- function(model) {
  curve <- variables_in(stats::formula(model)[[3]])
  depends <- c(
    variables_in(model$call$fixed), variables_in(model$call$params),
    names(model$contrasts)
  )
  setdiff(c(curve, depends), names(model$plist))
}

mixed_inputs <- function(formula, data, model = NULL) {
  data_inputs(all.vars(formula[[3]]), data, model)
}

#' Describe columns by name; what the data lacks is taken for numbers
#' @noRd
data_inputs <- function(names, data, model = NULL) {
  specs <- lapply(names, function(name) {
    column_spec(data[[name]], name) %||%
      class_spec(name, NULL, if (!is.null(model)) fitted_levels(model, name))
  })
  stats::setNames(specs, names)
}

#' Describe the columns of groups: known ones, and never missing
#'
#' R's own predict() refuses new and missing groups. Where ao.toml says
#' otherwise, they get the population's prediction.
#'
#' @param groups The known groups, by the name of their column.
#' @noRd
grouped <- function(inputs, groups) {
  for (name in intersect(names(inputs), names(groups))) {
    spec <- inputs[[name]]
    if (is_guessed(spec)) {
      spec <- inputs[[name]] <- class_spec(name, NULL, groups[[name]])
    }
    if (spec$type == "number") {
      inputs[[name]]$values <- numeric_levels(groups[[name]])
    } else if (spec$type == "category") {
      inputs[[name]]$ordered <- FALSE
    }
    inputs[[name]]$missing <- "error"
  }
  inputs
}

random_option <- function() {
  list(random = list(
    type = "boolean", default = TRUE,
    description = paste(
      "Whether the effects of the row's own groups count; otherwise the",
      "prediction is the population's."
    )
  ))
}

#' @export
model_options.merMod <- function(model) { # nolint: object_name_linter.
  if (inherits(model, "glmerMod")) {
    c(scale_option(stats::family(model)$link), random_option())
  } else {
    random_option()
  }
}

#' @export
model_predict.merMod <- function(model, # nolint: object_name_linter.
                                 newdata, options = list()) {
  # what groups are let through, ao.toml has decided
  native_predict(
    model, newdata,
    re.form = if (options$random) NULL else NA,
    type = options$type %||% "response", allow.new.levels = TRUE
  )
}

#' @export
model_notes.merMod <- function(model) { # nolint: object_name_linter.
  groups <- names(lme4::getME(model, "flist"))
  known <- intersect(groups, all.vars(stats::formula(model)))
  if (length(known)) {
    paste0(
      class(model)[1], ": a new level of ", listed(known), " is refused, as ",
      "R's predict() does; with novel = \"allow\" for that column in ao.toml ",
      "it gets the population's prediction (allow.new.levels)."
    )
  }
}

#' @export
model_options.glmmPQL <- function(model) { # nolint: object_name_linter.
  c(scale_option(), random_option())
}

#' @export
model_predict.glmmPQL <- function(model, # nolint: object_name_linter.
                                  newdata, options = list()) {
  if (options$random) {
    native_predict(model, newdata, type = options$type)
  } else {
    native_predict(model, newdata, type = options$type, level = 0)
  }
}

#' @export
model_options.lme <- function(model) { # nolint: object_name_linter.
  random_option()
}

#' @export
model_predict.lme <- function(model, # nolint: object_name_linter.
                              newdata, options = list()) {
  if (options$random) {
    native_predict(model, newdata)
  } else {
    native_predict(model, newdata, level = 0)
  }
}

#' Predict with a list of models, one for each group
#'
#' predict() gives the rows of each group together, in the order in which the
#' groups appear.
#'
#' @noRd
#' @export
model_predict.lmList <- function(model, # nolint: object_name_linter.
                                 newdata, options = list()) {
  predicted <- native_predict(model, newdata)
  formula <- stats::formula(model)
  group <- as.character(newdata[[all.vars(formula[[3]][[3]])]])
  if (length(predicted) == nrow(newdata)) {
    predicted[order(match(group, unique(group)))] <- as.vector(predicted)
    names(predicted) <- NULL
  }
  predicted
}

#' @export
model_code.lmList <- function(model, # nolint: object_name_linter.
                              inputs = NULL) {
  group <- code_name(all.vars(stats::formula(model)[[3]][[3]]))
  paste0(
    "# predict() gives the rows of each group together\n  ",
    "group <- as.character(newdata$", group, ")\n  ",
    "place <- order(match(group, unique(group)))\n  ",
    "as.vector(predict(model, newdata, ...))[order(place)]"
  )
}
