# Mixed models of glmmTMB, with formulas of their own for zeros and dispersion.

#' @export
model_inputs.glmmTMB <- function(model, # nolint: object_name_linter.
                                 data = model_data(model)) {
  parts <- c("formula", "ziformula", "dispformula")
  names <- unlist(lapply(model$modelInfo$allForm[parts], function(formula) {
    all.vars(formula[[length(formula)]])
  }))
  groups <- unlist(
    lapply(unname(model$modelInfo$reTrms), function(part) part$flist),
    recursive = FALSE
  )
  grouped(data_inputs(unique(names), data), lapply(groups, levels))
}

#' @export
model_options.glmmTMB <- function(model) { # nolint: object_name_linter.
  c(
    scale_option(model$modelInfo$family$link), random_option(), se_option()
  )
}

#' Predict with a model of glmmTMB
#'
#' It refuses all rows where one misses a value and standard errors are asked
#' for: only complete rows get any.
#'
#' @noRd
#' @export
model_predict.glmmTMB <- function(model, # nolint: object_name_linter.
                                  newdata, options = list()) {
  known <- if (options$se) which(complete_rows(newdata))
  predicted <- native_predict(
    model, if (options$se) newdata[known, , drop = FALSE] else newdata,
    type = options$type %||% "response", se.fit = options$se,
    re.form = if (options$random) NULL else NA,
    # what groups are let through, ao.toml has decided
    allow.new.levels = TRUE
  )
  if (!options$se) {
    return(predicted)
  }
  place <- match(seq_len(nrow(newdata)), known)
  list(prediction = predicted$fit[place], se = predicted$se.fit[place])
}

#' @export
design_source.glmmTMB <- function(model) { # nolint: object_name_linter.
  # its coef() are those of each group
  nlme::fixef(model)
}
