# Names of days and months are those of the language in which a model was
# fitted, whatever the language of the computer that serves it.

#' Speak English of days and months, until a model shows another language
#' @noRd
speak_english <- function() {
  quietly(Sys.setlocale("LC_TIME", "C"))
}

#' Find the language of the names of days and months in a model's formula, and
#' speak it
#'
#' `weekdays(day)` makes names of the language that LC_TIME sets.
#'
#' @return The language's locale, invisibly; `NULL` where no names are made.
#' @noRd
speak_as_fitted <- function(model, artifact) {
  calls <- naming_calls(model)
  if (length(calls) == 0) {
    return(invisible())
  }
  stated <- lapply(calls, function(call) stated_names(model, call))
  where <- environment(model_terms(model)) %||% globalenv()
  for (locale in c("C", installed_locales())) {
    if (identical(quietly(Sys.setlocale("LC_TIME", locale)), locale)) {
      fits <- vapply(seq_along(calls), function(i) {
        all(stated[[i]] %in% names_made(calls[[i]], where))
      }, TRUE)
      if (all(fits)) {
        return(invisible(locale))
      }
    }
  }
  speak_english()
  known <- names_made(calls[[1]], where)
  strange <- setdiff(unlist(stated), known)
  # a call that can't be tried tells nothing
  if (length(known) && length(strange)) {
    abort(
      "MODEL_LOAD", "Can't predict with ", artifact_name(artifact), ": `",
      call_text(calls[[1]]), "` in its formula made ", listed(strange, 3L),
      " where it was fitted, in a language (LC_TIME) that this computer has ",
      "no locale for.",
      remedy = paste(
        "Fit the model with numbers in place of names, as in",
        "factor(format(day, \"%u\")); or install that language's locale, on",
        "Debian and Ubuntu: sudo apt-get install locales-all"
      )
    )
  }
  invisible()
}

language_note <- function(model) {
  calls <- naming_calls(model)
  if (length(calls)) {
    paste0(
      "`", call_text(calls[[1]]), "` makes names in a language (LC_TIME): it ",
      "is served in that of its fit, ",
      if (Sys.getlocale("LC_TIME") == "C") "English" else
        Sys.getlocale("LC_TIME"),
      ", whatever the language of the computer.",
      if (Sys.getlocale("LC_TIME") != "C") {
        paste(
          " For its image, write debian_packages = [\"locales-all\"] into",
          "[image] of ao.toml."
        )
      }
    )
  }
}

#' Find the parts of a formula that make names of days or months
#' @noRd
naming_calls <- function(model) {
  variables <- quietly(
    as.list(attr(stats::delete.response(model_terms(model)), "variables"))[-1]
  )
  Filter(function(variable) {
    is.call(variable) && isTRUE(quietly(makes_names(variable)))
  }, variables)
}

makes_names <- function(expression) {
  if (!is.call(expression)) {
    return(FALSE)
  }
  head <- expression[[1]]
  name <- call_text(if (is.call(head)) head[[length(head)]] else head)
  texts <- Filter(is.character, as.list(expression)[-1])
  name %in% c("weekdays", "months") ||
    (name %in% c("wday", "month") && "label" %in% names(expression)) ||
    (name %in% c("format", "strftime", "as.character") &&
       any(grepl("%[AaBbhcpxX]", unlist(texts)))) ||
    any(vapply(as.list(expression)[-1], makes_names, TRUE))
}

#' The names that a call made in the fit: its levels, else texts beside it, as
#' in `weekdays(day) == "Sonntag"`
#' @noRd
stated_names <- function(model, call) {
  levels <- fitted_levels(model, paste(deparse(call), collapse = ""))
  if (is.null(levels)) {
    frame <- model_frame(model)
    made <- frame[[call_text(call)]]
    levels <- if (is.factor(made)) levels(made) else
      if (is.character(made)) unique(made)
  }
  unique(c(levels, if (is_comparison(call)) texts_in(call)))
}

is_comparison <- function(expression) {
  any(c("==", "!=", "%in%", "match", "is.element") %in%
        functions_in(expression))
}

#' Find the texts that an expression compares with
#' @noRd
texts_in <- function(expression) {
  if (is.call(expression)) {
    if (call_text(expression[[1]]) %in% keeps_texts) {
      unlist(lapply(as.list(expression)[-1], texts_in))
    }
  } else if (is.character(expression)) {
    expression
  }
}

keeps_texts <- c(
  "==", "!=", "%in%", "match", "is.element", "c", "(", "I", "!", "&", "|",
  "factor", "as.numeric", "as.integer", "ifelse"
)

#' What a call makes of all days in the language that is spoken now
#'
#' A comparison is asked for what stands on its sides.
#' @noRd
names_made <- function(call, where) {
  asked <- if (is_comparison(call)) inner_names(call) else list(call)
  unlist(lapply(asked, function(call) {
    unlist(lapply(list(.Date(calendar), half_days), function(days) {
      data <- stats::setNames(
        rep(list(days), length(variables_in(call))), variables_in(call)
      )
      made <- quietly(eval(call, data, where))
      if (!is.logical(made)) unique(as.character(made))
    }))
  }))
}

#' Find the innermost parts that make names, as weekdays() in a comparison
#' @noRd
inner_names <- function(expression) {
  parts <- Filter(makes_names, as.list(expression)[-1])
  if (length(parts)) unlist(lapply(parts, inner_names)) else list(expression)
}

half_days <- .POSIXct(
  86400 * rep(as.double(as.Date("2024-01-01")) + 0:365, each = 2) +
    c(21600, 64800), "UTC"
)

#' Locales of UTF-8 that this computer has
#' @noRd
installed_locales <- function() {
  found <- quietly(system2("locale", "-a", stdout = TRUE, stderr = FALSE))
  grep("[.]utf-?8$", found, ignore.case = TRUE, value = TRUE)
}
