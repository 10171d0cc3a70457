# What a request may ask of predict(): the options that families share, by the
# same names everywhere.

choice <- function(levels, default = levels[1], description = NULL) {
  list(
    type = "category", levels = levels, default = default,
    description = description
  )
}

#' The option `type`: what is predicted
#'
#' @param levels Of `response`, `link`, `class`, `probability`, `risk`,
#'   `survival` and the like, first the one that is on the scale of the outcome.
#' @param native What R's own predict() gives where it is not asked for one,
#'   if that is another.
#' @noRd
type_option <- function(levels, description = NULL, native = NULL) {
  spec <- choice(levels, description = description)
  list(type = structure(spec, native = native))
}

#' The option `type` of a model with a link: the outcome's scale comes first
#'
#' @param link The name of the link, where there is one.
#' @return No option where the link changes nothing.
#' @noRd
scale_option <- function(link = NULL) {
  if (identical(unlist(link, use.names = FALSE), "identity")) {
    return(list()) # both are the same
  }
  type_option(c("response", "link"), paste0(
    "The scale of the predictions: the response, or the linear predictor",
    if (length(link)) {
      paste0(" (link ", paste(unlist(link), collapse = ", "), ")")
    },
    "."
  ), native = "link")
}

#' The option `type` of a classifier whose predict() gives classes
#' @noRd
class_option <- function() {
  type_option(
    c("class", "probability"),
    "The likeliest class, or the probability of each class."
  )
}

#' The options `interval` and `level`
#'
#' @param kinds Of `confidence` and `prediction`, what the family can do.
#' @noRd
interval_options <- function(kinds = c("confidence", "prediction")) {
  list(
    interval = choice(
      c("none", kinds),
      description = paste(
        "The interval around each prediction, in the columns lower and upper."
      )
    ),
    level = list(
      type = "number", min = 0.5, max = 0.999, default = 0.95,
      description = "The interval's coverage."
    )
  )
}

#' The option `se`: standard errors beside the predictions
#' @noRd
se_option <- function() {
  list(se = list(
    type = "boolean", default = FALSE,
    description = "Whether each prediction's standard error, se, goes with it."
  ))
}

#' The option `quantiles`
#'
#' @param default Probabilities, or `NULL` for none.
#' @noRd
quantiles_option <- function(default = NULL) {
  list(quantiles = list(
    type = "number", list = TRUE, min = 0, max = 1, default = default,
    description = "The quantiles to predict: 0.05 gives the column q0.05."
  ))
}

#' The option `times`
#' @noRd
times_option <- function(default = NULL) {
  list(times = list(
    type = "number", list = TRUE, min = 0, default = default,
    description = "The times at which survival is predicted, a column each."
  ))
}

option_defaults <- function(options) {
  Filter(Negate(is.null), lapply(options, `[[`, "default"))
}

#' Whether a model's options allow a value
#' @noRd
option_allows <- function(spec, value) {
  if (!is.atomic(value) || anyNA(value)) {
    return(FALSE)
  }
  if (length(value) != 1 && !(isTRUE(spec$list) && length(value) > 1)) {
    return(FALSE)
  }
  switch(spec$type,
    category = is.character(value) && all(value %in% spec$levels),
    boolean = is.logical(value),
    number = ,
    integer = is.numeric(value) && all(value >= spec$min %||% -Inf) &&
      all(value <= spec$max %||% Inf),
    is.character(value)
  )
}
