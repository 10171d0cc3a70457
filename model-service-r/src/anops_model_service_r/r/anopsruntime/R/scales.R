# The scale of the answers of a class without a file of its own.

#' Find whether the predict() of a model's class knows a link and a response
#'
#' @return The option `type`, or no options.
#' @noRd
own_scales <- function(model) {
  # asked with each request
  key <- paste("scales of", paste(class(model), collapse = " "))
  if (is.null(state[[key]])) {
    state[[key]] <- if (has_scales(model)) scale_option() else list()
  }
  state[[key]]
}

has_scales <- function(model) {
  method <- predict_methods(model)
  if (length(method) == 0) {
    return(FALSE)
  }
  method <- handed_on(method[[1]])
  known <- quietly(eval(formals(method)$type, environment(method)))
  identical(known, "link") || all(c("link", "response") %in% known)
}

#' Find the function that a method hands everything on to, as those of S4
#' classes often do: `function(object, ...) predictvglm(object, ...)`
#' @noRd
handed_on <- function(method) {
  call <- body(method)
  handing <- identical(names(formals(method)), c("object", "...")) &&
    is.call(call) && is.name(call[[1]]) &&
    identical(as.list(call)[-1], list(quote(object), quote(...)))
  if (!handing) {
    return(method)
  }
  get0(
    as.character(call[[1]]), envir = environment(method), mode = "function",
    ifnotfound = method
  )
}
