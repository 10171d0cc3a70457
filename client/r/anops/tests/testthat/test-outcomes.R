taken <- function(new = 0, changed = 0, same = 0, unknown = 0) {
  list(
    status = 200L, type = "application/json", headers = list(),
    text = sprintf(
      "{\"new\": %d, \"changed\": %d, \"same\": %d, \"unknown\": %d}",
      new, changed, same, unknown
    )
  )
}

listener <- function(answers) {
  notes <- new.env()
  notes$asked <- list()
  service <- new_service(
    "http://models.example.org",
    fetch = function(service, path, body, accept) {
      told <- jsonlite::fromJSON(body, simplifyVector = FALSE)
      notes$asked <- c(notes$asked, list(c(path = path, told)))
      answers[[length(notes$asked)]]
    }
  )
  list(service = service, notes = notes)
}

test_that("outcomes are told by request and row, those not known left out", {
  at <- listener(list(taken(new = 1, same = 1)))
  rows <- data.frame(
    request_id = "r1", row = 1:3, outcome = c(0.1 + 0.2, NA, 2)
  )
  counts <- send_outcomes(at$service, rows)
  expect_identical(counts[["new"]] + counts[["same"]], 2)
  asked <- at$notes$asked[[1]]
  expect_identical(asked$path, "/outcomes")
  expect_identical(
    asked$outcomes[[1]],
    list(outcome = 0.1 + 0.2, request_id = "r1", row = 1L)
  )
  expect_identical(asked$outcomes[[2]]$row, 3L)
})

test_that("outcomes are told by a key with the instant of their time", {
  at <- listener(list(taken(new = 1)))
  send_outcomes(
    at$service,
    data.frame(
      who = 17, shop = factor("north"), came = "yes",
      day = as.POSIXct("2026-07-01 10:00:00", "Europe/Berlin")
    ),
    outcome = "came", time = "day"
  )
  told <- at$notes$asked[[1]]$outcomes[[1]]
  expect_identical(told$outcome, "yes")
  expect_identical(told$key, list(who = 17L, shop = "north"))
  expect_identical(told$time, "2026-07-01T08:00:00Z")
})

test_that("many outcomes go in several requests, and are counted together", {
  at <- listener(list(taken(new = 2), taken(new = 1, unknown = 1)))
  rows <- data.frame(request_id = c("a", "b", "c"), outcome = 1:3)
  counts <- send_outcomes(at$service, rows, size = 2L)
  expect_identical(counts[["new"]], 3)
  expect_identical(counts[["unknown"]], 1)
  expect_length(at$notes$asked, 2)
})

test_that("what does not say of which prediction it is, is refused", {
  refused <- function(rows) {
    tryCatch(send_outcomes(NULL, rows), anops_error = identity)
  }
  expect_match(refused(1)$message, "must be a data frame")
  expect_match(refused(data.frame(request_id = "a"))$message, "no column")
  expect_match(
    refused(data.frame(outcome = 1, time = "2026-01-01"))$message,
    "does not say which predictions"
  )
})
