# The R model behind plumber: Rscript plumber.R MODEL PORT
arguments <- commandArgs(trailingOnly = TRUE)
model <- readRDS(arguments[[1]])
type <- if (inherits(model, "glm")) "response" else NULL

answer <- function(req, res) {
  if (is.null(type)) predict(model, req$body) else predict(model, req$body, type = type)
}

plumber::pr() |>
  plumber::pr_post("/predict", answer, serializer = plumber::serializer_json(digits = NA)) |>
  plumber::pr_run(port = as.integer(arguments[[2]]), docs = FALSE, quiet = TRUE)
