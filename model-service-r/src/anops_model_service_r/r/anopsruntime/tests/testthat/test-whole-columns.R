notes_of <- function(formula, data = mtcars, fit = lm) {
  file <- saved(fit(formula, data)) # nolint: object_usage_linter.
  unlist(describe_source(file, NULL, NULL, NULL)$notes)
}

test_that("terms that look at the whole column are told, with the remedy", {
  whole <- list(
    `mean(wt)` = mpg ~ I(wt - mean(wt)), `max(wt)` = mpg ~ I(wt / max(wt)),
    `scale(wt)` = mpg ~ I(scale(wt)^2), `cut(wt, 3)` = mpg ~ cut(wt, 3),
    `rank(wt)` = mpg ~ rank(wt), `ave(wt, cyl)` = mpg ~ ave(wt, cyl),
    `quantile(wt, 0.5)` = mpg ~ I(wt > quantile(wt, 0.5)),
    `cumsum(wt)` = mpg ~ log(cumsum(wt)), `diff(wt)` = mpg ~ c(0, diff(wt)),
    `poly(wt, 2)` = mpg ~ I(poly(wt, 2)[, 1]),
    `ecdf(wt)(wt)` = mpg ~ ecdf(wt)(wt)
  )
  for (term in names(whole)) {
    expect_match(
      notes_of(whole[[term]]),
      paste0("`", term, "` in the formula looks at the whole column"),
      fixed = TRUE, all = FALSE
    )
  }
  fit <- lm(mpg ~ I(wt - mean(wt)), mtcars)
  notes <- unlist(describe_source(saved(fit), NULL, NULL, NULL)$notes)
  expect_match(notes, "the number itself, 3.21725,", fixed = TRUE, all = FALSE)
})

test_that("terms of which R keeps what they need are safe", {
  safe <- list(
    mpg ~ scale(wt), mpg ~ poly(wt, 2), mpg ~ poly(wt, 2, raw = TRUE),
    mpg ~ splines::ns(wt, 3), mpg ~ poly(wt, hp, degree = 2), mpg ~ log(wt),
    mpg ~ cut(wt, c(0, 2, 3, 9)), mpg ~ factor(cyl) * wt, mpg ~ I(wt^2)
  )
  for (formula in safe) {
    expect_no_match(c("", notes_of(formula)), "whole column")
  }
  lmer <- function(formula, data) lme4::lmer(formula, data)
  notes <- notes_of(mpg ~ scale(wt) + (1 | cyl), fit = lmer)
  expect_no_match(c("", notes), "whole column")
})

test_that("the curve of nls() is looked at too", {
  fit <- nls(mpg ~ a + b * (wt - mean(wt)), mtcars, start = list(a = 1, b = 1))
  notes <- unlist(describe_source(saved(fit), NULL, NULL, NULL)$notes)
  expect_match(notes, "the number itself, 3.21725,", fixed = TRUE, all = FALSE)
  fit <- nls(mpg ~ a + b * log(wt), mtcars, start = list(a = 1, b = 1))
  notes <- unlist(describe_source(saved(fit), NULL, NULL, NULL)$notes)
  expect_no_match(c("", notes), "whole column")
})

test_that("what takes the place of a missing value may be of all rows", {
  d <- data.frame(x = c(1:8, NA, NA), y = (1:10)^2)
  told <- function(formula) {
    model <- lm(formula, d)
    environment(model$terms) <- globalenv()
    whole_column_notes(model, model_inputs(model), NULL)
  }
  mean_of <- told(y ~ ifelse(is.na(x), mean(x, na.rm = TRUE), x))
  expect_match(mean_of, "`mean(x, na.rm = TRUE)` in the formula", fixed = TRUE)
  replaced <- told(y ~ replace(x, is.na(x), median(x, na.rm = TRUE)))
  expect_match(replaced, "median(x, na.rm = TRUE)", fixed = TRUE)
  expect_length(told(y ~ ifelse(is.na(x), 4.5, x)), 0)
  expect_length(told(y ~ is.na(x) + replace(x, is.na(x), 0)), 0)
})
