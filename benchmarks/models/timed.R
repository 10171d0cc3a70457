# Times a model's own predict() as wrk times services:
# Rscript timed.R PROJECT BODIES.json SECONDS
arguments <- commandArgs(trailingOnly = TRUE)
source(file.path(arguments[[1]], "model.R"))
model <- load_model(file.path(arguments[[1]], "model.rds"))
# a category comes as the factor that the model was fitted on
as_fitted <- function(rows) {
  for (name in names(attr(model, "xlevels"))) {
    rows[[name]] <- factor(rows[[name]], attr(model, "xlevels")[[name]])
  }
  rows
}
bodies <- jsonlite::fromJSON(arguments[[2]], simplifyDataFrame = FALSE) |>
  lapply(as.data.frame) |>
  lapply(as_fitted)
invisible(predict_model(model, bodies[[1]]))

now <- function() as.numeric(Sys.time())
taken <- c()
begin <- now()
while (now() < begin + as.numeric(arguments[[3]])) {
  since <- now()
  predict_model(model, bodies[[length(taken) %% length(bodies) + 1]])
  taken <- c(taken, 1e6 * (now() - since))
}
said <- list(
  requests = length(taken),
  microseconds = 1e6 * (now() - begin),
  p50_us = quantile(taken, 0.5, names = FALSE),
  p99_us = quantile(taken, 0.99, names = FALSE),
  errors = 0,
  refused = 0
)
cat(jsonlite::toJSON(said, auto_unbox = TRUE, digits = NA), "\n", sep = "")
