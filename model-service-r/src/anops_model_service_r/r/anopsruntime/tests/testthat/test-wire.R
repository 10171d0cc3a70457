test_that("texts travel as codes, missing ones as NA", {
  wire <- wire_column(c("b", NA, "a", "b"))
  expect_identical(wire$values, c(1L, NA, 2L, 1L))
  expect_identical(wire$levels, c("b", "a"))
})

test_that("times become ISO 8601 in UTC, fractions kept", {
  times <- .POSIXct(c(0.25, 1e9, NA), tz = "Asia/Tokyo")
  wire <- wire_column(times)
  expect_identical(
    wire$levels, c("1970-01-01T00:00:00.25Z", "2001-09-09T01:46:40Z")
  )
})

test_that("text in another encoding becomes UTF-8", {
  latin <- "gr\xf6\xdfe"
  Encoding(latin) <- "latin1"
  expect_identical(wire_column(latin)$levels, "größe")
})

test_that("a frame is one flat list, levels last", {
  frame <- data.frame(n = c(1.5, 2), f = factor(c("a", "b")), i = 1:2)
  expect_identical(
    as_wire(frame),
    list(
      c("2", "n", "f", "i", "number", "category", "integer"),
      c(1.5, 2), 1:2, 1:2, c("a", "b")
    )
  )
  expect_identical(as_wire(frame[0, 0]), list("0"))
  many <- as_frame(list(numeric(1e5)), "x", 1e5L)
  expect_identical(as_wire(many)[[1]][1], "100000")
})
