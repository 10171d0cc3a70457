# Times forecast's own calls: Rscript series_timed.R call|panel|update FILE SECONDS
suppressMessages(library(forecast))
arguments <- commandArgs(trailingOnly = TRUE)
model <- readRDS(arguments[[2]])
future <- matrix(rnorm(24), 12, dimnames = list(NULL, c("promo", "price")))
once <- switch(arguments[[1]],
  call = function() forecast(model, h = 12, level = c(80, 95), xreg = future),
  panel = function() lapply(model, forecast, h = 12, level = c(80, 95)),
  update = {
    longer <- ts(c(model$x, 500), start = start(model$x), frequency = 12)
    function() Arima(longer, model = model)
  }
)
invisible(once())
times <- numeric()
end <- Sys.time() + as.numeric(arguments[[3]])
while (Sys.time() < end || length(times) < 3) {
  times <- c(times, system.time(once(), gcFirst = FALSE)[["elapsed"]])
}
cat(mean(times), median(times), length(times))
