# What becomes of a row that misses a value: what the model itself makes of it,
# unless it fails then, or answers what the rows beside it say.

#' Find the columns that must not miss a value
#'
#' @param loaded What `load_project()` returned.
#' @param rows Reference rows, or `NULL`.
#' @param inputs,options The model's columns; the defaults of its options.
#' @noRd
missing_policies <- function(loaded, rows, inputs, options) {
  base <- take_rows(rows %||% harmless_row(inputs), 1L)
  without <- function(names) {
    asked <- base
    asked[names] <- lapply(base[names], function(column) column[NA_integer_])
    asked
  }
  ask <- function(asked) {
    tryCatch(
      suppressWarnings(predict_rows(loaded, asked, options)),
      anops_error = function(e) NULL
    )
  }
  fails <- function(names) is.null(ask(without(names)))
  if (length(inputs) == 0 || fails(character())) {
    return(inputs)
  }
  refused <- if (fails(names(inputs))) {
    kinds <- vapply(inputs, `[[`, "", "type")
    in_time(failing(names(inputs), kinds, fails), 20, names(inputs))
  }
  company <- company_of(rows, inputs)
  sways <- function(name) {
    asked <- without(name)
    swayed(ask(asked), loaded, asked, company, options)
  }
  left <- utils::head(setdiff(names(inputs), refused), most_swayed)
  if (length(left) && !sways(character())) {
    refused <- c(refused, left[in_time(vapply(left, sways, TRUE), 5, FALSE)])
  }
  inputs[refused] <- lapply(inputs[refused], function(spec) {
    spec$missing <- "error"
    spec
  })
  inputs
}

#' How many columns are tried by themselves beside other rows
#' @noRd
most_swayed <- 30L

#' Whether a row is answered otherwise beside other rows
#'
#' predict() of glmmPQL and systemfit leave incomplete rows out and fill their
#' places with the answers of others.
#'
#' @param answer What the row got alone.
#' @param asked The row.
#' @param company Other rows, of which each is put beside it in turn.
#' @noRd
swayed <- function(answer, loaded, asked, company, options) {
  if (is.null(answer) || all(is.na(unlist(answer)))) {
    return(FALSE)
  }
  for (place in seq_len(nrow(company))) {
    beside <- take_rows(company, place)
    both <- as_frame(
      Map(c, as.list(asked), as.list(beside)), names(asked), 2L
    )
    told <- trial(loaded, both, options)
    if (!is.null(told) && !isTRUE(all.equal(
      as.list(take_rows(told, 1L)), as.list(answer), check.attributes = FALSE
    ))) {
      return(TRUE)
    }
  }
  FALSE
}

company_of <- function(rows, inputs) {
  others <- if (is.null(rows)) varied_rows(inputs) else rows
  others <- take_rows(others, which(complete_rows(others)))
  take_rows(others, unique(round(seq(1, nrow(others), length.out = 2))))
}
