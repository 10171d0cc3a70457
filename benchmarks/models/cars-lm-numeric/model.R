load_model <- function(path) readRDS(path)

predict_model <- function(model, newdata, ...) predict(model, newdata = newdata)
