skip_if_not_installed("gbm")

gbm_data <- function() {
  withr::local_seed(1)
  d <- data.frame(x = stats::rnorm(200), w = stats::runif(200, 1, 3))
  d$y <- stats::rnorm(200) + d$x
  d$n <- stats::rpois(200, d$w)
  d
}

code_answer <- function(model, rows, ...) {
  code <- paste("function(model, newdata, ...) {", model_code(model, NULL), "}")
  unname(eval(str2lang(code))(model, rows, ...))
}

test_that("gbm takes as many trees as its predict() does of itself", {
  d <- gbm_data()
  fit <- function(...) {
    withr::local_seed(1)
    gbm::gbm(
      y ~ x + w, data = d, distribution = "gaussian", n.trees = 80,
      shrinkage = 0.3, n.cores = 1, ...
    )
  }
  rows <- d[1:3, ]
  for (model in list(fit(), fit(cv.folds = 2), fit(train.fraction = 0.5))) {
    own <- suppressMessages(predict(model, rows))
    expect_equal(predict_rows(loaded(model), rows)$prediction, unname(own))
    expect_equal(code_answer(model, rows), unname(own))
    expect_no_message(code_answer(model, rows))
  }
  expect_match(model_notes(model), "of the 80 trees")
  expect_null(model_notes(fit()))
})

test_that("an offset that predict() of gbm leaves out is told", {
  model <- gbm::gbm(
    n ~ x + offset(log(w)), data = gbm_data(), distribution = "poisson",
    n.trees = 20
  )
  told <- offset_note(loaded(model), model_inputs(model), list(type = "link"))
  expect_match(told, "leaves out the offset `log\\(w\\)`")
})
