data <- mtcars
data$scaled <- scale(data$wt)
data$pair <- cbind(near = data$hp, far = data$qsec)
data$bare <- cbind(data$hp, data$qsec)

as_served <- function(fit, ...) {
  file <- saved(fit) # nolint: object_usage_linter.
  loaded <- load_project(file, NULL)
  predict_rows(loaded, data.frame(..., check.names = FALSE))$prediction
}

test_that("a column that scale() made is a number in requests", {
  fits <- list(
    lm(mpg ~ scaled, data), lm(mpg ~ exp(scaled), data),
    loess(mpg ~ scaled, data), mgcv::gam(mpg ~ s(scaled, k = 4), data = data),
    rpart::rpart(mpg ~ scaled, data),
    nls(mpg ~ a + b * scaled, data, start = list(a = 1, b = 1)),
    lme4::lmer(mpg ~ scaled + (1 | cyl), data)
  )
  for (fit in fits) {
    described <- describe_source(saved(fit), NULL, NULL, NULL)
    expect_identical(described$inputs$scaled$type, "number")
    expect_false(is.null(described$rows))
    expect_equal(
      as_served(fit, scaled = c(-1, 0.5), cyl = factor(4)),
      as.vector(predict(
        fit, data.frame(scaled = I(matrix(c(-1, 0.5))), cyl = factor(4))
      )),
      ignore_attr = TRUE
    )
  }
  notes <- describe_source(saved(fits[[1]]), NULL, NULL, NULL)$notes
  expect_match(
    unlist(notes), "(x - 3.21725) / 0.9784574", fixed = TRUE, all = FALSE
  )
})

test_that("a matrix of several columns is served as several", {
  fit <- lm(mpg ~ pair, data)
  described <- describe_source(saved(fit), NULL, NULL, NULL)
  expect_named(described$inputs, c("pair.near", "pair.far"))
  expect_equal(
    as_served(fit, pair.near = c(100, 200), pair.far = c(16, 20)),
    as.vector(cbind(1, c(100, 200), c(16, 20)) %*% coef(fit))
  )
  bare <- describe_source(saved(lm(mpg ~ bare, data)), NULL, NULL, NULL)
  expect_named(bare$inputs, c("bare.1", "bare.2"))
  expect_match(unlist(bare$notes), "matrix of 2 columns", all = FALSE)
})
