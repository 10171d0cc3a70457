fit <- lm(dist ~ speed, cars)
other <- loess(dist ~ speed, cars)

workspace <- function(...) {
  file <- withr::local_tempfile(
    fileext = ".RData", .local_envir = parent.frame()
  )
  objects <- list(...)
  save(list = names(objects), envir = list2env(objects), file = file)
  file
}

test_that("the one model among by-products of a session is taken", {
  file <- workspace(
    .Random.seed = 1:9, cars = cars, run = function(a) a, x = 1:3,
    env = new.env(), basis = splines::ns(1:9, 3), form = y ~ x,
    kind = factor("a"), day = Sys.Date(), table = table(1:3),
    call = quote(f(x)), fit = fit
  )
  read <- read_artifact(file)
  expect_identical(read$object, "fit")
  expect_s3_class(read$model, "lm")
})

test_that("of several models the names are told, and one is chosen", {
  file <- workspace(a = fit, b = other, x = 1)
  refused <- problem(read_artifact(file))
  expect_match(
    refused$message, "holds 2 models: `a` (lm), `b` (loess).", fixed = TRUE
  )
  expect_match(refused$remedy, "--object a")
  expect_s3_class(read_artifact(file, "b")$model, "loess")
  expect_match(problem(read_artifact(file, "c"))$message, "no object `c`")
})

test_that("a model in a list of lists or in an environment is found", {
  deep <- list(meta = "x", fits = list(first = fit, note = 1))
  within <- new.env()
  within$`my fit` <- fit
  for (file in c(
    saved(deep), saved(list(1, list(fit))), saved(within),
    saved(list(kept = within)), workspace(all = deep),
    workspace(x = 1, all = deep, within = 3)
  )) {
    read <- read_artifact(file)
    expect_s3_class(read$model, "lm")
    reader <- str2lang(paste("{", read$reader, "}"))
    expect_s3_class(eval(reader, list(path = file)), "lm")
  }
  deep$fits$second <- other
  refused <- problem(read_artifact(saved(deep)))
  expect_match(
    refused$message, "`fits$first` (lm), `fits$second` (loess)", fixed = TRUE
  )
  expect_match(refused$remedy, "--object 'fits$first'", fixed = TRUE)
  expect_s3_class(
    read_artifact(saved(deep), "fits$second")$model, "loess"
  )
})

test_that("a workspace without a model says what it holds", {
  refused <- problem(read_artifact(workspace(x = 1, cars = cars)))
  expect_match(refused$message, "holds 2 objects, and no fitted model: ")
  expect_match(refused$message, "`cars` (data.frame)", fixed = TRUE)
})

test_that("the code that reads a model out of a list or workspace works", {
  for (file in c(
    workspace(`my fit` = fit, x = 1),
    saved(list(`my fit` = fit, cutoff = 0.5)),
    saved(list(0.5, fit))
  )) {
    reader <- str2lang(paste("{", read_artifact(file)$reader, "}"))
    expect_s3_class(eval(reader, list(path = file)), "lm")
  }
})

test_that("a list with a step before the model says what to write", {
  skip_if_not_installed("caret")
  step <- caret::preProcess(cars["speed"])
  for (pair in list(
    list(pp = step, fit = fit), list(step, fit),
    list(note = 1, all = list(step, fit = fit))
  )) {
    remedy <- problem(read_artifact(saved(pair)))$remedy
    code <- regmatches(
      remedy, regexpr("function\\(.*, \\.\\.\\.\\)", remedy)
    )
    predicted <- eval(str2lang(code))(pair, cars)
    expect_equal(predicted, predict(fit, predict(step, cars)))
  }
})
