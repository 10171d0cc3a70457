saved <- function(name) {
  # names of packages that are not here may be in it
  suppressWarnings(
    readRDS(testthat::test_path("tidymodels", paste0(name, ".rds")))
  )
}

test_that("a workflow says its columns and levels, before its recipe", {
  model <- saved("recipe")
  inputs <- model_inputs(model)
  expect_named(inputs, c("wt", "hp", "cyl"))
  expect_identical(inputs$hp$type, "number")
  expect_identical(inputs$cyl$levels, c("4", "6", "8"))
  expect_identical(model_data(model)$hp, mtcars$hp)
  expect_identical(
    names(model_inputs(saved("variables"))), c("wt", "hp", "gear")
  )
})

test_that("a workflow without its rows still says its columns", {
  model <- saved("recipe")
  model$pre$actions$recipe$recipe$template <- NULL
  expect_null(model_data(model))
  expect_identical(model_inputs(model)$cyl$levels, c("4", "6", "8"))
})

test_that("whole numbers of a workflow stay whole, and ids are columns", {
  model <- saved("recipe")
  model$pre$mold$blueprint$ptypes$predictors$hp <- integer()
  model$pre$mold$blueprint$extra_role_ptypes <- list(
    id = data.frame(name = character())
  )
  model$pre$actions <- model$pre$mold$predictors <- NULL
  inputs <- model_inputs(model)
  expect_identical(inputs$hp$type, "integer")
  expect_identical(inputs$name$type, "string")
})

test_that("a fit of parsnip alone says its columns", {
  expect_named(
    model_inputs(saved("parsnip")), names(iris)[1:4],
    ignore.order = TRUE
  )
})

test_that("options are those of the engine", {
  expect_identical(
    model_options(saved("recipe"))$interval$levels,
    c("none", "confidence", "prediction")
  )
  for (name in c("variables", "parsnip")) {
    expect_identical(
      model_options(saved(name))$type$levels, c("class", "probability")
    )
  }
})

test_that("a workflow needs the packages of its parts, and says what it is", {
  expect_setequal(
    setdiff(model_packages(saved("recipe")), "stats"), c("recipes", "parsnip")
  )
  expect_identical(
    model_summary(saved("recipe")), "recipe, linear_reg() by lm"
  )
})

test_that("columns of tidymodels have the names of other models' answers", {
  newdata <- mtcars[1:2, ]
  named <- function(...) names(as_answer(data.frame(...), newdata))
  expect_identical(named(.pred = 1:2), "prediction")
  expect_identical(
    named(.pred = 1:2, .pred_lower = 0:1, .pred_upper = 2:3, .std_error = 1),
    c("prediction", "lower", "upper", "se")
  )
  expect_identical(named(.pred_class = c("a", "b")), "prediction")
  expect_identical(
    named(.pred_class = c(0.1, 0.2), .pred_other = c(0.9, 0.8)),
    c("class", "other")
  )
  expect_identical(named(.pred = 1:2, own = 1:2), c(".pred", "own"))
})

test_that("predictions are those of tidymodels", {
  skip_if_not_installed("workflows")
  cars <- transform(mtcars[1:5, ], cyl = factor(cyl, c(4, 6, 8)))
  model <- saved("recipe")
  loadNamespace("workflows")
  options <- list(interval = "prediction", level = 0.9)
  answer <- as_answer(model_predict(model, cars, options), cars)
  expect_identical(answer$prediction, predict(model, cars)$.pred)
  bounds <- predict(model, cars, type = "pred_int", level = 0.9)
  expect_identical(answer$lower, bounds$.pred_lower)
  expect_identical(answer$upper, bounds$.pred_upper)
  probability <- model_predict(
    saved("parsnip"), iris[c(1, 60), ], list(type = "probability")
  )
  expect_identical(
    names(as_answer(probability, iris[1:2, ])), levels(iris$Species)
  )
})
