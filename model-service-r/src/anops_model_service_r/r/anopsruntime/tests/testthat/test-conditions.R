test_that("warnings come back as data, each once, with their calls", {
  talk <- function() {
    warning("careful")
    warning("careful")
    log(-1)
  }
  outcome <- guarded(talk)
  expect_true(outcome$ok)
  expect_identical(
    lapply(outcome$warnings, `[[`, "message"),
    list("careful", "NaNs produced")
  )
  expect_identical(outcome$warnings[[2]]$call, "log(-1)")
})

test_that("conditions of rlang keep their message", {
  outcome <- guarded(function() {
    run_user_code(rlang::abort("no such thing"), "MODEL_FAILED", "It failed")
  })
  expect_identical(outcome$message, "It failed: no such thing.")
})

test_that("a missing package is named with a way to install it", {
  outcome <- guarded(function() {
    run_user_code(library("notThere9"), "MODEL_LOAD", "Can't load")
  })
  expect_identical(outcome$code, "MODEL_LOAD")
  expect_match(outcome$message, "`notThere9` is not installed")
  expect_match(
    outcome$remedy, "install.packages(\"notThere9\")", fixed = TRUE
  )
})

test_that("a failing line of model.R is named", {
  code <- withr::local_tempfile(
    lines = c("predict_model <- function(model, x) {", "  stop('no')", "}")
  )
  own <- source_code(code)
  outcome <- guarded(run_model, loaded(NULL, own$predict_model), cars, list())
  expect_match(outcome$call, paste0(basename(code), ":2"), fixed = TRUE)
})

test_that("messages come back as warnings do, greetings of packages do not", {
  heed <- function(x) message("too old: ", x)
  talk <- function() {
    heed(1)
    heed(1)
    rlang::inform("by the way")
    packageStartupMessage("Welcome!")
    rlang::warn("look out")
    TRUE
  }
  log <- capture.output(
    outcome <- guarded(function() forward_messages(talk())),
    type = "message"
  )
  expect_identical(
    lapply(outcome$warnings, `[[`, "message"),
    list("too old: 1", "by the way", "look out")
  )
  expect_identical(outcome$warnings[[1]]$call, "heed(1)")
  expect_identical(log, character())
})

test_that("a message that is no UTF-8 comes back with its bytes written out", {
  outcome <- guarded(function() {
    run_user_code(
      stop("can't use \xed\xa0 here"), "MODEL_FAILED", "Model `m` failed"
    )
  })
  expect_match(outcome$message, "can't use <ed><a0> here", fixed = TRUE)
})

test_that("messages of loading are for the log alone", {
  log <- capture.output(
    outcome <- guarded(function() message("loaded")),
    type = "message"
  )
  expect_identical(outcome$warnings, list())
  expect_identical(log, "loaded")
})

test_that("an error of rlang tells what caused it", {
  fails <- function() {
    tryCatch(
      rlang::abort("no such level", class = "mine"),
      error = function(e) rlang::abort("Can't predict", parent = e)
    )
  }
  outcome <- guarded(function() {
    run_user_code(fails(), "MODEL_FAILED", "It failed")
  })
  expect_match(outcome$message, "Can't predict", fixed = TRUE)
  expect_match(outcome$message, "no such level", fixed = TRUE)
})

test_that("the greeting of a package is shown nowhere, a message is", {
  said <- function(expr) {
    capture.output(guarded(function() expr), type = "message")
  }
  expect_length(said(packageStartupMessage("Type rfNews()!")), 0)
  expect_equal(said(message("two rows are too old")), "two rows are too old")
  # as loadNamespace() and library() call .onLoad() and .onAttach()
  runHook <- function() message("Welcome!") # nolint: object_name_linter.
  expect_length(said(runHook()), 0)
})
