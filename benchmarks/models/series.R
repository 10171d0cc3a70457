# Fits the models of time series that are measured: Rscript series.R FOLDER
suppressMessages(library(forecast))
folder <- commandArgs(trailingOnly = TRUE)[[1]]
set.seed(1)
regressors <- cbind(promo = rnorm(144), price = rnorm(144))
sales <- as.numeric(AirPassengers) + regressors %*% c(3, -5)
sales <- ts(as.numeric(sales), start = c(1949, 1), frequency = 12)
fit <- Arima(sales, c(1, 1, 1), c(0, 1, 1), xreg = regressors)
saveRDS(fit, file.path(folder, "arima.rds"))
saveRDS(Arima(AirPassengers, c(1, 1, 1), c(0, 1, 1)), file.path(folder, "plain.rds"))
first <- ets(AirPassengers, model = "AAA", damped = FALSE)
panel <- lapply(seq_len(1000), function(number) {
  values <- as.numeric(AirPassengers) + rnorm(144)
  values <- ts(values, start = c(1949, 1), frequency = 12)
  ets(values, model = first, use.initial.values = TRUE)
})
names(panel) <- sprintf("shop%04d", seq_along(panel))
saveRDS(panel, file.path(folder, "panel.rds"))
