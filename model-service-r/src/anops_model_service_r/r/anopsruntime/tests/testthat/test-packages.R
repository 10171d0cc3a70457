test_that("a class of a package that is not installed names the package", {
  refused <- problem(refuse_class("lgb.Booster", "lightgbm", "model.rds"))
  expect_snapshot(cat(refused$message, refused$remedy, sep = "\n"))
})

test_that("an object without any predict method is refused", {
  thing <- structure(list(), class = "unheardOf")
  expect_match(
    problem(load_method(thing, "thing.rds"))$message,
    "no installed package has a `predict` method"
  )
})

test_that("an own predict_model may predict with parts of an object", {
  thing <- structure(
    list(fit = structure(list(), class = "polr"), terms = y ~ x),
    class = "unheardOf"
  )
  own <- function(model, newdata, ...) predict(model$fit, newdata)
  expect_identical(attach_needs(thing, own), "MASS")
  thing$fit <- structure(list(), class = "lgb.Booster")
  expect_match(problem(attach_needs(thing, own))$message, "`lightgbm` is not")
  expect_null(attach_needs(structure(list(), class = "unheardOf"), own))
})

test_that("a package that makes models and can't predict is said to be so", {
  fit <- kmeans(cars, 2)
  refused <- problem(load_method(fit, "fit.rds"))
  expect_match(
    refused$message,
    "`stats`, which makes such models, has no `predict` method for it",
    fixed = TRUE
  )
  expect_match(refused$remedy, "--model fit.rds --model model.R", fixed = TRUE)
})

test_that("a part that predicts is named where the whole does not", {
  fit <- structure(
    list(lme = 1, gam = lm(dist ~ speed, cars), y ~ x), class = "gamm"
  )
  expect_match(
    problem(load_method(fit, "fit.rds"))$remedy,
    "^Save the part of it that predicts, model\\$gam; or write a function"
  )
  strata <- aov(yield ~ N + Error(block), npk)
  expect_no_match(problem(load_method(strata, "fit.rds"))$remedy, "the part")
})

test_that("install.packages() is named on every system", {
  expect_match(install_remedy("randomForest"), "install.packages")
})

test_that("our own client is installed by ao", {
  expect_match(install_remedy("anops"), "ao client r --install", fixed = TRUE)
})

test_that("apt-get is named for what it would find", {
  skip_if(!nzchar(Sys.which("apt-cache")), "this system has no apt to ask")
  expect_match(install_remedy("randomForest"), "r-cran-randomforest")
  for (lost in c("naivebayes", "kknn", "lightgbm", "nosuchpackage")) {
    expect_no_match(install_remedy(lost), "apt-get")
  }
})

test_that("the package of a class further back is found", {
  # as svm.formula has none of its own, before svm
  thing <- structure(list(), class = c("mine", "polr"))
  expect_identical(load_method(thing, NULL), "MASS")
  thing <- structure(list(), class = c("mine", "lgb.Booster"))
  expect_match(problem(load_method(thing, NULL))$message, "`lightgbm` is not")
})

test_that("a class that builds on lm predicts as one", {
  thing <- structure(list(), class = c("mine", "lm"))
  expect_identical(load_method(thing, NULL), "stats")
})

test_that("a package whose summary() predict() of the parent asks is loaded", {
  thing <- structure(list(), class = c("negbin", "glm", "lm"))
  expect_identical(load_method(thing, NULL), c("stats", "MASS"))
})

test_that("missing Imports of DESCRIPTION are named together", {
  folder <- withr::local_tempdir()
  writeLines(
    c("Package: x", "Imports: stats, gone1 (>= 1.0), gone2"),
    file.path(folder, "DESCRIPTION")
  )
  expect_match(problem(load_imports(folder))$message, "`gone1`, `gone2`")
})

test_that("a package that has no method for the class is no help", {
  thing <- structure(list(), class = "gamm")
  expect_match(
    problem(load_method(thing, "thing.rds"))$message,
    "no installed package has a `predict` method"
  )
})

test_that("an object that predicts by itself is told how it is asked", {
  own <- structure(
    list2env(list(predict = function(newdata) 1)),
    class = c("Mine", "R6")
  )
  expect_match(
    problem(load_method(own, "own.rds"))$remedy,
    "function(model, newdata, ...) model$predict(newdata); and give rows",
    fixed = TRUE
  )
  expect_match(
    problem(refuse_no_model(function(newdata) 1, "own.rds"))$remedy,
    "function(model, newdata, ...) model(newdata); and give rows",
    fixed = TRUE
  )
  expect_null(attach_needs(
    function(newdata) 1, function(model, newdata, ...) model(newdata)
  ))
})

test_that("the slot of an S4 object that predicts is named", {
  # as a person's script makes it: here it would belong to this package
  holder <- methods::setClass("Held9", representation(fit = "ANY"),
    where = globalenv()
  )
  on.exit(methods::removeClass("Held9", where = globalenv()))
  expect_match(
    problem(load_method(holder(fit = lm(dist ~ speed, cars)), "s4.rds"))$remedy,
    "Save the part of it that predicts, model@fit;"
  )
})

test_that("a package of the formula that is not installed is named", {
  thing <- structure(
    list(terms = stats::terms(y ~ rcs(x))),
    class = "lm"
  )
  # a name of no package: rms itself may be installed where this is tested
  refused <- problem(attach_functions(thing, c(rcs = "notThere9")))
  expect_match(
    refused$message, "uses rcs(): the R package `notThere9`",
    fixed = TRUE
  )
})

test_that("a function that is called with its package is not lost", {
  fit <- lm(mpg ~ splines::bs(wt, knots = c(2, 3)) + log(hp), mtcars)
  expect_length(lost_functions(fit), 0)
  fit$terms <- terms(mpg ~ notThere9(wt) + splines::ns(hp))
  expect_identical(lost_functions(fit), "notThere9")
})

test_that("a package that the formula names is loaded, and needed", {
  fit <- lm(dist ~ splines::ns(speed, 3), cars)
  expect_identical(attach_functions(fit), "splines")
  expect_true(isNamespaceLoaded("splines"))
  thing <- structure(list(terms = stats::terms(y ~ gone1::f(x))), class = "lm")
  refused <- problem(attach_functions(thing))
  expect_match(refused$message, "uses `gone1::`: the R package `gone1` is not")
  thing <- structure(list(terms = stats::terms(gone1::f(y) ~ x)), class = "lm")
  expect_length(attach_functions(thing), 0)
})

test_that("a formula's functions are first those of the model's own package", {
  skip_if_not_installed("gam")
  home <- function(formula, homes = NULL) {
    model <- structure(list(terms = stats::terms(formula)), class = "lm")
    name <- functions_in(formula[[3]])[1]
    function_home(name, name, model, function_packages, homes)
  }
  expect_equal(home(y ~ s(x, 3), "gam"), "gam")
  expect_equal(home(y ~ s(x, 3)), "mgcv")
})

test_that("of functions of one name the one that can take the call is found", {
  skip_if_not_installed("lubridate")
  skip_if_not_installed("data.table")
  home <- function(formula) {
    model <- structure(list(terms = stats::terms(formula)), class = "lm")
    name <- functions_in(formula[[3]])[1]
    function_home(name, name, model, character(), NULL)
  }
  expect_equal(home(y ~ wday(at, label = TRUE)), "lubridate")
  expect_equal(home(y ~ hour(at)), "lubridate")
})

test_that("R's own packages are known without a file that may not be written", {
  state$base_packages <- NULL
  before <- list.files(tempdir())
  expect_true(all(c("stats", "utils") %in% base_packages()))
  expect_identical(list.files(tempdir()), before)
})
