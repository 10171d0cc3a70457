# Values as JSON and as words.

anops$json_text <- function(text) {
  text <- enc2utf8(as.character(text))
  text <- gsub("\\", "\\\\", text, fixed = TRUE)
  text <- gsub("\"", "\\\"", text, fixed = TRUE)
  text <- gsub("\n", "\\n", text, fixed = TRUE)
  text <- gsub("\t", "\\t", text, fixed = TRUE)
  paste0("\"", gsub("[[:cntrl:]]", " ", text), "\"")
}

anops$json <- function(value) {
  if (is.null(value)) return("null")
  if (is.list(value)) {
    fields <- vapply(names(value), function(name) {
      paste0(anops$json_text(name), ": ", anops$json(value[[name]]))
    }, "")
    return(paste0("{", paste(fields, collapse = ", "), "}"))
  }
  if (is.logical(value) && !is.na(value)) return(if (value) "true" else "false")
  if (is.numeric(value)) {
    if (is.finite(value)) return(format(value, digits = 17, scientific = NA, decimal.mark = "."))
    return(if (is.nan(value) || is.na(value)) "\"NaN\"" else if (value > 0) "\"Infinity\"" else "\"-Infinity\"")
  }
  anops$json_text(value)
}

anops$words <- function(values) paste0("`", values, "`", collapse = ", ")
