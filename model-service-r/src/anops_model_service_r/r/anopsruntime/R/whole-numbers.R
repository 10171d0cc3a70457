# Columns of whole numbers that a model must get as integers, since it tells
# 2L from 2: paste(100000L) is "100000", and paste(100000) is "1e+05".

#' Make integers of the whole numbers that a model answers otherwise as doubles
#'
#' Where both readings give the same answers the column stays a number, so that
#' 2.5 may be asked for.
#'
#' @param loaded What `load_project()` returned.
#' @param inputs Its columns.
#' @param own Its data, as `model_data()` gave it, or `NULL`.
#' @param data The rows that its reference rows were chosen from, or `NULL`.
#' @param options Defaults of the options.
#' @return The columns.
#' @noRd
with_whole_numbers <- function(loaded, inputs, own, data, options,
                               seconds = 20) {
  whole <- whole_columns(inputs, own, data)
  if (length(whole) == 0) {
    return(inputs)
  }
  rows <- rows_to_read(data, inputs)
  read <- function(integers) trial(loaded, as_integers(rows, integers), options)
  found <- in_time(
    told_apart(names(whole), whole, read), seconds, character()
  )
  declared_integer(inputs, found)
}

declared_integer <- function(inputs, names) {
  inputs[names] <- lapply(inputs[names], function(spec) {
    spec$type <- "integer"
    attr(spec, "guessed") <- NULL
    spec
  })
  inputs
}

#' Find the columns of numbers that are whole
#'
#' @return A logical vector with their names: whether the fit is known to have
#'   had integers; where it is not, the model may have been fitted on doubles.
#' @noRd
whole_columns <- function(inputs, own, data) {
  numbers <- names(Filter(function(spec) spec$type == "number", inputs))
  kinds <- lapply(stats::setNames(nm = numbers), function(name) {
    column <- own[[name]] %||% data[[name]] %||% inputs[[name]]$values
    if (is.numeric(column) && is.null(dim(column)) && is_whole(column)) {
      is.integer(column)
    }
  })
  unlist(Filter(Negate(is.null), kinds))
}

is_whole <- function(column) {
  known <- column[!is.na(column)]
  length(known) > 0 && all(abs(known) <= .Machine$integer.max) &&
    all(known == round(known))
}

#' Choose rows to read both ways: the largest numbers, and others
#' @noRd
rows_to_read <- function(data, inputs, most = 200L) {
  if (is.null(data) || !all(names(inputs) %in% names(data))) {
    return(harmless_row(inputs))
  }
  rows <- cast_rows(data, inputs)
  complete <- which(stats::complete.cases(rows))
  if (length(rows) == 0 || length(complete) == 0) {
    return(harmless_row(inputs))
  }
  spread <- complete[unique(round(seq(
    1, length(complete), length.out = min(most, length(complete))
  )))]
  take_rows(rows, sort(unique(c(choose_rows(rows), spread))))
}

as_integers <- function(rows, names) {
  rows[names] <- lapply(rows[names], as.integer)
  rows
}

#' Find the columns of which a model tells integers from doubles
#'
#' @param names Those that are whole.
#' @param certain For each, whether the fit had integers.
#' @param read Predicts with some columns as integers; `NULL` where that fails.
#' @noRd
told_apart <- function(names, certain, read) {
  doubles <- read(character())
  integers <- read(names)
  if (is.null(integers) || same_answer(doubles, integers)) {
    return(character())
  }
  # a model that answers by chance tells nothing
  if (!is.null(doubles) && !same_answer(read(names), integers)) {
    return(character())
  }
  kept <- Filter(function(name) {
    !late() && !same_answer(read(setdiff(names, name)), integers)
  }, names)
  kept <- if (length(kept)) kept else names
  # of other columns, doubles that the model answers may be those of the fit
  if (is.null(doubles)) kept else kept[certain[kept]]
}

same_answer <- function(one, other) {
  !is.null(one) && isTRUE(all.equal(one, other, tolerance = 1e-9))
}

whole_numbers_note <- function(before, inputs) {
  found <- Filter(function(name) {
    inputs[[name]]$type == "integer" && before[[name]]$type == "number"
  }, names(inputs))
  if (length(found)) {
    paste0(
      "The model tells 2L from 2 in ", listed(found), ": the type integer ",
      "gives it whole numbers. Where it was fitted on numbers with decimals, ",
      "write `number` in ao.toml."
    )
  }
}
