# The R model behind plumber: Rscript plumber.R MODEL PORT
arguments <- commandArgs(trailingOnly = TRUE)
model <- readRDS(arguments[[1]])

answer <- function(req, res) predict(model, req$body)
if (inherits(model, "glm")) {
  answer <- function(req, res) predict(model, req$body, type = "response")
}
# all digits, as the other peers send them
json <- plumber::serializer_json(digits = NA)

plumber::pr() |>
  plumber::pr_post("/predict", answer, serializer = json) |>
  plumber::pr_run(port = as.integer(arguments[[2]]), docs = FALSE, quiet = TRUE)
