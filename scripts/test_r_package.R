# Lints, tests and checks the R package whose sources are named; it must be
# installed.
sources <- normalizePath(commandArgs(trailingOnly = TRUE)[[1]])

lints <- lintr::lint_package(sources)
print(lints)
if (length(lints) > 0) quit(status = 1)

package <- basename(sources)
library(package, character.only = TRUE)
testthat::test_dir(file.path(sources, "tests", "testthat"),
  package = package, load_package = "installed", reporter = "summary",
  stop_on_failure = TRUE, stop_on_warning = TRUE
)

folder <- tempfile("check")
dir.create(folder)
setwd(folder)

# the pages and NAMESPACE are what roxygen2 makes of the comments
file.copy(sources, ".", recursive = TRUE)
copy <- file.path(folder, basename(sources))
# in a process of its own: here the installed package's methods would count as well
code <- paste0("roxygen2::roxygenise(\"", copy, "\", load_code = \"source\")")
rscript <- file.path(R.home("bin"), "Rscript")
stopifnot(system2(rscript, c("--vanilla", "-e", shQuote(code)), stdout = FALSE, stderr = FALSE) == 0)
made <- c("NAMESPACE", file.path("man", list.files(file.path(copy, "man"))))
current <- vapply(made, function(file) {
  was <- file.path(sources, file)
  file.exists(was) && identical(readLines(was), readLines(file.path(copy, file)))
}, NA)
if (!all(current)) {
  cat("Not current, run roxygen2::roxygenise():", made[!current], sep = "\n  ")
  quit(status = 1)
}

# R CMD check, without the tests that ran above and the manual that needs LaTeX
# and without asking repositories, which takes minutes where there is no network
dir.create("none/src/contrib", recursive = TRUE)
file.create("none/src/contrib/PACKAGES")
none <- paste0("file://", file.path(getwd(), "none"))
writeLines(paste0("options(repos = c(CRAN = \"", none, "\"))"), "profile.R")
Sys.setenv(R_PROFILE = file.path(getwd(), "profile.R"))
r <- file.path(R.home("bin"), "R")
stopifnot(system2(r, c("CMD", "build", "--no-manual", shQuote(sources))) == 0)
arguments <- c("CMD", "check", "--no-manual", "--no-tests", list.files(pattern = "\\.tar\\.gz$"))
stopifnot(system2(r, arguments, stdout = "checked.txt", stderr = "checked.txt") == 0)
report <- readLines("checked.txt")
cat(grep("NOTE|WARNING|ERROR|^Status", report, value = TRUE), sep = "\n")
if (any(grepl("\\.\\.\\. (\\[.*\\] )?(WARNING|ERROR)", report))) {
  cat(report, sep = "\n")
  quit(status = 1)
}
