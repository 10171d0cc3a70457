# How `mtcars-mpg` is loaded, and how it predicts.
# Change either function as you like; `ao check` tells whether it still works.

load_model <- function(path) {
  readRDS(path)
}

predict_model <- function(model, newdata, ...) {
  predict(model, newdata = newdata, ...)
}
