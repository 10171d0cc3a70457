# Meta-regressions of metafor, whose predict() takes the moderators as a matrix.

#' @export
model_inputs.rma.uni <- function(model, # nolint: object_name_linter.
                                 data = model_data(model)) {
  moderators <- model$formula.mods
  if (!inherits(moderators, "formula")) {
    # the pooled effect is the same for all
    return(if (isTRUE(model$int.only)) list())
  }
  data_inputs(all.vars(moderators), data, model)
}

#' @export
model_data.rma.uni <- function(model) { # nolint: object_name_linter.
  if (is.data.frame(model$data) && nrow(model$data) > 0) {
    plain_frame(model$data)
  }
}

#' @export
model_predict.rma.uni <- function(model, # nolint: object_name_linter.
                                  newdata, options = list()) {
  answer <- rep(NA_real_, nrow(newdata))
  known <- which(complete_rows(newdata))
  predict <- get("predict", envir = globalenv(), mode = "function")
  if (isTRUE(model$int.only)) {
    answer[known] <- predict(model)$pred
  } else if (length(known)) {
    moderators <- moderator_matrix(model, newdata[known, , drop = FALSE])
    answer[known] <- predict(model, newmods = moderators)$pred
  }
  answer
}

#' Make the columns of the fit, without the intercept, which predict() adds
#' @noRd
moderator_matrix <- function(model, newdata) {
  x <- stats::model.matrix(model$formula.mods, newdata)
  x[, setdiff(colnames(model$X), c("intrcpt", "(Intercept)")), drop = FALSE]
}

#' @export
model_code.rma.uni <- function(model, # nolint: object_name_linter.
                               inputs = NULL) {
  if (isTRUE(model$int.only)) {
    return("rep(predict(model)$pred, nrow(newdata))")
  }
  paste(
    "# predict() of metafor takes a matrix of the moderators",
    "known <- which(complete.cases(newdata))",
    "answer <- rep(NA_real_, nrow(newdata))",
    "x <- model.matrix(model$formula.mods, newdata)",
    "columns <- setdiff(colnames(model$X), c(\"intrcpt\", \"(Intercept)\"))",
    "if (length(known)) {",
    "  told <- predict(model, newmods = x[, columns, drop = FALSE])",
    "  answer[known] <- told$pred",
    "}",
    "answer",
    sep = "\n  "
  )
}
