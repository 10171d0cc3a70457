# What a person is told where a model's predictions for its own rows are not the
# fitted values that it keeps.

#' Say how predictions for a model's own rows differ from its fitted values
#'
#' @param loaded What `load_project()` returned.
#' @param data The model's data, as [model_data()] gave it, or `NULL`.
#' @param inputs Its columns.
#' @param options What a request may ask.
#' @param reason Why they do, where that is known: [offset_note()].
#' @return Sentences, the last of which says what to do; `NULL` where nothing
#'   differs, or nothing can be compared.
#' @noRd
own_fit <- function(loaded, data, inputs, options = list(), reason = NULL) {
  model <- loaded$model
  if (!is_fitted(model)) {
    return(NULL)
  }
  own <- quietly(own_rows(model, data, inputs))
  found <- if (!is.null(own)) quietly(agreement(own, loaded, options))
  if (!isFALSE(found$agrees)) {
    return(NULL)
  }
  if (!is.null(loaded$code$predict_model)) {
    # a person's own predict_model may answer something else on purpose
    plain <- quietly(agreement(own, default_loaded(model)))
    if (!isFALSE(plain$agrees)) {
      return(NULL)
    }
  }
  paste0(
    "The predictions for the model's own rows are not the fitted values that ",
    "it keeps: the row (", row_text(own$rows, found$row), ") is predicted ",
    value_text(found$predicted), ", and its fitted value is ",
    value_text(found$fitted), "; ", found$different, " of ", nrow(own$rows),
    " rows tried differ. ", reason %||% difference_reason(model, own)
  )
}

row_text <- function(rows, row) {
  shown <- utils::head(names(rows), 8)
  values <- vapply(rows[shown], function(column) value_text(column[row]), "")
  paste0(shown, " = ", values, collapse = ", ")
}

value_text <- function(value) {
  if (is.numeric(value)) format(value, digits = 8) else as.character(value)
}

difference_reason <- function(model, own) {
  offset <- part_of(model, "call")$offset
  anew <- quietly(made_anew(model, own))
  if (!is.null(offset)) {
    text <- call_text(offset)
    paste0(
      "predict() of R leaves out an offset that was given as the argument ",
      "`offset = ", text, "`. Fit the model again with offset(", text,
      ") in its formula."
    )
  } else if (length(anew)) {
    paste0(
      "predict() of R makes ", listed(anew), " of the formula anew from the ",
      "rows that are sent, not from those of the fit. Compute such columns ",
      "before the fit, and send them; or use poly() of one column, ns(), bs() ",
      "or scale(), of which a fit keeps what new rows need."
    )
  } else {
    paste0(
      "Compare with predict(model, newdata = ...) in the session of the fit: ",
      "where that differs too, don't use the model; where it is right, set in ",
      "model.R what that session had set, such as ",
      "options(contrasts = c(\"contr.sum\", \"contr.poly\"))."
    )
  }
}

#' Name the parts of a formula that come out otherwise for some rows than for
#' all rows of the fit
#' @noRd
made_anew <- function(model, own) {
  terms <- stats::delete.response(model_terms(model))
  frame <- model_frame(model)
  calls <- as.list(attr(terms, "predvars") %||% attr(terms, "variables"))[-1]
  labels <- vapply(as.list(attr(terms, "variables"))[-1], call_text, "")
  where <- environment(terms) %||% globalenv()
  changed <- vapply(seq_along(calls), function(i) {
    if (!is.call(calls[[i]])) {
      return(FALSE)
    }
    few <- eval(calls[[i]], own$rows, where)
    kept <- frame[[labels[i]]]
    is.numeric(few) && is.numeric(kept) && NCOL(few) == NCOL(kept) &&
      !all(round(c(few), 8) %in% round(c(kept), 8))
  }, TRUE)
  labels[changed]
}
