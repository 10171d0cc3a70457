test_that("reference rows show every level, few enough", {
  chosen <- choose_rows(iris)
  expect_lte(length(chosen), 10)
  expect_setequal(as.character(iris$Species[chosen]), levels(iris$Species))
})

test_that("rows with missing values are no reference rows", {
  data <- data.frame(x = c(1, NA, 3))
  expect_identical(choose_rows(data), c(1L, 3L))
})
