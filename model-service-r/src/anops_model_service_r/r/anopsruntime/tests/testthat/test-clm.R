skip_if_not_installed("ordinal")

d <- transform(
  warpbreaks,
  y = ordered(cut(breaks, c(0, 20, 30, 100), c("lo", "mid", "hi")))
)
rows <- d[c(1, 20, 54), c("wool", "tension")]

test_that("a cumulative link model answers with classes, or probabilities", {
  m <- ordinal::clm(y ~ wool + tension, data = d)
  expect_equal(
    as.character(predict_rows(loaded(m), rows, list(type = "class"))[[1]]),
    as.character(predict(m, rows, type = "class")$fit)
  )
  shares <- predict_rows(loaded(m), rows, list(type = "probability"))
  expect_named(shares, c("lo", "mid", "hi"))
  expect_equal(unname(as.matrix(shares)), unname(predict(m, rows)$fit))
})

test_that("a response that the formula makes need not be there to predict", {
  named <- ordinal::clm(y ~ wool + tension, data = d)
  made <- ordinal::clm(
    cut(breaks, c(0, 20, 30, 100), ordered_result = TRUE) ~ wool + tension,
    data = d
  )
  told <- lapply(list(named, made), function(m) {
    unname(as.matrix(
      predict_rows(loaded(m), rows, list(type = "probability"))
    ))
  })
  expect_equal(told[[1]], told[[2]])
})

test_that("a row that misses a value has no class", {
  m <- ordinal::clm(y ~ wool + tension, data = d)
  rows$wool[2] <- NA
  told <- predict_rows(loaded(m), rows, list(type = "class"))$prediction
  expect_equal(is.na(told), c(FALSE, TRUE, FALSE))
})
