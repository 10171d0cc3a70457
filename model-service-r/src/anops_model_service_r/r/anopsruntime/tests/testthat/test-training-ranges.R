test_that("numbers, dates and times have been seen from low to high", {
  day <- as.Date("2026-01-01")
  seen <- model_seen.default(NULL, data.frame(
    x = c(3, NA, -1, Inf), day = day + c(4, 0, NA, 2),
    time = as.POSIXct("2026-03-01 12:00", tz = "Europe/Berlin") + 0:3,
    level = factor(c("a", "b", "a", "b")), flag = c(TRUE, FALSE, NA, TRUE)
  ))
  inputs <- with_seen(
    list(
      x = list(type = "number"), day = list(type = "date"),
      time = list(type = "datetime"), level = list(type = "category")
    ),
    seen
  )
  expect_identical(inputs$x$seen, c(-1, 3))
  expect_identical(inputs$day$seen, c("2026-01-01", "2026-01-05"))
  expect_identical(
    inputs$time$seen, c("2026-03-01T11:00:00Z", "2026-03-01T11:00:03Z")
  )
  expect_named(seen, c("x", "day", "time"))
})

test_that("a number with certain allowed values has no range", {
  spec <- list(type = "number", values = c(4, 6, 8))
  expect_null(seen_text(spec, c(4, 8)))
})

test_that("a description tells the ranges of what a formula transforms", {
  fit <- lm(log(mpg) ~ poly(wt, 2) + log(hp) + factor(cyl), mtcars)
  inputs <- describe_source(saved(fit), NULL, NULL, NULL)$inputs
  expect_identical(inputs$wt$seen, range(mtcars$wt))
  expect_identical(inputs$hp$seen, range(mtcars$hp))
  expect_null(inputs$cyl$seen)
})

test_that("every row of the training is within, also of x behind log(x)", {
  set.seed(3)
  rows <- data.frame(x = exp(rnorm(200, 0, 3)), z = rnorm(200), u = 1:200 / 8)
  rows$y <- log(rows$x) + rows$z
  for (formula in list(
    y ~ log(x) + z, y ~ scale(log(x)) + I(z^3), y ~ log10(x) + exp(z),
    y ~ poly(z, 2) + I(x / 7), y ~ splines::ns(z, 3) + sqrt(x)
  )) {
    model <- lm(formula, rows)
    seen <- model_seen(model, recovered(model$model))
    for (name in intersect(names(seen), names(rows))) {
      expect_lte(seen[[!!name]][1], min(rows[[name]]))
      expect_gte(seen[[!!name]][2], max(rows[[name]]))
    }
  }
  model <- lm(y ~ log(u), rows)
  expect_identical(
    model_seen(model, recovered(model$model))$u, c(0.125, 25)
  )
})
