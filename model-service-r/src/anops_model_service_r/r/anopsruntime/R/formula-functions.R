# Functions in a model's formula must be found where it predicts.

#' Attach packages whose functions stand in the model's formula
#'
#' A model with `ns(x, 3)` in its formula predicts only where splines is
#' attached.
#' @param packages Where functions come from that many formulas use.
#' @param homes The packages of the model's class, whose functions come first:
#'   `s()` of a model of gam is not that of mgcv.
#' @noRd
attach_functions <- function(model, packages = function_packages,
                             homes = NULL) {
  lost <- lost_functions(model)
  found <- character()
  for (name in lost) {
    if (!name %in% lost_functions(model)) {
      # the package of another one has it
      next
    }
    package <- function_home(name, lost, model, packages, homes)
    if (is.null(package)) {
      next
    }
    run_user_code(attach_package(package), "MODEL_LOAD", paste0(
      "Can't load the model, whose formula uses ", name, "()"
    ))
    found <- c(found, package)
  }
  c(load_named(model), if (length(found)) found)
}

#' Find the package whose function a formula calls
#'
#' Of several that export it, the one that can take the call, and then the one
#' that has most of the formula's other functions.
#' @noRd
function_home <- function(name, lost, model, packages, homes) {
  home <- Filter(function(package) exports(package, name), homes)
  known <- unname(packages[names(packages) == name])
  if (length(home) || length(known)) {
    return(c(home, known)[1])
  }
  found <- in_namespaces(function(info) name %in% info$exports)
  if (length(found) > 1) {
    found <- Filter(function(package) takes_calls(package, name, model), found)
    others <- vapply(found, function(package) {
      sum(vapply(lost, function(other) exports(package, other), TRUE))
    }, 0L)
    found <- found[order(!found %in% preferred_packages, -others)]
  }
  if (length(found)) found[1]
}

exports <- function(package, name) {
  isTRUE(quietly(name %in% getNamespaceExports(package)))
}

#' Whether a function of a package takes the arguments that a formula names
#' @noRd
takes_calls <- function(package, name, model) {
  known <- quietly(names(formals(args(getExportedValue(package, name)))))
  calls <- calls_of(name, attr(model_terms(model), "variables"))
  "..." %in% known || all(vapply(calls, function(call) {
    given <- setdiff(names(call), "")
    length(call) - 1 <= length(known) && all(given %in% known)
  }, TRUE))
}

calls_of <- function(name, expression) {
  if (!is.call(expression)) {
    return(list())
  }
  inner <- do.call(c, lapply(as.list(expression), calls_of, name = name))
  c(if (identical(expression[[1]], as.name(name))) list(expression), inner)
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
    run_user_code(loadNamespace(package), "MODEL_LOAD", paste0(
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
  used <- unique(c(
    functions_in(attr(terms, "variables")), contrasts_named(model)
  ))
  where <- environment(terms) %||% globalenv()
  Filter(function(name) !exists(name, envir = where, mode = "function"), used)
}

#' Name the functions that make the contrasts of a model's factors, such as
#' contr.sdif() of MASS
#' @noRd
contrasts_named <- function(model) {
  kept <- as.list(part_of(model, "contrasts"))
  unlist(Filter(function(each) is.character(each) && length(each) == 1, kept))
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

#' Packages whose functions others have by the same names, as data.table has
#' hour() of lubridate
#' @noRd
preferred_packages <- "lubridate"
