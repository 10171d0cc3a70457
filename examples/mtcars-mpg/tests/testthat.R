# Runs the tests, from the project's folder: Rscript tests/testthat.R

library(testthat)

test_dir("tests/testthat", stop_on_failure = TRUE)
