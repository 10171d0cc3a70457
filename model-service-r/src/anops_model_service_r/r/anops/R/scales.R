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
  for (class in class(model)) {
    method <- utils::getS3method(
      "predict", class, optional = TRUE, envir = globalenv()
    )
    if (is.function(method)) {
      known <- quietly(eval(formals(method)$type, environment(method)))
      return(identical(known, "link") || all(c("link", "response") %in% known))
    }
  }
  FALSE
}
