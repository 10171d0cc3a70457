# Levels that a fit has numbered, or that are no names: none is taken for a
# number in silence.

described <- function(model) {
  file <- withr::local_tempfile(fileext = ".rds")
  saveRDS(model, file)
  describe_source(file, NULL, NULL, NULL)
}

# rows like those of the fit, whose data are not there any more
own <- data.frame(
  x = 1:60 / 7, y = sin(1:60) + rep(1:3, 20),
  size = factor(rep(c("8", "4", "6"), 20), levels = c("8", "4", "6"))
)

test_that("an ordered column of a forest is no number, a text is refused", {
  skip_if_not_installed("randomForest")
  own$level <- factor(own$size, ordered = TRUE)
  own$text <- as.character(own$size)
  set.seed(1)
  forest <- randomForest::randomForest(y ~ x + level, own, ntree = 20)
  found <- described(forest)
  expect_identical(
    vapply(found$inputs, `[[`, "", "type"), c(x = "number", level = "category")
  )
  expect_true(found$inputs$level$ordered)
  expect_identical(found$unsure, "level")
  expect_match(unlist(found$notes), "levels of `level`", all = FALSE)
  # with the levels of the fit, which ao.toml then says, a row alone is right
  answer <- predict_rows(loaded(forest), own[2, c("x", "level")])
  expect_equal(answer$prediction, unname(predict(forest, own)[2]))
  frame <- own[c("x", "level", "size")]
  forest <- randomForest::randomForest(frame, own$y, ntree = 20)
  expect_identical(
    vapply(model_inputs(forest)[-1], `[[`, NA, "ordered"),
    c(level = TRUE, size = FALSE)
  )
  expect_equal(
    predict_rows(loaded(forest), frame[2, ])$prediction,
    unname(predict(forest, frame)[2])
  )
  texts <- randomForest::randomForest(y ~ x + text, own, ntree = 5)
  expect_match(problem(described(texts))$message, "`text` is text")
})

test_that("the numbers of a factor's levels are told", {
  fit <- lm(y ~ x + as.integer(size), own)
  fit$call$data <- quote(gone)
  found <- described(fit)
  expect_identical(found$unsure, "size")
  expect_match(unlist(found$notes), "numbers of its levels", all = FALSE)
  # numbers that are no count of levels are themselves
  own$k <- rep(c(4, 6, 8), 20)
  fit <- lm(y ~ x + as.integer(k), own)
  fit$call$data <- quote(gone)
  expect_length(described(fit)$unsure, 0)
})

test_that("the unit in which a length of time is sent is told", {
  own$wait <- as.difftime(own$x, units = "days")
  fit <- lm(y ~ as.numeric(wait, units = "hours") + log(x), own)
  fit$call$data <- quote(gone)
  notes <- unlist(described(fit)$notes)
  expect_match(notes, "`wait` .* as a number of hours", all = FALSE)
  answer <- predict_rows(loaded(fit), data.frame(wait = 24, x = 1))
  asked <- data.frame(wait = as.difftime(1, units = "days"), x = 1)
  expect_equal(answer$prediction, unname(predict(fit, asked)))
})

test_that("the level of missing values is no name, and is answered", {
  own$size[c(3, 9, 12, 31)] <- NA
  own$size <- addNA(own$size)
  fit <- lm(y ~ x + size, own)
  found <- described(fit)
  expect_identical(found$inputs$size$levels, c("8", "4", "6"))
  expect_null(found$inputs$size$missing)
  row <- data.frame(x = 2, size = factor(NA, levels = c("8", "4", "6")))
  answer <- predict_rows(loaded(fit), row)
  expect_equal(
    answer$prediction,
    unname(predict(fit, data.frame(x = 2, size = addNA(factor(NA)))))
  )
})

test_that("a family that leaves out what is missing knows that level, too", {
  skip_if_not_installed("mgcv")
  own$size[c(3, 9, 12, 31)] <- NA
  own$size <- addNA(own$size)
  fit <- mgcv::gam(y ~ s(x, k = 4) + size, data = own)
  file <- withr::local_tempfile(fileext = ".rds")
  saveRDS(fit, file)
  found <- load_project(file, NULL)
  row <- data.frame(x = own$x[3], size = factor(NA, levels = c("8", "4", "6")))
  expect_equal(predict_rows(found, row)$prediction, unname(fitted(fit)[3]))
})

test_that("an ordered column of gbm is no number", {
  skip_if_not_installed("gbm")
  own$level <- factor(own$size, ordered = TRUE)
  set.seed(1)
  fit <- gbm::gbm(
    y ~ x + level, data = own, distribution = "gaussian", n.trees = 20
  )
  fit$call$data <- quote(gone)
  inputs <- model_inputs(fit)
  expect_identical(inputs$level, list(
    type = "category", levels = c("8", "4", "6"), ordered = TRUE
  ))
  expect_named(model_seen(fit), "x")
  expect_equal(
    predict_rows(loaded(fit), own[2, c("x", "level")])$prediction,
    predict(fit, own, n.trees = 20)[2]
  )
})

test_that("contrasts of a package that is not attached are found", {
  skip_if_not_installed("MASS")
  library("MASS")
  fit <- lm(y ~ x + size, own, contrasts = list(size = "contr.sdif"))
  detach("package:MASS")
  withr::defer(if ("package:MASS" %in% search()) detach("package:MASS"))
  expect_true("MASS" %in% attach_functions(fit))
  expect_equal(
    predict_rows(loaded(fit), own[2:4, c("x", "size")])$prediction,
    unname(fitted(fit)[2:4])
  )
})

test_that("linear predictors that a fit keeps are no reason to doubt it", {
  skip_if_not_installed("mgcv")
  own$count <- rep(c(0, 0, 3, 1, 5, 0), 10)
  fit <- mgcv::gam(count ~ s(x, k = 4), family = mgcv::ziP(), data = own)
  expect_null(described(fit)$own_fit)
})

test_that("an offset of the whole column is not said to be left out", {
  own$n <- 1:60 + 5
  fit <- glm(round(abs(y)) ~ x + offset(log(n / mean(n))), poisson, own)
  notes <- unlist(described(fit)$notes)
  expect_match(notes, "looks at the whole column", all = FALSE)
  expect_no_match(notes, "leaves out the offset")
})
