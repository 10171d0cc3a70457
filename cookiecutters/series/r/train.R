# The steps that fit a model for each series: `ao train` does them one by one,
# `Rscript train.R` all at once. Put your own data into series.csv.

# months, from the first row on; 4 are quarters, 7 the days of a week
period <- 12

load_data <- function() {
  data <- read.csv("series.csv", colClasses = c(series = "character"))
  data$time <- as.Date(data$time)
  data[order(data$series, data$time), ]
}

as_series <- function(rows) {
  first <- as.POSIXlt(rows$time[1])
  start <- c(first$year + 1900, first$mon %/% (12 / period) + 1)
  if (!period %in% c(1, 4, 12)) start <- 1 # say --frequency and --last then
  ts(rows$value, start = start, frequency = period)
}

# the last season is kept out: the models are judged by it
split_data <- function(data) {
  whole <- lapply(split(data, data$series), as_series)
  list(
    train = lapply(whole, function(y) {
      window(y, end = time(y)[length(y) - period])
    }),
    test = whole
  )
}

build_pipeline <- function() forecast::ets

train_model <- function(pipeline, train) lapply(train, pipeline)

# the scaled error of a season ahead; below 1 is better than the last season
evaluate <- function(model, test) {
  errors <- vapply(names(model), function(key) {
    ahead <- forecast::forecast(model[[key]], h = period)
    forecast::accuracy(ahead, test[[key]])["Test set", "MASE"]
  }, 0)
  list(mase = mean(errors))
}

# what is served knows the last season, too, with the parameters of the fit
save_model <- function(model, path) {
  whole <- split_data(load_data())$test
  saveRDS(Map(function(fit, y) {
    forecast::ets(y, model = fit, use.initial.values = TRUE)
  }, model, whole[names(model)]), path)
}

if (sys.nframe() == 0L) {
  data <- split_data(load_data())
  model <- train_model(build_pipeline(), data$train)
  print(evaluate(model, data$test))
  save_model(model, "model.rds")
}
