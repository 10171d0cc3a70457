# Says in one form why packages can't be installed, so that `ao build` passes it on as it is.

#' End with a message
#'
#' @param ... What happened, pasted together.
#' @param details Further lines, such as the last ones that a program has printed.
#' @param remedy What to do.
#' @param code The kind of failure: `R_PACKAGE` (there is none that fits), `DEPENDENCY` (it can't be installed).
refuse <- function(..., details = character(), remedy = NULL, code = "R_PACKAGE") {
  lines <- c(
    paste0("✖ ", without_password(paste0(...))),
    sprintf("• %s", without_password(details)),
    if (!is.null(remedy)) paste0("→ ", remedy),
    sprintf("[%s]", code)
  )
  writeLines(lines, stderr())
  quit(save = "no", status = 1)
}

without_password <- function(text) gsub("//[^/@[:space:]]*@", "//…@", text)

#' Run a program
#'
#' @return What it has printed.
run <- function(program, arguments, purpose) {
  said <- suppressWarnings(system2(program, arguments, stdout = TRUE, stderr = TRUE))
  if (!is.null(attr(said, "status"))) {
    refuse(
      "Can't ", purpose, "; the lines below say why.",
      details = utils::tail(said, 20),
      remedy = "Check that containers reach Debian's archive.",
      code = "DEPENDENCY"
    )
  }
  said
}

listing <- function(names) {
  quoted <- sprintf("`%s`", names)
  if (length(quoted) < 2) {
    return(quoted)
  }
  paste(paste(utils::head(quoted, -1), collapse = ", "), "and", utils::tail(quoted, 1))
}
