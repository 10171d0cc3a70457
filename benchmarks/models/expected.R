# Prints what a model itself predicts: Rscript expected.R PROJECT ROWS.json
arguments <- commandArgs(trailingOnly = TRUE)
source(file.path(arguments[[1]], "model.R"))
model <- load_model(file.path(arguments[[1]], "model.rds"))
rows <- as.data.frame(jsonlite::fromJSON(arguments[[2]]))
cat(jsonlite::toJSON(unname(predict_model(model, rows)), digits = NA))
