test_that("a namesake of the data is not taken for it", {
  fit <- local({
    cars <- data.frame(speed = 1:9, dist = (1:9)^2)
    lm(log(dist) ~ speed, cars)
  })
  environment(fit$terms) <- globalenv()
  fit$call$data <- quote(datasets::cars)
  expect_identical(model_data(fit)$speed, 1:9)
})

test_that("simple transformations are undone where the data is gone", {
  fit <- lm(mpg ~ log(wt) + factor(cyl) + I(hp), mtcars)
  fit$call$data <- quote(gone)
  data <- model_data(fit)
  expect_equal(data$wt, mtcars$wt)
  expect_identical(data$cyl, mtcars$cyl)
  expect_identical(data$hp, mtcars$hp)
})

test_that("polynomials, splines and scaling are undone too", {
  k <- 2
  fit <- lm(
    mpg ~ poly(wt, k) + splines::ns(hp, 3) + splines::bs(qsec, df = 5) +
      scale(disp) + poly(log(drat), 2) + poly(carb, 2, raw = TRUE),
    mtcars[c(4:32, 1:3), ]
  )
  fit$call$data <- quote(gone)
  data <- model_data(fit)
  own <- mtcars[c(4:32, 1:3), ]
  for (name in c("wt", "hp", "qsec", "disp", "drat", "carb")) {
    expect_equal(data[[name]], own[[name]], tolerance = 1e-9)
    expect_identical(range(data[[name]]), range(own[[name]]))
  }
})

test_that("arithmetic with constants is undone, but for lost signs", {
  fit <- lm(
    mpg ~ I(hp / 100) + log(disp + 1) + sqrt(2 * (qsec - 1)) + I(1 / wt) +
      I(10 - drat) + log(carb, 2) + I(gear^2),
    mtcars
  )
  fit$call$data <- quote(gone)
  data <- model_data(fit)
  expect_named(
    data, c("mpg", "hp", "disp", "qsec", "wt", "drat", "carb")
  )
  expect_identical(lapply(data, range), lapply(mtcars[names(data)], range))
})

test_that("the offset that was an argument leads back to its column", {
  fit <- glm(carb ~ wt, poisson, mtcars, offset = log(hp))
  fit$call$data <- quote(gone)
  expect_equal(model_data(fit)$hp, mtcars$hp)
})

test_that("what can't be undone is left out", {
  fit <- lm(
    mpg ~ cut(wt, 3) + pmin(hp, 100) + poly(qsec, drat, degree = 1), mtcars
  )
  fit$call$data <- quote(gone)
  expect_named(model_data(fit), "mpg")
})

test_that("only the rows that were used are the data", {
  fit <- lm(mpg ~ wt, mtcars, subset = cyl == 4)
  expect_identical(nrow(model_data(fit)), sum(mtcars$cyl == 4))
})

test_that("rows left out for missing values do not hide the data", {
  fit <- lm(Ozone ~ poly(Wind, 2) + scale(Temp), airquality)
  expect_identical(
    model_data(fit)$Wind, airquality$Wind[!is.na(airquality$Ozone)]
  )
  # a subset is taken after the formula has looked at whole columns
  fit <- lm(mpg ~ scale(wt), mtcars, subset = cyl == 4)
  expect_identical(model_data(fit)$wt, mtcars$wt[mtcars$cyl == 4])
})

test_that("a model without a frame names the rows it used", {
  fit <- rpart::rpart(Ozone ~ Wind + Temp, airquality)
  data <- model_data(fit)
  expect_identical(data$Wind, airquality$Wind[!is.na(airquality$Ozone)])
})

test_that("data that come with the model's package are found", {
  fit <- rpart::rpart(Kyphosis ~ Age, rpart::kyphosis)
  fit$call$data <- quote(kyphosis)
  expect_identical(model_data(fit)$Age, rpart::kyphosis$Age)
})

test_that("names that look like calls are columns all the same", {
  frame <- data.frame(
    y = c(2, 1, 4), `log(x)` = 1:3, `a b (cm)` = c(3, 1, 2),
    check.names = FALSE
  )
  fit <- lm(y ~ `a b (cm)` + log(`log(x)`), frame)
  fit$call$data <- quote(gone)
  data <- model_data(fit)
  expect_identical(data[["a b (cm)"]], frame[["a b (cm)"]])
  expect_equal(data[["log(x)"]], c(1, 2, 3))
})

test_that("what only orders, binds or labels leaves the values as they are", {
  own <- data.frame(
    y = 1:12, kind = gl(3, 4, labels = c("a", "b", "c")), x = (1:12)^2,
    z = sin(1:12), ok = rep(c(TRUE, FALSE), 6)
  )
  fit <- lm(
    y ~ relevel(kind, ref = "b") + cbind(x, log(z + 2)) + factor(ok), own
  )
  fit$call$data <- quote(gone)
  data <- model_data(fit)
  expect_identical(as.character(data$kind), as.character(own$kind))
  expect_equal(data$x, own$x)
  expect_equal(data$z, own$z)
  expect_identical(data$ok, own$ok)
  expect_identical(model_inputs(fit)$ok$type, "boolean")
  expect_identical(model_inputs(fit)$kind$levels, c("b", "a", "c"))
})
