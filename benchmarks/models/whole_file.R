# What a person writes to predict a file: Rscript whole_file.R PROJECT ROWS.csv PREDICTIONS.csv
arguments <- commandArgs(trailingOnly = TRUE)
model <- readRDS(file.path(arguments[[1]], "model.rds"))
rows <- data.table::fread(arguments[[2]])
data.table::fwrite(list(prediction = predict(model, rows)), arguments[[3]])
