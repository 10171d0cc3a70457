# Whether the fit had integers or doubles, where its data are gone: what its
# formula made of them may tell, and where nothing does a person is told.

#' Say for columns of numbers what kind the fit had, where its terms tell
#'
#' @param model A fitted model.
#' @param inputs Its columns.
#' @param own The data of its fit, or `NULL`.
#' @param given The names of columns whose values example rows give.
#' @return By name: TRUE for integers, FALSE for doubles, NA where the formula
#'   makes something else of the two and nothing tells. Columns of which it
#'   makes the same are left out.
#' @noRd
fitted_integers <- function(model, inputs, own, given, seconds = 10) {
  seen <- setdiff(names(own), attr(own, "inexact"))
  open <- setdiff(number_columns(inputs), c(seen, given))
  calls <- if (length(open) && is_fitted(model)) formula_calls(model)
  calls <- Filter(function(call) any(open %in% variables_in(call)), calls)
  open <- intersect(open, unlist(lapply(calls, variables_in)))
  stated <- lapply(stats::setNames(nm = open), function(name) {
    if (reading_matters(model, calls, name, inputs)) {
      stated_by_frame(model, own, name) %||%
        stated_by_levels(model, calls, name) %||% NA
    }
  })
  unlist(in_time(stated, seconds))
}

number_columns <- function(inputs) {
  names(Filter(function(spec) spec$type == "number", inputs))
}

formula_calls <- function(model) {
  terms <- quietly(stats::delete.response(model_terms(model)))
  calls <- attr(terms, "predvars.fixed") %||% attr(terms, "predvars") %||%
    attr(terms, "variables")
  Filter(is.call, as.list(calls)[-1])
}

#' Numbers of which R writes integers otherwise than doubles, and others
#' @noRd
some_whole <- c(1, 2, 3, 7, 10, 99998, 1e5, 123456, 3e5)

#' Whether a formula makes something else of an integer than of a double
#' @noRd
reading_matters <- function(model, calls, name, inputs) {
  rows <- varied_rows(inputs, length(some_whole))
  numbers <- Filter(is_whole, inputs[[name]]$values %||% written_numbers(
    unlist(lapply(calls, function(call) fitted_levels(model, call_text(call))))
  ) %||% some_whole)
  if (length(numbers) == 0) {
    return(FALSE)
  }
  rows <- take_rows(rows, rep_len(seq_len(nrow(rows)), length(numbers)))
  for (call in Filter(function(call) name %in% variables_in(call), calls)) {
    double <- made_with(call, rows, name, as.double(numbers), model)
    integer <- made_with(call, rows, name, as.integer(numbers), model)
    if (!isTRUE(all.equal(as_plain(double), as_plain(integer)))) {
      return(TRUE)
    }
  }
  FALSE
}

made_with <- function(call, rows, name, values, model) {
  rows[[name]] <- values
  where <- environment(model_terms(model)) %||% globalenv()
  quietly(eval(call, rows, where))
}

#' Find the whole numbers that are written in texts
#' @noRd
written_numbers <- function(texts) {
  pattern <- "(?<![0-9.])-?[0-9]+(e[+][0-9]+)?(?![0-9.])"
  found <- unlist(regmatches(texts, gregexpr(pattern, texts, perl = TRUE)))
  numbers <- unique(suppressWarnings(as.double(found)))
  numbers <- Filter(is_whole, numbers)
  if (length(numbers)) numbers
}

#' Compare both readings with what the formula made in the fit
#' @noRd
stated_by_frame <- function(model, own, name) {
  made <- made_of(model, own, name)
  if (is.null(made)) {
    return(NULL)
  }
  known <- own[[name]][made$rows]
  share <- if (is.null(known)) {
    vapply(c("integer", "number"), function(type) {
      mean(!is.na(stand_in(made, name, type)[made$rows]))
    }, 0)
  } else {
    # as the transformed values that were kept gave them back
    vapply(list(as.integer, as.double), function(as) {
      mean(reproduced(made, name, as(round(known)), made$rows))
    }, 0)
  }
  if (share[1] != share[2]) share[[1]] > share[[2]]
}

#' Compare both readings with the levels that a term had in the fit
#' @noRd
stated_by_levels <- function(model, calls, name) {
  for (call in Filter(function(call) name %in% variables_in(call), calls)) {
    levels <- fitted_levels(model, call_text(call))
    numbers <- written_numbers(levels)
    alone <- identical(unique(variables_in(call)), name)
    if (length(numbers) && alone) {
      rows <- as_frame(list(numbers), name, length(numbers))
      share <- vapply(list(as.integer, as.double), function(as) {
        texts <- made_with(call, rows, name, as(numbers), model)
        mean(levels %in% as.character(texts))
      }, 0)
      if (share[1] != share[2]) {
        return(share[1] > share[2])
      }
    }
  }
  NULL
}

with_fitted_integers <- function(inputs, stated) {
  declared_integer(inputs, names(stated)[stated %in% TRUE])
}

unknown_integers_note <- function(names) {
  if (length(names)) {
    one <- length(names) == 1
    paste0(
      "The formula makes something else of integers than of other numbers in ",
      listed(names), ", and nothing tells which the fit had: ",
      if (one) "it is" else "they are", " declared as number. Where ",
      if (one) "it was" else "they were", " integer in R, give rows with ",
      "--data FILE.csv, or write ", code_name(names[1]),
      " = \"integer\" in ao.toml."
    )
  }
}
