# The steps that fit the model: `ao train` does them one by one,
# `Rscript train.R` all at once. tests/testthat/test-train.R tests each.

load_data <- function() mtcars

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
  list(rmse = sqrt(mean(errors^2)), r_squared = summary(model)$r.squared)
}

save_model <- function(model, path) saveRDS(model, path)

if (sys.nframe() == 0L) {
  cars <- split_data(load_data())
  model <- train_model(build_pipeline(), cars$train)
  print(summary(model))
  print(evaluate(model, cars$test))
  save_model(model, "model.rds")
}
