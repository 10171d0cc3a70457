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
  if (length(model$freq) == 2) scale_option("logit") else ordinal_option(model)
}

#' @export
model_options.orm <- function(model) { # nolint: object_name_linter.
  ordinal_option(model)
}

#' @export
model_options.cph <- function(model) { # nolint: object_name_linter.
  type_option(
    c("risk", "link"),
    paste(
      "The relative risk, exp() of the linear predictor, or that predictor",
      "itself."
    ),
    native = "link"
  )
}

#' @export
model_options.psm <- function(model) { # nolint: object_name_linter.
  if (of_logarithms(model)) time_option() else list()
}

#' @export
model_options.bj <- function(model) { # nolint: object_name_linter.
  if (identical(model$link, "log")) time_option() else list()
}

time_option <- function() {
  type_option(
    c("response", "link"),
    "The time that is expected, or the linear predictor, its logarithm.",
    native = "link"
  )
}

#' Whether the times of a parametric model are exp() of its linear predictor
#' @noRd
of_logarithms <- function(model) identical(survreg_scale(model)(1), exp(1))

#' The option `type` of a model of ordered levels: of numbers the mean is on the
#' scale of the outcome, of names the likeliest one
#' @noRd
ordinal_option <- function(model) {
  named <- is.null(numeric_levels(names(model$freq)))
  type_option(
    c(
      if (named) "class" else "response",
      if (length(model$freq) <= 20) "probability", "link"
    ),
    paste(
      if (named) "The likeliest level," else "The mean,",
      "the probability of each level, or the linear predictor."
    ),
    native = "link"
  )
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
model_predict.cph <- function(model, # nolint: object_name_linter.
                              newdata, options = list()) {
  predict_exp(model, newdata, options)
}

#' @export
model_predict.psm <- function(model, # nolint: object_name_linter.
                              newdata, options = list()) {
  predict_exp(model, newdata, options)
}

#' @export
model_predict.bj <- function(model, # nolint: object_name_linter.
                             newdata, options = list()) {
  predict_exp(model, newdata, options)
}

#' Answer with exp() of the linear predictor, which is all that predict() knows
#' @noRd
predict_exp <- function(model, newdata, options) {
  fit <- native_predict(model, newdata)
  if ((options$type %||% "link") == "link") fit else exp(fit)
}

#' @export
model_predict.lrm <- function(model, # nolint: object_name_linter.
                              newdata, options = list()) {
  if (length(model$freq) > 2) {
    return(predict_ordinal(model, newdata, options))
  }
  if (identical(options$type, "response")) {
    native_predict(model, newdata, type = "fitted")
  } else {
    native_predict(model, newdata)
  }
}

#' @export
model_predict.orm <- function(model, # nolint: object_name_linter.
                              newdata, options = list()) {
  predict_ordinal(model, newdata, options)
}

predict_ordinal <- function(model, newdata, options) {
  switch(options$type %||% "link",
    link = native_predict(model, newdata),
    response = native_predict(model, newdata, type = "mean"),
    {
      predicted <- native_predict(model, newdata, type = "fitted.ind")
      # of a single row it makes a vector
      predicted <- matrix(
        predicted, nrow(newdata), dimnames = list(NULL, names(model$freq))
      )
      if (options$type == "class") likeliest(predicted) else predicted
    }
  )
}

#' @export
model_code.lrm <- function(model, # nolint: object_name_linter.
                           inputs = NULL) {
  if (length(model$freq) > 2) {
    return(ordinal_code(model))
  }
  paste0(
    "# what predict() of lrm calls them\n  ",
    "known <- c(response = \"fitted\", link = \"lp\")\n  ",
    "predict(model, newdata, type = known[[type]])"
  )
}

#' @export
model_code.orm <- function(model, # nolint: object_name_linter.
                           inputs = NULL) {
  ordinal_code(model)
}

ordinal_code <- function(model) {
  types <- model_options(model)$type$levels
  if (identical(types, c("response", "link"))) {
    return(paste0(
      "# what predict() of ", class(model)[1], " calls them\n  ",
      "known <- c(response = \"mean\", link = \"lp\")\n  ",
      "predict(model, newdata, type = known[[type]])"
    ))
  }
  lines <- c(
    "# of itself, predict() answers with the linear predictor",
    "if (identical(type, \"link\")) return(predict(model, newdata))",
    if (types[1] == "response") paste0(
      "if (type == \"response\") return(predict(model, newdata, ",
      "type = \"mean\"))"
    ) else "type <- list(...)$type",
    "levels <- names(model$freq)",
    "shares <- predict(model, newdata, type = \"fitted.ind\")",
    "shares <- matrix(shares, nrow(newdata), dimnames = list(NULL, levels))",
    if (types[1] == "response") "shares" else c(
      "if (identical(type, \"probability\")) return(shares)",
      "factor(levels[max.col(shares, \"first\")], levels)"
    )
  )
  if (types[1] != "response") lines[2:3] <- lines[3:2]
  paste(lines, collapse = "\n  ")
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
model_code.cph <- function(model, # nolint: object_name_linter.
                           inputs = NULL) {
  exp_code(model)
}

#' @export
model_code.psm <- function(model, # nolint: object_name_linter.
                           inputs = NULL) {
  if (of_logarithms(model)) exp_code(model)
}

#' @export
model_code.bj <- function(model, # nolint: object_name_linter.
                          inputs = NULL) {
  if (identical(model$link, "log")) exp_code(model)
}

exp_code <- function(model) {
  paste0(
    "# predict() of ", class(model)[1], " knows the linear predictor alone\n  ",
    "fit <- predict(model, newdata)\n  ",
    "if (type == \"link\") fit else exp(fit)"
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
