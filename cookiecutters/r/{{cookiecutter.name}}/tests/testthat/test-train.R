# Each step of train.R gives the next one what it needs.
# A model of your own needs other steps: change them, and these tests with them.

source("../../train.R", local = TRUE)

test_that("the data have what the pipeline names", {
  expect_length(setdiff(all.vars(build_pipeline()), names(load_data())), 0)
})

test_that("each car is there to train on and to evaluate on", {
  cars <- split_data(load_data())
  expect_equal(nrow(cars$train), 32)
  expect_equal(nrow(cars$test), 32)
})

test_that("a heavier car goes a shorter way", {
  model <- train_model(build_pipeline(), load_data())
  expect_lt(coef(model)[["wt"]], 0)
})

test_that("cars that were left out are predicted worse than others", {
  model <- train_model(build_pipeline(), load_data())
  expect_gt(evaluate(model, load_data())$rmse, sqrt(mean(residuals(model)^2)))
})

test_that("the saved model is the fitted one", {
  model <- train_model(build_pipeline(), load_data())
  path <- withr::local_tempfile()
  save_model(model, path)
  expect_equal(coef(readRDS(path)), coef(model))
})
