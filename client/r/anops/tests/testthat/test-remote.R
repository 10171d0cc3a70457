# A service of which each answer is told beforehand; it notes what it is asked.
scripted <- function(answers, wait_seconds = 30) {
  notes <- new.env()
  notes$asked <- character()
  notes$slept <- numeric()
  service <- new_service(
    "http://models.example.org/", NULL, wait_seconds,
    fetch = function(service, path, body, accept) {
      notes$asked <- c(notes$asked, paste(path, body))
      answer <- answers[[length(notes$asked)]]
      if (is.function(answer)) answer() else answer
    },
    sleep = function(seconds) notes$slept <- c(notes$slept, seconds)
  )
  list(service = service, notes = notes)
}

answers <- function(text, status = 200L, type = "application/json",
                    headers = list()) {
  list(status = status, type = type, text = text, headers = headers)
}

busy <- function(after = NULL) {
  text <- paste0(
    "{\"code\": \"QUEUE_FULL\", \"detail\": \"Can't predict now: ",
    "8 requests wait.\", \"errors\": [], \"request_id\": \"r1\"}"
  )
  answers(text, 429L, "application/problem+json", list(`retry-after` = after))
}

model_of <- function(version = "1", independent = "true") {
  answers(paste0(
    "{\"name\": \"cars\", \"version\": \"", version, "\", \"schema\": {",
    "\"inputs\": {\"x\": {\"type\": \"number\"}}, \"outputs\": {",
    "\"prediction\": {\"type\": \"number\"}}, \"options\": {}}, ",
    "\"row_independent\": ", independent, "}"
  ))
}

predicted <- function(values, version = "1", warnings = "") {
  answers(paste0(
    "{\"predictions\": [",
    paste0("{\"prediction\": ", values, "}", collapse = ","),
    "], \"warnings\": [", warnings, "], \"model\": {\"name\": \"cars\", ",
    "\"version\": \"", version, "\"}}"
  ))
}

problem_of <- function(expr) {
  tryCatch(expr, anops_error = identity)
}

test_that("a busy service is asked again after the time it names", {
  it <- scripted(list(model_of(), busy("3"), busy("2"), predicted(7)))
  model <- served_model(it$service)
  expect_identical(predict(model, data.frame(x = 1))$prediction, 7)
  expect_identical(it$notes$slept, c(3, 2))
})

lost <- function() raise_remote("UNREACHABLE", "It went away.", lost = TRUE)

test_that("a service that is not there, or goes away, is asked again", {
  it <- scripted(list(lost, model_of(), lost, lost, predicted(7)))
  model <- served_model(it$service)
  expect_identical(predict(model, data.frame(x = 1))$prediction, 7)
  expect_identical(it$notes$slept, c(0.5, 0.5, 1))
  it <- scripted(rep(list(lost), 9))
  expect_error(served_model(it$service), "It went away", class = "anops_error")
  expect_identical(it$notes$slept, c(0.5, 1, 2, 4))
})

test_that("what the service is told is not sent twice", {
  it <- scripted(list(lost))
  expect_error(ask_service(it$service, "/observations", "{}"), "It went away")
})

test_that("what would fail again is not sent again", {
  died <- answers(
    "{\"code\": \"WORKER_DIED\", \"detail\": \"It died.\", \"errors\": []}",
    503L, "application/problem+json"
  )
  it <- scripted(list(model_of(), died))
  model <- served_model(it$service)
  expect_error(predict(model, data.frame(x = 1)), "It died")
  expect_identical(it$notes$slept, numeric())
})

test_that("a busy service that names no time is asked more and more seldom", {
  it <- scripted(list(busy(), busy(), busy(), model_of()))
  served_model(it$service)
  expect_identical(it$notes$slept, c(0.5, 1, 2))
})

test_that("a date in Retry-After is a time to wait", {
  soon <- format(Sys.time() + 100, "%a, %d %b %Y %H:%M:%S GMT", tz = "UTC")
  seconds <- retry_after(busy(soon))
  expect_gt(seconds, 90)
  expect_lte(seconds, 100)
})

test_that("a service is not waited for longer than is allowed", {
  it <- scripted(list(busy("6"), busy("6")), wait_seconds = 10)
  problem <- problem_of(served_model(it$service))
  expect_identical(it$notes$slept, 6)
  expect_identical(problem$code, "QUEUE_FULL")
  expect_identical(problem$request_id, "r1")
})

test_that("a refusal that waiting does not fix is told at once", {
  refusal <- busy("1")
  refusal$status <- 422L
  it <- scripted(list(refusal))
  expect_identical(problem_of(served_model(it$service))$status, 422L)
  expect_length(it$notes$slept, 0)
})

test_that("an answer of something else than a service of AnOps is told", {
  page <- answers("<html>Login</html>", 200L, "text/html")
  it <- scripted(list(page))
  problem <- problem_of(served_model(it$service))
  expect_identical(problem$code, "NOT_ANOPS")
  expect_snapshot(cat(conditionMessage(problem)))
})

test_that("a refusal reads as in every other client", {
  refusal <- answers(
    paste0(
      "{\"code\": \"COLUMN_TYPE\", \"status\": 422, \"detail\": \"Can't ",
      "predict with model `cars`: column `hp` must be a number, not text; ",
      "row 3 is \\\"potato\\\".\", \"errors\": [",
      "{\"code\": \"COLUMN_TYPE\", \"column\": \"hp\", \"row\": 3, ",
      "\"message\": \"column `hp` must be a number, not text; ",
      "row 3 is \\\"potato\\\"\", \"expected\": \"a number\"},",
      "{\"code\": \"COLUMN_TYPE\", \"column\": \"hp\", \"row\": 5, ",
      "\"message\": \"column `hp` must be a number, not text; ",
      "row 5 is \\\"leek\\\"\", \"expected\": \"a number\"}],",
      "\"more\": 2, \"remedy\": \"Convert `hp` to numbers before sending ",
      "it.\", \"request_id\": \"r2\"}"
    ), 422L, "application/problem+json"
  )
  problem <- problem_of(refuse_response("http://x", refusal,
    read_problem(refusal),
    before = 0
  ))
  expect_s3_class(problem, c("anops_remote_error", "anops_error"))
  expect_snapshot({
    cat(conditionMessage(problem))
    problem$errors
  })
  later <- problem_of(refuse_response("http://x", refusal,
    read_problem(refusal),
    before = 1000
  ))
  expect_match(
    conditionMessage(later),
    "row 3 is \"potato\". (Row 1 here is row 1001 of your data.)",
    fixed = TRUE
  )
  expect_identical(later$errors$row, c(1003L, 1005L))
})

test_that("a model that was replaced since is asked by its own columns", {
  fresh <- model_of("2")
  fresh$text <- gsub("\"x\"", "\"y\"", fresh$text, fixed = TRUE)
  it <- scripted(list(
    model_of("1"), predicted(1, "2"), fresh, predicted(2, "2")
  ))
  model <- served_model(it$service)
  expect_identical(predict(model, data.frame(x = 1, y = 5))$prediction, 2)
  expect_match(it$notes$asked[4], "{\"y\":[5]}", fixed = TRUE)
})

test_that("predictions of two versions are not put together", {
  rows <- data.frame(x = seq_len(rows_per_request + 1))
  it <- scripted(list(
    model_of(), predicted(seq_len(rows_per_request)), predicted(1, "2")
  ))
  problem <- problem_of(predict(served_model(it$service), rows))
  expect_match(conditionMessage(problem), "went from version 1 to 2")
})

test_that("rows of a model that looks at all of them are sent together", {
  size <- rows_per_request + 1L
  it <- scripted(list(
    model_of(independent = "false"), predicted(seq_len(size))
  ))
  rows <- data.frame(x = seq_len(size))
  expect_identical(nrow(predict(served_model(it$service), rows)), size)
})

test_that("options are written as the service reads them", {
  specs <- list(quantiles = list(type = "number", list = TRUE))
  expect_identical(
    options_json(
      list(quantiles = 0.1, interval = "none", se = TRUE, n = 2L, gone = NULL),
      specs
    ),
    paste0(
      "{\"quantiles\":[0.10000000000000001],\"interval\":\"none\",",
      "\"se\":true,\"n\":2}"
    )
  )
})

test_that("what can't be sent is told before it is", {
  it <- scripted(list(model_of()))
  model <- served_model(it$service)
  expect_snapshot(error = TRUE, {
    predict(model)
    predict(model, Sys.Date())
    predict(model, data.frame(x = 1), "prediction")
    predict(model, data.frame(x = 1), f = mean)
    predict(model, data.frame(x = I(matrix(1:4, 2))))
    predict(model, data.frame(x = 1i))
    predict_remote("", data.frame(x = 1))
  })
})

test_that("an address is understood as people write it", {
  for (url in c("host:1", "http://host:1/", "http://host:1/predict")) {
    expect_identical(service_url(url), "http://host:1")
  }
})

test_that("classes that the schema does not list are a factor in its order", {
  outputs <- list(b = list(type = "number"), a = list(type = "number"))
  expect_identical(
    restored_column(c("a", NA), NULL, outputs), factor(c("a", NA), c("b", "a"))
  )
  expect_identical(restored_column(c("z", NA), NULL, outputs), c("z", NA))
})

test_that("numbers beyond R's integers stay numbers", {
  expect_identical(whole(c(1, NA)), c(1L, NA))
  expect_identical(whole(c(2^31, NA)), c(2^31, NA))
})

test_that("broken-down times are sent as the times they are", {
  at <- as.POSIXct("2024-03-31 03:30:00", tz = "Europe/Berlin")
  expect_identical(json_values(as.POSIXlt(at)), json_values(at))
  expect_identical(json_values(as.POSIXlt(at)), "\"2024-03-31T01:30:00Z\"")
})

test_that("a moment is the same instant whatever holds it", {
  at <- as.POSIXct("2026-01-01 10:00:00", tz = "Europe/Berlin")
  same <- list(
    at, as.POSIXlt(at), structure(at, tzone = "America/New_York"),
    structure(at, tzone = NULL), as.POSIXct("2026-01-01 09:00:00", tz = "UTC"),
    .POSIXct(as.integer(at), "UTC")
  )
  for (moment in same) {
    expect_identical(
      column_json(moment, "t", "datetime"), "[\"2026-01-01T09:00:00Z\"]"
    )
  }
})

test_that("midnight where it is begins the day of a date column", {
  at <- as.POSIXct(c("2026-01-01", NA), tz = "Europe/Berlin")
  for (moment in list(at, as.POSIXlt(at))) {
    expect_identical(
      column_json(moment, "day", "date"), "[\"2026-01-01\",null]"
    )
  }
  expect_identical(
    column_json(at + 3600, "day", "date"), "[\"2026-01-01T00:00:00Z\",null]"
  )
  expect_identical(column_json(at[0], "day", "date"), "[]")
})

test_that("a model is asked by its name and version", {
  expect_identical(model_path(), "")
  expect_identical(model_path("cars"), "/models/cars")
  expect_identical(model_path("cars", "1.0"), "/models/cars/versions/1.0")
  expect_identical(
    model_path("Gr\u00f6\u00dfe 1/2"), "/models/Gr%C3%B6%C3%9Fe%201%2F2"
  )
  problem <- problem_of(remote_model("http://127.0.0.1:1", version = "1"))
  expect_identical(problem$code, "MODEL_NOT_FOUND")
  expect_match(conditionMessage(problem), "Give `model` too")
})

test_that("a key goes as a header, and nothing where there is none", {
  expect_identical(key_header("ao_x"), c(Authorization = "Bearer ao_x"))
  expect_null(key_header(""))
  expect_null(key_header(NULL))
  refused <- problem_of(key_header("ao x"))
  expect_identical(refused$code, "UNAUTHENTICATED")
  expect_match(conditionMessage(refused), "one text without blanks")
})

test_that("a service that needs a key says so in its own words", {
  told <- paste0(
    "{\"code\": \"UNAUTHENTICATED\", \"detail\": \"The request has no key ",
    "and no token.\", \"errors\": [], \"request_id\": \"r1\"}"
  )
  it <- scripted(list(answers(told, 401L, "application/problem+json")))
  refused <- problem_of(served_model(it$service))
  expect_identical(refused$code, "UNAUTHENTICATED")
  expect_match(conditionMessage(refused), "has no key and no token")
  expect_identical(it$notes$slept, numeric())
})

test_that("a service of this computer sends no compressed answers", {
  for (url in c("http://127.0.0.1:80", "http://localhost", "http://[::1]:9")) {
    expect_identical(options_here(url)$accept_encoding, "identity")
  }
  expect_null(options_here("http://models.example.org"))
})

test_that("what several requests are warned of is told once, with all rows", {
  outside <- function(count, ...) {
    paste0(
      "{\"message\": \"Column `x`: row ", ..1, " is 9, this is ",
      "extrapolation.\", \"call\": null, \"column\": \"x\", \"rows\": [",
      paste(c(...), collapse = ","), "], \"kind\": \"extrapolation\", ",
      "\"count\": ", count, "}"
    )
  }
  ignored <- paste0(
    "{\"message\": \"Column `z` was ignored.\", \"call\": null, ",
    "\"column\": \"z\", \"rows\": [], \"kind\": \"ignored\", \"count\": 0}"
  )
  it <- scripted(list(
    model_of(), predicted(rep(1, 20000), warnings = ignored),
    predicted(
      rep(1, 20000), warnings = paste0(outside(1200, 1, 3, 4), ",", ignored)
    ),
    predicted(c(1, 1), warnings = paste0(outside(1, 2), ",", ignored))
  ))
  model <- served_model(it$service)
  told <- list()
  withCallingHandlers(
    predict(model, data.frame(x = seq_len(40002))),
    anops_warning = function(w) {
      told <<- c(told, list(w))
      invokeRestart("muffleWarning")
    }
  )
  expect_identical(vapply(told, conditionMessage, ""), c(
    "Column `z` was ignored.",
    paste(
      "Column `x`: row 1 is 9, this is extrapolation. (Row 1 here is row 20001",
      "of your data.) In all of your data it is so in 1,201 rows: 20001,",
      "20003, 20004, 40002, ..."
    )
  ))
  expect_identical(told[[2]]$rows, c(20001L, 20003L, 20004L, 40002L))
})

test_that("rows are named whatever a level is called", {
  told <- list(
    message = "Column `x` had a new level, taken as `row 5` in 2 rows.",
    column = "x", rows = list(3, 8), kind = "novel"
  )
  expect_warning(warn_remote(told, before = 0), "(rows 3, 8)", fixed = TRUE)
})

test_that("answers to no request at all have nothing to warn of", {
  expect_silent(warn_of_all(list()))
})
