# Counts how often the tests run each line of the model's code; writes one
# record (line, count) for each to the file that is named first. The second
# argument is the code, all others are testthat files.
arguments <- commandArgs(trailingOnly = TRUE)
output <- file(arguments[[1]], open = "w", encoding = "UTF-8")
field <- "\x1f"
record <- "\x1e"
code <- normalizePath(arguments[[2]])
tests <- normalizePath(arguments[-(1:2)])

# A test reads the code by source(); what it then calls must be what is counted.
around <- new.env(parent = globalenv())
around$source <- function(file, ...) {
  if (is.character(file) && file.exists(file) && normalizePath(file) == code) {
    return(invisible())
  }
  # by the caller, whose `local = TRUE` means itself
  eval.parent(as.call(c(quote(base::source), as.list(match.call())[-1])))
}
around$tests <- tests
counted <- new.env(parent = around)
sys.source(code, counted, keep.source = TRUE)

runner <- tempfile(fileext = ".R")
writeLines(
  c(
    "for (path in tests) {",
    "  try(silent = TRUE, testthat::test_file(",
    "    path,",
    "    env = new.env(parent = environment()), reporter = \"silent\",",
    "    stop_on_failure = FALSE",
    "  ))",
    "}"
  ),
  runner
)
coverage <- covr::environment_coverage(counted, runner)
if (length(coverage) > 0) {
  lines <- covr::tally_coverage(coverage, by = "line")
  lines <- lines[basename(lines$filename) == basename(code), ]
  for (i in seq_len(nrow(lines))) {
    cat(lines$line[[i]], lines$value[[i]], sep = field, file = output)
    cat(record, file = output)
  }
}
close(output)
