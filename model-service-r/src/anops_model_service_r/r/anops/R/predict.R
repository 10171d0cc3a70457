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
  value <- run_model(loaded, newdata, options)
  as_answer(value, newdata, loaded$what)
}

#' Answer an empty request: with the columns that one row would have got
#'
#' @return A data frame without rows, or `NULL` where no trial row told.
#' @noRd
predict_none <- function(loaded, newdata, options) {
  for (fill in c(FALSE, TRUE)) {
    probe <- probe_row(newdata, fill)
    answer <- tryCatch(
      suppressWarnings(
        as_answer(run_model(loaded, probe, options), probe, loaded$what)
      ),
      error = function(e) NULL
    )
    if (!is.null(answer)) {
      return(answer[0, , drop = FALSE])
    }
  }
  NULL
}

run_model <- function(loaded, newdata, options) {
  accepted <- names(formals(loaded$predict))
  if (!is.null(accepted) && !"..." %in% accepted) {
    options <- options[names(options) %in% accepted]
  }
  # symbols, so that a failing call reads as the statistician wrote it
  call <- as.call(c(
    list(quote(predict_model), quote(model), quote(newdata)), options
  ))
  theirs(
    eval(call, list(
      predict_model = loaded$predict, model = loaded$model, newdata = newdata
    )),
    "MODEL_FAILED", paste(loaded$what, "failed")
  )
}
