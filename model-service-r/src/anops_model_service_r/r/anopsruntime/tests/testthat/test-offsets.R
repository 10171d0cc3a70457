counts <- transform(mtcars, share = carb / 10)

test_that("an offset that predict() leaves out is told with the remedy", {
  left_out <- list(
    mgcv::gam(carb ~ s(wt, k = 4), poisson, counts, offset = log(disp)),
    mgcv::bam(carb ~ s(wt, k = 4), poisson, counts, offset = log(disp)),
    suppressMessages(lme4::glmer(
      carb ~ wt + (1 | cyl), counts, poisson, offset = log(disp)
    )),
    suppressMessages(lme4::lmer(
      mpg ~ wt + (1 | cyl), counts, offset = log(disp)
    ))
  )
  for (fit in left_out) {
    described <- describe_source(saved(fit), NULL, NULL, NULL)
    expect_match(
      c(unlist(described$notes), described$own_fit),
      "offset(log(disp)) in the formula",
      fixed = TRUE, all = FALSE
    )
    expect_false("disp" %in% names(described$inputs))
  }
})

test_that("an offset that predict() keeps is an input", {
  kept <- list(
    glm(carb ~ wt, poisson, counts, offset = log(disp)),
    lm(mpg ~ wt, counts, offset = log(disp)),
    mgcv::gam(carb ~ s(wt, k = 4) + offset(log(disp)), poisson, counts),
    suppressMessages(lme4::glmer(
      carb ~ wt + offset(log(disp)) + (1 | cyl), counts, poisson
    ))
  )
  for (fit in kept) {
    described <- describe_source(saved(fit), NULL, NULL, NULL)
    expect_true("disp" %in% names(described$inputs))
    expect_no_match(c("", unlist(described$notes)), "leaves out")
  }
})

test_that("an offset that fitted values show is told once", {
  fit <- mgcv::gam(
    carb ~ s(wt, k = 4), poisson, counts, offset = log(disp)
  )
  described <- describe_source(saved(fit), NULL, NULL, NULL)
  expect_no_match(c("", unlist(described$notes)), "leaves out")
  expect_match(described$own_fit, "fitted value is .* leaves out the offset")
  expect_match(described$own_fit, "requests send `disp`")
})

test_that("an offset in the formula that is left out is told too", {
  fit <- survival::survreg(survival::Surv(mpg) ~ wt + offset(share), counts)
  described <- describe_source(saved(fit), NULL, NULL, NULL)
  said <- c(unlist(described$notes), described$own_fit)
  expect_match(said, "leaves out the offset `share`", all = FALSE)
})
