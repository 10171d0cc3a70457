test_that("an RData file with one object is that object", {
  file <- withr::local_tempfile(fileext = ".RData")
  fit <- lm(dist ~ speed, cars)
  save(fit, file = file)
  expect_s3_class(read_artifact(file), "lm")
})

test_that("an RData file with several objects is refused by their names", {
  file <- withr::local_tempfile(fileext = ".RData")
  a <- 1
  b <- 2
  save(a, b, file = file)
  refused <- problem(read_artifact(file))
  expect_identical(
    refused$message,
    paste0("`", basename(file), "` must hold one object, not 2 (`a`, `b`).")
  )
  expect_match(refused$remedy, "saveRDS(a,", fixed = TRUE)
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
    expect_identical(read_artifact(file), cars)
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
