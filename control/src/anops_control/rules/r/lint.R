# Looks at R files with lintr; writes one record for each slip to the file that
# is named first.
arguments <- commandArgs(trailingOnly = TRUE)
output <- file(arguments[[1]], open = "w", encoding = "UTF-8")
field <- "\x1f"
record <- "\x1e"
for (path in arguments[-1]) {
  for (slip in lintr::lint(path)) {
    cat(
      slip$type, slip$linter, path, slip$line_number, slip$column_number,
      slip$message,
      sep = field, file = output
    )
    cat(record, file = output)
  }
}
close(output)
