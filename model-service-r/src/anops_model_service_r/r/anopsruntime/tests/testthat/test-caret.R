# caret loads what asks for the time zone, which not every machine can tell
withr::local_envvar(TZ = "UTC", .local_envir = teardown_env())

test_that("the data that caret keeps are those of before the formula", {
  skip_if_not_installed("caret")
  own <- mtcars
  fit <- suppressWarnings(caret::train(
    mpg ~ log(wt) + factor(cyl), own, method = "lm",
    trControl = caret::trainControl(method = "none")
  ))
  own <- NULL
  expect_identical(model_data(fit)$wt, mtcars$wt)
  expect_identical(model_inputs(fit)$cyl$values, c(4, 6, 8))
})

test_that("columns that a recipe does not predict from are no inputs", {
  skip_if_not_installed("caret")
  skip_if_not_installed("recipes")
  recipe <- recipes::recipe(mpg ~ wt + hp, mtcars) |> recipes::step_log(hp)
  fit <- suppressWarnings(caret::train(
    recipe, mtcars, method = "lm",
    trControl = caret::trainControl(method = "none")
  ))
  expect_named(model_inputs(fit), c("wt", "hp"), ignore.order = TRUE)
})

test_that("the packages of the method that caret tuned are needed", {
  skip_if_not_installed("caret")
  thing <- structure(
    list(modelInfo = list(library = "gone1")), class = "train"
  )
  expect_match(
    problem(attach_needs(thing))$message, "the R package `gone1` is not"
  )
  thing$modelInfo$library <- "nnet"
  expect_identical(attach_needs(thing), c("caret", "nnet"))
})
