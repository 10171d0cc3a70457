# Whatever predict() returns becomes named columns, one value for each row.

#' Turn what predict() returned into a data frame with the rows of the input
#'
#' @param value What predict() returned.
#' @param newdata The data frame it was given.
#' @param what The model, for messages, such as "Model `cars`".
#' @return A data frame with `nrow(newdata)` rows.
#' @noRd
as_answer <- function(value, newdata, what = "The model") {
  columns <- without_tidy_names(answer_columns(value, what))
  if (length(columns) == 0) {
    refuse_answer(what, "returned nothing that has rows")
  }
  sizes <- lengths(columns)
  if (length(unique(sizes)) > 1) {
    refuse_answer(
      what, "returned columns of different lengths: ",
      paste0("`", names(columns), "` has ", sizes, collapse = ", ")
    )
  }
  rows <- nrow(newdata)
  place <- row_places(value, sizes[1], newdata, what)
  if (!is.null(place)) {
    columns <- lapply(columns, function(column) column[place])
  }
  as_frame(columns, make_unique(names(columns)), rows)
}

refuse_answer <- function(what, ...) {
  abort(
    "MODEL_OUTPUT", what, " ", ..., ".",
    remedy = paste(
      "Let `predict_model` return a vector, a matrix or a data frame",
      "with one row for each row of `newdata`."
    )
  )
}

#' Find the row of the answer that belongs to each row of the input
#'
#' @return `NULL` where they correspond; else an index with `NA` for the rows
#'   that predict() left out because values are missing in them.
#' @noRd
row_places <- function(value, received, newdata, what) {
  rows <- nrow(newdata)
  if (received == rows) {
    return(NULL)
  }
  incomplete <- if (length(newdata)) !stats::complete.cases(newdata) else FALSE
  named <- answer_names(value)
  known <- match(as.character(seq_len(rows)), named)
  if (names_tell(named, known, received) && all(incomplete[is.na(known)])) {
    return(known)
  }
  count <- function(n) paste(n, if (n == 1) "row" else "rows")
  abort(
    "MODEL_OUTPUT", what, " was given ", count(rows), " and returned ",
    count(received), ": it must return one for each.",
    remedy = if (any(incomplete) && received == sum(!incomplete)) {
      "Let `predict_model` return NA for rows with missing values."
    } else {
      paste(
        "Let `predict_model` compute with `newdata`, and return one value",
        "or row for each of its rows."
      )
    }
  )
}

#' Whether the names of an answer say to which rows its values belong
#' @noRd
names_tell <- function(named, known, received) {
  length(named) == received && !anyDuplicated(named) &&
    sum(!is.na(known)) == received
}

answer_names <- function(value) {
  if (is.data.frame(value)) {
    row.names(value)
  } else if (length(dim(value)) == 2) {
    rownames(value)
  } else if (is.list(value)) {
    if (length(value)) answer_names(value[[1]])
  } else {
    names(value)
  }
}

answer_columns <- function(value, what) {
  if (isS4(value) && inherits(value, "Matrix")) {
    value <- as.matrix(value)
  }
  if (is.null(value)) {
    return(list())
  }
  if (is.data.frame(value)) {
    return(flat(value, what))
  }
  if (inherits(value, "POSIXlt")) {
    value <- as.POSIXct(value)
  }
  if (length(dim(value)) > 2) {
    value <- drop_last(value, what)
  }
  if (length(dim(value)) == 2) {
    return(matrix_columns(value))
  }
  if (is.list(value)) {
    return(list_columns(value, what))
  }
  list(prediction = answer_vector(value, what))
}

drop_last <- function(value, what) {
  size <- dim(value)
  if (any(size[-(1:2)] != 1)) {
    refuse_answer(
      what, "returned an array of ", length(size), " dimensions (",
      paste(size, collapse = " x "), ")"
    )
  }
  array(value, size[1:2], dimnames(value)[1:2])
}

interval_names <- c(fit = "prediction", lwr = "lower", upr = "upper")

matrix_columns <- function(value) {
  titles <- colnames(value)
  values <- unname(value)
  columns <- lapply(seq_len(ncol(value)), function(i) bare(values[, i]))
  if (identical(titles, names(interval_names))) {
    titles <- unname(interval_names)
  }
  names(columns) <- if (ncol(value) == 1) {
    "prediction"
  } else if (is.null(titles)) {
    paste0("prediction_", seq_len(ncol(value)))
  } else {
    titles
  }
  columns
}

list_columns <- function(value, what) {
  if (inherits(value, "ranger.prediction")) {
    return(answer_columns(ranger_values(value), what))
  }
  if (inherits(value, "anops_class")) {
    return(list(prediction = value[["class"]]))
  }
  if (!is.null(value[["fit"]]) && !is.null(value[["se.fit"]])) {
    errors <- answer_columns(value[["se.fit"]], what)
    names(errors) <- sub("^prediction", "se", names(errors))
    return(c(answer_columns(value[["fit"]], what), errors))
  }
  if (identical(names(value), "fit")) {
    return(answer_columns(value[["fit"]], what))
  }
  if (is.null(names(value))) {
    if (all(lengths(value) == 1)) {
      return(list(prediction = unlist(value)))
    }
    refuse_answer(what, "returned a list without names")
  }
  flat(value, what)
}

#' Spread matrices and data frames inside a list over columns of their own
#' @noRd
flat <- function(value, what) {
  titles <- names(value)
  parts <- lapply(seq_along(titles), function(i) {
    inner <- answer_columns(value[[i]], what)
    names(inner) <- if (length(inner) == 1) {
      titles[i]
    } else {
      paste0(titles[i], ".", sub("^prediction_", "", names(inner)))
    }
    inner
  })
  do.call(c, parts)
}

answer_vector <- function(value, what) {
  if (is.factor(value) || inherits(value, c("Date", "POSIXct"))) {
    return(unname(value))
  }
  if (!is.numeric(value) && !is.logical(value) && !is.character(value) &&
        !inherits(value, "difftime")) {
    refuse_answer(what, "returned a ", class(value)[1])
  }
  bare(unclass(value))
}

#' Take names and all else from a vector but its values
#'
#' as.vector() writes out names such as "1", "2", ... first, which R had only
#' promised: that costs as much as a small prediction.
#'
#' @noRd
bare <- function(values) {
  attributes(values) <- NULL
  values
}

make_unique <- function(titles) {
  titles[is.na(titles) | !nzchar(titles)] <- "prediction"
  make.unique(enc2utf8(titles), sep = "_")
}
