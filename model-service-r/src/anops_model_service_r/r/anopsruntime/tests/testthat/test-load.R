test_that("an RData file with one object is that object", {
  file <- withr::local_tempfile(fileext = ".RData")
  fit <- lm(dist ~ speed, cars)
  save(fit, file = file)
  expect_s3_class(read_artifact(file)$model, "lm")
})

test_that("a file that is no R object says how it starts", {
  file <- withr::local_tempfile(fileext = ".rds", lines = "id,x")
  expect_match(
    problem(read_artifact(file))$message,
    "is not an R object file: it starts with \"id,x\\n\".",
    fixed = TRUE
  )
})

test_that("plain and xz-compressed objects are read too", {
  for (compress in list(FALSE, "xz", "bzip2")) {
    file <- withr::local_tempfile(fileext = ".rds")
    saveRDS(cars, file, compress = compress)
    expect_identical(read_artifact(file)$model, cars)
  }
})

test_that("load_model and predict_model of the project are used", {
  code <- withr::local_tempfile(fileext = ".R", lines = c(
    "load_model <- function(path) 10",
    "predict_model <- function(model, newdata, ...) model * newdata$x"
  ))
  found <- load_project(NULL, code)
  expect_identical(
    predict_rows(found, data.frame(x = c(1, 2)))$prediction, c(10, 20)
  )
})

test_that("a fault of syntax in model.R is told with its place", {
  code <- withr::local_tempfile(fileext = ".R", lines = "f <- function( {")
  refused <- problem(source_code(code))
  expect_identical(refused$code, "MODEL_LOAD")
  expect_match(refused$message, "unexpected")
})

test_that("what is no fitted model is refused as what it is", {
  refused <- function(thing) problem(load_project(saved(thing), NULL))$message
  expect_match(refused(NULL), "holds NULL, not a fitted model")
  expect_match(refused(list("a", 2)), "class `list`, not a fitted")
  expect_match(refused(cars), "an object of class `data.frame`, not a fitted")
})

test_that("a list of models is what predict_model makes of it", {
  code <- withr::local_tempfile(fileext = ".R", lines = c(
    "predict_model <- function(model, newdata, ...) {",
    "  predict(model$near, newdata) + predict(model$far, newdata)",
    "}"
  ))
  models <- list(
    near = lm(mpg ~ wt, mtcars), far = rpart::rpart(mpg ~ wt, mtcars)
  )
  project <- load_project(saved(models), code)
  expect_identical(project$packages, "rpart")
  expect_identical(
    predict_rows(project, mtcars)$prediction,
    unname(predict(models$near) + predict(models$far))
  )
})

test_that("functions of the workspace may move to model.R", {
  square <- function(x) x^2
  environment(square) <- globalenv()
  assign("anops_square", square, envir = globalenv())
  fit <- eval(quote(lm(dist ~ anops_square(speed), cars)), globalenv())
  rm("anops_square", envir = globalenv())
  described <- describe_source(saved(fit), NULL, NULL, NULL)
  expect_match(
    unlist(described$notes), "uses anops_square(), which no package",
    fixed = TRUE, all = FALSE
  )
  code <- withr::local_tempfile(
    fileext = ".R", lines = "anops_square <- function(x) x^2"
  )
  project <- load_project(saved(fit), code)
  expect_equal(predict_rows(project, cars)$prediction, unname(fitted(fit)))
  rm("anops_square", envir = globalenv())
})

test_that("a file that was cut is told from an empty one", {
  file <- withr::local_tempfile(fileext = ".rds")
  saveRDS(runif(1e3), file, compress = "bzip2")
  writeBin(readBin(file, "raw", 100), file)
  expect_match(problem(load_project(file, NULL))$message, "ends too early")
})

test_that("methods that model.R defines are found", {
  code <- withr::local_tempfile(fileext = ".R", lines = c(
    "predict.tariff <- function(object, newdata, ...) object$k * newdata$x",
    "half.of <- function(x) x / 2"
  ))
  tariff <- saved(structure(list(k = 3), class = "tariff"))
  project <- load_project(tariff, code)
  expect_identical(
    predict_rows(project, data.frame(x = c(1, 2)))$prediction, c(3, 6)
  )
})

test_that("a predict_model that can't be given model and rows is refused", {
  refused <- function(code) {
    file <- file.path(tempdir(), "model.R")
    writeLines(code, file)
    problem(load_project(NULL, file))
  }
  number <- refused("predict_model <- 3")
  expect_identical(number$code, "MODEL_LOAD")
  expect_match(number$message, "in model.R is of class numeric, not a function")
  expect_match(number$remedy, "function(model, newdata, ...)", fixed = TRUE)
  expect_match(refused("predict_model <- function() 1")$message, "no arguments")
  expect_match(
    refused("predict_model <- function(model) fitted(model)")$message,
    "takes `model` alone"
  )
  for (good in c("stats::predict", "function(...) 1", "function(m, x) 1")) {
    expect_null(refused(paste("predict_model <-", good)))
  }
})
