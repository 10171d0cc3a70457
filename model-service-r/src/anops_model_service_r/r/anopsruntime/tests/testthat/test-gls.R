test_that("an ordered factor without its data is refused until it is written", {
  d <- data.frame(
    o = ordered(rep(c("lo", "mid", "hi"), 10), c("lo", "mid", "hi")),
    x = 1:30 / 3, y = 1:30 / 3 + sin(1:30)
  )
  rows <- withr::local_tempfile(fileext = ".csv")
  utils::write.csv(d[1:9, c("o", "x")], rows, row.names = FALSE)
  for (formula in list(y ~ o + x, y ~ o * x)) {
    model <- nlme::gls(formula, d)
    model$call$data <- quote(gone)
    found <- describe_source(saved(model), NULL, rows, NULL)
    notes <- unlist(found$notes)
    expect_match(notes, "write it into ao.toml, as in o = ", all = FALSE)
    expect_null(found$predictions)
    expect_match(
      problem(predict_rows(
        c(loaded(model), list(stated_levels = stated_levels(model))),
        transform(d[1:3, ], o = as.character(o)),
        list(interval = "none", se = FALSE)
      ))$remedy,
      "Write all levels of `o` into ao.toml", fixed = TRUE
    )
    expect_equal(
      predict_rows(
        c(loaded(model), list(stated_levels = stated_levels(model))), d[1:3, ],
        list(interval = "none", se = FALSE)
      )$prediction,
      as.vector(predict(model, d[1:3, ]))
    )
  }
})

test_that("without correlation the errors are those of a linear model", {
  loose <- nlme::gls(len ~ supp * log(dose), ToothGrowth)
  line <- lm(len ~ supp * log(dose), ToothGrowth)
  rows <- ToothGrowth[c(60, 1, 31), c("supp", "dose")]
  answer <- model_predict(
    loose, rows, list(interval = "confidence", level = 0.9, se = TRUE)
  )
  told <- predict(line, rows, se.fit = TRUE)
  bounds <- predict(line, rows, interval = "confidence", level = 0.9)
  expect_equal(answer$se, unname(told$se.fit))
  expect_equal(answer$lower, unname(bounds[, "lwr"]))
  one <- model_predict(
    loose, rows[1, ], list(interval = "none", level = 0.9, se = TRUE)
  )
  expect_equal(one$se, answer$se[1])
})
