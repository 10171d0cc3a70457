test_that("texts go once, whatever their encoding, and missing ones as null", {
  latin <- "gr\xf6\xdfe"
  Encoding(latin) <- "latin1"
  expect_identical(
    json_values(c("b", NA, latin)), c("\"b\"", "null", "\"gr\u00f6\u00dfe\"")
  )
  expect_identical(json_values(factor(c("a", NA))), c("\"a\"", "null"))
})

test_that("times are written as ISO 8601 in UTC, fractions kept", {
  times <- .POSIXct(c(0.25, 1e9, NA), tz = "Asia/Tokyo")
  expect_identical(
    json_values(times),
    c("\"1970-01-01T00:00:00.25Z\"", "\"2001-09-09T01:46:40Z\"", "null")
  )
})

test_that("dates have years of four digits, and missing ones are null", {
  expect_identical(
    json_values(as.Date(c("0099-01-02", "2026-11-29", NA))),
    c("\"0099-01-02\"", "\"2026-11-29\"", "null")
  )
})

test_that("numbers, whole numbers and logicals keep what they are", {
  expect_identical(
    json_values(c(0.1, NaN, Inf)), c("0.10000000000000001", "null", "\"Inf\"")
  )
  expect_identical(json_values(c(1L, NA)), c("1", "null"))
  expect_identical(json_values(c(TRUE, NA, FALSE)), c("true", "null", "false"))
})
