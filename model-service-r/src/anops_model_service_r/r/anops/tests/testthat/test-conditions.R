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
    theirs(rlang::abort("no such thing"), "MODEL_FAILED", "It failed")
  })
  expect_identical(outcome$message, "It failed: no such thing.")
})

test_that("a missing package is named with a way to install it", {
  outcome <- guarded(function() {
    theirs(library("notThere9"), "MODEL_LOAD", "Can't load")
  })
  expect_identical(outcome$code, "MODEL_LOAD")
  expect_match(outcome$message, "`notThere9` is not installed")
  expect_match(outcome$remedy, "r-cran-notthere9", fixed = TRUE)
})

test_that("a failing line of model.R is named", {
  code <- withr::local_tempfile(
    lines = c("predict_model <- function(model, x) {", "  stop('no')", "}")
  )
  own <- source_code(code)
  outcome <- guarded(run_model, loaded(NULL, own$predict_model), cars, list())
  expect_match(outcome$call, paste0(basename(code), ":2"), fixed = TRUE)
})
