load_model <- function(path) {
  requireNamespace("rpart")
  readRDS(path)
}

predict_model <- function(model, newdata, ...) {
  unname(predict(model, newdata = newdata))
}
