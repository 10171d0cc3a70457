# Lints and tests the R package whose sources are named; it must be installed.
sources <- commandArgs(trailingOnly = TRUE)[[1]]
lints <- lintr::lint_package(sources)
print(lints)
if (length(lints) > 0) quit(status = 1)
library(anops)
testthat::test_dir(file.path(sources, "tests", "testthat"),
  package = "anops", load_package = "installed", reporter = "summary", stop_on_failure = TRUE
)
