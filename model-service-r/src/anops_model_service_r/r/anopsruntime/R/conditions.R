# Errors and warnings cross to Python as data: this file makes that data.

#' Stop with a problem that a statistician can act on
#'
#' @param code One of the codes of AnOps, such as `"MODEL_LOAD"`.
#' @param ... Pieces of the message, pasted together.
#' @param remedy An imperative that says how to fix it, or `NULL`.
#' @param call The R call that failed, as text, or `NULL`.
#' @noRd
abort <- function(code, ..., remedy = NULL, call = NULL) {
  stop(structure(
    class = c("anops_error", "error", "condition"),
    list(
      message = paste0(...), call = NULL,
      code = code, remedy = remedy, where = call
    )
  ))
}

#' Run one of our functions so that nothing but data comes out
#'
#' Errors become fields, warnings are collected, and messages go to the log
#' or, where [forward_messages()] says so, to the caller.
#'
#' @param fun A function.
#' @param ... Its arguments.
#' @return A list: `ok`, then `value` and `warnings`, or the problem's `code`,
#'   `message`, `remedy`, `call` and `class`.
#' @noRd
guarded <- function(fun, ...) {
  collected <- collector()
  tryCatch(
    collect_conditions(collected, {
      value <- fun(...)
      list(ok = TRUE, value = value, warnings = collected$warnings())
    }),
    anops_error = function(e) {
      list(
        ok = FALSE, code = e$code, message = conditionMessage(e),
        remedy = e$remedy, call = e$where, class = class(e)[1]
      )
    },
    error = function(e) {
      list(
        ok = FALSE, code = "INTERNAL", message = text_of(e),
        remedy = NULL, call = call_text(conditionCall(e)), class = class(e)[1]
      )
    }
  )
}

#' Run one of our functions for Python, to which each part of a list costs time
#'
#' @param fun A function.
#' @param ... Its arguments.
#' @return A list of the value alone where there is no more to say, else what
#'   [guarded()] returns.
#' @noRd
called <- function(fun, ...) {
  outcome <- guarded(fun, ...)
  if (outcome$ok && length(outcome$warnings) == 0) {
    list(outcome$value)
  } else {
    outcome
  }
}

#' Run the statistician's code; its failure is a problem with a call
#'
#' @param expr Their code.
#' @param code The code of the problem.
#' @param what A sentence's start, such as "Model `cars` failed".
#' @param remedy What to do about it, where that is known, or a function of the
#'   error that says it.
#' @param explain A function of the error that may stop with a better reason.
#' @noRd
run_user_code <- function(expr, code, what, remedy = NULL, explain = NULL) {
  place <- NULL
  tryCatch(
    withCallingHandlers(expr, error = function(e) {
      place <<- place_of(sys.calls())
    }),
    error = function(e) {
      # no handler of its own: what it stops with would end up in this one
      if (inherits(e, "anops_error")) stop(e)
      missing_package(e, what)
      if (!is.null(explain)) explain(e)
      if (is.function(remedy)) remedy <- remedy(e)
      abort(
        code, what, ": ", sentence(text_of(e)),
        remedy = remedy, call = with_place(call_text(conditionCall(e)), place)
      )
    }
  )
}

#' The message of a condition, with `<ed>` for each byte that is no UTF-8
#' @noRd
text_of <- function(condition) {
  iconv(enc2utf8(conditionMessage(condition)), "UTF-8", "UTF-8", sub = "byte")
}

#' Collect warnings, each once
#' @noRd
collector <- function(most = 50L) {
  found <- list()
  list(
    add = function(message, call) {
      entry <- list(message = message, call = call)
      known <- vapply(found, identical, logical(1), entry)
      if (!any(known) && length(found) < most) {
        found <<- c(found, list(entry))
      }
    },
    warnings = function() found
  )
}

collect_conditions <- function(collected, expr) {
  withCallingHandlers(
    expr,
    warning = function(w) {
      collected$add(text_of(w), call_of(w, sys.calls()))
      tryInvokeRestart("muffleWarning")
    },
    anops_said = function(said) collected$add(said$message, said$where),
    message = function(m) {
      if (!is_greeting(m, sys.calls())) {
        # as rlang shows its own
        end <- if (inherits(m, "rlang_message")) "\n"
        cat(conditionMessage(m), end, file = stderr(), sep = "")
      }
      tryInvokeRestart("muffleMessage")
    }
  )
}

#' Say whether a package greets, which it does as it is loaded or attached
#'
#' Some greet by message(), in `.onLoad()` or `.onAttach()`.
#' @noRd
is_greeting <- function(m, calls) {
  inherits(m, "packageStartupMessage") || any(vapply(calls, function(call) {
    identical(call[[1]], quote(runHook))
  }, TRUE))
}

#' Let messages go to the caller too, as warnings do
#'
#' A model that says message("two rows are too old") says it to whoever sent
#' them; what packages say when they are loaded is for nobody.
#'
#' @noRd
forward_messages <- function(expr) {
  withCallingHandlers(
    expr,
    message = function(m) {
      if (!is_greeting(m, sys.calls())) {
        signalCondition(structure(
          class = c("anops_said", "condition"),
          list(
            message = trimws(text_of(m), "right"), call = NULL,
            where = call_of(speaker(m, sys.calls()), sys.calls())
          )
        ))
        # the caller has it; it may hold values that were sent, so the log has
        # not
        tryInvokeRestart("muffleMessage")
      }
    }
  )
}

#' Put the call of the function that called message() into a message
#' @noRd
speaker <- function(m, calls) {
  own <- which(vapply(calls, identical, logical(1), conditionCall(m)))
  if (length(own)) {
    before <- max(own) - 1
    m$call <- if (before > 0) calls[[before]]
  }
  m
}

call_of <- function(condition, calls) {
  with_place(call_text(conditionCall(condition)), place_of(calls))
}

#' Say which package is missing, where that is what went wrong
#' @noRd
missing_package <- function(e, what) {
  name <- if (inherits(e, "packageNotFoundError")) {
    e$package
  } else {
    package_in_message(conditionMessage(e))
  }
  if (!is.null(name)) {
    abort(
      "MODEL_LOAD", what, ": the R package `", name, "` is not installed.",
      remedy = install_remedy(name), call = call_text(conditionCall(e))
    )
  }
}

package_in_message <- function(message) {
  pattern <- paste0(
    ".*(?:there is no package called|no package called) ",
    "['\u2018\"]([A-Za-z][A-Za-z0-9.]*)['\u2019\"].*"
  )
  if (grepl(pattern, message, perl = TRUE)) {
    sub(pattern, "\\1", message, perl = TRUE)
  }
}

call_text <- function(call) {
  if (is.null(call)) {
    return(NULL)
  }
  lines <- deparse(call, width.cutoff = 120L, nlines = 2L)
  text <- if (length(lines) > 1) paste(trimws(lines[1]), "...") else lines
  if (nchar(text) > 160) paste0(substr(text, 1, 157), "...") else text
}

#' Find the innermost line of the statistician's own file in a call stack
#' @noRd
place_of <- function(calls) {
  for (call in rev(calls)) {
    ref <- attr(call, "srcref")
    source <- if (!is.null(ref)) attr(ref, "srcfile")
    file <- if (is.environment(source)) {
      get0("anops_name", envir = source, inherits = FALSE)
    }
    if (!is.null(file)) {
      return(paste0(file, ":", ref[1]))
    }
  }
  NULL
}

with_place <- function(text, place) {
  if (is.null(place)) {
    return(text)
  }
  if (is.null(text)) place else paste0(text, " (", place, ")")
}

sentence <- function(text) {
  text <- trimws(text)
  if (grepl("[.!?]$", text)) text else paste0(text, ".")
}
