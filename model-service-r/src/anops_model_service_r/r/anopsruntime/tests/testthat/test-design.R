# Levels, their order and their coding, read from what a model keeps.
sample_rows <- function(n = 120) {
  withr::with_seed(4, {
    d <- data.frame(
      s = factor(
        sample(c("low", "mid", "high"), n, TRUE),
        levels = c("low", "mid", "high")
      ),
      hand = sample(c("L", "R"), n, TRUE), b = runif(n) > 0.5, x = runif(n),
      city = sample(c("New York", "San Jose", "low "), n, TRUE)
    )
    d$y <- as.integer(d$s)^2 + d$x + 2 * d$b + (d$hand == "R") + rnorm(n) / 9
    d$k <- factor(ifelse(d$y + rnorm(n) > 5, "yes", "no"))
    d
  })
}

# as in a session that has no data of that name
alone <- function(model) {
  environment(model$terms) <- globalenv()
  model
}

asked <- function(model, rows) {
  project <- loaded(model) # nolint: object_usage_linter.
  project$stated_levels <- stated_levels(model)
  predict_rows(project, rows)$prediction
}

test_that("an svm tells the levels of its first factor, in order", {
  skip_if_not_installed("e1071")
  d <- sample_rows()
  model <- e1071::svm(y ~ s + x, d)
  inputs <- model_inputs(model, NULL)
  expect_equal(inputs$s$levels, c("low", "mid", "high"))
  rows <- data.frame(x = 0.5, s = c("low", "mid", "high"))
  right <- predict(
    model, data.frame(x = 0.5, s = factor(rows$s, levels = rows$s))
  )
  expect_equal(asked(model, cast_rows(rows, inputs)), as.vector(right))
  expect_equal(
    asked(model, cast_rows(rows[3, ], inputs)), as.vector(right)[3]
  )
})

test_that("the one level without a column is any other value", {
  skip_if_not_installed("e1071")
  d <- sample_rows()
  model <- alone(e1071::svm(y ~ s + hand, d))
  inputs <- model_inputs(model, NULL)
  expect_null(inputs$hand$levels)
  right <- predict(model, d[1:6, ])
  one <- function(row) {
    asked(model, data.frame(
      s = factor(d$s[row], levels = inputs$s$levels), hand = factor(d$hand[row])
    ))
  }
  expect_equal(vapply(1:6, one, 0), as.vector(right))
  expect_match(
    open_note(inputs), "knows `R` and one more, for which any other value"
  )
})

test_that("example rows complete the levels", {
  skip_if_not_installed("e1071")
  d <- sample_rows()
  model <- alone(e1071::svm(y ~ s + hand, d))
  found <- learn_guessed(
    model_inputs(model, NULL), data.frame(hand = c("R", "L"))
  )
  expect_equal(found$hand$levels, c("L", "R"))
})

test_that("two unknown values where one level is unknown are refused", {
  skip_if_not_installed("e1071")
  d <- sample_rows()
  model <- alone(e1071::svm(y ~ s + hand, d))
  found <- problem(asked(model, data.frame(
    s = factor("low", levels = levels(d$s)), hand = factor(c("L", "M"))
  )))
  expect_match(found$message, "fitted with 2, `R` and one more")
})

test_that("levels that nothing names are refused, not guessed", {
  skip_if_not_installed("e1071")
  withr::local_options(contrasts = c("contr.sum", "contr.poly"))
  d <- sample_rows()
  model <- e1071::svm(y ~ s + city, d)
  project <- default_loaded(model)
  project$open <- "city"
  rows <- data.frame(
    s = factor("low", levels = levels(d$s)),
    city = factor(c("New York", "San Jose", "low "))
  )
  found <- problem(predict_rows(project, rows))
  expect_match(found$message, "keeps none of their names")
})

test_that("names that went through make.names() are read", {
  skip_if_not_installed("e1071")
  d <- sample_rows()
  names(d)[5] <- "a city"
  model <- e1071::svm(y ~ s * x + `a city`, d)
  design <- design_factors(model, model_terms(model))
  expect_equal(
    completed_levels(design[["`a city`"]], c("low ", "San Jose", "New York")),
    levels(factor(d[["a city"]]))
  )
  expect_equal(design$s$levels, c("low", "mid", "high"))
})

test_that("logicals of a design matrix are booleans", {
  skip_if_not_installed("kernlab")
  d <- sample_rows()
  model <- kernlab::ksvm(y ~ b + x, d)
  expect_equal(model_inputs(model, NULL)$b$type, "boolean")
  forest <- randomForest::randomForest(y ~ b + x, d, ntree = 3)
  expect_equal(model_inputs(forest)$b$type, "boolean")
  bayes <- e1071::naiveBayes(k ~ b + x, d)
  expect_equal(model_inputs(bayes, NULL)$b$type, "boolean")
})

test_that("codes with leading zeros are no numbers", {
  expect_null(numeric_levels(c("1", "007")))
  expect_equal(numeric_levels(c("4", "6")), c(4, 6))
})

for (contrasts in c("contr.treatment", "contr.sum", "contr.helmert")) {
  test_that(paste("the contrasts of the fit are restored:", contrasts), {
    skip_if_not_installed("earth")
    d <- sample_rows()
    fits <- list(
      earth = quote(earth::earth(y ~ s + b + x, data = d)),
      lda = quote(MASS::lda(k ~ s + b + x, d)),
      nnet = quote(nnet::nnet(
        y ~ s + b, d, size = 2, trace = FALSE, linout = TRUE
      ))
    )
    for (name in names(fits)) {
      withr::with_options(list(contrasts = c(contrasts, "contr.poly")), {
        model <- withr::with_seed(1, eval(fits[[name]]))
        rows <- d[c(1, 7, 20), ]
        right <- predict(model, rows)
      })
      if (name == "lda" && contrasts == "contr.helmert") next
      withr::with_options(list(contrasts = usual_contrasts), {
        restore_contrasts(model)
        inputs <- model_inputs(model, d)
        got <- predict(model, cast_rows(rows, inputs))
      })
      expect_equal(got, right, ignore_attr = TRUE, info = name)
    }
  })
}

test_that("a mixed model of glmmTMB tells its contrasts", {
  skip_if_not_installed("glmmTMB")
  d <- sample_rows()
  model <- withr::with_options(
    list(contrasts = c("contr.sum", "contr.poly")),
    glmmTMB::glmmTMB(y ~ s + b + x + (1 | k), data = d)
  )
  expect_equal(fitted_contrasts(model)[["unordered"]], "contr.sum")
  withr::local_options(contrasts = usual_contrasts)
  restore_contrasts(model)
  # one row and several, of which R's own predict() refuses those that have
  # other groups than the fit had
  for (rows in list(1, c(1, 7, 20))) {
    expect_equal(
      predict_rows(
        loaded(model), d[rows, ], list(random = TRUE, se = FALSE)
      )$prediction,
      unname(stats::fitted(model)[rows])
    )
  }
})

test_that("contrasts that a project's own code has set stay", {
  skip_if_not_installed("earth")
  d <- sample_rows()
  model <- earth::earth(y ~ s + x, data = d)
  own <- c("contr.helmert", "contr.poly")
  withr::local_options(contrasts = own)
  restore_contrasts(model)
  expect_equal(getOption("contrasts"), own)
})

test_that("a model that tells nothing of its contrasts has a note", {
  skip_if_not_installed("ipred")
  d <- sample_rows()
  expect_match(
    contrasts_note(ipred::slda(k ~ s + x, d)), "contr.treatment is taken"
  )
  expect_null(contrasts_note(lm(y ~ s + x, d)))
})

test_that("terms without the classes of their variables tell no order either", {
  skip_if_not_installed("quantreg")
  model <- quantreg::rqss(y ~ s + x, data = sample_rows())
  model$call$data <- quote(gone)
  inputs <- list(s = list(type = "category", levels = c("high", "low", "mid")))
  expect_match(contrasts_note(model, inputs), "write that of the fit in ao")
})

test_that("fitted values without the rows they belong to tell no contrasts", {
  skip_if_not_installed("earth")
  fit <- function() {
    d <- sample_rows()
    d$two <- factor(rep(c("u", "b"), length.out = nrow(d)))
    earth::earth(y ~ two + x, data = d)
  }
  model <- withr::with_options(
    list(contrasts = c("contr.helmert", "contr.poly")), fit()
  )
  # a fit of the top level is saved without its data
  environment(model$terms) <- globalenv()
  # sums and Helmert's contrasts of two levels have opposite signs
  expect_match(contrasts_note(model), "does not tell by which contrasts")
})
