# What a caller may ask of a project that has no ao.toml yet.

#' Find the options of a model: its own, and arguments of predict_model
#' @noRd
source_options <- function(loaded) {
  arguments <- formals(loaded$predict)
  own <- loaded$code$predict_model
  passes_on <- "..." %in% names(arguments) &&
    (is.null(own) || "predict" %in% all.names(body(own)))
  options <- if (passes_on && !is.null(loaded$model)) {
    model_options(loaded$model)
  }
  named <- own_options(loaded)
  # an argument of that name says what the default is
  for (name in intersect(names(options), names(named))) {
    default <- named[[name]]$default
    if (option_allows(options[[name]], default)) {
      named[[name]] <- utils::modifyList(
        options[[name]], list(default = default)
      )
    }
  }
  c(options[setdiff(names(options), names(named))], named)
}

own_options <- function(loaded) {
  arguments <- formals(loaded$predict)
  extra <- arguments[-seq_len(min(2, length(arguments)))]
  extra <- extra[names(extra) != "..."]
  Filter(Negate(is.null), lapply(extra, option_spec))
}

option_spec <- function(default) {
  if (is.call(default) || is.name(default) || length(default) != 1) {
    return(NULL)
  }
  if (is.logical(default)) {
    list(type = "boolean", default = default)
  } else if (is.numeric(default)) {
    list(type = "number", default = as.double(default))
  } else if (is.character(default)) {
    list(type = "string", default = default)
  }
}
