# What a person should know of a model that was looked at, in words.

chosen_note <- function(object, artifact) {
  if (!is.null(object)) {
    paste0(
      "Of the objects in `", basename(artifact), "`, `", object,
      "` is the model."
    )
  }
}

no_rows_note <- paste(
  "There are no reference rows: the model does not keep the data it was",
  "fitted on."
)

unusable_note <- function(given) {
  paste0(
    "The reference rows are not from `", attr(given, "file"), "`: no row of ",
    "it is complete, with levels that the model knows."
  )
}

guessed_note <- function(inputs) {
  guessed <- names(Filter(is_guessed, inputs))
  if (length(guessed)) {
    paste0(
      "The model does not say what type its columns have: ", listed(guessed),
      if (length(guessed) == 1) " is" else " are", " taken for numbers. ",
      "Fix ao.toml where that is wrong, or show it rows of real data."
    )
  }
}

#' Tell of numbers that may have been those of a factor's levels
#' @noRd
numbered_note <- function(model, own) {
  terms <- model_terms(model)
  if (is.null(terms) || !is_fitted(model)) {
    return(NULL)
  }
  variables <- attr(stats::delete.response(terms), "variables")
  numbered <- numbered_names(as.list(variables)[-1], own)
  if (length(numbered)) {
    paste0(
      "The formula keeps the numbers 1, 2, ... of ", listed(numbered), ": ",
      "where that was a factor, they are the numbers of its levels. Write ",
      "them into ao.toml then, in the order of the fit, as in ",
      code_name(numbered[1]), " = { type = \"category\", levels = ",
      "[\"low\", \"high\"] }."
    )
  }
}

#' Tell in which unit lengths of time are sent, which were difftimes in the fit
#'
#' `as.numeric(wait, units = "hours")` leaves a plain number as it is.
#' @noRd
units_note <- function(model) {
  terms <- if (is_fitted(model)) model_terms(model)
  calls <- if (!is.null(terms)) {
    variables <- attr(stats::delete.response(terms), "variables")
    c(calls_of("as.numeric", variables), calls_of("as.double", variables))
  }
  told <- vapply(calls, function(call) {
    if (is.name(call[[2]]) && is.character(call$units)) {
      paste0(
        "`", call[[2]], "` was a difftime in the fit: requests send it as a ",
        "number of ", call$units, "."
      )
    } else {
      ""
    }
  }, "")
  unique(told[nzchar(told)])
}

#' Tell of times whose zone only their rows in a CSV file could have told
#' @noRd
zone_note <- function(inputs, own) {
  times <- names(Filter(function(spec) spec$type == "datetime", inputs))
  unsure <- setdiff(times, names(own))
  if (length(unsure)) {
    paste0(
      listed(unsure), if (length(unsure) == 1) " is" else " are",
      " read as UTC: where the model was fitted in another time zone, write ",
      "it in ao.toml, as in timezone = \"Europe/Berlin\"."
    )
  }
}

#' Tell of dates that may have been times, of which the formula keeps the day
#' @noRd
date_note <- function(guessed, inputs) {
  dates <- names(Filter(function(spec) spec$type == "date", inputs))
  dates <- intersect(dates, names(Filter(is_guessed, guessed)))
  if (length(dates)) {
    paste0(
      listed(dates), if (length(dates) == 1) " is" else " are", " taken for ",
      "dates, since the formula keeps no time of day: where the model was ",
      "fitted on times, write that and their zone into ao.toml, as in ",
      code_name(dates[1]), " = { type = \"datetime\", timezone = ",
      "\"Europe/Berlin\" }."
    )
  }
}

#' Tell of functions in the formula that nothing here defines
#' @noRd
lost_note <- function(model) {
  lost <- lost_functions(model)
  if (length(lost)) {
    paste0(
      "The model's formula uses ", paste0(lost, "()", collapse = ", "),
      ", which no package here has: define ",
      if (length(lost) == 1) "it" else "them", " in model.R."
    )
  }
}
