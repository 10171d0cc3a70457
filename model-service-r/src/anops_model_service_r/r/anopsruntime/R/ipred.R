# Bagged trees of ipred.

#' @export
model_predict.survbagg <- function(model, # nolint: object_name_linter.
                                   newdata, options = list()) {
  # a curve for each row, of which partykit's trees answer the median as well
  curves <- native_predict(model, newdata)
  vapply(curves, function(curve) {
    summary(curve)$table[["median"]]
  }, 0)
}
