forecaster <- function(text) {
  notes <- new.env()
  service <- new_service(
    "http://models.example.org",
    fetch = function(service, path, body, accept) {
      notes$path <- path
      notes$body <- body
      list(
        status = 200L, type = "application/json", headers = list(), text = text
      )
    }
  )
  list(service = service, notes = notes)
}

answer <- paste0(
  "{\"predictions\": [",
  "{\"time\": \"2026-10-25T00:00:00+02:00\", ",
  "\"prediction\": 0.30000000000000004},",
  "{\"time\": \"2026-10-25T02:00:00+01:00\", \"prediction\": null}],",
  " \"warnings\": []}"
)

test_that("what is asked is written as the service reads it", {
  at <- forecaster(answer)
  future <- data.frame(time = as.Date("2026-10-25"), x = c(0.1 + 0.2))
  forecast_from(at$service, h = 2, level = 90, regressors = future, seed = 7L)
  expect_identical(at$notes$path, "/forecast")
  expect_identical(
    jsonlite::fromJSON(at$notes$body, simplifyVector = FALSE),
    list(
      horizon = 2L, seed = 7L, level = list(90L),
      regressors = list(list(time = "2026-10-25", x = 0.1 + 0.2))
    )
  )
  forecast_from(at$service, end = as.Date("2026-12-01"), level = numeric())
  expect_identical(
    at$notes$body, "{\"end\":\"2026-12-01\",\"level\":[]}"
  )
})

test_that("times across a change of the clocks are instants", {
  found <- forecast_from(forecaster(answer)$service, h = 2)
  expect_identical(
    found$time,
    as.POSIXct(c("2026-10-24 22:00:00", "2026-10-25 01:00:00"), tz = "UTC")
  )
  expect_identical(found$prediction, c(0.1 + 0.2, NA))
})

test_that("it must be said how far to forecast, in one way", {
  at <- forecaster(answer)
  expect_error(forecast_from(at$service), class = "anops_error")
  expect_error(
    forecast_from(at$service, 1, "2026-01-01"),
    class = "anops_error"
  )
})

test_that("observations are sent with their times, and counted", {
  at <- forecaster(paste0(
    "{\"observations\": {\"new\": 1, \"same\": 0, ",
    "\"corrected\": 1, \"late\": 0}, \"warnings\": []}"
  ))
  seen <- data.frame(
    time = as.Date(c("1961-01-01", "1961-02-01")), value = c(417, NA)
  )
  counts <- observe_at(at$service, seen, corrections = TRUE)
  expect_identical(counts[["corrected"]], 1L)
  expect_identical(at$notes$path, "/observations?corrections=true")
  expect_identical(at$notes$body, paste0(
    "{\"data\":[{\"time\":\"1961-01-01\",\"value\":417},",
    "{\"time\":\"1961-02-01\",\"value\":null}]}"
  ))
})
