test_that("what takes too long is left", {
  expect_identical(in_time(1 + 1, 5), 2)
  expect_identical(in_time(repeat NULL, 0.2, "left"), "left")
  # a model that catches every error
  swallowing <- function() {
    while (!late()) try(repeat NULL, silent = TRUE)
    "left"
  }
  expect_identical(in_time(swallowing(), 0.2), "left")
  expect_false(late())
  expect_error(in_time(stop("no"), 5), "no")
})

test_that("a limit inside another one never outlasts it", {
  seconds <- system.time(in_time(in_time(repeat NULL, 60), 0.2))[["elapsed"]]
  expect_lt(seconds, 30)
})

test_that("of thousands of columns those that fail are found in few trials", {
  members <- sprintf("w%04d", 1:4000)
  trials <- 0L
  one_of <- function(bad) {
    trials <<- 0L
    function(names) {
      trials <<- trials + 1L
      any(names %in% bad)
    }
  }
  alike <- rep("number", 4000)
  expect_identical(failing(members, alike, one_of(members)), members)
  expect_lt(trials, 20)
  few <- members[c(7, 1999, 4000)]
  expect_identical(failing(members, alike, one_of(few)), few)
  expect_lt(trials, 100)
  kinds <- rep(c("number", "category"), 2000)
  odd <- members[kinds == "category"]
  expect_identical(failing(members, kinds, one_of(odd)), odd)
})

test_that("poly() of two columns predicts a single row", {
  data <- transform(mtcars, hp = hp / 100)
  fit <- lm(mpg ~ poly(wt, hp, degree = 2), data)
  loaded <- load_project(saved(fit), NULL)
  expect_equal(
    predict_rows(loaded, data[3, c("wt", "hp")])$prediction,
    unname(fitted(fit)[3])
  )
})
