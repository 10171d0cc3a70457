# Models without a file of their own here, whose objects are unusual.

test_that("terms that are so by name alone give way to the formula", {
  skip_if_not_installed("quantreg")
  withr::local_package("quantreg")
  fit <- rqss(dist ~ qss(speed, lambda = 1), data = cars)
  expect_named(describe_source(saved(fit), NULL, NULL, NULL)$inputs, "speed")
})

test_that("a model whose `[[` takes nodes describes itself", {
  skip_if_not_installed("partykit")
  fit <- partykit::ctree(dist ~ speed, cars)
  described <- describe_source(saved(fit), NULL, NULL, NULL)
  expect_named(described$inputs, "speed")
  expect_identical(described$inputs$speed$missing, "error")
  expect_identical(described$predictions[[1]], c("10", "prediction", "number"))
})

test_that("a forest that drops rows by chance refuses missing values", {
  skip_if_not_installed("partykit")
  fit <- partykit::cforest(dist ~ speed, cars, ntree = 2)
  expect_identical(model_inputs(fit)$speed$missing, "error")
})

test_that("data that a call names by place are found", {
  skip_if_not_installed("ranger")
  fit <- ranger::ranger(dist ~ speed, cars, num.trees = 2, num.threads = 1)
  expect_identical(model_data(fit)$speed, cars$speed)
})

test_that("survival is told at the times in the order that was asked", {
  skip_if_not_installed("survival")
  withr::local_package("survival")
  fit <- coxph(Surv(time, status) ~ age, lung, model = TRUE)
  asked <- list(
    type = "survival", interval = "none", se = FALSE, level = 0.95,
    times = c(300, 100)
  )
  answer <- model_predict(fit, data.frame(age = c(50, NA, 60)), asked)
  expect_named(answer, c("t300", "t100"))
  expect_identical(is.na(answer$t100), c(FALSE, TRUE, FALSE))
  expect_true(all(answer$t100[-2] > answer$t300[-2]))
  asked$times <- NULL
  expect_identical(
    problem(model_predict(fit, data.frame(age = 50), asked))$code,
    "OPTION_VALUE"
  )
})

test_that("only models that have their data offer survival", {
  skip_if_not_installed("survival")
  withr::local_package("survival")
  fit <- local({
    mine <- lung
    coxph(Surv(time, status) ~ age, mine)
  })
  environment(fit$terms) <- environment(fit$formula) <- globalenv()
  expect_false("survival" %in% model_options(fit)$type$levels)
})

test_that("multinomial models that are glm objects by name answer classes", {
  skip_if_not_installed("brglm2")
  fit <- brglm2::brmultinom(Species ~ Sepal.Length, data = iris)
  rows <- data.frame(Sepal.Length = c(5, NA, 7))
  options <- model_options(fit)
  expect_identical(options$type$levels, c("class", "probability"))
  expect_identical(
    model_predict(fit, rows, list(type = "class")), predict(fit, rows)
  )
  one <- model_predict(fit, rows[1, , drop = FALSE], list(type = "probability"))
  expect_identical(dimnames(one), list(NULL, levels(iris$Species)))
})

test_that("hazards of gam() are answered without the time of an event", {
  skip_if_not_installed("mgcv")
  withr::local_package("mgcv")
  data <- data.frame(time = 1:40, x = sin(1:40), g = rep(c(0, 1), 20))
  fit <- gam(time ~ s(x) + g, cox.ph(), data, weights = rep(1, 40))
  told <- describe_source(saved(fit), NULL, NULL, NULL)
  expect_length(told$options, 0)
  expect_false(is.null(told$predictions))
  expect_null(told$own_fit)
})

test_that("strata of several columns tell the levels of each", {
  skip_if_not_installed("survival")
  withr::local_package("survival")
  data <- transform(lung, g = ifelse(age > 60, "old", "young"), m = sex == 1)
  fit <- coxph(Surv(time, status) ~ wt.loss + strata(g, m), data, model = TRUE)
  inputs <- model_inputs(fit)
  expect_identical(inputs$g$levels, c("old", "young"))
  expect_identical(inputs$m$type, "boolean")
})

test_that("the trial row of a logical column has a logical", {
  rows <- probe_row(data.frame(a = TRUE, b = 1L, c = 1), fill = TRUE)
  expect_identical(rows, data.frame(a = TRUE, b = 1L, c = 1))
})

test_that("a random effect in a gam() keeps its levels", {
  skip_if_not_installed("mgcv")
  d <- transform(ChickWeight, Chick = factor(as.character(Chick)))
  fit <- mgcv::gam(weight ~ Diet + s(Time) + s(Chick, bs = "re"), data = d)
  described <- describe_source(saved(fit), NULL, NULL, NULL)
  expect_identical(described$inputs$Chick$levels, levels(d$Chick))
  expect_null(described$own_fit)
  few <- cast_rows(d[c(2, 200, 400), ], described$inputs)
  expect_equal(
    predict_rows(state$described, few)$prediction,
    c(predict(fit, d[c(2, 200, 400), ])), ignore_attr = TRUE
  )
})

test_that("mob() of party needs the columns that it splits by", {
  skip_if_not_installed("party")
  fit <- party::mob(
    dist ~ speed | g + z, data = transform(
      cars, g = factor(rep(c("p", "o"), 25)), z = rep(1:5, 10)
    ),
    model = modeltools::linearModel
  )
  described <- describe_source(saved(fit), NULL, NULL, NULL)
  expect_named(described$inputs, c("speed", "g", "z"))
  expect_match(described$outputs$prediction$type, "number")
  few <- cast_rows(
    data.frame(speed = c(9, 20), g = c("o", "p"), z = 1:2), described$inputs
  )
  expect_false(anyNA(predict_rows(state$described, few)$prediction))
})

test_that("fitted values on another scale are not compared", {
  withr::local_package("survival")
  fit <- survival::coxph(
    survival::Surv(time, status) ~ age + strata(sex),
    data = survival::lung
  )
  expect_null(describe_source(saved(fit), NULL, NULL, NULL)$own_fit)
  skip_if_not_installed("partykit")
  fit <- partykit::cforest(Species ~ Sepal.Length, iris, ntree = 2)
  expect_null(describe_source(saved(fit), NULL, NULL, NULL)$own_fit)
})

test_that("bagged survival trees answer a median", {
  skip_if_not_installed("ipred")
  lung <- survival::lung
  fit <- ipred::bagging(
    survival::Surv(time, status) ~ age + sex, data = lung, nbagg = 2
  )
  expect_length(model_predict(fit, lung[1:4, ]), 4)
  expect_type(model_predict(fit, lung[1:4, ]), "double")
})

test_that("contrasts in a formula are no column", {
  withr::local_options(contrasts = usual_contrasts) # which a load changes
  fit <- lm(Sepal.Length ~ Petal.Width + C(Species, contr.helmert), iris)
  # predict() of R itself warns of contrasts that it leaves to their column
  described <- suppressWarnings(
    describe_source(saved(fit), NULL, NULL, NULL)
  )
  expect_named(described$inputs, c("Petal.Width", "Species"))
  expect_identical(described$inputs$Species$levels, levels(iris$Species))
  few <- cast_rows(iris[c(3, 60, 140), ], described$inputs)
  answer <- suppressWarnings(predict_rows(state$described, few))
  expect_equal(
    answer$prediction, fitted(fit)[c(3, 60, 140)], ignore_attr = TRUE
  )
})

test_that("numbers that a forest is not split between were levels", {
  skip_if_not_installed("ranger")
  data <- data.frame(
    cyl = factor(rep(c(4, 6, 8), 40)), near = factor(rep(2:5, 30)),
    count = rep(1:6, 20), x = 1:120 / 7
  )
  data$y <- c(5, 1, 9)[data$cyl] + c(1, 4, 2, 8)[data$near] + data$count
  rows <- tempfile(fileext = ".csv")
  utils::write.csv(data, rows, row.names = FALSE)
  fit <- ranger::ranger(y ~ ., data, num.trees = 20, num.threads = 1, seed = 1)
  described <- describe_source(saved(fit), NULL, rows, NULL)
  expect_identical(described$inputs$cyl$levels, c("4", "6", "8"))
  expect_identical(described$inputs$near$levels, as.character(2:5))
  expect_identical(described$inputs$count$type, "number")
  asked <- cast_rows(
    data.frame(cyl = c(4, 8), near = c(2, 5), count = 1:2, x = 1:2),
    described$inputs
  )
  expect_equal(
    predict_rows(loaded(fit), asked, list())$prediction,
    predict(fit, transform(
      data.frame(count = 1:2, x = 1:2),
      cyl = factor(c(4, 8), c(4, 6, 8)), near = factor(c(2, 5), 2:5)
    ), num.threads = 1)$predictions
  )
})

test_that("an ordered factor of a forest with drawn splits is told of", {
  skip_if_not_installed("ranger")
  sizes <- c("small", "middle", "large")
  data <- data.frame(
    size = factor(rep(sizes, 40), sizes, ordered = TRUE), x = 1:120 * 9
  )
  data$y <- 2 * as.integer(data$size) + data$x / 99
  fit <- ranger::ranger(
    y ~ ., data, num.trees = 20, num.threads = 1, seed = 1,
    splitrule = "extratrees"
  )
  expect_match(model_notes(fit), "If one of `size` was a factor or text")
})

test_that("levels that a forest has not kept are learned from texts of rows", {
  skip_if_not_installed("ranger")
  regions <- c("west", "an east", "south", "north", "centre")
  data <- data.frame(
    g = factor(rep(regions, 20)), never = "one", x = 1:100 / 7
  )
  data$y <- c(3, 9, 1, 7, 5)[as.integer(data$g)] + data$x / 9
  rows <- tempfile(fileext = ".csv")
  for (rule in c("variance", "extratrees")) {
    if (rule == "extratrees") data$zone <- factor(rep(c(2, 30, 10, 2), 25))
    utils::write.csv(data, rows, row.names = FALSE)
    fit <- ranger::ranger(
      y ~ ., data, num.trees = 40, num.threads = 1, seed = 1, splitrule = rule
    )
    described <- describe_source(saved(fit), NULL, rows, NULL)
    expect_identical(described$inputs$g$levels, sort(regions))
    expect_identical(described$inputs$never$levels, "one")
    expect_match(
      model_notes(fit), "If one of `g`.* was a factor or text"
    )
    expect_match(
      paste(described$notes, collapse = "\n"),
      "`g` is a category with the levels of `.*csv`"
    )
    new <- data.frame(
      g = c("south", "west", "west"), never = "one", x = 3:5,
      zone = c(30, 10, 2)
    )
    asked <- cast_rows(new, described$inputs)
    new$g <- factor(new$g, levels(data$g))
    if (rule == "extratrees") new$zone <- factor(new$zone)
    expect_identical(
      predict_rows(loaded(fit), asked, list())$prediction,
      predict(fit, new, num.threads = 1)$predictions
    )
  }
  expect_identical(described$inputs$zone$levels, c("2", "10", "30"))
  utils::write.csv(data[data$g != "west", ], rows, row.names = FALSE)
  refused <- problem(describe_source(saved(fit), NULL, rows, NULL))
  expect_match(refused$message, "`g` has 4 different values.* least 5 lev")
  expect_match(refused$remedy, "respect.unordered.factors = \"order\"")
  data$x[7] <- "potato"
  utils::write.csv(data, rows, row.names = FALSE)
  refused <- problem(describe_source(saved(fit), NULL, rows, NULL))
  expect_match(refused$message, "column `x` must be numbers; row 7")
})
