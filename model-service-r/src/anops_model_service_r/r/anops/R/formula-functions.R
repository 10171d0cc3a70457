# Functions in a model's formula must be found where it predicts.

#' Attach packages whose functions stand in the model's formula
#'
#' A model with `ns(x, 3)` in its formula predicts only where splines is
#' attached.
#' @param packages Where functions come from that many formulas use.
#' @noRd
attach_functions <- function(model, packages = function_packages) {
  lost <- lost_functions(model)
  c(load_named(model), unlist(lapply(lost, function(name) {
    package <- packages[name]
    if (is.na(package)) {
      package <- in_namespaces(function(info) name %in% info$exports)[1]
    }
    if (is.na(package)) {
      return(NULL)
    }
    theirs(attach_package(package), "MODEL_LOAD", paste0(
      "Can't load the model, whose formula uses ", name, "()"
    ))
    unname(package)
  })))
}

#' Load packages that the model's formula names, as in `splines::ns(x, 3)`
#'
#' predict() of such a basis is found only where its package is loaded.
#' @noRd
load_named <- function(model) {
  terms <- model_terms(model)
  if (is.null(terms)) {
    return(NULL)
  }
  named <- unique(packages_in(attr(terms, "variables")))
  predicting <- attr(stats::delete.response(terms), "variables")
  needed <- packages_in(predicting)
  for (package in needed) {
    theirs(loadNamespace(package), "MODEL_LOAD", paste0(
      "Can't load the model, whose formula uses `", package, "::`"
    ))
  }
  Filter(function(package) requireNamespace(package, quietly = TRUE), named)
}

#' Find the packages that an expression names, as in `splines::ns(x, 3)`
#' @noRd
packages_in <- function(expression) {
  if (!is.call(expression)) {
    return(NULL)
  }
  head <- expression[[1]]
  if (is.name(head) && as.character(head) %in% c("::", ":::")) {
    return(as.character(expression[[2]]))
  }
  unlist(lapply(as.list(expression), packages_in))
}

#' Name the functions of a model's formula that can't be found from there
#' @noRd
lost_functions <- function(model) {
  terms <- model_terms(model)
  if (is.null(terms)) {
    return(NULL)
  }
  # those of the response too: a baseline hazard is made of the data of the fit
  used <- unique(functions_in(attr(terms, "variables")))
  where <- environment(terms) %||% globalenv()
  Filter(function(name) !exists(name, envir = where, mode = "function"), used)
}

#' Find the functions that an expression calls by their bare names
#' @noRd
functions_in <- function(expression) {
  if (!is.call(expression)) {
    return(NULL)
  }
  head <- expression[[1]]
  if (is.name(head) && as.character(head) %in% c("::", ":::")) {
    return(NULL)
  }
  c(
    if (is.name(head)) as.character(head) else functions_in(head),
    unlist(lapply(as.list(expression)[-1], functions_in))
  )
}

function_packages <- c(
  ns = "splines", bs = "splines", Surv = "survival", strata = "survival",
  rcs = "rms", s = "mgcv", te = "mgcv", ti = "mgcv", t2 = "mgcv"
)
