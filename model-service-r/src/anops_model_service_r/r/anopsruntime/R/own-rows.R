# A model that keeps its fitted values is asked for its own rows: the answers
# must be the fitted values.

#' Find rows of a model's own data, and the fitted values that it keeps of them
#'
#' Not all rows: what is computed anew of the rows that are sent, such as
#' `polym(x, z)`, is right for all rows of the fit together, and for no others.
#'
#' @param model A fitted model.
#' @param data Its data, as [model_data()] gave it.
#' @param most How many rows at most.
#' @return A list: `rows`, a data frame in the types of a request; `fitted`, a
#'   vector or matrix; `NULL` where the object does not tell both.
#' @noRd
own_rows <- function(model, data = model_data(model),
                     inputs = known_inputs(model, data), most = 12L) {
  fitted <- kept_fit(model)
  if (is.null(fitted) || !has_columns_of(data, inputs, NROW(fitted))) {
    return(NULL)
  }
  rows <- cast_rows(data, inputs)
  known <- which(
    stats::complete.cases(rows) & stats::complete.cases(as.matrix(fitted))
  )
  if (length(known) < 3) {
    return(NULL)
  }
  most <- min(most, ceiling(length(known) / 2))
  chosen <- known[unique(round(seq(1, length(known), length.out = most)))]
  list(rows = take_rows(rows, chosen), fitted = at(fitted, chosen))
}

has_columns_of <- function(data, inputs, rows) {
  NROW(data) == rows && length(inputs) > 0 &&
    all(names(inputs) %in% names(data))
}

#' Take the fitted values that a model keeps
#' @noRd
kept_fit <- function(model) {
  if (keeps_other_fit(model)) {
    return(NULL)
  }
  fitted <- quietly(
    get("fitted", envir = globalenv(), mode = "function")(model)
  )
  if (is.data.frame(fitted)) fitted <- as.matrix(fitted)
  if (length(dim(fitted)) == 3) {
    # of pls: for each number of components; all of them are the last
    fitted <- fitted[, , dim(fitted)[3]]
  }
  if (length(dim(fitted)) == 2 && ncol(fitted) == 1) fitted <- fitted[, 1]
  comparable <- is.numeric(fitted) || is.factor(fitted) || is.character(fitted)
  if (comparable && length(dim(fitted)) <= 2) fitted
}

#' Whether the fitted values are meant to be something else than predictions
#'
#' Those of rstanarm are at the medians of the draws, of which predict() is the
#' mean; those of cox.ph() are survival at each row's own time; those of a
#' coxph() with strata or an offset are relative to all rows of the fit, where
#' predict() compares with the row's own stratum, and with an offset of 0; those
#' of a gam() with ziP() are linear predictors; those of partykit's forests are
#' the responses themselves; those of plm(), but for pooled models, are of the
#' data less their means.
#' @noRd
keeps_other_fit <- function(model) {
  inherits(model, c("stanreg", "constparties")) || is_cox_gam(model) ||
    keeps_predictors(model) ||
    (inherits(model, "plm") &&
       !identical(part_of(model, "args")$model, "pooling")) ||
    (inherits(model, "coxph") && is_relative(part_of(model, "terms")))
}

#' Whether a gam() of a family with a predict of its own keeps the linear
#' predictors as its fitted values
#' @noRd
keeps_predictors <- function(model) {
  inherits(model, "gam") && is.function(model$family$predict) &&
    identical(c(model$fitted.values), c(model$linear.predictors))
}

is_relative <- function(terms) {
  length(attr(terms, "specials")$strata) > 0 || !is.null(attr(terms, "offset"))
}

#' Compare a model's predictions for its own rows with its fitted values
#'
#' On the scale of the outcome or on that of a link, as a probability or as a
#' class: whichever it keeps.
#'
#' @param own What [own_rows()] returned.
#' @param loaded What `load_project()` returned.
#' @return A list: `agrees`, `NA` where they can't be compared, `row`, one that
#'   differs, `predicted` and `fitted`, its two values, and `different`, how
#'   many do.
#' @noRd
agreement <- function(own, loaded, options = model_options(loaded$model)) {
  best <- list(agrees = NA)
  for (asked in scales_asked(options)) {
    answer <- trial(loaded, own$rows, asked)
    if (is.null(answer)) next
    found <- compared(answer, own$fitted, loaded$model)
    if (isTRUE(found$agrees)) {
      return(found)
    }
    if (is.na(best$agrees)) best <- found
  }
  best
}

#' List options to ask with: each scale of the predictions
#' @noRd
scales_asked <- function(options) {
  defaults <- option_defaults(options)
  types <- intersect(
    c("response", "probability", "link", "class"), options$type$levels
  )
  if (length(types) == 0) {
    return(list(defaults))
  }
  lapply(types, function(type) {
    utils::modifyList(defaults, list(type = type))
  })
}

compared <- function(answer, fitted, model) {
  pairs <- paired(answer, fitted)
  for (pair in pairs) {
    same <- values_agree(pair$predicted, pair$fitted)
    if (!all(same) && !on_another_scale(pair, model)) {
      row <- which(!same)[1]
      return(list(
        agrees = FALSE, row = row, predicted = pair$predicted[row],
        fitted = pair$fitted[row], different = sum(!same)
      ))
    }
  }
  list(agrees = if (length(pairs)) TRUE else NA)
}

#' Whether a model has a link, and its predictions rise, or fall, exactly as the
#' fitted values do
#' @noRd
on_another_scale <- function(pair, model) {
  steps <- function(x) diff(signif(x, 6)[order(pair$fitted)])
  has_link(model) && !anyNA(pair$predicted) &&
    length(unique(signif(pair$fitted, 6))) > 3 &&
    (all(steps(pair$predicted) >= 0) || all(steps(pair$predicted) <= 0))
}

has_link <- function(model) {
  link <- part_of(model, "family")$link %||% part_of(model, "link")
  isS4(model) || !is.null(link) && !identical(link, "identity")
}

#' Pair the columns of an answer with those of fitted values
#' @noRd
paired <- function(answer, fitted) {
  if (!is.numeric(fitted)) {
    predicted <- answer$prediction
    texts <- is.factor(predicted) || is.character(predicted)
    return(if (texts) list(list(
      predicted = as.character(predicted), fitted = as.character(fitted)
    )))
  }
  columns <- answer[setdiff(names(answer), c("lower", "upper", "se"))]
  numeric <- vapply(columns, is.numeric, TRUE)
  if (!all(numeric)) {
    return(list())
  }
  fits <- if (is.matrix(fitted)) {
    lapply(seq_len(ncol(fitted)), function(i) fitted[, i])
  } else if (length(columns) == 2 && all(fitted >= 0 & fitted <= 1)) {
    # of two classes, the probability of the second
    list(1 - fitted, fitted)
  } else {
    list(fitted)
  }
  if (length(fits) != length(columns)) {
    return(list())
  }
  Map(
    function(predicted, fitted) list(predicted = predicted, fitted = fitted),
    unname(columns), lapply(fits, unname)
  )
}

#' Whether values are the same, but for what an algorithm leaves open
#' @noRd
values_agree <- function(predicted, fitted) {
  if (is.character(fitted)) {
    return(predicted == fitted)
  }
  spread <- stats::sd(fitted)
  near <- 1e-3 * (if (is.finite(spread)) spread else 0) + 1e-6 * abs(fitted)
  (abs(predicted - fitted) <= near + 1e-12) %in% TRUE
}
