# Models that answer at the times of a request.

test_that("prodlim() answers each row with the survival of its group", {
  skip_if_not_installed("prodlim")
  withr::local_package("prodlim")
  lung <- survival::lung
  fit <- prodlim(Hist(time, status == 2) ~ sex, data = lung)
  curve <- summary(
    survival::survfit(survival::Surv(time, status) ~ sex, lung),
    times = c(100, 300)
  )
  rows <- data.frame(sex = c(2, 1, NA, 2))
  told <- predict_rows(loaded(fit), rows, list(times = c(100, 300)))
  expect_named(told, c("t100", "t300"))
  expect_equal(told$t100, curve$surv[c(3, 1, NA, 3)])
  expect_equal(told$t300, curve$surv[c(4, 2, NA, 4)])
  expect_equal(
    plain_code(fit)(fit, rows, times = c(100, 300)), told, ignore_attr = TRUE
  )
})

test_that("hazards of timereg take factors by the levels of the fit", {
  skip_if_not_installed("timereg")
  veteran <- transform(
    survival::veteran, celltype = factor(celltype, rev(levels(celltype)))
  )
  withr::local_package("survival")
  withr::local_package("timereg")
  fit <- aalen(
    Surv(time, status) ~ const(celltype) + const(karno), veteran, n.sim = 0
  )
  expect_identical(model_inputs(fit)$celltype$type, "category")
  rows <- veteran[c(1, 40, 90), c("celltype", "karno")]
  right <- timereg::predict.timereg(
    fit, rows, times = c(30, 90), se = 0, uniform = 0
  )$S0
  # as a request gives them: levels in another order
  rows$celltype <- factor(as.character(rows$celltype))
  asked <- list(times = c(90, 30))
  told <- predict_rows(loaded(fit), rows, asked)
  expect_equal(unname(as.matrix(told)), right[, 2:1])
  expect_equal(predict_rows(loaded(fit), rows[2, ], asked)$t30, right[2, 1])
  expect_type(plain_code(fit), "closure")
})
