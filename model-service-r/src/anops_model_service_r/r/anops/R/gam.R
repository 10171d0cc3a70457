# Generalised additive models of mgcv.

#' @export
model_inputs.gam <- function(model, # nolint: object_name_linter.
                             data = model_data(model)) {
  if (is.null(model$var.summary)) {
    return(NextMethod())
  }
  # the terms know factor(x) of a number, the summaries know everything else
  found <- terms_inputs(model, model_terms(model), data)
  names <- names(model$var.summary)
  missing <- setdiff(names, names(found))
  found[missing] <- lapply(model$var.summary[missing], column_spec)
  found[names(found) %in% names]
}
