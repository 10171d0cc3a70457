# An offset that predict() leaves out is told: the predictions are those for an
# offset of 0.

#' Tell of an offset that predictions do not follow
#'
#' gam(), bam(), lmer() and glmer() leave out what was given as the argument
#' `offset`; others leave out offset() in the formula as well.
#'
#' @param loaded What `load_project()` returned.
#' @param inputs The columns of the model.
#' @param options Defaults of the options.
#' @noRd
offset_note <- function(loaded, inputs, options) {
  for (offset in model_offsets(loaded$model)) {
    if (is_left_out(offset$expression, loaded, inputs, options)) {
      text <- call_text(offset$expression)
      return(paste0(
        class(loaded$model)[1], ": its predict() leaves out the offset `",
        text, "`, so that predictions are those for an offset of 0. ",
        if (offset$argument) {
          paste0(
            "Fit it again with offset(", text, ") in the formula, in place of ",
            "the argument; then requests send ",
            listed(variables_in(offset$expression)), "."
          )
        } else {
          "Put it back in a predict_model() of your own in model.R."
        }
      ))
    }
  }
  NULL
}

#' Find the offsets of a model: its argument, and those in its formula
#' @noRd
model_offsets <- function(model) {
  call <- if (isS4(model)) {
    quietly(methods::slot(model, "call"))
  } else if (is.list(model)) {
    part_of(model, "call")
  }
  argument <- if (is.call(call)) call$offset
  # gbm keeps them by another name
  terms <- model_terms(model) %||% part_of(model, "Terms")
  inside <- as.list(attr(terms, "variables"))[-1][attr(terms, "offset")]
  c(
    if (is.language(argument)) {
      list(list(expression = argument, argument = TRUE))
    },
    lapply(inside, function(call) {
      list(expression = call[[2]], argument = FALSE)
    })
  )
}

is_left_out <- function(offset, loaded, inputs, options) {
  names <- variables_in(offset)
  known <- intersect(names, names(inputs))
  if (length(names) == 0) {
    return(FALSE)
  }
  if (length(known) == 0) {
    return(TRUE)
  }
  numbers <- Filter(function(name) inputs[[name]]$type == "number", known)
  rows <- lapply(c(1, 2.5), function(value) {
    changed <- harmless_row(inputs)
    changed[numbers] <- value
    changed
  })
  made <- lapply(rows, function(row) quietly(eval(offset, row, globalenv())))
  if (!is.null(made[[1]]) && identical(made[[1]], made[[2]])) {
    # log(e / mean(e)) is 0 for any row alone
    return(FALSE)
  }
  answers <- lapply(rows, trial, loaded = loaded, options = options)
  length(numbers) > 0 && !is.null(answers[[1]]) &&
    identical(answers[[1]], answers[[2]])
}
