test_that("rows may have the names of which R made those of the fit", {
  fit <- lm(mpg ~ big.city, data.frame(mpg = mtcars$mpg, big.city = mtcars$wt))
  rows <- withr::local_tempfile(
    fileext = ".csv", lines = c("big city,mpg", "2.5,20", "3.5,15")
  )
  found <- describe_source(saved(fit), NULL, rows, NULL)
  expect_named(found$inputs, "big.city")
  expect_match(
    unlist(found$notes), "The fit had `big.city` for `big city`", all = FALSE
  )
})

test_that("example rows keep their names and get types", {
  file <- withr::local_tempfile(fileext = ".csv", lines = c(
    "a b,Größe,when,day,ok,y", "1,u,2024-01-02T03:04:05Z,2024-01-02,TRUE,1",
    ",v,2024-01-02T03:04:06Z,2024-01-03,FALSE,2"
  ))
  inputs <- example_inputs(typed_example(read_example(file)), "y")
  expect_identical(
    vapply(inputs, `[[`, "", "type"),
    c(
      "a b" = "number", "Größe" = "category", when = "datetime",
      day = "date", ok = "boolean"
    )
  )
})

test_that("a target that is no column is refused with those there are", {
  refused <- problem(example_inputs(cars, "distance"))
  expect_match(refused$message, "`speed`, `dist`")
})

test_that("example rows may come from write.csv, write.csv2 or a sheet", {
  file <- withr::local_tempfile(fileext = ".csv")
  cars <- head(mtcars[c("mpg", "wt")], 3)
  bare <- as_frame(as.list(cars), names(cars), 3L)
  write.csv(cars, file)
  expect_equal(typed_example(read_example(file)), bare)
  write.csv2(cars, file, row.names = FALSE)
  expect_equal(typed_example(read_example(file)), bare)
  write.table(cars, file, sep = "\t", row.names = FALSE)
  expect_equal(typed_example(read_example(file)), bare)
})

test_that("a file without rows is refused", {
  file <- withr::local_tempfile(fileext = ".csv", lines = "wt,hp")
  expect_match(problem(read_example(file))$message, "has no rows")
  writeLines(character(), file)
  expect_match(problem(read_example(file))$message, "has no rows")
})

test_that("codes of a category keep their zeros", {
  file <- withr::local_tempfile(fileext = ".csv", lines = c("id", "01", "02"))
  inputs <- list(id = list(type = "category", levels = c("01", "02")))
  expect_identical(typed_example(read_example(file), inputs)$id, c("01", "02"))
})

test_that("rows that lack the model's columns are refused", {
  file <- withr::local_tempfile(fileext = ".csv", lines = c("speed", "1"))
  refused <- problem(describe_source(
    saved(lm(dist ~ speed + I(speed^2), cars)), NULL, file, "dist"
  ))
  expect_match(refused$message, "target `dist`", fixed = TRUE)
  refused <- problem(describe_source(
    saved(lm(mpg ~ wt, mtcars)), NULL, file, NULL
  ))
  expect_match(refused$message, "it lacks `wt`", fixed = TRUE)
  expect_match(refused$remedy, "all columns")
})

test_that("text in a number column of the rows is refused with its row", {
  file <- withr::local_tempfile(
    fileext = ".csv", lines = c("wt", "2", "potato")
  )
  refused <- problem(describe_source(
    saved(lm(mpg ~ wt, mtcars)), NULL, file, NULL
  ))
  expect_match(
    refused$message, "`wt` must be numbers; row 2 is \"potato\"", fixed = TRUE
  )
})

test_that("the rows that were given are the reference rows", {
  file <- withr::local_tempfile(fileext = ".csv", lines = c("wt", "2", "2.5"))
  described <- describe_source(
    saved(lm(mpg ~ wt, mtcars)), NULL, file, NULL
  )
  expect_identical(described$rows[[2]], c(2, 2.5))
})

test_that("rows that can't be reference rows are told of", {
  file <- withr::local_tempfile(fileext = ".csv", lines = c("supp", "XY"))
  described <- describe_source(
    saved(lm(len ~ supp, ToothGrowth)), NULL, file, NULL
  )
  expect_match(described$notes[[1]], "no row of .*complete")
  expect_false(is.null(described$rows))
})

test_that("a file that is no text is refused as such", {
  file <- withr::local_tempfile(fileext = ".csv")
  saveRDS(cars, file, compress = "xz")
  expect_match(problem(read_example(file))$message, "it is not text in UTF-8")
})

test_that("codes of a column that nobody knows keep their zeros", {
  file <- withr::local_tempfile(
    fileext = ".csv", lines = c("zip,n,x", "01067,1,0", "80331,2,0.5")
  )
  typed <- typed_example(read_example(file))
  expect_identical(typed$zip, c("01067", "80331"))
  expect_identical(typed$n, 1:2)
  expect_identical(typed$x, c(0, 0.5))
})

test_that("NA is the level of that name where the model has one", {
  file <- withr::local_tempfile(
    fileext = ".csv", lines = c("country,n", "NA,1", "ZA,NA", ",3")
  )
  example <- read_example(file)
  inputs <- list(country = list(type = "category", levels = c("NA", "ZA")))
  typed <- typed_example(example, inputs)
  expect_identical(typed$country, c("NA", "ZA", NA))
  expect_identical(typed$n, c(1L, NA, 3L))
  expect_identical(missing_texts_note(example, typed, inputs), character())
  unknown <- typed_example(example)
  expect_identical(unknown$country, c(NA, "ZA", NA))
  expect_match(missing_texts_note(example, unknown, list()), "NA in row 1 of")
})

test_that("blanks that belong to a name are kept", {
  file <- withr::local_tempfile(fileext = ".csv", lines = c("wt , hp", "1,2"))
  expect_identical(
    names(named_like(read_example(file), c("wt ", "hp"))), c("wt ", "hp")
  )
})
