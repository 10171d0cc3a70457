parcels <- data.frame(
  code = rep(c(99998L, 100000L, 300000L, 123456L), 15), x = 1:60 / 7
)
parcels$y <- parcels$x + parcels$code %% 7

kind <- function(described) described$inputs$code$type

test_that("a model that tells 2L from 2 gets the integers of its fit", {
  kept <- function(term, d = parcels) {
    stats::lm(stats::as.formula(paste("y ~ x +", term)), d)
  }
  for (term in c(
    "substr(code, 1, 3)", "paste0(code)", "interaction(code, x > 4)",
    "I(if (is.integer(code)) code * 2 else code * 3)", "factor(code)"
  )) {
    described <- describe_source(saved(kept(term)), NULL, NULL, NULL)
    expect_identical(kind(described), "integer", info = term)
    expect_match(
      unlist(described$notes), "tells 2L from 2 in `code`", all = FALSE
    )
    expect_false(is.null(described$predictions), info = term)
  }
})

test_that("a column of which texts alone are kept is whole again", {
  for (term in c("paste(code)", "sprintf(\"%d\", code)")) {
    fit <- lm(stats::as.formula(paste("y ~ x +", term), globalenv()), parcels)
    fit$call$data <- quote(gone)
    described <- describe_source(saved(fit), NULL, NULL, NULL)
    expect_identical(kind(described), "integer", info = term)
    expect_false(is.null(described$predictions), info = term)
  }
})

test_that("doubles of the fit, and what makes no difference, stay numbers", {
  doubles <- transform(parcels, code = as.double(code))
  fit <- local({
    d <- doubles
    lm(y ~ x + substr(code, 1, 3), d)
  })
  described <- describe_source(saved(fit), NULL, NULL, NULL)
  expect_identical(kind(described), "number")
  plain <- local({
    d <- parcels
    lm(y ~ x + code, d)
  })
  described <- describe_source(saved(plain), NULL, NULL, NULL)
  expect_identical(kind(described), "number")
})
