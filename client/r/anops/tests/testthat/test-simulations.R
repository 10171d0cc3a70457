test_that("sets of parameters are written with every digit", {
  file <- tempfile(fileext = ".csv")
  sets <- data.frame(
    rate = c(0.1 + 0.2, 1e-300), n = c(1L, 2147483647L),
    law = factor(c("gauss", "a,\"b\"")), flag = c(TRUE, FALSE)
  )
  anops:::write_sets(sets, file)
  read <- utils::read.csv(file, colClasses = "character")
  expect_identical(as.numeric(read$rate), sets$rate)
  expect_identical(as.integer(read$n), sets$n)
  expect_identical(read$law, as.character(sets$law))
  expect_identical(read$flag, c("TRUE", "FALSE"))
})

test_that("what is no set of parameters is refused by column and row", {
  refused <- function(...) {
    tryCatch(
      anops:::write_sets(data.frame(...), tempfile()),
      anops_error = conditionMessage
    )
  }
  expect_match(refused(a = c(1, NA)), "Column `a` .* in row 2, not NA")
  expect_match(refused(a = 1, b = c(2, Inf)), "Column `b` .* row 2, not Inf")
  expect_match(refused(a = c("1", "2")), "`a` .* holds numbers as texts")
  said <- refused(a = c("true", "FALSE"))
  expect_match(said, "`a` .* logical values as texts")
  expect_match(refused(a = numeric()), "at least one row")
})

test_that("columns become again what they were", {
  told <- anops:::as_told
  expect_identical(told(c("0x1.999999999999ap-4", NA), "double"), c(0.1, NA))
  expect_identical(told(c("3", NA), "int64"), c(3L, NA))
  expect_identical(told("9007199254740991", "int64"), 9007199254740991)
  large <- "9007199254740993"
  expect_identical(told(large, "int64"), large)
  expect_identical(told("2026-11-30", "date32[day]"), as.Date("2026-11-30"))
  expect_identical(told(c("TRUE", "FALSE", NA), "bool"), c(TRUE, FALSE, NA))
  moment <- told("2026-01-31T12:00:00.250+00:00", "timestamp[ms, tz=UTC]")
  expect_equal(as.double(moment), 1769860800.25)
})

test_that("a function must be named", {
  expect_error(sim_submit("simulate"), class = "anops_error")
  expect_error(sim_gather("sir"), class = "anops_error")
})

test_that("a calibration becomes data frames", {
  estimate <- function(name, value, low, high) {
    list(parameter = name, estimate = value, low = low, high = high)
  }
  told <- list(
    estimates = list(
      estimate("a", 1.5, 1, 2), estimate("kind", "line", NULL, NULL)
    ),
    correlation = list(parameters = list("a"), values = list(list(1))),
    fit = list(y = list(
      keys = list("1", "2"), observed = list(1, 2), simulated = list(3, 4)
    )),
    notes = list()
  )
  found <- anops:::as_calibration(told)
  expect_identical(found$estimates$parameter, c("a", "kind"))
  expect_identical(found$estimates$low, c(1, NA))
  expect_identical(dimnames(found$correlation), list("a", "a"))
  expect_identical(found$fit$y$simulated, c(3, 4))
  expect_identical(found$notes, character())
})

test_that("the facts of experiments become a data frame", {
  facts <- list(
    list(
      name = "a", running = TRUE, done = 3, waiting = 7, failed = 1,
      failures = list(list(message = "no disk")),
      progress = list(per_second = 2.5, seconds_left = NULL)
    ),
    list(
      name = "b", running = FALSE, done = 2, waiting = 0, failed = 0,
      failures = list(), progress = list(per_second = 9, seconds_left = 1)
    )
  )
  found <- anops:::as_status(facts)
  expect_identical(found$name, c("a", "b"))
  expect_identical(found$running, c(TRUE, FALSE))
  expect_identical(found$done, c(3L, 2L))
  expect_identical(found$message, c("no disk", NA))
  expect_identical(found$per_second, c(2.5, NA))
  expect_identical(found$seconds_left, c(NA_real_, NA_real_))
  expect_identical(nrow(anops:::as_status(list())), 0L)
})
