# Forests of randomForest, which keep the levels of every column.

#' @export
model_inputs.randomForest <- function(model, # nolint: object_name_linter.
                                      data = model_data(model)) {
  lapply(model$forest$xlevels, function(levels) {
    if (is.character(levels)) {
      list(type = "category", levels = levels)
    } else {
      list(type = "number")
    }
  })
}
