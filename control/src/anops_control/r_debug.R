# The profile of an R at a terminal that runs a file as Rscript does: `browser()` reads what the person types, which it
# does not do in a script. The person's own profile comes first.

if (file.exists(".Rprofile")) sys.source(".Rprofile", envir = globalenv())

.First <- function() {
  .First.sys() # attaches stats and the others, which R does after this otherwise
  options(error = quote({
    utils::recover()
    quit(save = "no", status = 1L)
  }))
  source(Sys.getenv("ANOPS_DEBUG_FILE"), encoding = "UTF-8")
  quit(save = "no")
}
