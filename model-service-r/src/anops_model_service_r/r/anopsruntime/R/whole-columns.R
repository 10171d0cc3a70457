# Terms of a formula that look at the whole column, and so are made of the rows
# of a request where those of the fit are meant.

#' Tell of terms that look at the whole column
#'
#' @param model A fitted model.
#' @param inputs Its columns.
#' @param own The data of its fit, or `NULL`.
#' @return Sentences.
#' @noRd
whole_column_notes <- function(model, inputs, own) {
  terms <- quietly(stats::delete.response(model_terms(model)))
  # what was kept for new rows: the mean of scale(x), the knots of ns(x, 3)
  calls <- attr(terms, "predvars.fixed") %||% attr(terms, "predvars") %||%
    attr(terms, "variables")
  calls <- c(Filter(is.call, as.list(calls)[-1]), curve_of(model))
  if (inherits(model, "rms")) {
    # whose models keep the knots and limits of their own terms
    calls <- Filter(function(call) !calls_one_of(call, rms_terms), calls)
  }
  if (length(calls) == 0) {
    return(NULL)
  }
  where <- environment(terms) %||% globalenv()
  if (inherits(model, "nls")) {
    where <- list2env(curve_parameters(model, names(inputs)), parent = where)
  }
  rows <- varied_rows(inputs)
  found <- in_time(lapply(calls, function(call) {
    quietly(looking_at_all(call, rows, where)) %||% if (fills_gaps(call)) {
      quietly(looking_at_all(call, with_gaps(rows), where))
    }
  }), 10)
  found <- unique(Filter(Negate(is.null), found))
  vapply(found, whole_column_note, "", own = own, where = where)
}

#' Take the curve of nls(), which has no terms
#' @noRd
curve_of <- function(model) {
  curve <- if (inherits(model, "nls")) stats::formula(model)[[3]]
  if (is.call(curve)) list(curve)
}

whole_column_note <- function(call, own, where) {
  # constants that R wrote into it itself are not what a person reads
  name <- call_text(call)
  paste0(
    "`", name, "` in the formula looks at the whole column: for a request it ",
    "is made of the rows that are sent, not of those of the fit, so that the ",
    "predictions are other ones. ", whole_column_remedy(call, own, where)
  )
}

whole_column_remedy <- function(call, own, where) {
  head <- call[[1]]
  name <- call_text(if (is.call(head)) head[[length(head)]] else head)
  value <- quietly(eval(call, own, where))
  number <- if (is.numeric(value) && length(value) == 1 && is.finite(value)) {
    paste0(", ", format(value, digits = 7), ",")
  }
  column <- variables_in(call)[1]
  if (name %in% makes_one_number) {
    paste0(
      "Fit it again with the number itself", number, " in place of `",
      call_text(call), "`."
    )
  } else if (name %in% c("cut", "cut2", "cut_number", "cut_interval")) {
    paste0(
      "Fit it again with the limits themselves, as in cut(", column,
      ", c(0, 10, 20))."
    )
  } else if (name %in% c("scale", "poly", "ns", "bs")) {
    paste0(
      "Fit it again with ", name, "() as a term of its own, of which R keeps ",
      "what it needs, or with numbers in its place."
    )
  } else {
    paste0(
      "Make it a column of the data before the fit, and send that column in ",
      "requests."
    )
  }
}

makes_one_number <- c(
  "mean", "median", "max", "min", "sum", "sd", "var", "mad", "IQR", "length",
  "quantile", "prod", "NROW", "nrow", "n", "range"
)

#' Find the innermost part of an expression that differs with the other rows
#'
#' @return A call, or `NULL`.
#' @noRd
looking_at_all <- function(expression, rows, where) {
  if (!is.call(expression) || !differs_alone(expression, rows, where)) {
    return(NULL)
  }
  for (part in as.list(expression)[-1]) {
    inner <- quietly(looking_at_all(part, rows, where))
    if (!is.null(inner)) {
      return(inner)
    }
  }
  expression
}

differs_alone <- function(expression, rows, where) {
  together <- quietly(eval(expression, rows, where))
  if (is.null(together) || is.function(together)) {
    return(FALSE)
  }
  some <- round(seq(1, nrow(rows), length.out = 5))
  !all(vapply(some, function(row) {
    # twice, since poly(x, z) takes a single number for a degree
    alone <- quietly(eval(expression, take_rows(rows, c(row, row)), where))
    wanted <- if (NROW(together) == nrow(rows)) {
      at(together, c(row, row))
    } else {
      together
    }
    isTRUE(all.equal(as_plain(alone), as_plain(wanted)))
  }, TRUE))
}

#' Whether an expression may put something in the place of a missing value, as
#' `ifelse(is.na(x), mean(x, na.rm = TRUE), x)` does
#' @noRd
fills_gaps <- function(call) {
  fills <- "\\b(is\\.na|na\\.|anyNA|coalesce|impute|replace|fill)"
  grepl(fills, call_text(call))
}

#' Leave out values in the first and the last row
#' @noRd
with_gaps <- function(rows) {
  rows[c(1, nrow(rows)), ] <- NA
  rows
}

#' Make rows in which every column varies, and no column as another
#' @noRd
varied_rows <- function(inputs, size = 24L) {
  columns <- lapply(seq_along(inputs), function(i) {
    spec <- inputs[[i]]
    place <- (seq_len(size) * c(7L, 11L, 13L, 17L, 19L)[i %% 5 + 1]) %% size
    # some have groups of rows
    if (i %% 2 == 0) place <- place %/% 4L
    ends <- if (is.numeric(spec$seen) && length(spec$seen) == 2) {
      spec$seen
    } else {
      c(1, 9)
    }
    numbers <- ends[1] + diff(ends) * place / (size - 1)
    pick <- function(values) values[place %% length(values) + 1]
    values <- if (length(spec$values)) pick(spec$values) else numbers
    switch(spec$type,
      category = if (length(spec$levels)) pick(spec$levels) else pick(letters),
      string = pick(letters), boolean = pick(c(FALSE, TRUE)),
      date = as.Date("2024-01-01") + 31 * place,
      datetime = as.POSIXct("2024-01-01", tz = "UTC") + 2700000 * place,
      values
    )
  })
  cast_rows(as_frame(columns, names(inputs), size), inputs)
}

#' Whether an expression calls one of some functions, whatever it gives them
#' @noRd
calls_one_of <- function(expression, functions) {
  is.call(expression) && is.name(expression[[1]]) &&
    as.character(expression[[1]]) %in% functions
}
