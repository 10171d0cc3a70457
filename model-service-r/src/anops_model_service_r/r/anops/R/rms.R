# Models of rms build on those of R and survival, and predict in their own way.

#' @export
model_options.rms <- function(model) { # nolint: object_name_linter.
  list()
}

#' @export
model_options.Glm <- function(model) { # nolint: object_name_linter.
  scale_option(model$family$link)
}

#' @export
model_options.lrm <- function(model) { # nolint: object_name_linter.
  # of more levels there is no single response
  if (length(model$freq) == 2) scale_option("logit") else list()
}

#' @export
model_predict.rms <- function(model, # nolint: object_name_linter.
                              newdata, options = list()) {
  do.call(native_predict, c(list(quote(model), quote(newdata)), options))
}

#' @export
model_predict.Glm <- function(model, # nolint: object_name_linter.
                              newdata, options = list()) {
  fit <- native_predict(model, newdata)
  # its predict() knows no responses
  if (options$type == "response") model$family$linkinv(fit) else fit
}

#' @export
model_predict.lrm <- function(model, # nolint: object_name_linter.
                              newdata, options = list()) {
  if (identical(options$type, "response")) {
    native_predict(model, newdata, type = "fitted")
  } else {
    native_predict(model, newdata)
  }
}

#' @export
model_code.lrm <- function(model, # nolint: object_name_linter.
                           inputs = NULL) {
  if (length(model_options(model))) {
    paste0(
      "# what predict() of lrm calls them\n  ",
      "known <- c(response = \"fitted\", link = \"lp\")\n  ",
      "predict(model, newdata, type = known[[type]])"
    )
  }
}

#' @export
model_code.Glm <- function(model, # nolint: object_name_linter.
                           inputs = NULL) {
  paste0(
    "# predict() of Glm knows the link alone\n  ",
    "fit <- predict(model, newdata)\n  ",
    "if (type == \"response\") model$family$linkinv(fit) else fit"
  )
}

#' @export
model_notes.rms <- function(model) { # nolint: object_name_linter.
  if (length(model_options(model)) == 0) {
    paste0(
      class(model)[1], ": predictions are the linear predictors, as those of ",
      "R's predict() are."
    )
  }
}

#' Take the levels of factors and strata that a model of rms keeps, by the
#' column's name and as the formula writes it
#' @noRd
rms_levels <- function(model) {
  design <- part_of(model, "Design")
  coded <- which(design$assume %in% c("category", "strata"))
  if (!inherits(model, "rms") || length(coded) == 0) {
    return(NULL)
  }
  levels <- lapply(design$parms[design$name[coded]], as.character)
  labels <- attr(model_terms(model), "term.labels")
  written <- stats::setNames(levels, labels[coded])
  c(levels, written[!names(written) %in% names(levels)])
}

rms_terms <- c(
  "asis", "pol", "lsp", "rcs", "catg", "scored", "strat", "matrx", "gTrans"
)
