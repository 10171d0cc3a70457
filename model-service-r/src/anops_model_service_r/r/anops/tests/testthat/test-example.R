test_that("example rows keep their names and get types", {
  file <- withr::local_tempfile(fileext = ".csv", lines = c(
    "a b,Größe,when,day,ok,y", "1,u,2024-01-02T03:04:05Z,2024-01-02,TRUE,1",
    ",v,2024-01-02T03:04:06Z,2024-01-03,FALSE,2"
  ))
  inputs <- example_inputs(read_example(file), "y")
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
