# The Arima behind plumber: Rscript plumber_forecast.R MODEL PORT
suppressMessages(library(forecast))
arguments <- commandArgs(trailingOnly = TRUE)
model <- readRDS(arguments[[1]])

answer <- function(req, res) {
  asked <- req$body
  future <- as.matrix(asked$regressors[c("promo", "price")])
  found <- forecast(model, h = asked$horizon, level = asked$level, xreg = future)
  data.frame(
    time = asked$regressors$time, prediction = as.numeric(found$mean),
    lower_80 = as.numeric(found$lower[, 1]), upper_80 = as.numeric(found$upper[, 1]),
    lower_95 = as.numeric(found$lower[, 2]), upper_95 = as.numeric(found$upper[, 2])
  )
}

plumber::pr() |>
  plumber::pr_post("/forecast", answer, serializer = plumber::serializer_json(digits = NA)) |>
  plumber::pr_run(port = as.integer(arguments[[2]]), docs = FALSE, quiet = TRUE)
