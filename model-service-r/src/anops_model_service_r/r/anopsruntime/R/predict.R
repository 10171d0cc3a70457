# The rows of a request go through the model: the one way to predict.

#' Predict rows
#'
#' @param loaded What `load_project()` returned.
#' @param newdata A data frame.
#' @param options A named list for `predict_model`.
#' @return A data frame with the rows of `newdata`.
#' @noRd
predict_rows <- function(loaded, newdata, options = list()) {
  if (nrow(newdata) == 0) {
    return(predict_none(loaded, newdata, options))
  }
  tryCatch(
    answer_to(loaded, newdata, options),
    anops_error = function(e) {
      answer <- if (e$code == "MODEL_OUTPUT") {
        without_missing(loaded, newdata, options)
      } else {
        in_company(loaded, newdata, options)
      }
      answer %||% stop(e)
    }
  )
}

answer_to <- function(loaded, newdata, options) {
  if (isTRUE(loaded$in_pairs) && nrow(newdata) == 1) {
    twice <- take_rows(newdata, c(1L, 1L))
    answer <- as_answer(run_model(loaded, twice, options), twice, loaded$what)
    return(take_rows(answer, 1L))
  }
  as_answer(run_model(loaded, newdata, options), newdata, loaded$what)
}

#' Whether a model takes one row alone for something else
#'
#' `poly(x, z, degree = 2)` takes a single number z for the degree.
#' @noRd
asks_in_pairs <- function(model) {
  several <- function(expression) {
    if (!is.call(expression)) {
      return(FALSE)
    }
    arguments <- as.list(expression)[-1]
    plain <- if (is.null(names(arguments))) {
      arguments
    } else {
      arguments[names(arguments) == ""]
    }
    head <- expression[[1]]
    name <- call_text(if (is.call(head)) head[[length(head)]] else head)
    (name == "poly" && length(Filter(Negate(is.numeric), plain)) > 1) ||
      any(vapply(arguments, several, TRUE))
  }
  # an empty argument, as in x[, 1], can't be looked at
  isTRUE(quietly(several(attr(model_terms(model), "variables"))))
}

#' Ask once more, with a complete row beside rows that miss a value
#'
#' `ns(x, 3)` and multinom() give NA for a row with a missing value where others
#' stand beside it, and fail where it stands alone; glmnet() fails where a
#' single complete row stands beside it.
#'
#' @return The answer without that row, or `NULL` where it fails all the same.
#' @noRd
in_company <- function(loaded, newdata, options) {
  complete <- complete_rows(newdata)
  if (all(complete)) {
    return(NULL)
  }
  company <- if (any(complete)) {
    take_rows(newdata, which(complete)[1])
  } else {
    probe_row(newdata, fill = TRUE)
  }
  both <- as_frame(
    Map(c, as.list(newdata), as.list(company)), names(newdata),
    nrow(newdata) + 1L
  )
  answer <- tryCatch(
    answer_to(loaded, both, options),
    anops_error = function(e) NULL
  )
  if (!is.null(answer)) take_rows(answer, seq_len(nrow(newdata)))
}

#' Ask for the complete rows alone, where a model left the others out and did
#' not say which
#'
#' @return The answer, missing for incomplete rows, or `NULL` where that was not
#'   the reason.
#' @noRd
without_missing <- function(loaded, newdata, options) {
  complete <- which(complete_rows(newdata))
  if (length(complete) == nrow(newdata)) {
    return(NULL)
  }
  asked <- if (length(complete)) {
    take_rows(newdata, complete)
  } else {
    probe_row(newdata, fill = TRUE)
  }
  answer <- tryCatch(
    answer_to(loaded, asked, options),
    anops_error = function(e) NULL
  )
  if (!is.null(answer)) {
    take_rows(answer, match(seq_len(nrow(newdata)), complete))
  }
}

#' Tell the rows that miss no value; complete.cases() fails without columns
#' @noRd
complete_rows <- function(newdata) {
  if (length(newdata)) {
    stats::complete.cases(newdata)
  } else {
    rep(TRUE, nrow(newdata))
  }
}

#' Answer an empty request: with the columns that one row would have got
#'
#' @return A data frame without rows, or `NULL` where no trial row told.
#' @noRd
predict_none <- function(loaded, newdata, options) {
  for (fill in c(FALSE, TRUE)) {
    probe <- probe_row(newdata, fill)
    answer <- tryCatch(
      suppressWarnings(answer_to(loaded, probe, options)),
      error = function(e) NULL
    )
    if (!is.null(answer)) {
      return(answer[0, , drop = FALSE])
    }
  }
  NULL
}

run_model <- function(loaded, newdata, options) {
  refuse_options(loaded, names(options))
  if (length(loaded$matrices)) {
    newdata <- with_matrices(newdata, loaded$matrices)
  }
  newdata <- with_stated_levels(
    newdata, loaded$stated_levels, loaded$open
  )
  newdata <- with_missing_levels(newdata, loaded$missing_levels)
  # symbols, so that a failing call reads as the statistician wrote it
  call <- as.call(c(
    list(quote(predict_model), quote(model), quote(newdata)), options
  ))
  run_user_code(
    eval(call, list(
      predict_model = loaded$predict, model = loaded$model, newdata = newdata
    )),
    "MODEL_FAILED", paste(loaded$what, "failed"),
    remedy = function(e) lost_data_remedy(loaded$model, e)
  )
}

#' Say what helps where predict() looks for the data of the fit, which is gone
#'
#' R's message, in any language, quotes the name that the call has for it.
#' @noRd
lost_data_remedy <- function(model, error) {
  data <- if (is.list(model)) model[["call"]][["data"]]
  if (!is.name(data)) {
    return(NULL)
  }
  name <- as.character(data)
  ways <- paste0(c("'", "\u2018"), name, c("'", "\u2019"))
  quoted <- vapply(ways, grepl, NA, x = text_of(error), fixed = TRUE)
  if (any(quoted) && is.null(called_data(model))) {
    paste0(
      "`", name, "` is the data of the fit, which the model does not keep. ",
      "Fit it again so that it does (model = TRUE, where the function takes ",
      "that), and take it in: ao refit FILE"
    )
  }
}

#' Refuse options that predict_model() of model.R does not take
#'
#' Without `...` it would fail with "unused argument", or, left out, give
#' another answer than was asked for.
#' @noRd
refuse_options <- function(loaded, names) {
  accepted <- names(formals(args(loaded$predict)))
  if (is.null(accepted) || "..." %in% accepted) {
    return(invisible())
  }
  refused <- setdiff(names, accepted[-(1:2)])
  if (length(refused)) {
    listed <- paste0("`", refused, "`", collapse = ", ")
    abort(
      "MODEL_FAILED", loaded$what, " can't be asked: predict_model() does ",
      "not take ", listed, ", which [model.options] of ao.toml offers.",
      remedy = paste0(
        "Write `predict_model <- function(model, newdata, ...)` and pass ",
        "`...` on, as in predict(model, newdata, ...); or take ", listed,
        " out of [model.options] in ao.toml."
      )
    )
  }
}
