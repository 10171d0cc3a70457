# The model still answers as it did when the project was made.
# tests/reference.json holds the rows and the answers.

source("../../model.R", local = TRUE)

model <- load_model("../../model.rds")

reference <- jsonlite::fromJSON("../reference.json")
expected <- data.frame(reference$predictions$columns)
rows <- data.frame(reference$rows$columns, check.names = FALSE)

test_that("the reference rows get their predictions", {
  predictions <- data.frame(predict_model(model, rows))

  expect_equal(nrow(predictions), nrow(rows))
  for (i in seq_along(expected)) {
    answer <- predictions[[i]]
    answer <- if (is.object(answer)) as.character(answer) else as.vector(answer)
    expect_equal(answer, expected[[i]], tolerance = 1e-6)
  }
})
