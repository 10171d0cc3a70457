parcels <- data.frame(
  code = rep(c(99998L, 100000L, 300000L, 123456L), 15), x = 1:60 / 7
)
parcels$y <- parcels$x + parcels$code %% 7

# a fit whose data are gone, with its model frame or without
gone <- function(term, data = parcels, frame = FALSE) {
  formula <- stats::as.formula(paste("y ~ x +", term), globalenv())
  fit <- stats::lm(formula, data, model = frame)
  fit$call$data <- quote(gone)
  fit
}

described <- function(path, data = NULL) {
  if (is.null(data)) {
    return(describe_source(path, NULL, NULL, NULL))
  }
  file <- withr::local_tempfile(fileext = ".csv", lines = data)
  describe_source(path, NULL, file, NULL)
}

test_that("a column of which nothing tells whether it was integer is told", {
  for (term in c(
    "I(if (is.integer(code)) code * 2 else code * 3)",
    "code + I(is.double(code) * x^2)", "code + I(nchar(paste(code)))",
    "I((typeof(code) == \"integer\") * x^2)", "paste(code, x > 4)",
    "code + I((class(code) == \"integer\") * x^2)",
    "code + I(identical(code, as.integer(code)) * x^2)"
  )) {
    found <- suppressWarnings(described(saved(gone(term))))
    expect_match(
      unlist(found$notes), "nothing tells which the fit had", all = FALSE,
      info = term
    )
    expect_identical(found$kind_untold, "code", info = term)
    expect_identical(found$inputs$code$type, "number", info = term)
  }
  for (term in c("log(code)", "I(code %/% 2)", "factor(code)", "I(code^2)")) {
    expect_length(described(saved(gone(term)))$kind_untold, 0)
  }
})

test_that("rows of the fit tell it, as the remedy says", {
  fit <- gone("code + I(is.integer(code) * x^2)")
  rows <- c("code,x", "99998,1.5", "100000,2", "123456,3.5")
  whole <- described(saved(fit), rows)
  expect_identical(whole$inputs$code$type, "integer")
  expect_length(whole$kind_untold, 0)
  decimal <- described(saved(fit), c("code,x", "99998.0,1.5", "100000.0,2"))
  expect_identical(decimal$inputs$code$type, "number")
  expect_length(decimal$kind_untold, 0)
})

test_that("the levels of a text and what a model frame keeps tell it", {
  doubles <- transform(parcels, code = as.double(code))
  for (term in c("paste(code)", "paste0(\"k\", code)", "as.character(code)")) {
    expect_identical(described(saved(gone(term)))$inputs$code$type, "integer")
    found <- described(saved(gone(term, doubles)))
    expect_identical(found$inputs$code$type, "number")
  }
  for (term in c(
    "log(code) + I(is.integer(code) * x^2)", "I(is.double(code) * x^2)"
  )) {
    found <- suppressWarnings(described(saved(gone(term, frame = TRUE))))
    expect_identical(found$inputs$code$type, "integer", info = term)
    path <- saved(gone(term, doubles, frame = TRUE))
    found <- suppressWarnings(described(path))
    expect_identical(found$inputs$code$type, "number", info = term)
    expect_length(found$kind_untold, 0)
  }
})
