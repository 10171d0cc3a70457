# Broken lines of segmented, whose formula holds parts that it makes itself.

#' @export
model_inputs.segmented <- function(model, # nolint: object_name_linter.
                                   data = model_data(model)) {
  found <- NextMethod()
  found[setdiff(names(found), unlist(model$nameUV[c("U", "V")]))]
}
