# The steps that fit the model: `ao train` does them one by one,
# `Rscript train.R` all at once, into model.rds.

# What a service has answered since, with the outcomes that came to be known:
# `ao monitor retrain` writes it.
recent <- "recent.csv"

load_data <- function() {
  if (file.exists(recent)) utils::read.csv(recent) else mtcars
}

# 32 cars are few: the model is fitted on all of them,
# and evaluate() leaves out one after the other.
split_data <- function(data) list(train = data, test = data)

build_pipeline <- function() mpg ~ wt + hp + factor(cyl)

train_model <- function(pipeline, train) lm(pipeline, data = train)

evaluate <- function(model, test) {
  errors <- vapply(seq_len(nrow(test)), function(row) {
    others <- lm(formula(model), data = test[-row, ])
    test$mpg[row] - predict(others, test[row, ])
  }, 0)
  list(rmse = sqrt(mean(errors^2)))
}

if (sys.nframe() == 0L) {
  model <- train_model(build_pipeline(), load_data())
  print(summary(model))
  saveRDS(model, "model.rds")
}
